"""Sites opened one by one, and swapped for others as long as that shortens the way of all.

Source:
    Whitaker 1983, INFOR 21(2), doi:10.1080/03155986.1983.11731889: each demand's nearest and second nearest open site
    tell what any swap comes to in one look at a candidate's ways.
"""

from __future__ import annotations

import heapq

import numba
import numpy as np

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.siting.answer import Clock
from geodata.coverage.siting.ways import Table, Ways

_LOOKED = 50
"""So many candidates are tried between two looks at the clock."""
_HARDLY = 1e-12
"""What is shorter by a smaller share is rounding."""


def total(ways: Ways, sites: Ints) -> float:
    """Return the sum of the demands' weighted costs to their nearest of `sites`."""
    near, *_ = _served(ways.by_site, ways.weight, ways.no_way, sites)
    return float(near.sum()) if len(sites) else float("inf")


def nearest(ways: Ways, sites: Ints) -> Floats:
    """Return (n,) the demands' weighted costs to their nearest of `sites`; inf where there is none."""
    near: Floats = _served(ways.by_site, ways.weight, ways.no_way, sites)[0]
    return near


def greedy(ways: Ways, fixed: Ints, p: int) -> Ints:
    """Return the fixed sites and p more, each of which shortened the ways most when it came.

    What a site would shorten gets less with every other that is opened: it is worked out anew for those alone that
    may still be the best.
    """
    sites, near = list(map(int, fixed)), nearest(ways, fixed)
    if p and not sites:
        sums = [_sum(ways.by_site[site], ways.weight, ways.no_way, near) for site in range(len(ways.by_site))]
        sites.append(int(np.argmin(sums)))
        near, p = nearest(ways, np.array(sites)), p - 1
    before, taken = float(near.sum()), set(sites)
    waiting = [
        (_sum(ways.by_site[site], ways.weight, ways.no_way, near) - before, site, 0)
        for site in range(len(ways.by_site) if p else 0)
        if site not in taken
    ]
    heapq.heapify(waiting)
    for number in range(p):
        while waiting[0][2] != number:
            site = waiting[0][1]
            shorter = _sum(ways.by_site[site], ways.weight, ways.no_way, near) - float(near.sum())
            heapq.heapreplace(waiting, (shorter, site, number))
        best = heapq.heappop(waiting)[1]
        sites.append(best)
        near = np.minimum(near, nearest(ways, np.array([best])))
    return np.sort(np.array(sites, dtype=np.int64))


def swapped(ways: Ways, is_fixed: Mask, chosen: Ints, clock: Clock, *, rounds: int | None = None) -> Ints:
    """Swap sites for others until no swap of one for one is better, or the time is over.

    Args:
        ways: all of them.
        is_fixed: (m,) sites that are never closed.
        chosen: sites to begin with, the fixed ones among them.
        clock: ends it.
        rounds: so often each candidate is tried at most; None for as often as it helps.
    """
    count = len(ways.by_site)
    is_open = np.isin(np.arange(count), chosen)
    if not (is_open & ~is_fixed).any():
        return chosen
    served = _served(ways.by_site, ways.weight, ways.no_way, chosen)
    least = _HARDLY * float(served[0].sum()) + 1e-9
    begin, idle, tried = 0, 0, 0
    while idle < count and not clock.is_over and (rounds is None or tried < rounds * count):
        end = min(begin + _LOOKED, count)
        clock.tell()
        swaps = _swap_each(ways.by_site, ways.weight, ways.no_way, is_open, is_fixed, *served, begin, end, least)
        idle, tried = 0 if swaps else idle + end - begin, tried + end - begin
        begin = end % count
    return np.flatnonzero(is_open)


@numba.njit(cache=True)
def _offer(demand: int, site: int, value: float, near: Floats, second: Floats, first: Ints, runner: Ints) -> None:
    """Let a site be a demand's nearest or second, where it is nearer than the one that is."""
    if value < near[demand]:
        second[demand], runner[demand] = near[demand], first[demand]
        near[demand], first[demand] = value, site
    elif value < second[demand]:
        second[demand], runner[demand] = value, site


@numba.njit(cache=True)
def _served(by_site: Table, weight: Floats, no_way: float, sites: Ints) -> tuple[Floats, Floats, Ints, Ints]:
    """Return what the nearest and the second nearest of some sites cost each demand, and which they are."""
    count = by_site.shape[1]
    near, second = np.full(count, np.inf), np.full(count, np.inf)
    first, runner = np.full(count, -1, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    for number in range(len(sites)):
        site = sites[number]
        row = by_site[site]
        for demand in range(count):
            way = np.float64(row[demand])
            value = weight[demand] * way if way < np.inf else no_way
            _offer(demand, site, value, near, second, first, runner)
    return near, second, first, runner


@numba.njit(cache=True)
def _sum(row: Table, weight: Floats, no_way: float, near: Floats) -> float:
    """Return what all cost with one site more."""
    found = 0.0
    for demand in range(len(row)):
        way = np.float64(row[demand])
        found += min(near[demand], weight[demand] * way if way < np.inf else no_way)
    return found


@numba.njit(cache=True)
def _swap_each(
    by_site: Table, weight: Floats, no_way: float, is_open: Mask, is_fixed: Mask,
    near: Floats, second: Floats, first: Ints, runner: Ints, begin: int, end: int, least: float,
) -> int:  # fmt: skip
    """Swap candidates, one after the other, for the open site that is missed least, where that is better.

    Args:
        by_site, weight, no_way: the ways.
        is_open: (m,) changed in place.
        is_fixed: (m,) never closed.
        near, second, first, runner: (n,) as `_served` gives them, kept true.
        begin, end: which candidates.
        least: what a swap has to bring.

    Returns:
        How many were swapped.
    """
    sites, demands = by_site.shape
    loss = np.empty(sites)
    swaps = 0
    for site in range(begin, end):
        if is_open[site]:
            continue
        row = by_site[site]
        loss[:] = 0.0
        gain = 0.0
        for demand in range(demands):
            way = np.float64(row[demand])
            value = weight[demand] * way if way < np.inf else no_way
            if value < near[demand]:
                gain += near[demand] - value
            else:
                loss[first[demand]] += min(value, second[demand]) - near[demand]
        leaves, best = -1, least
        for other in range(sites):
            if is_open[other] and not is_fixed[other] and gain - loss[other] > best:
                leaves, best = other, gain - loss[other]
        if leaves < 0:
            continue
        is_open[leaves], is_open[site] = False, True
        opened = np.flatnonzero(is_open)
        swaps += 1
        for demand in range(demands):
            if first[demand] == leaves or runner[demand] == leaves:
                near[demand], second[demand], first[demand], runner[demand] = np.inf, np.inf, -1, -1
                for at in range(len(opened)):
                    other = opened[at]
                    way = np.float64(by_site[other, demand])
                    value = weight[demand] * way if way < np.inf else no_way
                    _offer(demand, other, value, near, second, first, runner)
                continue
            way = np.float64(row[demand])
            value = weight[demand] * way if way < np.inf else no_way
            _offer(demand, site, value, near, second, first, runner)
    return swaps
