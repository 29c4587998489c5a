"""Sets aside units with more work than a district should have: each is a district of its own, the rest is balanced."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.districts.plan import components

_SLIGHT = 0.5
"""What large units cut off from all others makes no district of its own below so much of the mean: it joins one."""


@dataclass(frozen=True, eq=False)
class Aside:
    """Which units stand apart.

    Attributes:
        units: (l,) those with more work than a district should have, the one with the most first.
        with_large: (n,) the number in `units` of the large unit that each unit goes with, -1 for the rest.
    """

    units: Ints
    with_large: Ints


def set_aside(workload: Floats, pairs: Ints, districts: int) -> Aside:
    """Return the units that make a district by themselves, with the little that they cut off.

    Without them the others share fewer districts, and their mean is lower: so it is taken again until none of the
    others is above it.

    Args:
        workload: (n,) of each unit, >= 0.
        pairs: (m, 2) units that touch on the network.
        districts: how many there will be in all.
    """
    is_large = np.zeros(len(workload), dtype=np.bool_)
    while True:
        mean = workload[~is_large].sum() / max(1, districts - int(is_large.sum()))
        more = ~is_large & (workload > mean)
        if not more.any() or int((is_large | more).sum()) >= districts:
            break
        is_large |= more
    large = np.flatnonzero(is_large)
    large = large[np.argsort(-workload[large], kind="stable")]
    found = np.full(len(workload), -1, dtype=np.int64)
    found[large] = np.arange(len(large))
    among = pairs[~is_large[pairs].any(axis=1)]
    component = components(len(workload), among)
    slight = np.flatnonzero(np.bincount(component, workload) < _SLIGHT * mean)
    for number in slight.tolist():
        inside = np.flatnonzero((component == number) & ~is_large)
        touching = pairs[np.isin(pairs, inside).any(axis=1)].ravel()
        beside = found[touching[is_large[touching]]]
        if len(inside) and len(beside):
            # The one with the least work of its own.
            found[inside] = beside.max()
    return Aside(large, found)
