"""What a bound leaves open of a p-median, as a small program over radii.

Source:
    Elloumi 2010, Discrete Applied Mathematics 158(9), doi:10.1016/j.dam.2010.02.012: z says that a demand has no site
    within a radius; each distinct cost of a demand is a radius.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.siting.answer import Clock
from geodata.coverage.siting.program import Program, solve
from geodata.coverage.siting.swaps import total
from geodata.coverage.siting.ways import Ways

MOST_PAIRS = 600_000
"""So many ways are left to HiGHS: more it doesn't settle in a minute."""
_AT_ONCE = 500
"""So many demands go into the program between two looks at the clock."""


@dataclass(frozen=True, eq=False)
class Bound:
    """What no choice can beat, and why.

    Attributes:
        value: the least that any choice comes to.
        multiplier: (n,) what each demand is worth there.
        reduced: (m,) what opening a site saves there; less than nothing, or nothing.
    """

    value: float
    multiplier: Floats
    reduced: Floats


@dataclass(frozen=True, eq=False)
class Remaining:
    """The better of the choice that was known and the one that was found, and what nothing can beat."""

    chosen: Ints
    objective: float
    bound: float


def solve_remaining(
    ways: Ways,
    is_fixed: Mask,
    p: int,
    *,
    chosen: Ints,
    reached: float,
    bound: Bound,
    step: float,
    clock: Clock,
) -> Remaining | None:
    """Settle a p-median for which a choice and a bound are known; None where too much is left to be settled.

    Args:
        ways: what is to be short.
        is_fixed: (m,) sites that are there.
        p: how many are added.
        chosen: the best choice so far.
        reached: what it costs.
        bound: the best bound so far.
        step: no two sums differ by less; 0 where that isn't known.
        clock: the time that is left.
    """
    # A better choice is better by a step at least.
    slack = reached - step - bound.value + 1e-6 * max(1.0, reached)
    is_possible = _possible(is_fixed, bound.reduced, p, slack)
    sites = np.flatnonzero(is_possible)
    # A way that costs more than its demand's multiplier by more than the slack is in no better choice.
    farthest = bound.multiplier + slack
    if _pairs(ways, sites, farthest) > MOST_PAIRS:
        return None
    built = _program(ways, sites, is_fixed[sites], p, farthest, clock)
    if built is None:
        return None
    program, shortest = built
    found = solve(
        program,
        time_limit_s=clock.left_s,
        watch=lambda best, lower: clock.tell(min(reached, shortest + best), max(bound.value, shortest + lower)),
    )
    lowest = reached if found.is_impossible else min(reached, shortest + found.bound)
    if found.x is not None:
        better = sites[found.x[: len(sites)] > 0.5]
        if total(ways, better) < reached:
            chosen, reached = better, total(ways, better)
    return Remaining(chosen, reached, min(lowest, reached))


def _pairs(ways: Ways, sites: Ints, farthest: Floats) -> int:
    """Return how many ways a better choice could use."""
    limit = farthest / ways.weight
    return sum(int((ways.by_site[site] <= limit).sum()) for site in sites.tolist())


def _possible(is_fixed: Mask, reduced: Floats, p: int, slack: float) -> Mask:
    """Return which sites a choice better by more than the slack's rest could open."""
    free = np.sort(reduced[~is_fixed])
    if not p:
        return is_fixed
    last = free[p - 1]
    found: Mask = is_fixed | (reduced - last <= slack)
    return found


def _program(
    ways: Ways, sites: Ints, is_fixed: Mask, p: int, farthest: Floats, clock: Clock
) -> tuple[Program, float] | None:
    """Return the program over sites and radii, and the sum of every demand's shortest radius; None out of time.

    A demand's radii are its distinct costs up to `farthest`; z of a radius is 1 where no site is open within it, and
    costs the step to the next radius. Within the last one a site has to be open.
    """
    rows = _Rows(len(sites))
    shortest = 0.0
    for begin in range(0, len(farthest), _AT_ONCE):
        if clock.is_over:
            return None
        for limit, costs in zip(farthest[begin:], ways.weighted(sites, begin, begin + _AT_ONCE), strict=False):
            order = np.argsort(costs, kind="stable")
            radii, begins = np.unique(costs[order], return_index=True)
            kept = max(1, int(np.searchsorted(radii, limit, side="right")))
            rings = np.split(order, begins[1 : kept + 1])[:kept]
            rows.add_demand(rings, np.diff(radii[:kept]))
            shortest += float(radii[0])
    rows.add(np.arange(len(sites)), np.ones(len(sites)), 0.0)
    count = p + int(is_fixed.sum())
    upper = np.full(len(rows.lower), np.inf)
    rows.lower[-1] = upper[-1] = count
    lower = np.zeros(rows.columns)
    lower[: len(sites)] = is_fixed
    program = Program(
        cost=np.concatenate([np.zeros(len(sites)), *rows.steps]),
        rows=rows.matrix(),
        row_lower=np.array(rows.lower, dtype=np.float64),
        row_upper=upper,
        is_whole=np.arange(rows.columns) < len(sites),
        lower=lower,
    )
    return program, shortest


class _Rows:
    """The rows of a program as they come; the columns of the sites are first."""

    def __init__(self, sites: int) -> None:
        self.columns = sites
        self.steps: list[Floats] = []
        self.lower: list[float] = []
        self._names: list[Ints] = []
        self._signs: list[Floats] = []

    def add(self, names: Ints, signs: Floats, lower: float) -> None:
        self._names.append(names)
        self._signs.append(signs)
        self.lower.append(lower)

    def add_demand(self, rings: Sequence[Ints], steps: Floats) -> None:
        """Add one demand: the sites of each ring around it, and what it costs to go on to the next ring."""
        z = np.arange(self.columns, self.columns + len(steps))
        for number, ring in enumerate(rings):
            own, before = z[number : number + 1], z[number - 1 : number] if number else z[:0]
            names = np.concatenate([ring, own, before])
            self.add(names, np.where(np.arange(len(names)) < len(ring) + len(own), 1.0, -1.0), float(not number))
        self.columns += len(steps)
        self.steps.append(steps)

    def matrix(self) -> csr_array:
        ends = np.cumsum([0, *map(len, self._names)])
        return csr_array(
            (np.concatenate(self._signs), np.concatenate(self._names), ends), shape=(len(self.lower), self.columns)
        )
