"""Why a place isn't reached in time: the fewest rules that have to be lifted before it would be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, combinations

import numpy as np

from geodata.coverage.arrays import Ints, Mask

LIFTS = ("gate", "one_way", "barrier", "hours")
"""The rules that can be lifted; where as few of two kinds would do, the one that comes first here is told."""
Lifted = frozenset[str]
NOTHING: Lifted = frozenset()


def binding(
    places: Ints, is_reached: Callable[[Lifted], Mask], lifts: Sequence[str] = LIFTS
) -> dict[int, tuple[str, ...]]:
    """Return for each place the fewest rules without which it would be reached in time, the cause first.

    Args:
        places: the places that aren't reached as things are.
        is_reached: (n,) which of all places are, with some rules lifted. It is asked only as long as a place has no
            cause yet.
        lifts: the rules that count here, in the order in which they are told.

    Returns:
        by place; () where lifting all of them wouldn't help: it is too far.
    """
    found: dict[int, tuple[str, ...]] = {int(place): () for place in places}
    open_ = np.asarray(places, dtype=np.int64)
    for lifted in chain.from_iterable(combinations(lifts, count) for count in range(1, len(lifts) + 1)):
        if not len(open_):
            break
        helps = is_reached(frozenset(lifted))[open_]
        found |= {int(place): lifted for place in open_[helps]}
        open_ = open_[~helps]
    return found
