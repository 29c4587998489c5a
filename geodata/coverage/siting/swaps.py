"""Swaps of one site for another that shorten the way of all (Whitaker's fast interchange)."""

from __future__ import annotations

import numba
import numpy as np

from geodata.coverage.arrays import Floats, Ints, Mask


@numba.njit(cache=True)
def greedy(cost: Floats, is_open: Mask, p: int) -> None:
    """Open, p times, the site that shortens the ways most; (n, m) `cost` is weighted, `is_open` changed in place."""
    demands, sites = cost.shape
    near = np.full(demands, np.inf)
    for site in range(sites):
        if is_open[site]:
            for demand in range(demands):
                near[demand] = min(near[demand], cost[demand, site])
    for _ in range(p):
        best, best_sum = -1, np.inf
        for site in range(sites):
            if is_open[site]:
                continue
            total = 0.0
            for demand in range(demands):
                total += min(near[demand], cost[demand, site])
            if best < 0 or total < best_sum:
                best, best_sum = site, total
        is_open[best] = True
        for demand in range(demands):
            near[demand] = min(near[demand], cost[demand, best])


@numba.njit(cache=True)
def swap(by_site: Floats, is_open: Mask, is_fixed: Mask, most: int) -> bool:
    """Swap for as long as that shortens the ways, `most` times at most; tell whether no swap is left that does.

    Args:
        by_site: (m, n) weighted costs, a row a site.
        is_open: (m,) changed in place.
        is_fixed: (m,) never closed.
        most: how many swaps.
    """
    sites, demands = by_site.shape
    first = np.empty(demands, dtype=np.int64)
    near = np.empty(demands)
    second = np.empty(demands)
    loss = np.empty(sites)
    for _ in range(most):
        near[:] = np.inf
        second[:] = np.inf
        first[:] = -1
        for site in range(sites):
            if is_open[site]:
                for demand in range(demands):
                    value = by_site[site, demand]
                    if value < near[demand]:
                        second[demand] = near[demand]
                        near[demand] = value
                        first[demand] = site
                    elif value < second[demand]:
                        second[demand] = value
        best_gain, leaves, comes = 1e-9, -1, -1
        for site in range(sites):
            if is_open[site]:
                continue
            loss[:] = 0.0
            gain = 0.0
            for demand in range(demands):
                value = by_site[site, demand]
                if value < near[demand]:
                    gain += near[demand] - value
                else:
                    loss[first[demand]] += min(value, second[demand]) - near[demand]
            for other in range(sites):
                if is_open[other] and not is_fixed[other] and gain - loss[other] > best_gain:
                    best_gain, leaves, comes = gain - loss[other], other, site
        if comes < 0:
            return True
        is_open[leaves] = False
        is_open[comes] = True
    return False


def total(by_site: Floats, sites: Ints) -> float:
    """Return the sum of the demands' costs to their nearest of `sites`."""
    return float(by_site[sites].min(axis=0).sum()) if len(sites) else float("inf")
