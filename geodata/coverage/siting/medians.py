"""A bound on the shortest ways in all, by Lagrangian relaxation, and better choices on the way to it.

Each demand has a price that it would pay to be served: a site earns what the demands around it pay more than their
ways cost, the p sites that earn most are opened, and no choice costs less than what all pay without these earnings.

Source:
    Camerini, Fratta & Maffioli 1975, Mathematical Programming Study 3, doi:10.1007/BFb0120697: directions that keep
    some of the last one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numba
import numpy as np

from geodata.coverage.arrays import Floats, Ints, Mask, Nodes
from geodata.coverage.siting.answer import Clock
from geodata.coverage.siting.moves import Grounds, grounds_of, moved, standing_of
from geodata.coverage.siting.radius import Bound
from geodata.coverage.siting.swaps import nearest, total
from geodata.coverage.siting.ways import MOST_NEAR, Near, Table, Ways, near_ways

_ROUNDS = 1_500
_PATIENCE = 15
"""So many rounds without a better bound, and the steps get half as long."""
_SHORTEST_STEP = 0.004
_KEPT = 0.8
"""So much of the last direction stays in the next one: prices that swing to and fro come to rest sooner."""
_SWAPPED_EACH, _A_ROUND = 20, 50_000
"""Every so many rounds the sites that earn most are swapped, too; more rarely with more than so many ways for each."""
_FEWEST_NEAR, _NEAR_A_SITE = 64, 8
"""At least so many of a demand's ways are listed, and so many times the candidates that there are for each site."""
_SEED = 20251031
"""The same question gets the same answer, as long as there is time enough."""
_KICKS = 400
"""So many kicks without a better choice, and it stays."""
_KICKED = 4
"""At most so many sites are moved at once."""


@dataclass(eq=False)
class Medians:
    """A p-median under way: the best choice so far and the best bound.

    Attributes:
        ways: what is to be short.
        is_fixed: (m,) sites that are there.
        p: how many are added, 1 or more.
        chosen, reached: the best choice, and what it costs.
        clock: ends all.
    """

    ways: Ways
    is_fixed: Mask
    p: int
    chosen: Ints
    clock: Clock
    reached: float = field(init=False)
    step: float = field(init=False)
    bound: Bound = field(init=False)
    grounds: Grounds = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the bound that each demand goes to its nearest candidate."""
        self.reached = total(self.ways, self.chosen)
        # Whole numbers have no sums in between.
        self.step = 1.0 if self.ways.is_whole else 0.0
        least = nearest(self.ways, np.arange(len(self.ways.by_site)))
        self.bound = Bound(float(least.sum()), least, np.zeros(len(self.is_fixed)))
        self.grounds = grounds_of(self._near(), len(self.is_fixed))

    @property
    def lowest(self) -> float:
        """The bound: between whole numbers there is nothing."""
        return lifted(self.bound.value, self.reached, self.step)

    def offer(self, sites: Ints) -> None:
        """Take a choice if it is better."""
        cost = total(self.ways, sites)
        if cost < self.reached:
            self.chosen, self.reached = sites, cost

    def relax(self, until_s: float) -> None:
        """Bring the bound up, and look for better choices on the way, at most until the clock says so much."""
        near = self.grounds.near
        price = np.minimum(near.cap, nearest(self.ways, self.chosen))
        length, stale, best, last = 1.0, 0, price, np.zeros(len(price))
        swapped_each = max(_SWAPPED_EACH, len(near.cost) // _A_ROUND)
        for number in range(_ROUNDS):
            self.clock.tell(self.reached, self.bound.value)
            if self.lowest >= self.reached or length < _SHORTEST_STEP or self.clock.seconds >= until_s:
                break
            earned = np.zeros(len(self.is_fixed))
            _earned(near.first, near.site, near.cost, price, earned)
            picked = self._picked(earned)
            value = float(price.sum() + earned[picked].sum())
            stale += 1
            if value > self.bound.value + 1e-9:
                self.bound, best, stale = Bound(value, price, earned), price, 0
            elif stale >= _PATIENCE:
                length, stale, price, last = length / 2, 0, best, np.zeros(len(price))
                continue
            if number % swapped_each == 0:
                self._swap(picked)
            slope = 1.0 - _served_times(self.grounds.first, self.grounds.demand, self.grounds.cost, price, picked)
            slope += _KEPT * last
            last = slope.copy()
            slope[(price >= near.cap) & (slope > 0)] = 0
            norm = float(slope @ slope)
            if norm == 0:
                break
            price = np.minimum(near.cap, price + length * (self.reached - value) / norm * slope)

    def _near(self) -> Near:
        fixed, demands = np.flatnonzero(self.is_fixed), len(self.ways.weight)
        most = max(_FEWEST_NEAR, _NEAR_A_SITE * len(self.is_fixed) // self.p)
        # The site that is there serves all the same: nobody pays more than the way to it.
        limit = np.minimum(nearest(self.ways, fixed), self.ways.no_way)
        return near_ways(self.ways, ~self.is_fixed, limit, min(most, MOST_NEAR // max(1, demands)))

    def _picked(self, earned: Floats) -> Ints:
        ranked = np.where(self.is_fixed, np.inf, earned)
        return np.argpartition(ranked, self.p - 1)[: self.p]

    def _swap(self, picked: Ints) -> None:
        found = moved(
            self.grounds, standing_of(self.grounds, self._opened(picked)), self.clock, leaves=_NONE, comes=_NONE
        )
        self.offer(np.flatnonzero(found.is_open | self.is_fixed))

    def _opened(self, sites: Ints) -> Mask:
        return np.isin(np.arange(len(self.is_fixed)), sites) & ~self.is_fixed

    def kick(self, until_s: float) -> None:
        """Move a few sites anywhere and swap again, and keep what is better, at most until the clock says so much."""
        draw = np.random.default_rng(_SEED)
        best = moved(
            self.grounds, standing_of(self.grounds, self._opened(self.chosen)), self.clock, leaves=_NONE, comes=_NONE
        )
        self.offer(np.flatnonzero(best.is_open | self.is_fixed))
        stale = 0
        while stale < _KICKS and self.lowest < self.reached and self.clock.seconds < until_s:
            self.clock.tell(self.reached, self.lowest)
            own, others = np.flatnonzero(best.is_open), np.flatnonzero(~best.is_open & ~self.is_fixed)
            count = min(int(draw.integers(1, _KICKED + 1)), len(own), len(others))
            leaves, comes = draw.choice(own, count, replace=False), draw.choice(others, count, replace=False)
            trial = moved(self.grounds, best, self.clock, leaves=leaves, comes=comes)
            stale += 1
            if trial.cost < best.cost:
                best, stale = trial, 0
                self.offer(np.flatnonzero(best.is_open | self.is_fixed))


_NONE = np.zeros(0, dtype=np.int64)


def lifted(value: float, reached: float, step: float) -> float:
    """Return the bound that a relaxed value gives: between whole numbers there is nothing."""
    found = float(np.ceil(value - 1e-6)) if step else value
    return reached if reached - found < 1e-9 * max(reached, 1.0) else found


@numba.njit(cache=True)
def _earned(first: Ints, site: Table, cost: Floats, price: Floats, earned: Floats) -> None:
    """Add, to what each site earns, what the demands pay less than their ways cost: nothing, or less than nothing."""
    for demand in range(len(price)):
        for at in range(first[demand], first[demand + 1]):
            if cost[at] >= price[demand]:
                break
            earned[site[at]] += cost[at] - price[demand]


@numba.njit(cache=True)
def _served_times(first: Ints, demand: Nodes, cost: Floats, price: Floats, sites: Ints) -> Floats:
    """Return (n,) how many of some sites each demand pays for."""
    times = np.zeros(len(price))
    for site in sites:
        for at in range(first[site], first[site + 1]):
            times[demand[at]] += cost[at] < price[demand[at]]
    return times
