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
from geodata.coverage.siting.moves import MOST_SAVED, Grounds, Standing, descend, exchange, grounds_of, standing_of
from geodata.coverage.siting.radius import Bound
from geodata.coverage.siting.swaps import nearest, total
from geodata.coverage.siting.ways import MOST_NEAR, Near, Table, Ways, near_ways, nearer

_ROUNDS = 1_500
_PATIENCE = 25
"""So many rounds without a better bound, and the steps get half as long."""
_SHORTEST_STEP = 0.002
_KEPT = 0.8
"""So much of the last direction stays in the next one: prices that swing to and fro come to rest sooner."""
_ROOM, _MANY = 2.0, 1_000_000
"""With more than so many ways prices rise by so many usual ways, or so many times, at most: no others are looked at."""
_SWAPPED_EACH, _A_ROUND = 20, 50_000
"""Every so many rounds the sites that earn most are swapped, too; more rarely with more than so many ways for each."""
_FEWEST_NEAR, _NEAR_A_SITE = 64, 8
"""At least so many of a demand's ways are listed, and so many times the candidates that there are for each site."""
_SEED = 20251031
"""The same question gets the same answer, as long as there is time enough."""
_KICKED = 16
"""At most so many sites are moved at once, around some demand, half of all: few mostly go back to where they were."""
_ANYWHERE = 8
"""One of so many kicks moves sites that have nothing to do with each other."""
_WORSE = 0.06
"""What is worse by so much of a site's share is gone on from at most, the less the longer nothing better was found."""


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
    draw: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the bound that each demand goes to its nearest candidate."""
        self.reached = total(self.ways, self.chosen)
        # Whole numbers have no sums in between.
        self.step = 1.0 if self.ways.is_whole else 0.0
        near = self._near()
        has_near = np.diff(near.first) > 0
        least = near.cap.copy()
        least[has_near] = near.cost[near.first[:-1][has_near]]
        self.bound = Bound(float(least.sum()), least, np.zeros(len(self.is_fixed)))
        self.grounds = grounds_of(near, len(self.is_fixed))
        self.draw = np.random.default_rng(_SEED)

    @property
    def is_swapped(self) -> bool:
        """Swaps are looked for: there aren't too many of them to be kept."""
        return self.p * len(self.is_fixed) <= MOST_SAVED

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
        price = np.minimum(self.grounds.near.cap, nearest(self.ways, self.chosen))
        near = self.grounds.near
        if len(near.cost) > _MANY:
            usual = self.ways.weight * (self.reached / float(self.ways.weight.sum()))
            near = nearer(near, np.maximum(_ROOM * price, price + _ROOM * usual))
        best, last, slope = price.copy(), np.zeros(len(price)), np.zeros(len(price))
        length, stale, earned = 1.0, 0, np.zeros(len(self.is_fixed))
        swapped_each = max(_SWAPPED_EACH, len(self.grounds.near.cost) // _A_ROUND)
        for number in range(_ROUNDS):
            self.clock.tell(self.reached, self.bound.value)
            if self.lowest >= self.reached or length < _SHORTEST_STEP or self.clock.seconds >= until_s:
                break
            earned[:] = 0.0
            _earned(near.first, near.site, near.cost, price, earned)
            picked = self._picked(earned)
            value = float(price.sum() + earned[picked].sum())
            stale += 1
            if value > self.bound.value + 1e-9:
                best[:] = price
                self.bound, stale = Bound(value, best, earned.copy()), 0
            elif stale >= _PATIENCE:
                length, stale = length / 2, 0
                price[:], last[:] = best, 0.0
                continue
            if number % swapped_each == 0:
                self._swap(picked)
            slope[:] = 1.0
            _less_served(self.grounds.first, self.grounds.demand, self.grounds.cost, price, picked, slope)
            norm = _turned(slope, last, price, near.cap)
            if norm == 0:
                break
            _moved_on(price, slope, near.cap, length * (self.reached - value) / norm)

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
        if self.is_swapped:
            self._offer(self._swapped(picked[~self.is_fixed[picked]]))

    def _swapped(self, sites: Ints) -> Standing:
        found = standing_of(self.grounds, sites)
        descend(self.grounds, found, self.clock)
        return found

    def _offer(self, standing: Standing) -> None:
        self.offer(np.flatnonzero(standing.is_open | self.is_fixed))

    def kick(self, until_s: float, patience: int) -> None:
        """Move some sites that are near each other and swap again, and keep what is better.

        Args:
            until_s: it ends when the clock says so much.
            patience: it ends after so many kicks without a better choice.
        """
        if not self.is_swapped:
            return
        now = self._swapped(self.chosen[~self.is_fixed[self.chosen]])
        trial, least, stale = now.copy(), now.cost, 0
        self._offer(now)
        while stale < patience and self.lowest < self.reached and self.clock.seconds < until_s:
            self.clock.tell(self.reached, self.lowest)
            leaves, comes = self._kicked(now)
            exchange(self.grounds, trial, leaves=leaves, comes=comes)
            descend(self.grounds, trial, self.clock)
            stale += 1
            if trial.cost < least:
                least, stale = trial.cost, 0
                self._offer(trial)
            worse = _WORSE / self.p * (1 - stale / patience) * self.draw.random()
            if trial.cost < now.cost * (1 + worse):
                now.become(trial)
            else:
                trial.become(now)

    def _kicked(self, standing: Standing) -> tuple[Ints, Ints]:
        """Draw the open sites around some demand and as many others among them; now and then any."""
        near, draw = self.grounds.near, self.draw
        demand, count = int(draw.integers(len(near.cap))), int(draw.integers(2, 1 + max(2, min(_KICKED, self.p // 2))))
        around = near.site[near.first[demand] : near.first[demand + 1]].astype(np.int64)
        reach = np.flatnonzero(standing.is_open[around])[:count]
        around = around[: reach[-1] + 1] if len(reach) else around
        if len(reach) == len(around) or not draw.integers(_ANYWHERE):
            around = np.flatnonzero(~self.is_fixed)
        is_open = standing.is_open[around]
        own, others = around[is_open], around[~is_open]
        count = min(count, len(own), len(others))
        return draw.choice(own, count, replace=False), draw.choice(others, count, replace=False)


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
def _less_served(first: Ints, demand: Nodes, cost: Floats, price: Floats, sites: Ints, slope: Floats) -> None:
    """Take from each demand's slope how many of some sites it pays for."""
    for site in sites:
        for at in range(first[site], first[site + 1]):
            slope[demand[at]] -= cost[at] < price[demand[at]]


@numba.njit(cache=True)
def _turned(slope: Floats, last: Floats, price: Floats, cap: Floats) -> float:
    """Keep most of the last direction in the slope, in place, and return its square: large arrays are slow to make."""
    norm = 0.0
    for demand in range(len(slope)):
        slope[demand] += _KEPT * last[demand]
        last[demand] = slope[demand]
        if price[demand] >= cap[demand] and slope[demand] > 0:
            slope[demand] = 0.0
        norm += slope[demand] ** 2
    return norm


@numba.njit(cache=True)
def _moved_on(price: Floats, slope: Floats, cap: Floats, length: float) -> None:
    """Move prices along a slope, in place, none above its cap."""
    for demand in range(len(price)):
        price[demand] = min(cap[demand], price[demand] + length * slope[demand])
