"""The order in which some places are walked to so that most of them are come to, in the least time in all."""

from __future__ import annotations

import numpy as np

from geodata.coverage.arrays import Floats
from geodata.errors import InvalidInput

MOST_PLACES = 13
"""The proof looks at each set of them once: 8,192 sets."""


def quickest_order(times: Floats, *, first: int | None = None) -> tuple[list[int], float]:
    """Return the order in which the most places are come to, these soonest, and what it takes; it ends at any of them.

    Args:
        times: (n, n) from each place (row) to each, inf where no way leads; n at most MOST_PLACES.
        first: where it begins; None for wherever that is best.

    Returns:
        The places' numbers, each once, and the time: all places where an order visits all, else as many as one does. Of
        equally quick orders it is the same one each time.

    Raises:
        InvalidInput: the times aren't square, or of too many places, or negative.

    Source:
        Held & Karp 1962, Journal of the Society for Industrial and Applied Mathematics 10(1), doi:10.1137/0110015.
    """
    count = len(times)
    if times.shape != (count, count) or count > MOST_PLACES or np.isnan(times).any() or (times < 0).any():
        raise InvalidInput(f"times of shape {times.shape}; wanted is a square of at most {MOST_PLACES}, none negative")
    if count == 0:
        return [], 0.0
    # least[visited, last]: the least time in which a set is visited that ends at one of it.
    least = np.full((1 << count, count), np.inf)
    before = np.full((1 << count, count), -1, dtype=np.int64)
    for place in range(count) if first is None else (first,):
        least[1 << place, place] = 0.0
    for visited in range(1, 1 << count):
        if not np.isfinite(least[visited]).any():
            continue
        taken = least[visited][:, None] + times
        last, soonest = taken.argmin(axis=0), taken.min(axis=0)
        for place in np.flatnonzero(~(visited >> np.arange(count)) & 1).tolist():
            more = visited | 1 << place
            if soonest[place] < least[more, place]:
                least[more, place], before[more, place] = soonest[place], last[place]
    fewest = least.min(axis=1)
    places = np.where(np.isfinite(fewest), np.bitwise_count(np.arange(1 << count)), 0)
    most = np.flatnonzero(places == places.max())
    visited = int(most[fewest[most].argmin()])
    last = int(least[visited].argmin())
    total, order = float(least[visited, last]), list[int]()
    while last >= 0:
        order.append(last)
        visited, last = visited & ~(1 << last), int(before[visited, last])
    return order[::-1], total
