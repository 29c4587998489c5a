"""Sites with the shortest ways in all (p-median).

Swaps find a good choice and a Lagrangian relaxation a bound. Where the two don't meet, the bound's own reduced costs
say which sites and which ways a better choice could still use: few, as a rule, and HiGHS settles those.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.siting.answer import (
    Clock,
    Progress,
    Siting,
    answer,
    check_number,
    check_weight,
    checked_fixed,
    named,
    refuse_unreached,
)
from geodata.coverage.siting.radius import Bound, solve_remaining
from geodata.coverage.siting.swaps import greedy, swap, total
from geodata.errors import InvalidInput

MOST_WAYS = 30_000_000
"""Five tables of them are held at once: 1.2 GB."""
_ROUNDS = 1_500
_PATIENCE = 25
"""So many rounds without a better bound, and the steps get half as long."""
_SHORTEST_STEP = 0.004


def solve_p_median(
    cost: npt.ArrayLike,
    weight: npt.ArrayLike,
    p: int,
    *,
    fixed: Sequence[int] | Ints = (),
    time_limit_s: float = 60,
    progress: Progress | None = None,
) -> Siting:
    """Choose p sites besides the fixed ones so that the weighted ways to the nearest sites are shortest in all.

    Args:
        cost: (n, m) from each demand to each candidate; inf where there is no way.
        weight: (n,) of the demands, 0 or more.
        p: how many to add.
        fixed: candidates that are there already.
        time_limit_s: after so long the best so far is the answer, with its gap; a first choice is made in any case.
        progress: told how far it is; None for nobody.

    Returns:
        The choice; its objective is the sum of weight x cost to the nearest site.

    Raises:
        InvalidInput: shapes disagree, a weight is negative, there are more ways than MOST_WAYS, more are wanted than
            there are, or some demand with a weight isn't reached: by no candidate, by no choice of so many, or by none
            that was found in time. It is named.

    Source:
        ReVelle & Swain 1970, Geographical Analysis 2(1), doi:10.1111/j.1538-4632.1970.tb00142.x; relaxation after
        Cornuejols, Fisher & Nemhauser 1977, Management Science 23(8), doi:10.1287/mnsc.23.8.789.
    """
    clock = Clock(time_limit_s, progress)
    table = np.asarray(cost, dtype=np.float64)
    if table.ndim != 2 or np.isnan(table).any() or (table < 0).any():
        raise InvalidInput(f"costs of shape {table.shape}; wanted is (demands, candidates), each 0 or more, or inf")
    if table.size > MOST_WAYS:
        raise InvalidInput(
            f"{table.shape[0]:,} places x {table.shape[1]:,} candidates are {table.size:,} ways; wanted are at most "
            f"{MOST_WAYS:,}: fewer candidates, or coarser places"
        )
    check_weight(weight, table.shape[0])
    weights = np.asarray(weight, dtype=np.float64)
    there = checked_fixed(fixed, table.shape[1])
    check_number(p, table.shape[1], there)
    if p + len(there) == 0:
        raise InvalidInput(
            "no site is there and none is to be added; wanted is at least one",
            zh="现有和增设的服务点都是 0；至少应有一处",
        )
    asked = np.flatnonzero(weights > 0)
    table = table[asked]
    ways, worst = _weighted(table, weights[asked], asked)
    is_fixed = np.isin(np.arange(table.shape[1]), there)
    chosen = _first_choice(ways, is_fixed, p, clock)
    found = _prove(ways, is_fixed, chosen, p, clock)
    unreached = asked[np.isinf(table[:, found.chosen]).all(axis=1)]
    refuse_unreached(unreached, p, is_proven=found.bound > worst)
    return found


def _weighted(table: Floats, weights: Floats, names: Ints) -> tuple[Floats, float]:
    """Return (n, m) weighted costs, and the most that a choice costs which reaches all.

    Where there is no way the cost is higher still, so that no such way is worth it.
    """
    alone = names[~np.isfinite(table).any(axis=1)]
    if len(alone):
        raise InvalidInput(f"no candidate can be reached from the places {named(alone)}")
    ways = table * weights[:, None]
    is_way = np.isfinite(ways)
    worst = float(np.where(is_way, ways, 0.0).max(axis=1).sum())
    ways[~is_way] = 1 + worst
    return ways, worst


def _first_choice(ways: Floats, is_fixed: Mask, p: int, clock: Clock) -> Ints:
    """Open greedily, which takes its time, then swap for as long as there is some left."""
    is_open = is_fixed.copy()
    greedy(ways, is_open, p)
    by_site = np.ascontiguousarray(ways.T)
    while not clock.is_over and not swap(by_site, is_open, is_fixed, 1):
        clock.tell()
    return np.flatnonzero(is_open)


def _prove(ways: Floats, is_fixed: Mask, chosen: Ints, p: int, clock: Clock) -> Siting:
    """Close the gap between the choice and what nothing can beat."""
    by_site = np.ascontiguousarray(ways.T)
    reached = total(by_site, chosen)
    # Whole numbers have no sums in between.
    step = 1.0 if (ways == np.floor(ways)).all() else 0.0
    bound = Bound(-np.inf, np.sort(ways, axis=1)[:, : min(2, ways.shape[1])].max(axis=1), np.zeros(ways.shape[1]))
    length, stale = 1.5, 0
    multiplier = bound.multiplier.copy()
    for number in range(_ROUNDS):
        clock.tell(reached, bound.value)
        if reached - bound.value < max(step, 1e-9 * max(reached, 1.0)) or length < _SHORTEST_STEP or clock.is_over:
            break
        value, reduced, picked, slope = _relaxed(ways, multiplier, is_fixed, p)
        stale += 1
        if value > bound.value + 1e-9:
            bound, stale = Bound(value, multiplier.copy(), reduced), 0
        elif stale >= _PATIENCE:
            length, stale, multiplier = length / 2, 0, bound.multiplier.copy()
            continue
        if number % 10 == 0:
            chosen, reached = _better(by_site, is_fixed, picked, chosen, reached)
        norm = float(slope @ slope)
        if norm == 0:
            break
        multiplier = multiplier + length * (1.02 * reached - value) / norm * slope
    lowest = _lifted(bound.value, reached, step)
    if lowest < reached and not clock.is_over:
        remaining = solve_remaining(ways, is_fixed, p, chosen=chosen, bound=bound, step=step, clock=clock)
        chosen, reached, lowest = remaining.chosen, remaining.objective, max(lowest, remaining.bound)
    return answer(chosen, reached, min(_lifted(lowest, reached, step), reached), clock)


def _lifted(value: float, reached: float, step: float) -> float:
    """Return the bound that a relaxed value gives: between whole numbers there is nothing."""
    lifted = float(np.ceil(value - 1e-6)) if step else value
    return reached if reached - lifted < 1e-9 * max(reached, 1.0) else lifted


def _relaxed(ways: Floats, multiplier: Floats, is_fixed: Mask, p: int) -> tuple[float, Floats, Ints, Floats]:
    """Return the relaxation's value, each site's reduced cost, the sites that it opens, and the slope there."""
    saved = ways - multiplier[:, None]
    reduced = np.minimum(saved, 0).sum(axis=0)
    ranked = np.where(is_fixed, np.inf, reduced)
    picked = np.argpartition(ranked, p - 1)[:p] if p else np.zeros(0, dtype=np.int64)
    opened = np.concatenate([np.flatnonzero(is_fixed), picked])
    value = float(multiplier.sum() + reduced[opened].sum())
    slope = 1.0 - (saved[:, opened] < 0).sum(axis=1)
    return value, reduced, opened, slope


def _better(by_site: Floats, is_fixed: Mask, picked: Ints, chosen: Ints, reached: float) -> tuple[Ints, float]:
    """Swap from what the relaxation opens, and keep the better of both choices."""
    if total(by_site, picked) > 1.1 * reached:
        return chosen, reached
    is_open = np.isin(np.arange(len(is_fixed)), picked)
    swap(by_site, is_open, is_fixed, 20)
    sites = np.flatnonzero(is_open)
    found = total(by_site, sites)
    return (sites, found) if found < reached else (chosen, reached)
