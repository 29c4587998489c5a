"""Sites that serve the most with the room that they have: MCLP with capacities, the people of a place shared out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.siting.answer import Clock, Progress, Siting, answer, check_number, checked_fixed, checked_weight
from geodata.coverage.siting.exchange import greedy
from geodata.coverage.siting.ground import Ground, merged
from geodata.coverage.siting.program import Program, solve
from geodata.coverage.siting.tables import Given, covers_of, numbers_of
from geodata.errors import InvalidInput

MOST_PAIRS = 200_000
"""Each pair of a group and a site is a column of the program: more of them HiGHS doesn't settle in a minute."""


def solve_capacitated_mclp(
    covers: Given,
    weight: npt.ArrayLike,
    capacity: npt.ArrayLike,
    p: int,
    *,
    fixed: Sequence[int] | Ints = (),
    time_limit_s: float = 60,
    progress: Progress | None = None,
) -> Siting:
    """Choose p sites besides the fixed ones so that the most weight finds room at a site that covers it.

    The people of a place may go to several sites; a site serves no more than its capacity. Places that go whole make
    each site a knapsack of its own: that program wasn't settled in minutes where this one takes seconds.

    Args:
        covers: (n, m), not zero where a demand is covered by a candidate; dense or sparse, where any of several values
            of a pair does.
        weight: (n,) of the demands, 0 or more.
        capacity: (m,) the weight that each candidate can serve, 0 or more; inf for no limit.
        p: how many to add.
        fixed: candidates that are there already; those that may be closed are candidates like others.
        time_limit_s: after so long the best so far is the answer, with its gap.
        progress: told how far it is; None for nobody.

    Returns:
        The choice; its objective is the weight that is served.

    Raises:
        InvalidInput: shapes disagree, a weight or a capacity is negative or no number, more are wanted than there are,
            or groups of demand and sites make more pairs than MOST_PAIRS.

    Source:
        Current & Storbeck 1988, Environment and Planning B 15(2), doi:10.1068/b150153.
    """
    clock = Clock(time_limit_s, progress)
    rows = covers_of(covers)
    heavy, room = checked_weight(weight, rows.shape[0]), _checked_room(capacity, rows.shape[1])
    there = checked_fixed(fixed, rows.shape[1])
    check_number(p, rows.shape[1], there)
    ground = merged(rows, heavy, np.zeros(0, dtype=np.int64))
    if ground.covers.nnz > MOST_PAIRS:
        raise InvalidInput(
            f"{ground.covers.nnz:,} pairs of people and a site that covers them; wanted are at most {MOST_PAIRS:,}: "
            "fewer candidates, or a shorter limit"
        )
    chosen = _first_choice(rows, heavy, there, p)
    reached, most = _served(ground, room, chosen, clock), float(ground.weight.sum())
    if reached >= most or p in (0, rows.shape[1] - len(there)):
        return answer(chosen, reached, reached, clock)
    found = solve(
        _program(ground, room, there, p),
        time_limit_s=clock.left_s,
        watch=lambda best, bound: clock.tell(-best, -bound),
    )
    if found.x is not None and -found.objective > reached:
        chosen, reached = np.flatnonzero(found.x[: len(room)] > 0.5), round(-found.objective, 6)
    return answer(chosen, reached, max(min(round(-found.bound, 6), most), reached), clock)


def _checked_room(capacity: npt.ArrayLike, sites: int) -> Floats:
    room = numbers_of(capacity, "capacities", "one number of 0 or more for each candidate").astype(np.float64)
    if room.shape != (sites,):
        raise InvalidInput(f"capacities of shape {room.shape} for {sites} candidates; wanted is one for each")
    wrong = np.flatnonzero(~(room >= 0))
    if len(wrong):
        raise InvalidInput(f"the capacity of candidate {wrong[0]} is {room[wrong[0]]}; wanted is a number of 0 or more")
    return room


def _first_choice(rows: csr_array, heavy: Floats, there: Ints, p: int) -> Ints:
    """Return the fixed sites and p that cover much, whatever their room."""
    left = merged(rows, heavy, there)
    return np.sort(np.concatenate([there, left.free[greedy(left, p)]]))


def _served(ground: Ground, room: Floats, chosen: Ints, clock: Clock) -> float:
    """Return how much chosen sites can serve, shared out at its best."""
    program = _program(ground, room, chosen, 0)
    found = solve(program, time_limit_s=max(10.0, clock.left_s), watch=lambda _best, _bound: clock.tell())
    return round(-found.objective, 6)


def _program(ground: Ground, room: Floats, there: Ints, p: int) -> Program:
    """Return the program over sites, and then over pairs of group and site: which share of the group goes there."""
    groups, sites = ground.covers.shape
    pairs = ground.covers.nnz
    group, site = np.repeat(np.arange(groups), np.diff(ground.covers.indptr)), ground.covers.indices.astype(np.int64)
    heavy, column = ground.weight[group], sites + np.arange(pairs)
    held = np.minimum(room, np.bincount(site, heavy, sites))
    # Each group once; each site within its room; nobody at a site that isn't there, which the rooms say only in part.
    row = [group, groups + site, groups + np.arange(sites), *[groups + sites + np.arange(pairs)] * 2]
    columns = [column, column, np.arange(sites), column, site, np.arange(sites)]
    value = [np.ones(pairs), heavy, -held, np.ones(pairs), -np.ones(pairs), np.ones(sites)]
    last = groups + sites + pairs
    row.append(np.full(sites, last))
    table = coo_array((np.concatenate(value), (np.concatenate(row), np.concatenate(columns))))
    lower = np.zeros(sites + pairs)
    lower[there] = 1
    total = p + len(there)
    return Program(
        cost=np.concatenate([np.zeros(sites), -heavy]),
        rows=csr_array(table),
        row_lower=np.concatenate([np.full(last, -np.inf), [total]]),
        row_upper=np.concatenate([np.ones(groups), np.zeros(sites + pairs), [total]]),
        is_whole=np.arange(sites + pairs) < sites,
        lower=lower,
        # Whose presolving took longer than the time limit on a sub-district, and the solving 0.8 s without it.
        is_presolved=False,
    )
