"""Sites whose longest way is shortest (p-center): the least limit at which p sites cover everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.siting.answer import (
    Clock,
    Progress,
    Siting,
    answer,
    check_number,
    checked_fixed,
    refuse_unreached,
    with_any,
)
from geodata.coverage.siting.compiled import compile_center
from geodata.coverage.siting.fewest import fewest
from geodata.coverage.siting.interchange import interchanged
from geodata.coverage.siting.tables import Given, costs_of
from geodata.coverage.siting.ways import Table, ways_of
from geodata.errors import InvalidInput


def solve_p_center(
    cost: Given,
    p: int,
    *,
    fixed: Sequence[int] | Ints = (),
    time_limit_s: float = 60,
    progress: Progress | None = None,
) -> Siting:
    """Choose p sites besides the fixed ones so that the farthest demand is as near as can be.

    Args:
        cost: (n, m) from each demand to each candidate; inf where there is no way. Sparse, what isn't stored is no way,
            and of several values of a pair the least counts.
        p: how many to add.
        fixed: candidates that are there already: indices in any order, or a mask.
        time_limit_s: after so long the best so far is the answer, with its gap.
        progress: told how far it is; None for nobody.

    Returns:
        The choice; its objective is the greatest of the demands' costs to their nearest site.

    Raises:
        InvalidInput: there are more ways than MOST_WAYS, more sites are wanted than there are, or some demand isn't
            reached: by no candidate, by no choice of so many, or by none that was found in time. It is named.

    Source:
        Minieka 1970, SIAM Review 12(1), doi:10.1137/1012016: a search among the costs, each step a covering problem.
    """
    compile_center()
    clock = Clock(time_limit_s, progress)
    table = costs_of(cost)
    shape = table.shape
    there = checked_fixed(fixed, shape[1])
    check_number(p, shape[1], there)
    if not shape[0]:
        return answer(with_any(there, shape[1], p), 0.0, 0.0, clock)
    if p + len(there) == 0:
        raise InvalidInput(
            "no site is there and none is to be added; wanted is at least one",
            zh="现有和增设的服务点都是 0；至少应有一处",
        )
    ways, _ = ways_of(table, np.ones(shape[0]))
    case = _Case(ways.by_site, there, p, clock)
    for turn in _TURNS:
        case.narrow(turn)
    unreached = np.flatnonzero(np.isinf(_nearest(ways.by_site, case.chosen)))
    refuse_unreached(unreached, p, is_proven=case.low >= len(case.limits))
    return answer(case.chosen, case.reached, float(case.limits[case.low]), clock)


@dataclass(frozen=True)
class _Turn:
    """How covering problems narrow what lies between bound and choice.

    Attributes:
        until: the share of the time at which it ends.
        step: it ends, too, where less than this share of the way lies between; 0 for never.
        is_searched, is_relaxed, is_exact: what is done about each problem, as `fewest` says.
    """

    until: float
    step: float
    is_searched: bool = False
    is_relaxed: bool = False
    is_exact: bool = False


_CHANGING = 0.15
"""The share of the time in which single sites are changed for others, before any problem is asked."""
_TURNS = (
    _Turn(0.4, 0.01),
    _Turn(0.6, 0.002, is_searched=True),
    _Turn(0.8, 0.002, is_relaxed=True),
    _Turn(1.0, 0.0, is_searched=True, is_relaxed=True, is_exact=True),
)
"""A bound in large steps first, by the quickest means; choices; a better bound; and HiGHS settles what is left."""


class _Case:
    """A p-center under way.

    Attributes:
        limits: the costs between the first bound and the first choice, in order.
        low, high: places among them: no choice is as good as any before `low`; the best so far is that of `high`.
        chosen, reached: that choice and its longest way.
    """

    def __init__(self, by_site: Table, fixed: Ints, p: int, clock: Clock) -> None:
        self.by_site, self.fixed, self.p, self.clock = by_site, fixed, p, clock
        self.free = np.setdiff1d(np.arange(len(by_site)), fixed)
        self.from_fixed = _nearest(by_site, fixed)
        self.chosen, self.reached = _farthest_first(by_site, fixed, p)
        # The longest way is no shorter than that of who is farthest from any candidate, nor longer than this choice's.
        least = float(_nearest(by_site, np.arange(len(by_site))).max())
        if np.isfinite(self.reached):
            soon = clock.until(_CHANGING * clock.limit_s, clock.tell)
            self.chosen, self.reached = interchanged(by_site, fixed, self.chosen, least, soon)
        parts = (np.unique(row[(row >= least) & (row <= self.reached) & np.isfinite(row)]) for row in by_site)
        self.limits = np.unique(np.concatenate(list(parts))).astype(np.float64)
        self.low = 0
        self.high = len(self.limits) - 1 if np.isfinite(self.reached) else len(self.limits)

    def narrow(self, turn: _Turn) -> None:
        """Halve what lies between bound and choice, by covering problems, as long as that goes and time is left."""
        clock = self.clock.until(turn.until * self.clock.limit_s, self.tell)
        low, high = self.low, self.high
        while low < high and self._is_wide(low, high, turn.step) and not clock.is_over:
            self.tell()
            middle = (low + high) // 2
            sites, is_none = self._within(self.limits[middle], turn, clock)
            if sites is not None:
                self.chosen, self.reached = sites, float(_nearest(self.by_site, sites).max())
                self.high = high = min(middle, int(np.searchsorted(self.limits, self.reached)))
            elif is_none:
                self.low = low = middle + 1
            elif turn.is_exact:
                break
            elif turn.is_searched:
                # Nothing was found, and it isn't sure that nothing is there: choices are looked for above it alone.
                low = middle + 1
            else:
                high = middle

    def _is_wide(self, low: int, high: int, step: float) -> bool:
        return high >= len(self.limits) or float(self.limits[low]) < (1 - step) * float(self.limits[high])

    def tell(self) -> None:
        """Tell how far it is."""
        self.clock.tell(self.reached, float(self.limits[min(self.low, len(self.limits) - 1)]))

    def _within(self, limit: float, turn: _Turn, clock: Clock) -> tuple[Ints | None, bool]:
        """Return sites that reach everything within a limit, or None and whether it is sure that there are none."""
        left = np.flatnonzero(self.from_fixed > limit)
        near = [np.flatnonzero(self.by_site[site][left] <= limit) for site in self.free]
        first = np.cumsum([0, *map(len, near)])
        by_site = csr_array((np.ones(first[-1]), np.concatenate(near), first), shape=(len(near), len(left)))
        if not self.p and len(left):
            return None, True
        found = fewest(
            csr_array(by_site.T),
            clock,
            enough=self.p,
            is_searched=turn.is_searched,
            is_relaxed=turn.is_relaxed,
            is_exact=turn.is_exact,
        )
        if len(found.chosen) <= self.p:
            sites = np.concatenate([self.fixed, self.free[found.chosen]])
            return with_any(sites, len(self.by_site), self.p - len(found.chosen)), True
        return None, found.bound > self.p


def _nearest(by_site: Table, sites: Ints) -> Floats:
    """Return (n,) the cost to the nearest of some sites; inf where there is none."""
    near = np.full(by_site.shape[1], np.inf)
    for site in sites:
        np.minimum(near, by_site[site], out=near)
    return near


def _farthest_first(by_site: Table, fixed: Ints, p: int) -> tuple[Ints, float]:
    """Go to the demand that is worst off and add the site nearest to it, p times."""
    sites = list(map(int, fixed))
    nearest = _nearest(by_site, fixed)
    for _ in range(p):
        ways = by_site[:, int(nearest.argmax())].astype(np.float64)
        ways[sites] = np.inf
        best = int(ways.argmin())
        if best in sites:
            best = next(number for number in range(len(by_site)) if number not in sites)
        sites.append(best)
        nearest = np.minimum(nearest, by_site[best])
    return np.array(sites, dtype=np.int64), float(nearest.max())
