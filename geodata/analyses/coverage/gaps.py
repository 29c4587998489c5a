"""Gaps: neighbours who aren't reached for the same reason, the most people first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.coverage.question import DS_A_MINUTE
from geodata.coverage.arrays import Ints
from geodata.crs import from_metric, to_metric
from geodata.queries.demand import read_compounds
from geodata.queries.outlines import read_outlines
from geodata.settings import Settings

BESIDE_COMPOUNDS = "community"
"""The level of areas by which people outside compounds are told."""


@dataclass(frozen=True)
class Gap:
    """People of one compound, or of one community outside its compounds, with one cause.

    Attributes:
        name: of the compound or community; "" where the places lie in neither.
        is_compound: which of them.
        cause: one of CAUSES.
        lifted: all rules that stand in the way, of the place with the most people; the cause first.
        people: how many; nobody knows of places without data.
        places: how many places they live in.
        minutes: to the nearest post, of the place with the most people; None where there is no way.
        post: the number of that post in `answer.posts`; -1 where there is no way.
        lon, lat: that place, WGS 84 degrees.
        bbox: west, south, east, north of all.
    """

    name: str
    is_compound: bool
    cause: str
    lifted: tuple[str, ...]
    people: float
    places: int
    minutes: float | None
    post: int
    lon: float
    lat: float
    bbox: tuple[float, float, float, float]


def gaps_of(settings: Settings, answer: Answer) -> tuple[list[Gap], Ints]:
    """Return the gaps, the most people first, and (n,) the gap of each place; -1 for those that are covered."""
    missed = np.flatnonzero(np.array(answer.cause) != "")
    names, group = _groups(settings, answer)
    keys = [(group[place], answer.cause[place]) for place in missed.tolist()]
    known = sorted(set(keys))
    number = {key: at for at, key in enumerate(known)}
    of = np.full(len(answer.cause), -1, dtype=np.int64)
    of[missed] = [number[key] for key in keys]
    people = np.bincount(of[missed], weights=answer.known[missed], minlength=len(known))
    order = np.lexsort((np.arange(len(known)), -people))
    rank = np.empty(len(known), dtype=np.int64)
    rank[order] = np.arange(len(known))
    of[missed] = rank[of[missed]]
    spots = shapely.get_coordinates(from_metric(list(answer.places.points), settings.metric_crs))
    members = np.split(missed[np.argsort(of[missed], kind="stable")], np.cumsum(np.bincount(of[missed]))[:-1])
    found = [
        _gap(answer, names[known[at][0]], known[at][1], inside, spots)
        for at, inside in zip(order.tolist(), members, strict=False)
    ]
    return found, of


def _gap(answer: Answer, named: tuple[str, bool], cause: str, inside: Ints, spots: npt.NDArray[np.float64]) -> Gap:
    fullest = int(inside[np.argmax(answer.known[inside])])
    minutes = float(answer.time_ds[fullest]) / DS_A_MINUTE
    (west, south), (east, north) = spots[inside].min(axis=0).tolist(), spots[inside].max(axis=0).tolist()
    return Gap(
        name=named[0],
        is_compound=named[1],
        cause=cause,
        lifted=answer.lifted[fullest],
        people=float(answer.known[inside].sum()),
        places=len(inside),
        minutes=minutes if np.isfinite(minutes) else None,
        post=int(answer.post[fullest]),
        lon=float(spots[fullest, 0]),
        lat=float(spots[fullest, 1]),
        bbox=(west, south, east, north),
    )


def _groups(
    settings: Settings, answer: Answer
) -> tuple[dict[tuple[int, int], tuple[str, bool]], list[tuple[int, int]]]:
    """Return what groups are called, and (n,) the group of each place: (0, compound) or (1, community)."""
    rows, _ = read_compounds(settings)
    names = {(0, row.id): (row.name or "", True) for row in rows}
    areas, outlines = read_outlines(settings, BESIDE_COMPOUNDS)
    shapes = to_metric(list(outlines), settings.metric_crs)
    at, area = shapely.STRtree(shapes).query(answer.places.points, predicate="intersects")
    of = np.full(len(answer.cause), -1, dtype=np.int64)
    of[at[::-1]] = area[::-1]
    names |= {(1, number): (row.name, False) for number, row in enumerate(areas)} | {(1, -1): ("", False)}
    compound = answer.places.compound.tolist()
    return names, [(0, own) if own else (1, int(of[place])) for place, own in enumerate(compound)]
