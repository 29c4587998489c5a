"""Sites that cover the most with the room that they have: MCLP with capacities, each place served whole by one site."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.siting.answer import Clock, Progress, Siting, answer, check_number, check_weight, checked_fixed
from geodata.coverage.siting.ground import Covers, pattern
from geodata.coverage.siting.program import Program, solve
from geodata.errors import InvalidInput


def solve_capacitated_mclp(
    covers: Covers,
    weight: npt.ArrayLike,
    capacity: npt.ArrayLike,
    p: int,
    *,
    fixed: Sequence[int] | Ints = (),
    time_limit_s: float = 60,
    progress: Progress | None = None,
) -> Siting:
    """Choose p sites besides the fixed ones so that the most weight finds room at a site that covers it.

    A place is served whole, by one site; a site serves no more than its capacity.

    Args:
        covers: (n, m), not zero where a demand is covered by a candidate; dense or sparse.
        weight: (n,) of the demands, 0 or more.
        capacity: (m,) the weight that each candidate can serve, 0 or more; inf for no limit.
        p: how many to add.
        fixed: candidates that are there already; those that may be closed are candidates like others.
        time_limit_s: after so long the best so far is the answer, with its gap.
        progress: told how far it is; None for nobody.

    Returns:
        The choice; its objective is the weight that is served.

    Raises:
        InvalidInput: shapes disagree, a weight or a capacity is negative or no number, more are wanted than there are.

    Source:
        Current & Storbeck 1988, Environment and Planning B 15(2), doi:10.1068/b150153.
    """
    clock = Clock(time_limit_s, progress)
    rows = pattern(covers)
    check_weight(weight, rows.shape[0])
    heavy, room = np.asarray(weight, dtype=np.float64), _checked_room(capacity, rows.shape[1])
    there = checked_fixed(fixed, rows.shape[1])
    check_number(p, rows.shape[1], there)
    demand = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    site = rows.indices.astype(np.int64)
    # A place that is larger than all of a site's room never fits there.
    fits = (heavy[demand] > 0) & (heavy[demand] <= room[site])
    demand, site = demand[fits], site[fits]
    start_open, start_pair = _greedy(demand, site, heavy, room, there, p)
    chosen, reached = np.flatnonzero(start_open), float(heavy[demand[start_pair]].sum())
    most = float(heavy[np.unique(demand)].sum())
    if reached >= most or not len(demand):
        return answer(chosen, reached, max(most, reached), clock)
    found = solve(
        _program(demand, site, heavy, room, there, p),
        time_limit_s=clock.left_s,
        watch=lambda best, bound: clock.tell(-best, -bound),
        start=np.concatenate([start_open, start_pair]).astype(np.float64),
    )
    if found.x is not None:
        served = float(heavy[demand[found.x[len(room) :] > 0.5]].sum())
        if served > reached:
            chosen, reached = np.flatnonzero(found.x[: len(room)] > 0.5), served
    return answer(chosen, reached, max(min(-found.bound, most), reached), clock)


def _checked_room(capacity: npt.ArrayLike, sites: int) -> Floats:
    room = np.asarray(capacity, dtype=np.float64)
    if room.shape != (sites,):
        raise InvalidInput(f"capacities of shape {room.shape} for {sites} candidates; wanted is one for each")
    wrong = np.flatnonzero(~(room >= 0))
    if len(wrong):
        raise InvalidInput(f"the capacity of candidate {wrong[0]} is {room[wrong[0]]}; wanted is a number of 0 or more")
    return room


def _program(demand: Ints, site: Ints, heavy: Floats, room: Floats, there: Ints, p: int) -> Program:
    """Return the program over sites, and then over pairs of demand and site."""
    sites, pairs = len(room), len(demand)
    columns = sites + np.arange(pairs)
    _, place = np.unique(demand, return_inverse=True)
    places = int(place.max(initial=-1)) + 1
    held = np.minimum(room, np.bincount(site, heavy[demand], sites))
    # Each place once; each site within its room; no pair without its site (which the rooms alone say only in part).
    row = [place, places + site, places + np.arange(sites), places + sites + np.arange(pairs)]
    row += [places + sites + np.arange(pairs), np.full(sites, places + sites + pairs)]
    column = [columns, columns, np.arange(sites), columns, site, np.arange(sites)]
    value = [np.ones(pairs), heavy[demand], -held, np.ones(pairs), -np.ones(pairs), np.ones(sites)]
    count = places + sites + pairs + 1
    total = p + len(there)
    upper = np.concatenate([np.ones(places), np.zeros(sites), np.zeros(pairs), [total]])
    lower = np.zeros(sites + pairs)
    lower[there] = 1
    return Program(
        cost=np.concatenate([np.zeros(sites), -heavy[demand]]),
        rows=csr_array(
            coo_array(
                (np.concatenate(value), (np.concatenate(row), np.concatenate(column))), shape=(count, sites + pairs)
            )
        ),
        row_lower=np.concatenate([np.full(count - 1, -np.inf), [total]]),
        row_upper=upper,
        is_whole=np.ones(sites + pairs, dtype=np.bool_),
        lower=lower,
    )


def _greedy(demand: Ints, site: Ints, heavy: Floats, room: Floats, there: Ints, p: int) -> tuple[Mask, Mask]:
    """Open the fixed sites, then p times the one that serves the most of what is left, the largest places first."""
    is_open, is_pair = np.zeros(len(room), dtype=np.bool_), np.zeros(len(demand), dtype=np.bool_)
    is_served = np.zeros(len(heavy), dtype=np.bool_)
    pairs_of = [np.flatnonzero(site == each) for each in range(len(room))]

    def taken(number: int) -> list[int]:
        left, found = room[number], []
        for pair in sorted(pairs_of[number].tolist(), key=lambda pair: (-heavy[demand[pair]], demand[pair])):
            if not is_served[demand[pair]] and heavy[demand[pair]] <= left:
                left -= heavy[demand[pair]]
                found.append(pair)
        return found

    def opened(number: int) -> None:
        pairs = taken(number)
        is_open[number], is_pair[pairs], is_served[demand[pairs]] = True, True, True

    for number in there.tolist():
        opened(number)
    for _ in range(p):
        free = np.flatnonzero(~is_open).tolist()
        opened(max(free, key=lambda number: (heavy[demand[taken(number)]].sum(), -number)))
    return is_open, is_pair
