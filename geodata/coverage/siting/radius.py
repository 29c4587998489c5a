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
    ways: Floats,
    is_fixed: Mask,
    p: int,
    *,
    chosen: Ints,
    bound: Bound,
    step: float,
    clock: Clock,
) -> Remaining:
    """Settle a p-median for which a choice and a bound are known.

    Args:
        ways: (n, m) weighted costs.
        is_fixed: (m,) sites that are there.
        p: how many are added.
        chosen: the best choice so far.
        bound: the best bound so far.
        step: no two sums differ by less; 0 where that isn't known.
        clock: the time that is left.
    """
    by_site = np.ascontiguousarray(ways.T)
    reached = total(by_site, chosen)
    # A better choice is better by a step at least.
    slack = reached - step - bound.value + 1e-6 * max(1.0, reached)
    is_possible = _possible(is_fixed, bound.reduced, p, slack)
    sites = np.flatnonzero(is_possible)
    # A way that costs more than its demand's multiplier by more than the slack is in no better choice.
    program, shortest = _program(ways[:, sites], is_fixed[sites], p, bound.multiplier + slack)
    found = solve(
        program,
        time_limit_s=clock.left_s,
        watch=lambda best, lower: clock.tell(min(reached, shortest + best), max(bound.value, shortest + lower)),
    )
    lowest = reached if found.is_impossible else min(reached, shortest + found.bound)
    if found.x is not None:
        better = sites[found.x[: len(sites)] > 0.5]
        if total(by_site, better) < reached:
            chosen, reached = better, total(by_site, better)
    return Remaining(chosen, reached, min(lowest, reached))


def _possible(is_fixed: Mask, reduced: Floats, p: int, slack: float) -> Mask:
    """Return which sites a choice better by more than the slack's rest could open."""
    free = np.sort(reduced[~is_fixed])
    if not p:
        return is_fixed
    last = free[p - 1]
    found: Mask = is_fixed | (reduced - last <= slack)
    return found


def _program(ways: Floats, is_fixed: Mask, p: int, farthest: Floats) -> tuple[Program, float]:
    """Return the program over sites and radii, and the sum of every demand's shortest radius.

    A demand's radii are its distinct costs up to `farthest`; z of a radius is 1 where no site is open within it, and
    costs the step to the next radius. Within the last one a site has to be open.
    """
    demands, sites = ways.shape
    rows = _Rows(sites)
    shortest = 0.0
    for demand in range(demands):
        order = np.argsort(ways[demand], kind="stable")
        radii, begins = np.unique(ways[demand, order], return_index=True)
        kept = max(1, int(np.searchsorted(radii, farthest[demand], side="right")))
        rings = np.split(order, begins[1:])[:kept]
        rows.add_demand(rings, np.diff(radii[:kept]))
        shortest += float(radii[0])
    rows.add(np.arange(sites), np.ones(sites), 0.0)
    count = p + int(is_fixed.sum())
    upper = np.full(len(rows.lower), np.inf)
    rows.lower[-1] = upper[-1] = count
    lower = np.zeros(rows.columns)
    lower[:sites] = is_fixed
    program = Program(
        cost=np.concatenate([np.zeros(sites), *rows.steps]),
        rows=rows.matrix(),
        row_lower=np.array(rows.lower, dtype=np.float64),
        row_upper=upper,
        is_whole=np.arange(rows.columns) < sites,
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
