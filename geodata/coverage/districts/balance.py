"""Balances districts: today's are mended, then changed at random under ever stricter rules, and the best is kept."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.districts.kernels import anneal
from geodata.coverage.districts.plan import Plan, components, obstacles_of, pieces_of, spread_of
from geodata.coverage.districts.start import mended
from geodata.errors import InvalidInput

_ROUNDS = 40
_STEPS = 50_000
"""A round tries so many changes for each 100 units, and 5 times as many at least."""
_REDRAWS = 200
_ROOM = 1.1
"""Where something keeps the spread above the goal, so many times what it allows is aimed at."""
_RAGGED = 0.002
"""A border between two units costs little: of plans that are as good otherwise the rounder one is taken."""


def balance(
    workload: npt.ArrayLike,
    households: npt.ArrayLike,
    pairs: npt.ArrayLike,
    today: npt.ArrayLike,
    *,
    districts: int | None = None,
    goal_share: float = 0.5,
    time_limit_s: float = 60.0,
    seed: int = 1,
    progress: Callable[[float], object] | None = None,
) -> Plan:
    """Return districts of whole units, each in one piece, of equal workload, with few households moved.

    The spread (greatest workload less least, by the mean) is brought under a share of today's first; among plans that
    are, the one that moves fewest households is kept. The same call gives the same plan, unless time runs out.

    Args:
        workload: (n,) what each unit (a compound, a block) takes, >= 0; units are never split.
        households: (n,) those who live there, >= 0.
        pairs: (m, 2) units that touch on the network; across a barrier they don't.
        today: (n,) number of today's district, -1 for none.
        districts: how many are wanted; None for as many as today.
        goal_share: the spread that is wanted, by today's.
        time_limit_s: when to stop.
        seed: of chance.
        progress: told the share that is done, 0..1, now and then; what it raises stops the search.

    Raises:
        InvalidInput: shapes disagree, a value is negative or not finite, a pair names no unit, there are more districts
            than units, or fewer than parts that nothing joins (then none could be in one piece).
    """
    work, people = _checked("workload", workload), _checked("households", households)
    links = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    now = np.asarray(today, dtype=np.int64)
    _check(work, people, links, now)
    links = links[links[:, 0] != links[:, 1]]
    count = len(np.unique(now[now >= 0])) if districts is None else districts
    component = components(len(work), links)
    _check_count(count, len(work), int(component.max()) + 1)
    began = time.perf_counter()
    before = _spread_of(work, now)
    goal = goal_share * before
    start = mended(work, people, links, now, component, count)
    numbers, district = np.unique(start, return_inverse=True)
    place = np.full(max(int(numbers.max()), int(now.max())) + 1, -2, dtype=np.int64)
    place[numbers] = np.arange(count)
    # A district of today that is no more is nobody's home: all its units move.
    home = np.where(now >= 0, place[np.maximum(now, 0)], -1)
    obstacles = obstacles_of(work, component, count)
    aim = max([goal, *(_ROOM * one.least_spread for one in obstacles if one.least_spread > goal)])
    band = _band(aim, _alone(work, component, district.reshape(-1)))
    best, is_cut_short = _search(
        work, people, links, home, district.reshape(-1), count, band, seed, began + time_limit_s, progress
    )
    held: Floats = np.asarray(np.bincount(best, work, count), dtype=np.float64)
    is_moved = numbers[best] != now
    torn = pieces_of(now, links)[now >= 0]
    return Plan(
        district=numbers[best], numbers=numbers, workload=held, spread=spread_of(held), spread_before=before, goal=goal,
        moved_households=float(people[is_moved].sum()), moved_units=int(is_moved.sum()),
        pieces_before=len(np.unique(torn)), obstacles=obstacles, is_cut_short=is_cut_short,
        seconds=time.perf_counter() - began,
    )  # fmt: skip


def _alone(work: Floats, component: Ints, district: Ints) -> Floats:
    """Return the workloads, by the mean, of districts that are all of a component: nothing changes them."""
    count = int(district.max()) + 1
    districts = np.unique(np.column_stack([component, district]), axis=0)
    only = np.flatnonzero(np.bincount(component[np.unique(district, return_index=True)[1]]) == 1)
    held = np.asarray(np.bincount(district, work, count), dtype=np.float64)
    found: Floats = held[districts[np.isin(districts[:, 0], only), 1]] / (work.sum() / count or 1.0)
    return found


def _band(aim: float, alone: Floats) -> tuple[float, float]:
    """Return between which workloads, by the mean, all districts should lie.

    Half of the spread to either side, unless a district that nothing changes lies outside: then from there on.
    """
    low, high = 1 - aim / 2, 1 + aim / 2
    least, most = alone.min(initial=low), alone.max(initial=high)
    if least < low and least + aim > 1:
        low, high = least, least + aim
    elif most > high and most - aim < 1:
        low, high = most - aim, most
    # A hair less, for rounding.
    return float(low) + 1e-9, float(high) - 1e-9


def _search(
    work: Floats, people: Floats, pairs: Ints, home: Ints, district: Ints, count: int,
    band: tuple[float, float], seed: int, until: float, progress: Callable[[float], object] | None,
) -> tuple[Ints, bool]:  # fmt: skip
    """Return the best districts that were found, and whether time ran out."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = np.unique(both, axis=0)
    first = np.searchsorted(both[:, 0], np.arange(len(work) + 1))
    near = np.ascontiguousarray(both[:, 1])
    shares = work / (work.sum() / count or 1.0)
    homes = people / (people.sum() / count or 1.0)
    best, score = district.copy(), np.array([np.inf, np.inf])
    low, high = band
    steps = max(5, -(-len(work) // 100)) * _STEPS
    for number in range(_ROUNDS):
        done = number / _ROUNDS
        if progress:
            progress(done)
        if time.perf_counter() > until:
            return best, True
        if number == _ROUNDS // 2:
            district = best.copy()
        anneal(
            first, near, shares, homes, home, district, count, low, high, 2.0 * 20.0**done, _RAGGED,
            0.2 * 0.002**done, 0.2 * 0.002 ** (done + 1 / _ROUNDS), steps, _REDRAWS, seed + number, best, score,
        )  # fmt: skip
    if progress:
        progress(1.0)
    return best, False


def _spread_of(work: Floats, today: Ints) -> float:
    """Return the spread of today's districts."""
    has = today >= 0
    if not has.any():
        return 0.0
    numbers, of_unit = np.unique(today[has], return_inverse=True)
    return spread_of(np.asarray(np.bincount(of_unit.reshape(-1), work[has], len(numbers)), dtype=np.float64))


def _check(work: Floats, people: Floats, pairs: Ints, today: Ints) -> None:
    if not len(work) == len(people) == len(today):
        raise InvalidInput(
            f"{len(work)} workloads, {len(people)} households, {len(today)} districts; wanted are as many"
        )
    if not len(work):
        raise InvalidInput("there are no units; wanted is one at least")
    if today.min() < -1:
        raise InvalidInput(f"a district of {today.min()}; wanted are numbers of 0 or more, -1 for none")
    if len(pairs) and (pairs.min() < 0 or pairs.max() >= len(work)):
        raise InvalidInput(f"pairs name the unit {pairs.min()} or {pairs.max()}; there are {len(work)}")


def _check_count(count: int, units: int, parts: int) -> None:
    if not 1 <= count <= units:
        raise InvalidInput(f"{count} districts of {units} units; wanted are 1 to {units}")
    if count < parts:
        raise InvalidInput(
            f"{count} districts for {parts} parts that nothing joins; wanted are {parts} or more, or a way between them"
        )


def _checked(name: str, values: npt.ArrayLike) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or not (np.isfinite(found).all() and (found >= 0).all()):
        raise InvalidInput(f"{name} of shape {found.shape}, some not finite or negative; wanted is 0 or more a unit")
    return found
