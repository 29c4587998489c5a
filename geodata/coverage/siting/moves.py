"""Swaps among the nearest candidates alone: a candidate's own ground is all that is looked at.

What isn't listed as near costs the cap, so that choices are judged a little too kindly where a demand has nothing open
near it: what is found is a proposal, and is summed up in full by who asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np

from geodata.coverage.arrays import Floats, Ints, Mask, Nodes
from geodata.coverage.siting.answer import Clock
from geodata.coverage.siting.ways import Near, Table

_LOOKED = 200
"""So many candidates are tried between two looks at the clock."""


@dataclass(frozen=True, eq=False)
class Grounds:
    """The near ways by demand, and the same by candidate.

    Attributes:
        near: by demand.
        first: (m + 1,) where each candidate's begin.
        demand: (k,) demands.
        cost: (k,) weighted.
    """

    near: Near
    first: Ints
    demand: Nodes
    cost: Floats


@dataclass(frozen=True, eq=False)
class Standing:
    """A choice, and what each demand has of it: (n,) `near` and `second` cost, `one` and `other` site, -1 for none."""

    is_open: Mask
    near: Floats
    second: Floats
    one: Ints
    other: Ints
    loss: Floats

    def copy(self) -> Standing:
        """Return the same, to be changed."""
        is_open, near, second, one, other, loss = self.parts
        return Standing(is_open.copy(), near.copy(), second.copy(), one.copy(), other.copy(), loss.copy())

    @property
    def parts(self) -> tuple[Mask, Floats, Floats, Ints, Ints, Floats]:
        """The arrays, as the loops take them."""
        return self.is_open, self.near, self.second, self.one, self.other, self.loss

    @property
    def cost(self) -> float:
        """What all demands cost, none more than its cap."""
        return float(self.near.sum())


def grounds_of(near: Near, sites: int) -> Grounds:
    """Return the near ways by demand and by candidate."""
    counts = np.diff(near.first)
    order = np.argsort(near.site, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(near.site, minlength=sites))])
    demand = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return Grounds(near, first, demand[order], near.cost[order])


def standing_of(grounds: Grounds, is_open: Mask) -> Standing:
    """Return what a choice comes to."""
    near = grounds.near
    nobody, no_loss = np.full(len(near.cap), -1), np.zeros(len(is_open))
    found = Standing(is_open.copy(), near.cap.copy(), near.cap.copy(), nobody, nobody.copy(), no_loss)
    _look_up(near.first, near.site, near.cost, near.cap, *found.parts, np.arange(len(near.cap)))
    return found


def moved(grounds: Grounds, standing: Standing, clock: Clock, *, leaves: Ints, comes: Ints) -> Standing:
    """Return another choice: some sites given for others, and then swapped as long as that is better."""
    found = standing.copy()
    parts = (
        *(grounds.near.first, grounds.near.site, grounds.near.cost, grounds.near.cap),
        *(grounds.first, grounds.demand, grounds.cost),
        *found.parts,
    )
    for one, other in zip(leaves.tolist(), comes.tolist(), strict=True):
        _exchange(*parts, one, other)
    count, begin, idle = len(found.is_open), 0, 0
    least = 1e-12 * found.cost + 1e-9
    while idle < count and not clock.is_over:
        end = min(begin + _LOOKED, count)
        idle = 0 if _swap_each(*parts, begin, end, least) else idle + end - begin
        begin = end % count
    return found


@numba.njit(cache=True)
def _look_up(
    first: Ints, site: Table, cost: Floats, cap: Floats,
    is_open: Mask, near: Floats, second: Floats, one: Ints, other: Ints, loss: Floats, demands: Ints,
) -> None:  # fmt: skip
    """Find the nearest and the second nearest open site of some demands, whose own loss isn't counted yet."""
    for demand in demands:
        near[demand], second[demand], one[demand], other[demand] = cap[demand], cap[demand], -1, -1
        for at in range(first[demand], first[demand + 1]):
            if not is_open[site[at]]:
                continue
            if one[demand] < 0:
                near[demand], one[demand] = cost[at], site[at]
            else:
                second[demand], other[demand] = cost[at], site[at]
                break
        if one[demand] >= 0:
            loss[one[demand]] += second[demand] - near[demand]


@numba.njit(cache=True)
def _exchange(
    first: Ints, site: Table, cost: Floats, cap: Floats, site_first: Ints, site_demand: Nodes, site_cost: Floats,
    is_open: Mask, near: Floats, second: Floats, one: Ints, other: Ints, loss: Floats, leaves: int, comes: int,
) -> None:  # fmt: skip
    """Close one site and open another."""
    is_open[leaves], is_open[comes] = False, True
    alone = np.empty(1, dtype=np.int64)
    for at in range(site_first[leaves], site_first[leaves + 1]):
        demand = site_demand[at]
        if one[demand] == leaves or other[demand] == leaves:
            loss[one[demand]] -= second[demand] - near[demand]
            alone[0] = demand
            _look_up(first, site, cost, cap, is_open, near, second, one, other, loss, alone)
    loss[leaves] = 0.0
    for at in range(site_first[comes], site_first[comes + 1]):
        demand, value = site_demand[at], site_cost[at]
        if one[demand] == comes or other[demand] == comes or value >= second[demand]:
            continue
        if one[demand] >= 0:
            loss[one[demand]] -= second[demand] - near[demand]
        if value < near[demand]:
            second[demand], other[demand] = near[demand], one[demand]
            near[demand], one[demand] = value, comes
        else:
            second[demand], other[demand] = value, comes
        loss[one[demand]] += second[demand] - near[demand]


@numba.njit(cache=True)
def _swap_each(
    first: Ints, site: Table, cost: Floats, cap: Floats, site_first: Ints, site_demand: Nodes, site_cost: Floats,
    is_open: Mask, near: Floats, second: Floats, one: Ints, other: Ints, loss: Floats,
    begin: int, end: int, least: float,
) -> int:  # fmt: skip
    """Swap candidates, one after the other, for the open site that is missed least; return how many were."""
    saved = np.zeros(len(is_open))
    swaps = 0
    for comes in range(begin, end):
        if is_open[comes]:
            continue
        gain = 0.0
        saved[:] = 0.0
        for at in range(site_first[comes], site_first[comes + 1]):
            demand, value = site_demand[at], site_cost[at]
            if value >= second[demand]:
                continue
            if value < near[demand]:
                gain += near[demand] - value
                if one[demand] >= 0:
                    saved[one[demand]] += second[demand] - near[demand]
            elif one[demand] >= 0:
                saved[one[demand]] += second[demand] - value
        leaves, best = -1, least
        for old in range(len(is_open)):
            if is_open[old] and gain - loss[old] + saved[old] > best:
                leaves, best = old, gain - loss[old] + saved[old]
        if leaves >= 0:
            _exchange(
                first, site, cost, cap, site_first, site_demand, site_cost,
                is_open, near, second, one, other, loss, leaves, comes,
            )  # fmt: skip
            swaps += 1
    return swaps
