"""Few sites that cover all, by local search: what stays uncovered counts more and more until it is covered.

Source:
    Gao, Weise & Li 2015, European Journal of Operational Research 246(3), doi:10.1016/j.ejor.2015.05.038.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from geodata.coverage.arrays import Ints, Mask, Nodes
from geodata.coverage.siting.answer import Clock
from geodata.coverage.siting.core import Core

_Random = npt.NDArray[np.uint64]
_LOOKED = 2_000
"""So many steps between two looks at the clock."""
_SEED = 20251031
"""The same question gets the same answer, as long as there is time enough."""


class Search:
    """A search for fewer and fewer of a core's sites; it goes on where it was."""

    def __init__(self, core: Core) -> None:
        """Begin with the site that covers the most of what is left, and so on."""
        groups, sites = core.covers.shape
        self.is_best = np.ones(sites, dtype=np.bool_)
        self._parts = (core.by_site.indptr, core.by_site.indices, core.covers.indptr, core.covers.indices)
        self._weight = np.ones(groups, dtype=np.int64)
        self._times = np.zeros(groups, dtype=np.int64)
        self._score = np.diff(core.by_site.indptr).astype(np.int64)
        self._is_open = np.zeros(sites, dtype=np.bool_)
        self._stamp = np.zeros(sites, dtype=np.int64)
        self._is_free = np.ones(sites, dtype=np.bool_)
        self._random = np.array([_SEED], dtype=np.uint64)
        self._done = 0
        _fill(*self._parts, self._weight, self._times, self._score, self._is_open, self._is_free)
        self.is_best[:] = self._is_open

    @property
    def fewest(self) -> int:
        """How many sites the best choice so far has."""
        return int(self.is_best.sum())

    def run(self, clock: Clock, *, enough: int, steps: int) -> None:
        """Look for fewer sites.

        Args:
            clock: ends it.
            enough: so many sites are as few as wanted.
            steps: so many steps without anything better end it.
        """
        stale, before = 0, self.fewest
        while self.fewest > enough and stale < steps and not clock.is_over:
            _step(
                *self._parts, self._weight, self._times, self._score, self._is_open, self._is_free,
                self._stamp, self._random, self.is_best, enough, self._done, self._done + _LOOKED,
            )  # fmt: skip
            self._done += _LOOKED
            stale = 0 if self.fewest < before else stale + _LOOKED
            before = self.fewest


@numba.njit(cache=True)
def _turn(
    site: int, site_first: Nodes, site_group: Nodes, group_first: Nodes, group_site: Nodes,
    weight: Ints, times: Ints, score: Ints, is_open: Mask, is_free: Mask,
) -> None:  # fmt: skip
    """Open a site, or close an open one, and keep true what each open one alone covers and each other one would add.

    One that was closed isn't free to come back until something beside it has changed.
    """
    is_opened = not is_open[site]
    is_open[site] = is_opened
    score[site] = 0
    for at in range(site_first[site], site_first[site + 1]):
        group = site_group[at]
        others = times[group] if is_opened else times[group] - 1
        times[group] = others + 1 if is_opened else others
        if others == 0:
            score[site] += weight[group]
        for other_at in range(group_first[group], group_first[group + 1]):
            other = group_site[other_at]
            if other == site:
                continue
            is_free[other] = True
            # What this site covers, too, no other one covers alone; what it leaves, one does or would.
            if others == 0 or (others == 1 and is_open[other]):
                score[other] += -weight[group] if is_opened else weight[group]
    if not is_opened:
        is_free[site] = False


@numba.njit(cache=True)
def _fill(
    site_first: Nodes, site_group: Nodes, group_first: Nodes, group_site: Nodes,
    weight: Ints, times: Ints, score: Ints, is_open: Mask, is_free: Mask,
) -> None:  # fmt: skip
    """Open the site that adds most, until all is covered."""
    while (times == 0).any():
        best = -1
        for site in range(len(score)):
            if not is_open[site] and (best < 0 or score[site] > score[best]):
                best = site
        _turn(best, site_first, site_group, group_first, group_site, weight, times, score, is_open, is_free)


@numba.njit(cache=True)
def _least(score: Ints, stamp: Ints, is_open: Mask, but: int) -> int:
    """Return the open site that is missed least, of equals the one that has been there longest."""
    best = -1
    for site in range(len(score)):
        if not is_open[site] or site == but:
            continue
        if best < 0 or score[site] < score[best] or (score[site] == score[best] and stamp[site] < stamp[best]):
            best = site
    return best


@numba.njit(cache=True)
def _draw(groups: Ints, random: _Random) -> int:
    """Return one of some groups."""
    random[0] = random[0] * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
    return int(groups[(random[0] >> np.uint64(33)) % np.uint64(len(groups))])


@numba.njit(cache=True)
def _step(
    site_first: Nodes, site_group: Nodes, group_first: Nodes, group_site: Nodes,
    weight: Ints, times: Ints, score: Ints, is_open: Mask, is_free: Mask,
    stamp: Ints, random: _Random, is_best: Mask, enough: int, begin: int, end: int,
) -> None:  # fmt: skip
    """Exchange sites; whenever all is covered, note it and go on with one site fewer."""
    last = -1
    for number in range(begin + 1, end + 1):
        bare = np.flatnonzero(times == 0)
        while not len(bare):
            is_best[:] = is_open
            if is_best.sum() <= enough:
                return
            gone = _least(score, stamp, is_open, -1)
            _turn(gone, site_first, site_group, group_first, group_site, weight, times, score, is_open, is_free)
            stamp[gone] = number
            bare = np.flatnonzero(times == 0)
        gone = _least(score, stamp, is_open, last)
        if gone >= 0:
            _turn(gone, site_first, site_group, group_first, group_site, weight, times, score, is_open, is_free)
            stamp[gone] = number
        bare = np.flatnonzero(times == 0)
        group, comes = _draw(bare, random), -1
        for at in range(group_first[group], group_first[group + 1]):
            site = group_site[at]
            if not is_free[site]:
                continue
            if comes < 0 or score[site] > score[comes] or (score[site] == score[comes] and stamp[site] < stamp[comes]):
                comes = site
        if comes < 0:
            comes = group_site[group_first[group]]
        _turn(comes, site_first, site_group, group_first, group_site, weight, times, score, is_open, is_free)
        stamp[comes] = number
        last = comes
        for group in range(len(times)):
            if times[group] == 0:
                weight[group] += 1
                for at in range(group_first[group], group_first[group + 1]):
                    score[group_site[at]] += 1
