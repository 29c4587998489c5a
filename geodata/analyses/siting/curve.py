"""Solves what a siting wants, and the way up to it: each number of posts with what it comes to."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np

from geodata.analyses.progress import Progress, part, solving
from geodata.analyses.siting.answer import Step
from geodata.analyses.siting.question import SiteQuestion
from geodata.analyses.siting.ways import Sitings
from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.siting import (
    Siting,
    solve_capacitated_mclp,
    solve_lscp,
    solve_mclp,
    solve_p_center,
    solve_p_median,
)
from geodata.coverage.streets import DS_A_MINUTE
from geodata.errors import InvalidInput
from geodata.layers.text import counted

LEAST_S = 1.0
"""So long may it take to say how things are."""
Ask = Callable[[int, float, Progress], Siting]
"""Chooses so many posts in so many seconds, telling how far it is."""


def solved(
    question: SiteQuestion, ways: Sitings, limit_ds: int, progress: Progress, room: Floats | None = None
) -> tuple[Siting, list[Step]]:
    """Return the choice, and the way up to it for each number of posts; none where that is what is looked for.

    Args:
        question: what is asked.
        ways: people, posts and candidates.
        limit_ds: within which people count as reached, inclusive.
        progress: told how far it is.
        room: (m,) how many people find room at each; None where room doesn't count.

    Raises:
        InvalidInput: more are to close, or to be added, than there are.
    """
    fixed = ways.existing if question.existing == "fixed" else np.zeros(0, dtype=np.int64)
    more = 0 if question.existing == "fixed" else len(ways.existing)
    free = len(ways.post) - len(fixed) - more
    counts = range(question.add + 1)
    if question.existing == "closable":
        counts = range(0, -question.close - 1, -1)
        if question.close >= more:
            raise InvalidInput(
                f"{question.close} posts to close; there are {more}, and one has to stay",
                zh=f"要关闭 {question.close} 处；共有 {more} 处，至少保留一处",
            )
    if question.objective == "lscp":
        tell = _told_gap(progress)
        covers = ways.covers(limit_ds)
        return solve_lscp(covers, fixed=fixed, time_limit_s=question.time_limit_s, progress=tell), []
    if counts[-1] > free:
        raise InvalidInput(
            f"{counted(question.add, 'post')} to add; candidates to choose from: {free}",
            zh=f"要增设 {question.add} 处，但只有 {free} 个候选位置",
        )
    if question.objective in ("p-median", "p-center"):
        return _by_ways(question, ways, limit_ds, progress, counts, partial(_shortest, question, ways, fixed, more))
    covers, steps, until = ways.covers(limit_ds), len(counts), time.perf_counter() + question.time_limit_s
    found: list[Siting] = []
    # What was asked for comes first and has half of the time; the way up to it shares what is left, with gaps told.
    for done, count in enumerate(reversed(counts)):
        tell = _told_gap(part(progress, done / steps, (done + 1) / steps))
        left_s = max(0.0, until - time.perf_counter()) / (steps - done if done else min(2, steps))
        ask = solve_mclp if room is None else partial(solve_capacitated_mclp, capacity=room)
        found.insert(0, ask(covers, ways.people, p=more + count, fixed=fixed, time_limit_s=left_s, progress=tell))
    covered = [each.objective for each in found]
    gains = np.diff(covered, prepend=covered[0])
    return found[-1], [
        Step(count, each.objective, gain, each.proven, each.gap)
        for count, each, gain in zip(counts, found, gains.tolist(), strict=True)
    ]


def covered_by(ways: Sitings, columns: Ints, limit_ds: int) -> Mask:
    """(n,) whether anybody of some posts is within the limit."""
    is_there = np.zeros(len(ways.post))
    is_there[columns] = 1
    found: Mask = ways.covers(limit_ds) @ is_there > 0
    return found


def _shortest(
    question: SiteQuestion, ways: Sitings, fixed: Ints, more: int, count: int, limit_s: float, progress: Progress
) -> Siting:
    """Return the choice of so many posts whose ways, all or the longest, are shortest."""
    tell = _told_gap(progress)
    if question.objective == "p-median":
        return solve_p_median(
            ways.travel_ds, ways.people, more + count, fixed=fixed, time_limit_s=limit_s, progress=tell
        )
    return solve_p_center(ways.travel_ds, more + count, fixed=fixed, time_limit_s=limit_s, progress=tell)


def _by_ways(
    question: SiteQuestion, ways: Sitings, limit_ds: int, progress: Progress, counts: range, ask: Ask
) -> tuple[Siting, list[Step]]:
    """Return the choice whose ways are shortest, and the steps up to it for which time is left.

    What was asked for may have all of the time. With what is left one post less each time is asked for, as long as that
    is as much as the dearest before took; posts as they are need none, as nothing is chosen. Where with so few not
    everybody has a way the steps end.
    """
    began_s, steps = time.perf_counter(), len(counts)
    found = {counts[-1]: ask(counts[-1], question.time_limit_s, part(progress, 0.0, 0.5))}
    dearest_s = time.perf_counter() - began_s
    for done, count in enumerate(reversed(counts[:-1])):
        begun_s = time.perf_counter()
        left_s = question.time_limit_s - (begun_s - began_s)
        is_choice = count != 0 or question.existing == "movable"
        if is_choice and left_s < dearest_s:
            break
        tell = part(progress, 0.5 + 0.5 * done / steps, 0.5 + 0.5 * (done + 1) / steps)
        try:
            found[count] = ask(count, max(left_s, LEAST_S), tell)
        except InvalidInput:
            break
        dearest_s = max(dearest_s, time.perf_counter() - begun_s)
    people = float(ways.people.sum())
    a_minute = DS_A_MINUTE * (people if question.objective == "p-median" else 1.0)
    curve: list[Step] = []
    for count in (each for each in counts if each in found and people):
        choice = found[count]
        covered = float(ways.people[covered_by(ways, choice.chosen, limit_ds)].sum())
        gain = covered - curve[-1].covered if curve else 0.0
        curve.append(Step(count, covered, gain, choice.proven, choice.gap, choice.objective / a_minute))
    return found[counts[-1]], curve


def _told_gap(progress: Progress) -> Callable[[float, float], None]:
    """Return what a solver tells: the share of its time, and the gap in words."""

    def tell(share: float, gap: float) -> None:
        progress(share, solving(gap))

    return tell
