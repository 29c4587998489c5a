"""Gaps in words: neighbours who aren't reached for the same reason, and what would mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geodata.analyses.coverage import Answer, Mend, Remedy, mends_of
from geodata.analyses.coverage.gaps import Gap
from geodata.coverage.arrays import Ints
from webmap.planning import words as planning_words
from webmap.reports import words
from webmap.wording import MISSING, Wording

MOST_MENDS = 3
"""A gap is told with no more kinds of steps than these."""


@dataclass(frozen=True)
class ToldGap:
    """Neighbours who aren't reached for the same reason.

    Attributes:
        number: its rank, from 1 on.
        name: the compound or community.
        cause: one of `geodata.analyses.coverage.CAUSES`.
        colour, shape: of the cause.
        why: the cause with all others that stand in the way.
        people, places: how many, and in how many places.
        minutes, shortest, longest: to the nearest post, as `geodata.analyses.coverage.gaps.Gap` has them.
        post: that post's name.
        remedy: what would mend it for the place with the most people.
        lon, lat: the place with the most people, WGS 84 degrees.
    """

    number: int
    name: str
    cause: str
    colour: str
    shape: str
    why: str
    people: float
    places: int
    minutes: float | None
    shortest: float | None
    longest: float | None
    post: str
    remedy: str
    lon: float
    lat: float


def tell_gaps(wording: Wording, answer: Answer, gaps: Sequence[Gap], gap_of_place: Ints) -> tuple[ToldGap, ...]:
    """Return gaps in words, in their order.

    Args:
        wording: the language.
        answer: whose gaps they are.
        gaps: the first ones of `geodata.analyses.coverage.gaps.gaps_of`.
        gap_of_place: (n,) the gap of each place, as that function has it.
    """
    return tuple(_gap(wording, answer, gap, number, gap_of_place) for number, gap in enumerate(gaps))


def _gap(wording: Wording, answer: Answer, gap: Gap, number: int, gap_of_place: Ints) -> ToldGap:
    inside = np.flatnonzero(gap_of_place == number)
    name = gap.name or wording.say(words.UNNAMED)
    causes, told = dict.fromkeys((gap.cause, *gap.lifted)), planning_words.causes()
    return ToldGap(
        number=number + 1,
        name=name if gap.is_compound or not gap.name else wording.fill(words.OUTSIDE_COMPOUNDS, name),
        cause=gap.cause,
        colour=told[gap.cause].colour,
        shape=told[gap.cause].shape,
        why=" + ".join(told[cause].title for cause in causes),
        people=gap.people,
        places=gap.places,
        minutes=gap.minutes,
        shortest=gap.shortest,
        longest=gap.longest,
        post=post_name(answer, gap.post),
        remedy=_mends(wording, words.UNITS[answer.asked.weight], mends_of(answer, inside)),
        lon=gap.lon,
        lat=gap.lat,
    )


def post_name(answer: Answer, post: int) -> str:
    """Return what a post is called; MISSING for none."""
    return MISSING if post < 0 else answer.posts[post].called


def _mends(wording: Wording, unit: str, mends: Sequence[Mend]) -> str:
    """Return what would mend a gap; where its people need different steps, with the people of each."""
    told = [(_remedies(wording, mend.steps[0]), mend.people) for mend in mends]
    if len(told) == 1:
        return told[0][0]
    said = [f"{steps} ({wording.amount(round(people), unit)})" for steps, people in told[:MOST_MENDS]]
    return "; ".join([*said, "…"] if len(told) > MOST_MENDS else said)


def _remedies(wording: Wording, remedies: Sequence[Remedy]) -> str:
    return " + ".join(
        wording.fill(
            words.REMEDIES[remedy.kind],
            gate=remedy.gate.code if remedy.gate else "",
            post=remedy.post.called if remedy.post else "",
            streets=wording.join(remedy.streets) or wording.say(words.THE_STREET),
        )
        for remedy in remedies
    )
