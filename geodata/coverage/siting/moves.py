"""The best swaps among the nearest candidates alone: what each is worth is kept, and changed where a swap changes it.

What isn't listed as near costs the cap, so that choices are judged a little too kindly where a demand has nothing open
near it: what is found is a proposal, and is summed up in full by who asked.

Source:
    Resende & Werneck 2007, Annals of Operations Research 150(1), doi:10.1007/s10479-006-0154-0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numba
import numpy as np

from geodata.coverage.arrays import Floats, Ints, Mask, Nodes
from geodata.coverage.siting.answer import Clock
from geodata.coverage.siting.ways import Near, Table

MOST_SAVED = 10_000_000
"""So many pairs of an open and another site are kept: 80 MB a choice, and two or three of them are at work."""
_SWAPS = 20
"""So many swaps between two looks at the clock."""


class _Lists(NamedTuple):
    """The near ways as the loops take them: by demand, and the same by candidate."""

    first: Ints
    site: Table
    cost: Floats
    cap: Floats
    site_first: Ints
    demand: Nodes
    site_cost: Floats


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

    @property
    def lists(self) -> _Lists:
        """The arrays, as the loops take them."""
        near = self.near
        return _Lists(near.first, near.site, near.cost, near.cap, self.first, self.demand, self.cost)


class Standing(NamedTuple):
    """A choice of p of m sites, what each of n demands has of it, and what a swap would change.

    Attributes:
        is_open: (m,) whether a site is chosen.
        opened: (p,) the chosen sites; `number` (m,) each one's place among them, -1 for the others.
        near, second: (n,) what the nearest and the second nearest chosen site cost, the cap where there is none.
        one, other: (n,) which they are, -1 for none.
        loss: (p,) what all cost more without a chosen site.
        gain: (m,) what all cost less with another site.
        saved: (p, m) what of a loss isn't lost, where another site is opened for it.
        is_touched: (n,) false between swaps.
    """

    is_open: Mask
    opened: Ints
    number: Ints
    near: Floats
    second: Floats
    one: Ints
    other: Ints
    loss: Floats
    gain: Floats
    saved: Floats
    is_touched: Mask

    @property
    def cost(self) -> float:
        """What all demands cost, none more than its cap."""
        return float(self.near.sum())

    def copy(self) -> Standing:
        """Return the same, to be changed."""
        arrays: Any = [each.copy() for each in self]
        return Standing(*arrays)

    def become(self, standing: Standing) -> None:
        """Take over another choice of as many sites."""
        for own, its in zip(self, standing, strict=True):
            own[:] = its


def grounds_of(near: Near, sites: int) -> Grounds:
    """Return the near ways by demand and by candidate."""
    counts = np.diff(near.first)
    order = np.argsort(near.site, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(near.site, minlength=sites))])
    demand = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return Grounds(near, first, demand[order], near.cost[order])


def standing_of(grounds: Grounds, opened: Ints) -> Standing:
    """Return what a choice comes to.

    Args:
        grounds: the near ways.
        opened: the sites that are chosen, each once; at most MOST_SAVED pairs of these and any.
    """
    sites, demands = len(grounds.first) - 1, len(grounds.near.cap)
    number = np.full(sites, -1)
    number[opened] = np.arange(len(opened))
    nobody, cap = np.full(demands, -1), grounds.near.cap
    found = Standing(
        is_open=number >= 0,
        opened=np.array(opened, dtype=np.int64),
        number=number,
        near=cap.copy(),
        second=cap.copy(),
        one=nobody,
        other=nobody.copy(),
        loss=np.zeros(len(opened)),
        gain=np.zeros(sites),
        saved=np.zeros((len(opened), sites)),
        is_touched=np.zeros(demands, dtype=np.bool_),
    )
    _fill(grounds.lists, found)
    return found


def exchange(grounds: Grounds, standing: Standing, *, leaves: Ints, comes: Ints) -> None:
    """Close some chosen sites and open as many others, whatever that costs."""
    _exchange(grounds.lists, standing, leaves, comes)


def descend(grounds: Grounds, standing: Standing, clock: Clock) -> None:
    """Do the best swap of one site for one as long as that is better, or until the time is over."""
    least = 1e-12 * standing.cost + 1e-9
    while not clock.is_over and _descend(grounds.lists, standing, least) == _SWAPS:
        pass


@numba.njit(cache=True)
def _look_up(lists: _Lists, standing: Standing, demand: int) -> None:
    """Find a demand's nearest and second nearest open site."""
    near = second = lists.cap[demand]
    one = other = np.int64(-1)
    for at in range(lists.first[demand], lists.first[demand + 1]):
        if not standing.is_open[lists.site[at]]:
            continue
        if one < 0:
            near, one = lists.cost[at], np.int64(lists.site[at])
        else:
            second, other = lists.cost[at], np.int64(lists.site[at])
            break
    standing.near[demand], standing.second[demand] = near, second
    standing.one[demand], standing.other[demand] = one, other


@numba.njit(cache=True)
def _count(lists: _Lists, standing: Standing, demand: int, sign: float) -> None:
    """Add what a demand makes of losses, gains and what is saved; with a sign of -1 take it away."""
    near, second = standing.near[demand], standing.second[demand]
    number = standing.number[standing.one[demand]] if standing.one[demand] >= 0 else -1
    if number >= 0:
        standing.loss[number] += sign * (second - near)
    for at in range(lists.first[demand], lists.first[demand + 1]):
        site, cost = lists.site[at], lists.cost[at]
        if cost >= second:
            break
        if cost < near:
            standing.gain[site] += sign * (near - cost)
        if number >= 0:
            standing.saved[number, site] += sign * (second - max(near, cost))


@numba.njit(cache=True)
def _fill(lists: _Lists, standing: Standing) -> None:
    for demand in range(len(lists.cap)):
        _look_up(lists, standing, demand)
        _count(lists, standing, demand, 1.0)


@numba.njit(cache=True)
def _exchange(lists: _Lists, standing: Standing, leaves: Ints, comes: Ints) -> None:
    """Close some sites and open as many others; who has to do with several of them is looked up once."""
    changed = np.concatenate((leaves, comes))
    standing.is_open[leaves] = False
    for place in range(len(changed)):
        site = changed[place]
        for at in range(lists.site_first[site], lists.site_first[site + 1]):
            demand = lists.demand[at]
            if standing.is_touched[demand]:
                continue
            one, other = standing.one[demand], standing.other[demand]
            is_left = (one >= 0 and not standing.is_open[one]) or (other >= 0 and not standing.is_open[other])
            if is_left or (place >= len(leaves) and lists.site_cost[at] < standing.second[demand]):
                standing.is_touched[demand] = True
                _count(lists, standing, demand, -1.0)
    standing.is_open[comes] = True
    for place in range(len(leaves)):
        number = standing.number[leaves[place]]
        standing.number[leaves[place]], standing.number[comes[place]] = -1, number
        standing.opened[number] = comes[place]
    for site in changed:
        for at in range(lists.site_first[site], lists.site_first[site + 1]):
            demand = lists.demand[at]
            if standing.is_touched[demand]:
                standing.is_touched[demand] = False
                _look_up(lists, standing, demand)
                _count(lists, standing, demand, 1.0)


@numba.njit(cache=True)
def _best(standing: Standing, least: float) -> tuple[int, int]:
    """Return the chosen site that leaves and the one that comes in the best swap; -1 where none brings so much."""
    leaves, comes = -1, -1
    for number in range(len(standing.loss)):
        loss, saved = standing.loss[number], standing.saved[number]
        most = -np.inf
        for site in range(len(saved)):
            most = max(most, standing.gain[site] + saved[site])
        if most - loss <= least:
            continue
        for site in range(len(saved)):
            if not standing.is_open[site] and standing.gain[site] + saved[site] - loss > least:
                least = standing.gain[site] + saved[site] - loss
                leaves, comes = standing.opened[number], site
    return leaves, comes


@numba.njit(cache=True)
def _descend(lists: _Lists, standing: Standing, least: float) -> int:
    """Do so many of the best swaps as are better, _SWAPS at most; return how many were."""
    for done in range(_SWAPS):
        leaves, comes = _best(standing, least)
        if leaves < 0:
            return done
        _exchange(lists, standing, np.array([leaves]), np.array([comes]))
    return _SWAPS
