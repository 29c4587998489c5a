"""Shorter longest ways by changing one site for another: what a p-center's covering problems begin with.

Source:
    Mladenovic, Labbe & Hansen 2003, Networks 42(1), doi:10.1002/net.10081: only a site that is nearer to who is worst
    off can do better, and what it brings is known for all that may go by one look at each demand; choices that no such
    change makes better are shaken, ever more.
"""

from __future__ import annotations

import numba
import numpy as np

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.siting.answer import Clock
from geodata.coverage.siting.ways import Table

_MOST_SHAKEN = 12
"""So many sites are changed at random at most."""
_PATIENCE = 120
"""So many choices that were shaken without a better one, and it ends."""


def interchanged(by_site: Table, fixed: Ints, sites: Ints, least: float, clock: Clock) -> tuple[Ints, float]:
    """Return a choice whose longest way is no longer than that of a given one, and that way.

    Args:
        by_site: (m, n) costs; inf where there is no way.
        fixed: the first of `sites`, which stay.
        sites: the choice to begin with; it reaches everything.
        least: no choice is better.
        clock: ends it.
    """
    best, rng = _Choice(by_site, sites, len(fixed)), np.random.default_rng(0)
    best.improve(clock)
    shaken, stale = 1, 0
    while stale < _PATIENCE and best.longest > least and not clock.is_over and len(fixed) < len(sites):
        clock.tell()
        tried = _Choice(by_site, best.sites, len(fixed))
        for _ in range(shaken):
            tried.shake(rng)
        tried.improve(clock)
        stale += 1
        if tried.longest < best.longest:
            best, shaken, stale = tried, 1, 0
        else:
            shaken = shaken % min(_MOST_SHAKEN, len(sites) - len(fixed)) + 1
    return best.sites, best.longest


class _Choice:
    """Sites, and for each demand its nearest and its second nearest of them."""

    def __init__(self, by_site: Table, sites: Ints, kept: int) -> None:
        self.by_site, self.sites, self.kept = by_site, sites.copy(), kept
        self.is_open: Mask = np.isin(np.arange(len(by_site)), sites)
        self._look()

    def _look(self) -> None:
        self.nearest, self.at, self.second = _two_nearest(self.by_site, self.sites)
        self.worst = int(self.nearest.argmax())
        self.longest = float(self.nearest[self.worst])

    def improve(self, clock: Clock) -> None:
        """Change one site for another as long as that makes the longest way shorter."""
        while not clock.is_over:
            new, place = _best_change(
                self.by_site, self.is_open, len(self.sites), self.kept, self.nearest, self.at, self.second, self.worst
            )
            if new < 0:
                return
            self._change(int(new), int(place))

    def shake(self, rng: np.random.Generator) -> None:
        """Open some site that is nearer to who is worst off, and close any."""
        nearer = np.flatnonzero((self.by_site[:, self.worst] < self.longest) & ~self.is_open)
        if len(nearer):
            self._change(int(rng.choice(nearer)), int(rng.integers(self.kept, len(self.sites))))

    def _change(self, new: int, place: int) -> None:
        self.is_open[self.sites[place]], self.is_open[new] = False, True
        self.sites[place] = new
        self._look()


@numba.njit(cache=True)
def _two_nearest(by_site: Table, sites: Ints) -> tuple[Floats, Ints, Floats]:
    """Return (n,) the cost to the nearest site, its place among the sites, and the cost to the second nearest."""
    count = by_site.shape[1]
    nearest, second, at = np.full(count, np.inf), np.full(count, np.inf), np.zeros(count, dtype=np.int64)
    for place in range(len(sites)):
        row = by_site[sites[place]]
        for demand in range(count):
            cost = row[demand]
            if cost < nearest[demand]:
                second[demand], nearest[demand], at[demand] = nearest[demand], cost, place
            elif cost < second[demand]:
                second[demand] = cost
    return nearest, at, second


@numba.njit(cache=True)
def _best_change(
    by_site: Table, is_open: Mask, places: int, kept: int, nearest: Floats, at: Ints, second: Floats, worst: int
) -> tuple[int, int]:
    """Return the site to open and the place to close by which the longest way gets shortest; -1 where it gets none."""
    best, best_new, best_place = nearest[worst], -1, -1
    staying, left = np.empty(places), np.empty(places)
    for new in range(by_site.shape[0]):
        if is_open[new] or not by_site[new, worst] < best:
            continue
        row, moved = by_site[new], 0.0
        staying[:] = 0.0
        left[:] = 0.0
        for demand in range(by_site.shape[1]):
            cost, place = row[demand], at[demand]
            if cost < nearest[demand]:
                moved = max(moved, cost)
            else:
                staying[place] = max(staying[place], nearest[demand])
                left[place] = max(left[place], min(cost, second[demand]))
        longest = int(np.argmax(staying))
        most, next_most = staying[longest], 0.0
        for place in range(places):
            if place != longest:
                next_most = max(next_most, staying[place])
        for place in range(kept, places):
            found = max(moved, left[place], next_most if place == longest else most)
            if found < best:
                best, best_new, best_place = found, new, place
    return best_new, best_place
