"""The loop that numba compiles: districts are changed a unit or two districts at a time, and every one stays whole."""

from __future__ import annotations

import numba
import numpy as np

from geodata.coverage.arrays import Floats, Ints


@numba.njit(cache=True)
def _excess(work: float, low: float, high: float) -> float:
    """How far a workload is outside of what is wanted."""
    return max(0.0, work - high, low - work)


@numba.njit(cache=True)
def _stays_whole(first: Ints, near: Ints, district: Ints, unit: int, seen: Ints, stamp: int, queue: Ints) -> bool:
    """Tell whether a unit's district is in one piece without it, and has something left."""
    own = district[unit]
    wanted = 0
    begin = -1
    for at in range(first[unit], first[unit + 1]):
        if district[near[at]] == own:
            wanted += 1
            begin = near[at]
    if wanted < 2:
        return wanted == 1
    seen[unit], seen[begin] = stamp, stamp
    queue[0] = begin
    done, size, met = 0, 1, 1
    while done < size and met < wanted:
        here = queue[done]
        done += 1
        for at in range(first[here], first[here + 1]):
            other = near[at]
            if district[other] == own and seen[other] != stamp:
                seen[other] = stamp
                queue[size] = other
                size += 1
                for back in range(first[other], first[other + 1]):
                    if near[back] == unit:
                        met += 1
    return met == wanted


@numba.njit(cache=True)
def _redraw(
    first: Ints, near: Ints, work: Floats, people: Floats, today: Ints, district: Ints, one: int, other: int,
    start: int, low: float, high: float, strict: float, seen: Ints, stamp: int, queue: Ints, above: Ints, below: Floats,
    gain: Floats, labels: Ints,
) -> tuple[float, int, int]:  # fmt: skip
    """Draw a random tree over two districts and cut it where that is best; `labels` gets the two parts.

    Returns:
        What the two cost then, how many units they have, and 1 where a cut was found.
    """
    queue[0] = start
    seen[start] = stamp
    above[start] = -1
    size, done = 1, 0
    while done < size:
        # A random one of those that wait comes next.
        pick = done + np.random.randint(size - done)
        queue[done], queue[pick] = queue[pick], queue[done]
        here = queue[done]
        done += 1
        below[here] = work[here]
        # What labelling it `one` in place of `other` saves.
        gain[here] = people[here] * ((today[here] == one) * 1.0 - (today[here] == other) * 1.0)
        for at in range(first[here], first[here + 1]):
            unit = near[at]
            if seen[unit] != stamp and (district[unit] == one or district[unit] == other):
                seen[unit] = stamp
                above[unit] = here
                queue[size] = unit
                size += 1
    for at in range(size - 1, 0, -1):
        below[above[queue[at]]] += below[queue[at]]
        gain[above[queue[at]]] += gain[queue[at]]
    whole, all_gain = below[start], gain[start]
    best, cut, is_one = np.inf, -1, True
    for at in range(1, size):
        unit = queue[at]
        outside = _excess(below[unit], low, high) + _excess(whole - below[unit], low, high)
        # Both ways of naming the parts; half of the difference of the gains is what is saved.
        saved = gain[unit] - (all_gain - gain[unit])
        cost = strict * outside - abs(saved) / 2
        if cost < best:
            best, cut, is_one = cost, unit, saved >= 0
    if cut < 0:
        return 0.0, size, 0
    for at in range(size):
        unit = queue[at]
        # A unit comes after its parent, so its parent's side is known.
        is_below = unit == cut or (above[unit] >= 0 and labels[above[unit]] == (one if is_one else other))
        labels[unit] = (one if is_below else other) if is_one else (other if is_below else one)
    return best, size, 1


@numba.njit(cache=True)
def _keep(outside: float, moved: float, district: Ints, best: Ints, score: Floats) -> None:
    """Keep districts that are better than the best: less outside, and of what is equal in that, fewer moved."""
    if outside < score[0] - 1e-9 or (outside < score[0] + 1e-9 and moved < score[1] - 1e-9):
        score[0], score[1] = outside, moved
        best[:] = district


@numba.njit(cache=True)
def anneal(
    first: Ints, near: Ints, work: Floats, people: Floats, today: Ints, district: Ints, count: int, low: float,
    high: float, strict: float, ragged: float, heat: float, cool: float, steps: int, redraws: int, seed: int,
    best: Ints, score: Floats,
) -> None:  # fmt: skip
    """Change districts at random, worse ones the more seldom the colder it is, and keep the best.

    Args:
        first, near: units that touch each unit.
        work, people: of each unit, in shares of a district's mean.
        today: district of each unit, -1 for none.
        district: changed in place; each is and stays in one piece.
        count: of districts.
        low, high: workloads between them are as good as equal.
        strict: what a workload outside costs, by moved households.
        ragged: what a border between two units costs.
        heat, cool: temperature at the beginning and at the end.
        steps: how many changes are tried.
        redraws: one in so many is a new cut through two districts.
        seed: of chance.
        best: changed in place where something better is found.
        score: (2,) what `best` has outside, and moved; changed in place.
    """
    np.random.seed(seed)
    units = len(work)
    held = np.zeros(count)
    moved = 0.0
    for unit in range(units):
        held[district[unit]] += work[unit]
        moved += people[unit] * (district[unit] != today[unit])
    outside = 0.0
    for number in range(count):
        outside += _excess(held[number], low, high)
    _keep(outside, moved, district, best, score)
    seen, stamp = np.zeros(units, dtype=np.int64), 0
    queue, above, labels = np.empty(units, dtype=np.int64), np.empty(units, dtype=np.int64), district.copy()
    below, gain = np.empty(units), np.empty(units)
    for step in range(steps):
        warmth = heat * (cool / heat) ** (step / steps)
        unit = np.random.randint(units)
        if first[unit] == first[unit + 1]:
            continue
        beside = near[first[unit] + np.random.randint(first[unit + 1] - first[unit])]
        own, other = district[unit], district[beside]
        if own == other:
            continue
        stamp += 1
        if step % redraws == 0:
            _, size, is_cut = _redraw(
                first, near, work, people, today, district, own, other, unit, low, high, strict, seen, stamp, queue,
                above, below, gain, labels,
            )  # fmt: skip
            if not is_cut:
                continue
            one_work, other_work, more_moved, more_border = 0.0, 0.0, 0.0, 0
            for at in range(size):
                here = queue[at]
                one_work += work[here] * (labels[here] == own)
                other_work += work[here] * (labels[here] == other)
                more_moved += people[here] * (
                    (labels[here] != today[here]) * 1.0 - (district[here] != today[here]) * 1.0
                )
                for side in range(first[here], first[here + 1]):
                    there = near[side]
                    if there > here and (district[there] == own or district[there] == other):
                        more_border += (labels[there] != labels[here]) * 1 - (district[there] != district[here]) * 1
            more_outside = (
                _excess(one_work, low, high) + _excess(other_work, low, high)
                - _excess(held[own], low, high) - _excess(held[other], low, high)
            )  # fmt: skip
            cost = strict * more_outside + more_moved + ragged * more_border
            if cost > 0 and np.random.random() >= np.exp(-cost / warmth):
                continue
            held[own], held[other] = one_work, other_work
            for at in range(size):
                district[queue[at]] = labels[queue[at]]
        else:
            more_outside = (
                _excess(held[own] - work[unit], low, high) + _excess(held[other] + work[unit], low, high)
                - _excess(held[own], low, high) - _excess(held[other], low, high)
            )  # fmt: skip
            more_moved = people[unit] * ((other != today[unit]) * 1.0 - (own != today[unit]) * 1.0)
            more_border = 0
            for at in range(first[unit], first[unit + 1]):
                more_border += (district[near[at]] == own) * 1 - (district[near[at]] == other) * 1
            cost = strict * more_outside + more_moved + ragged * more_border
            if cost > 0 and np.random.random() >= np.exp(-cost / warmth):
                continue
            if not _stays_whole(first, near, district, unit, seen, stamp, queue):
                continue
            district[unit] = other
            held[own] -= work[unit]
            held[other] += work[unit]
        outside += more_outside
        moved += more_moved
        _keep(outside, moved, district, best, score)
