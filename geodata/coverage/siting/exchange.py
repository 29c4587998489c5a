"""Sites that cover much: the best one by one, then swapped, and kicked out of choices that no single swap betters."""

from __future__ import annotations

import numba
import numpy as np
from scipy.sparse import csr_array

from geodata.coverage.arrays import Floats, Ints, Nodes
from geodata.coverage.siting.answer import Clock, with_any
from geodata.coverage.siting.ground import Ground

_SEED = 20251031
"""The same question gets the same answer, as long as there is time enough."""
_PATIENCE = 200
"""So many kicks without a better choice, and it stays."""
_KICKED = 6
"""At most so many sites are moved at once."""


def greedy(ground: Ground, p: int) -> Ints:
    """Add the site that covers the most of what is left, and any where nothing is left, until there are p."""
    by_site = ground.by_site
    left = ground.weight.copy()
    chosen: list[int] = []
    while len(chosen) < p and left.any():
        best = int((by_site @ left).argmax())
        chosen.append(best)
        left[by_site.indices[by_site.indptr[best] : by_site.indptr[best + 1]]] = 0
    return with_any(np.array(chosen, dtype=np.int64), ground.covers.shape[1], p - len(chosen))


def swapped(ground: Ground, chosen: Ints, clock: Clock) -> Ints:
    """Swap one site for another for as long as that covers more."""
    sites = chosen.copy()
    times = ground.times_covered(sites).astype(np.int64)
    gain = ground.by_site @ np.where(times == 0, ground.weight, 0.0)
    while not clock.is_over and _swap_each(*_parts(ground), ground.weight, sites, times, gain):
        pass
    return sites


def kicked(ground: Ground, chosen: Ints, clock: Clock, enough: float) -> Ints:
    """Move a few sites anywhere and swap again, and keep what is better.

    Args:
        ground: what is to be covered.
        chosen: where to begin.
        clock: ends it.
        enough: no choice covers more than this weight: what comes to it is the best.
    """
    draw = np.random.default_rng(_SEED)
    sites, most, stale = chosen, ground.weight_of(chosen), 0
    moved = min(_KICKED, len(chosen), ground.covers.shape[1] - len(chosen))
    while moved and stale < _PATIENCE and most < enough and not clock.is_over:
        clock.tell(most, enough)
        trial = sites.copy()
        others = np.setdiff1d(np.arange(ground.covers.shape[1]), sites)
        count = int(draw.integers(1, moved + 1))
        trial[draw.choice(len(sites), count, replace=False)] = draw.choice(others, count, replace=False)
        trial = swapped(ground, trial, clock)
        covered = ground.weight_of(trial)
        stale = 0 if covered > most else stale + 1
        if covered >= most:
            sites, most = trial, covered
    return sites


def _parts(ground: Ground) -> tuple[Nodes, Nodes, Nodes, Nodes]:
    def parts(rows: csr_array) -> tuple[Nodes, Nodes]:
        return rows.indptr, rows.indices

    return (*parts(ground.by_site), *parts(ground.covers))


@numba.njit(cache=True)
def _swap_each(
    site_first: Nodes, site_group: Nodes, group_first: Nodes, group_site: Nodes,
    weight: Floats, sites: Ints, times: Ints, gain: Floats,
) -> bool:  # fmt: skip
    """Swap each site in turn for the one that covers the most more, if any does; tell whether one did.

    Args:
        site_first, site_group: the groups that each candidate covers.
        group_first, group_site: the candidates that cover each group.
        weight: (g,).
        sites: (p,) the chosen candidates, changed in place.
        times: (g,) how many of them cover each group, kept true.
        gain: (f,) the weight that each candidate would add, kept true.
    """
    is_better = False
    for number in range(len(sites)):
        site = sites[number]
        for at in range(site_first[site], site_first[site + 1]):
            group = site_group[at]
            times[group] -= 1
            if times[group] == 0:
                for other in range(group_first[group], group_first[group + 1]):
                    gain[group_site[other]] += weight[group]
        best = site
        for other in range(len(gain)):
            if gain[other] > gain[best] * (1 + 1e-9) + 1e-9:
                best = other
        if best != site:
            sites[number] = best
            is_better = True
        for at in range(site_first[best], site_first[best + 1]):
            group = site_group[at]
            times[group] += 1
            if times[group] == 1:
                for other in range(group_first[group], group_first[group + 1]):
                    gain[group_site[other]] -= weight[group]
    return is_better
