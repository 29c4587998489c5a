"""Evens districts out: today's are mended, then changed at random under ever stricter rules, and the best is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.districts.kernels import anneal
from geodata.coverage.districts.plan import Obstacle, components, obstacles_of, spread_of
from geodata.coverage.districts.start import mended

_ROUNDS = 40
_STEPS = 50_000
"""A round tries so many changes for each 100 units, and 5 times as many at least."""
_REDRAWS = 200
_ROOM = 1.1
"""Where something keeps the spread above the goal, so many times what it allows is aimed at."""
_RAGGED = 0.002
"""A border between two units costs little: of plans that are as good otherwise the rounder one is taken."""
_AIMS = (1.0, 0.97, 0.94, 0.9)
"""The search stops a hair beside its aim now and then: then a little less is aimed at."""


@dataclass(frozen=True, eq=False)
class Evened:
    """Districts, numbered as `today` or after its greatest number; what no plan gets around; whether time ran out."""

    district: Ints
    spread: float
    obstacles: tuple[Obstacle, ...]
    is_cut_short: bool


def even_out(
    work: Floats, people: Floats, pairs: Ints, today: Ints, *,
    count: int, goal: float, until_s: float, seed: int, progress: Callable[[float], object] | None,
) -> Evened:  # fmt: skip
    """Return districts whose spread is at most the goal; where none are found, the most even ones that were.

    Args:
        work, people: (n,) of each unit.
        pairs: (m, 2) units that touch.
        today: (n,) number of today's district, -1 for none.
        count: how many districts, at least as many as parts that nothing joins.
        goal: the spread that is wanted.
        until_s: by the clock of `time.perf_counter`.
        seed: of chance.
        progress: told the share that is done, 0..1; what it raises ends the search.
    """
    component = components(len(work), pairs)
    obstacles = obstacles_of(work, component, count)
    is_barred = any(one.least_spread > goal for one in obstacles)
    start = mended(work, people, pairs, today, component, count)
    numbers, district = np.unique(start, return_inverse=True)
    place = np.full(max(int(numbers.max()), int(today.max())) + 1, -2, dtype=np.int64)
    place[numbers] = np.arange(count)
    # A district of today that is no more is nobody's home: all its units move.
    home = np.where(today >= 0, place[np.maximum(today, 0)], -1)
    alone = _alone(work, component, district.reshape(-1))
    found: list[Evened] = []
    for number, tighter in enumerate(_AIMS):
        aim = max([tighter * goal, *(_ROOM * one.least_spread for one in obstacles if one.least_spread > goal)])
        best, is_cut_short = _search(
            work, people, pairs, home, district.reshape(-1).copy(), count, _band(aim, alone), seed, until_s,
            _half_of_the_rest(progress, number),
        )  # fmt: skip
        held: Floats = np.asarray(np.bincount(best, work, count), dtype=np.float64)
        found.append(Evened(numbers[best], spread_of(held), obstacles, is_cut_short))
        if found[-1].spread <= goal or is_cut_short or is_barred:
            break
    if progress:
        progress(1.0)
    return min(found, key=lambda each: each.spread)


def _half_of_the_rest(progress: Callable[[float], object] | None, tries: int) -> Callable[[float], object] | None:
    """Return how one try of several tells its share: nobody knows how many there will be."""
    if progress is None:
        return None
    told, rest = progress, 0.5**tries
    return lambda share: told(1 - rest + share * rest / 2)


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
    return best, False
