"""Sites with the shortest ways in all (p-median).

Swaps find a good choice and a Lagrangian relaxation a bound. Where the two don't meet, the bound's own reduced costs
say which sites and which ways a better choice could still use: few, as a rule, and HiGHS settles those. Where they are
many, sites are moved anywhere and swapped again for as long as that helps.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from geodata.coverage.arrays import Ints
from geodata.coverage.siting.answer import (
    Clock,
    Progress,
    Siting,
    answer,
    check_number,
    checked_fixed,
    checked_weight,
    refuse_unreached,
    with_any,
)
from geodata.coverage.siting.compiled import compile_medians
from geodata.coverage.siting.medians import Medians, lifted
from geodata.coverage.siting.radius import solve_remaining
from geodata.coverage.siting.swaps import greedy, nearest, swapped, total
from geodata.coverage.siting.tables import Given, costs_of
from geodata.coverage.siting.ways import ways_of
from geodata.errors import InvalidInput

_KICKS = 400
"""So many kicks without a better choice, and what is left is tried to be settled; with five times as many it stays."""


def solve_p_median(
    cost: Given,
    weight: npt.ArrayLike,
    p: int,
    *,
    fixed: Sequence[int] | Ints = (),
    time_limit_s: float = 60,
    progress: Progress | None = None,
) -> Siting:
    """Choose p sites besides the fixed ones so that the weighted ways to the nearest sites are shortest in all.

    Args:
        cost: (n, m) from each demand to each candidate; inf where there is no way. Sparse, what isn't stored is no way,
            and of several values of a pair the least counts.
        weight: (n,) of the demands, 0 or more.
        p: how many to add.
        fixed: candidates that are there already: indices in any order, or a mask.
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
    compile_medians()
    clock = Clock(time_limit_s, progress)
    table = costs_of(cost)
    shape = table.shape
    heavy = checked_weight(weight, shape[0])
    there = checked_fixed(fixed, shape[1])
    check_number(p, shape[1], there)
    if p + len(there) == 0:
        raise InvalidInput(
            "no site is there and none is to be added; wanted is at least one",
            zh="现有和增设的服务点都是 0；至少应有一处",
        )
    ways, asked = ways_of(table, heavy)
    if not len(asked):
        return answer(with_any(there, shape[1], p), 0.0, 0.0, clock)
    is_fixed = np.isin(np.arange(shape[1]), there)
    chosen = swapped(ways, is_fixed, greedy(ways, there, p), clock)
    if 0 < p < shape[1] - len(there):
        found = _prove(Medians(ways, is_fixed, p, chosen, clock))
    else:
        found = answer(chosen, total(ways, chosen), total(ways, chosen), clock)
    unreached = asked[nearest(ways, found.chosen) >= ways.no_way]
    refuse_unreached(unreached, p, is_proven=found.bound > ways.worst)
    return found


def _prove(medians: Medians) -> Siting:
    """Close the gap between the choice and what nothing can beat."""
    clock = medians.clock
    # Half of the time that is left is for the bound, then half for better choices, which leave less to be settled.
    medians.relax(until_s=(clock.seconds + clock.limit_s) / 2)
    medians.kick(until_s=(clock.seconds + clock.limit_s) / 2, patience=_KICKS)
    lowest = medians.lowest
    if lowest < medians.reached and not clock.is_over:
        remaining = solve_remaining(
            medians.ways,
            medians.is_fixed,
            medians.p,
            chosen=medians.chosen,
            reached=medians.reached,
            bound=medians.bound,
            step=medians.step,
            clock=clock,
        )
        if remaining is not None:
            medians.chosen, medians.reached = remaining.chosen, remaining.objective
            lowest = max(lowest, remaining.bound)
        else:
            medians.kick(until_s=clock.limit_s, patience=5 * _KICKS)
            lowest = medians.lowest
    reached = medians.reached
    return answer(medians.chosen, reached, min(lifted(lowest, reached, medians.step), reached), clock)
