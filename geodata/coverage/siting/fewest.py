"""The fewest sites that cover all: a bound by prices, a choice by local search, and HiGHS for what they leave open.

Each demand has a price for being covered: a site is worth opening where the prices around it come to more than itself,
and no choice has fewer sites than all prices come to, less what such sites would earn.

Source:
    Caprara, Fischetti & Toth 1999, Operations Research 47(5), doi:10.1287/opre.47.5.730; directions after Camerini,
    Fratta & Maffioli 1975, Mathematical Programming Study 3, doi:10.1007/BFb0120697.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.siting.answer import Clock
from geodata.coverage.siting.core import Core, core_of
from geodata.coverage.siting.program import Program, row_prices, solve
from geodata.coverage.siting.weighted import Search

_FIRST_STEPS, _STEPS = 4_000, 40_000
"""So many steps of the search without fewer sites, and it stays: before and after there is a bound."""

_ROUNDS, _PATIENCE, _SHORTEST_STEP = 2_000, 30, 0.004
"""So often prices are moved; so many times without a better bound, and they move half as far, down to this share."""
_KEPT = 0.95
"""So much of the last direction stays in the next one: prices that swing to and fro come to rest sooner, and as high
as an interior point's less 1 %, in half of its time."""


@dataclass(frozen=True, eq=False)
class Fewest:
    """Sites that cover all: `chosen` columns, and no choice has fewer than `bound` sites."""

    chosen: Ints
    bound: int


@dataclass(frozen=True, eq=False)
class Prices:
    """What a relaxation says of a core: its value, and what each site costs more than the prices around it."""

    value: float
    reduced: Floats

    @property
    def bound(self) -> int:
        """No choice has fewer sites: between whole numbers there is none."""
        return int(np.ceil(self.value - 1e-6))


def fewest(
    covers: csr_array,
    clock: Clock,
    *,
    enough: int = 0,
    is_searched: bool = True,
    is_relaxed: bool = True,
    is_exact: bool = True,
) -> Fewest:
    """Return few sites that cover all demands.

    Args:
        covers: (n, m) which candidate covers which demand, as ones; one for each demand at least.
        clock: ends it.
        enough: it ends with so many sites, or as soon as it is sure that there are no so few; 0 for the very fewest.
        is_searched: whether a choice is looked for, beyond the first.
        is_relaxed: whether an interior point raises a bound by prices that were moved by hand.
        is_exact: whether HiGHS settles what bound and search leave open.
    """
    core = core_of(covers)
    taken = len(core.taken)
    if not core.covers.shape[0] or 0 < enough < taken:
        return Fewest(core.taken, taken) if not core.covers.shape[0] else Fewest(np.arange(covers.shape[1]), taken)
    case = _Case(core, enough - taken if enough else 0, clock)
    if is_searched:
        case.search.run(clock, enough=max(1, case.enough), steps=_FIRST_STEPS)
    if not case.is_settled:
        case.ascend()
    if is_relaxed and not case.is_settled:
        case.relax()
    if is_searched and not case.is_settled:
        case.search.run(clock, enough=max(case.bound, case.enough), steps=_STEPS)
    if is_exact and not case.is_settled and not clock.is_over:
        case.settle()
    chosen = np.concatenate([core.taken, core.sites[case.search.is_best]])
    return Fewest(chosen, taken + min(case.bound, case.search.fewest))


class _Case:
    """A core under way: the best choice and the best bound so far."""

    def __init__(self, core: Core, enough: int, clock: Clock) -> None:
        self.core, self.enough, self.clock = core, enough, clock
        self.search = Search(core)
        self.reduced: Floats = np.ones(core.covers.shape[1])
        self.prices = Prices(0.0, self.reduced)
        self.bound = 1

    @property
    def is_settled(self) -> bool:
        """Nothing is better, it is good enough, or nothing is."""
        return self.search.fewest <= max(self.bound, self.enough) or 0 < self.enough < self.bound

    def ascend(self) -> None:
        """Raise the prices of what is covered by none of the sites that are worth opening, and lower the others'."""
        core = self.core
        price: Floats = (core.covers @ (1.0 / np.diff(core.by_site.indptr))) / np.diff(core.covers.indptr)
        best, length, stale, last = price, 1.0, 0, np.zeros(len(price))
        for _ in range(_ROUNDS):
            if length < _SHORTEST_STEP or self.is_settled or self.clock.is_over:
                break
            value = self._price(price)
            stale += 1
            if value == self.prices.value:
                best, stale = price, 0
            elif stale >= _PATIENCE:
                length, stale, price, last = length / 2, 0, best, np.zeros(len(price))
                continue
            slope = 1.0 - core.covers @ (self.reduced < 0).astype(np.float64) + _KEPT * last
            last = slope.copy()
            slope[(price <= 0) & (slope < 0)] = 0
            norm = float(slope @ slope)
            if norm == 0:
                break
            price = np.maximum(0.0, price + length * (1.02 * self.search.fewest - value) / norm * slope)

    def relax(self) -> None:
        """Find prices whose bound is about as high as it gets."""
        found = row_prices(_program(self.core), time_limit_s=self.clock.left_s, watch=self._tell)
        if found is not None:
            self._price(np.maximum(found, 0.0))

    def settle(self) -> None:
        """Have HiGHS find fewer sites, or prove that there are none."""
        known = self.search.fewest
        # A choice with a site less has none whose reduced cost is above the slack, and all that are as far below 0.
        slack = known - 1 - self.prices.value + 1e-6
        is_sure = self.prices.reduced < -slack
        left = np.flatnonzero(self.core.covers @ is_sure.astype(np.float64) == 0)
        sites = np.flatnonzero((self.prices.reduced <= slack) & ~is_sure)
        rows = csr_array(self.core.covers[left][:, sites])
        if (np.diff(rows.indptr) == 0).any():
            self.bound = known
            return
        rest = core_of(rows)
        sure = np.concatenate([np.flatnonzero(is_sure), sites[rest.taken]])
        if not rest.covers.shape[0]:
            self._take(sure)
            self.bound = min(known, len(sure))
            return
        found = solve(
            _program(rest),
            time_limit_s=self.clock.left_s,
            watch=lambda best, bound: self._tell(len(sure) + best, len(sure) + bound),
            is_enough=lambda best, bound: (
                len(sure) + best <= self.enough < known or 0 < self.enough < len(sure) + bound
            ),
        )
        if found.x is not None:
            self._take(np.concatenate([sure, sites[rest.sites[found.x > 0.5]]]))
        lowest = found.bound if found.is_impossible else np.ceil(len(sure) + found.bound - 1e-6)
        self.bound = max(self.bound, int(min(known, lowest)))

    def _price(self, price: Floats) -> float:
        """Return the bound of some prices, and keep it if it is the best."""
        self.reduced = 1.0 - self.core.by_site @ price
        value = float(price.sum() + np.minimum(self.reduced, 0.0).sum())
        if value > self.prices.value:
            self.prices = Prices(value, self.reduced)
            self.bound = max(self.bound, self.prices.bound)
        return value

    def _take(self, sites: Ints) -> None:
        if len(sites) < self.search.fewest:
            self.search.is_best[:] = np.isin(np.arange(len(self.search.is_best)), sites)

    def _tell(self, best: float, bound: float) -> None:
        taken = len(self.core.taken)
        self.clock.tell(taken + min(best, self.search.fewest), taken + max(bound, self.bound))


def _program(core: Core) -> Program:
    groups, sites = core.covers.shape
    return Program(
        cost=np.ones(sites),
        rows=core.covers,
        row_lower=np.ones(groups),
        row_upper=np.full(groups, np.inf),
        is_whole=np.ones(sites, dtype=np.bool_),
    )
