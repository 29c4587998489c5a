"""A bound on what p sites can cover, by Lagrangian relaxation, and which sites a better choice could still use.

A demand counts when a chosen site covers it: at a price for each demand that the sites are paid, the best p are those
that are paid most, and no choice covers more than what they are paid and the demands have left. The prices are moved
until that is as little as it gets: as little as the linear program says, in a small part of its time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.siting.answer import Clock
from geodata.coverage.siting.exchange import swapped
from geodata.coverage.siting.ground import Ground

_ROUNDS = 3_000
_PATIENCE = 20
"""So many rounds without a better bound, and the steps get half as long."""
_SHORTEST_STEP = 0.001
_SWAPPED_EACH = 25
"""Every so many rounds the sites that are paid most are swapped, too."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """What the relaxation says.

    Attributes:
        bound: no p sites cover more.
        paid: (f,) what each free candidate is paid at the prices of that bound.
        chosen: the best choice that was seen.
        covered: what it covers.
    """

    bound: float
    paid: Floats
    chosen: Ints
    covered: float

    @property
    def is_settled(self) -> bool:
        """The best choice is as good as the bound."""
        return self.covered >= self.bound

    def sure(self, p: int) -> tuple[Ints, Ints]:
        """Return the sites that each better choice has, and those that none has."""
        ranked = np.sort(self.paid)[::-1]
        slack = (self.bound - self.covered) * (1 + 1e-9) + 1e-9
        taken = np.flatnonzero(self.paid - ranked[p] > slack)
        barred = np.flatnonzero(ranked[p - 1] - self.paid > slack)
        return taken, barred


def relax(ground: Ground, p: int, chosen: Ints, clock: Clock) -> Relaxed:
    """Bring the bound down and look for better choices on the way.

    Args:
        ground: what is to be covered; more than p candidates.
        p: how many sites, 1 or more.
        chosen: the best choice so far.
        clock: ends it.

    Source:
        Galvao & ReVelle 1996, European Journal of Operational Research 88(1), doi:10.1016/0377-2217(94)00159-6.
    """
    weight = ground.weight
    # Whole numbers have no sums in between.
    step = 1.0 if (weight == np.floor(weight)).all() else 0.0
    price = weight / np.maximum(np.diff(ground.covers.indptr), 1)
    covered = ground.weight_of(chosen)
    best, best_price, length, stale = np.inf, price, 1.0, 0
    for number in range(_ROUNDS):
        if length < _SHORTEST_STEP or clock.is_over or _lifted(best, step) <= covered:
            break
        clock.tell(covered, best)
        paid = ground.by_site @ price
        picked = np.argpartition(-paid, p - 1)[:p]
        value = float((weight - price).sum() + paid[picked].sum())
        stale += 1
        if value < best * (1 - 1e-7):
            best, best_price, stale = value, price, 0
        elif stale >= _PATIENCE:
            length, stale, price = length / 2, 0, best_price
            continue
        times = ground.times_covered(picked)
        seen = float(weight[times > 0].sum())
        if number % _SWAPPED_EACH == 0 or seen > covered:
            picked = swapped(ground, picked, clock)
            seen = ground.weight_of(picked)
        if seen > covered:
            chosen, covered = picked, seen
        slope = times - 1.0
        slope[((price >= weight) & (slope < 0)) | ((price <= 0) & (slope > 0))] = 0
        norm = float(slope @ slope)
        if norm == 0:
            break
        price = np.clip(price - length * (value - 0.999 * covered) / norm * slope, 0, weight)
    return Relaxed(max(_lifted(best, step), covered), ground.by_site @ best_price, chosen, covered)


def _lifted(value: float, step: float) -> float:
    """Return the bound that a relaxed value gives: between whole numbers there is nothing."""
    return float(np.floor(value + 1e-6)) if step and np.isfinite(value) else value
