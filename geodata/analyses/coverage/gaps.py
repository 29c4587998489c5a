"""Gaps: neighbours who aren't reached for the same reason, the most people first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.coverage.groups import Group, groups_of
from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.streets import DS_A_MINUTE
from geodata.layers.text import Text
from geodata.settings import Settings
from geodata.statistics.medians import weighted_median

TOLD_BY = Text(
    "缺口的用时为其中人口用时的中位数，括号内为最短和最长；所列服务点是离其中最多的人最近的一个。",
    "A gap's minutes are the median of its people, with the shortest and the longest in brackets; its post is the one "
    "that is nearest to the most of them.",
)
"""What a gap's minutes and its post are, for readers."""


@dataclass(frozen=True)
class Gap:
    """People of one compound, of one community outside its compounds, or of one square, with one cause.

    Attributes:
        name: of the compound or community, else of the street by the fullest place of the square; "" where none is.
        is_compound: which of them.
        cause: one of CAUSES.
        lifted: all rules that stand in the way, of the place with the most people; the cause first.
        people: how many; nobody knows of places without data.
        places: how many places they live in.
        minutes: to the nearest post: the median of the people, or of the places where nobody has counted; None where
            half of them or more have no way.
        shortest, longest: the least and the most minutes of those who have a way; None as `minutes`.
        post: the number in `answer.posts` of the post that is nearest to the most of them; -1 where `minutes` is None.
        lon, lat: the place with the most people, WGS 84 degrees.
        bbox: west, south, east, north of all.
    """

    name: str
    is_compound: bool
    cause: str
    lifted: tuple[str, ...]
    people: float
    places: int
    minutes: float | None
    shortest: float | None
    longest: float | None
    post: int
    lon: float
    lat: float
    bbox: tuple[float, float, float, float]


def gaps_of(settings: Settings, answer: Answer) -> tuple[list[Gap], Ints]:
    """Return the gaps, the most people first, and (n,) the gap of each place; -1 for those that are covered."""
    missed = np.flatnonzero(np.array(answer.cause) != "")
    group = groups_of(settings, answer.places)
    keys = [(group[place], answer.cause[place]) for place in missed.tolist()]
    known = sorted(set(keys), key=lambda key: (key[0].is_outside, key[0].number, key[1]))
    number = {key: at for at, key in enumerate(known)}
    of = np.full(len(answer.cause), -1, dtype=np.int64)
    of[missed] = [number[key] for key in keys]
    people = np.bincount(of[missed], weights=answer.known[missed], minlength=len(known))
    order = np.lexsort((np.arange(len(known)), -people))
    rank = np.empty(len(known), dtype=np.int64)
    rank[order] = np.arange(len(known))
    of[missed] = rank[of[missed]]
    spots = answer.places.lonlat(settings.metric_crs)
    members = np.split(missed[np.argsort(of[missed], kind="stable")], np.cumsum(np.bincount(of[missed]))[:-1])
    found = [_gap(answer, known[at], inside, spots) for at, inside in zip(order.tolist(), members, strict=False)]
    return found, of


def _gap(answer: Answer, key: tuple[Group, str], inside: Ints, spots: Floats) -> Gap:
    group, cause = key
    fullest = int(inside[np.argmax(answer.known[inside])])
    (west, south), (east, north) = spots[inside].min(axis=0).tolist(), spots[inside].max(axis=0).tolist()
    return Gap(
        name=group.name,
        is_compound=group.is_compound,
        cause=cause,
        lifted=answer.lifted[fullest],
        people=float(answer.known[inside].sum()),
        places=len(inside),
        **_ways(answer, inside),
        lon=float(spots[fullest, 0]),
        lat=float(spots[fullest, 1]),
        bbox=(west, south, east, north),
    )


def _ways(answer: Answer, inside: Ints) -> dict[str, Any]:
    """Return minutes, shortest, longest and post of a gap; inside: the numbers of its places."""
    minutes = usual_minutes(answer, inside)
    if minutes is None:
        return {"minutes": None, "shortest": None, "longest": None, "post": -1}
    weights, time_ds = _weights(answer, inside), answer.time_ds[inside]
    has_way = (weights > 0) & np.isfinite(time_ds)
    return {
        "minutes": minutes,
        "shortest": float(time_ds[has_way].min()) / DS_A_MINUTE,
        "longest": float(time_ds[has_way].max()) / DS_A_MINUTE,
        "post": int(np.argmax(np.bincount(answer.post[inside[has_way]], weights=weights[has_way]))),
    }


def usual_minutes(answer: Answer, inside: Ints) -> float | None:
    """Return the median of the minutes of some places' people, or of the places where nobody has counted.

    None where half of them or more have no way.
    """
    median_ds = weighted_median(answer.time_ds[inside], _weights(answer, inside))
    return median_ds / DS_A_MINUTE if np.isfinite(median_ds) else None


def _weights(answer: Answer, inside: Ints) -> Floats:
    people = answer.known[inside]
    return people if people.any() else np.ones(len(inside))
