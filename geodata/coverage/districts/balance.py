"""Balances districts: units with more work than a district stand apart, the others are evened out among the rest."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.districts.large import Aside, set_aside
from geodata.coverage.districts.plan import Obstacle, Plan, components, obstacles_of, pieces_of, spread_of
from geodata.coverage.districts.search import even_out
from geodata.errors import InvalidInput


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

    A unit with more work than a district should have makes one by itself (`set_aside`), as long as the others can make
    whole districts without it. Of the others the spread (greatest workload less least, by the mean) is brought under a
    share of today's first; among plans that are, the one that moves fewest households is kept. The same call gives the
    same plan, unless time runs out.

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
    aside = _feasible(set_aside(work, links, count), links, count)
    own = _own_districts(now[aside.units])
    rest = np.flatnonzero(aside.with_large < 0)
    place = np.full(len(work), -1, dtype=np.int64)
    place[rest] = np.arange(len(rest))
    among = place[links]
    # Of today's districts without a large unit, with all that is in them.
    before_rest = _spread_of(work, np.where(np.isin(now, own), -1, now))
    found = even_out(
        work[rest], people[rest], among[(among >= 0).all(axis=1)],
        np.where(np.isin(now[rest], own), -1, now[rest]),
        count=count - len(aside.units), goal=goal_share * before_rest, until_s=began + time_limit_s, seed=seed,
        progress=progress,
    )  # fmt: skip
    district = _numbered(now, own, aside, rest, found.district)
    numbers, of_unit = np.unique(district, return_inverse=True)
    held = np.asarray(np.bincount(of_unit.reshape(-1), work, count), dtype=np.float64)
    is_moved = district != now
    torn = pieces_of(now, links)[now >= 0]
    large = [one for one in obstacles_of(work, component, count) if np.isin(one.units, aside.units).all()]
    others = [Obstacle(one.kind, rest[one.units], one.least_spread) for one in found.obstacles]
    return Plan(
        district=district, numbers=numbers, workload=held,
        spread=spread_of(held), spread_before=_spread_of(work, now),
        spread_rest=found.spread, spread_before_rest=before_rest, goal=goal_share * before_rest, large=aside.units,
        moved_households=float(people[is_moved].sum()), moved_units=int(is_moved.sum()),
        pieces_before=len(np.unique(torn)), obstacles=(*large, *others), is_cut_short=found.is_cut_short,
        seconds=time.perf_counter() - began,
    )  # fmt: skip


def _feasible(aside: Aside, pairs: Ints, count: int) -> Aside:
    """Return nobody set aside where the others couldn't make the districts that are left, each in one piece."""
    rest, left = aside.with_large < 0, count - len(aside.units)
    parts = np.unique(components(len(rest), pairs[rest[pairs].all(axis=1)])[rest])
    if len(parts) <= left <= rest.sum():
        return aside
    return Aside(np.zeros(0, dtype=np.int64), np.full(len(rest), -1, dtype=np.int64))


def _own_districts(today: Ints) -> Ints:
    """Return the district that each large unit keeps: today's, unless a larger one has it; -1 for one without."""
    own = np.full(len(today), -1, dtype=np.int64)
    known, first = np.unique(today, return_index=True)
    own[first[known >= 0]] = known[known >= 0]
    return own


def _numbered(today: Ints, own: Ints, aside: Aside, rest: Ints, found: Ints) -> Ints:
    """Return the district of each unit: today's numbers, then free ones of today's, then new ones."""
    numbers, after = np.unique(today[today >= 0]), int(today.max()) + 1
    fresh = np.setdiff1d(found, numbers)
    wanted = len(fresh) + int((own < 0).sum())
    unused = np.setdiff1d(numbers, np.concatenate([own, found])) if len(own) else numbers[:0]
    free = np.concatenate([unused, after + np.arange(wanted)])[:wanted]
    renamed = np.arange(max(int(found.max()), after) + 1)
    renamed[fresh] = free[: len(fresh)]
    own = own.copy()
    own[own < 0] = free[len(fresh) :]
    district = np.where(aside.with_large >= 0, np.append(own, -1)[aside.with_large], -1)
    district[rest] = renamed[found]
    return district


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
