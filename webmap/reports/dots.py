"""Places as dots: which colour each has, for maps of every kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from geodata.analyses.coverage import BANDS_MIN
from geodata.coverage.arrays import Floats
from geodata.coverage.streets import DS_A_MINUTE
from geodata.crs import from_metric
from webmap.planning import words as planning_words
from webmap.reports import words
from webmap.reports.told import Report

Spots = npt.NDArray[np.float64]
LEAST, MOST = 0.6, 2.0
"""How much smaller and larger than the usual place one may be drawn, as on the planner's page."""
SIZES = (2.0, 1.5, 1.0, 0.8, 0.6)
"""The sizes that files tell apart."""


@dataclass(frozen=True, eq=False)
class Dots:
    """Places of one look, a colour and one of `planning_words.MARKS`.

    They have what they stand for, how many people, (k, 2) longitudes and latitudes, WGS 84, and (k,) how large each is,
    the usual one being 1; the large ones come first, so that small ones lie above them.
    """

    colour: str
    shape: str
    title: str
    people: float
    spots: Spots
    sizes: Floats


def spots_of(report: Report) -> Spots:
    """Return (n, 2) a point on each place, WGS 84 degrees."""
    answer = report.answer
    points = from_metric(list(answer.places.points), report.settings.metric_crs)
    return np.asarray(shapely.get_coordinates(points), dtype=np.float64)


def band_dots(report: Report, spots: Spots) -> list[Dots]:
    """Return the places that have a way, by the minutes that it takes, the quickest first."""
    answer = report.answer
    band = np.searchsorted(np.array(BANDS_MIN) * DS_A_MINUTE, answer.time_ds)
    titles = [
        report.wording.fill(words.WITHIN, BANDS_MIN[0]),
        *(report.wording.fill(words.BETWEEN, *pair) for pair in pairwise(BANDS_MIN)),
        report.wording.fill(words.BEYOND, BANDS_MIN[-1]),
    ]
    colours = (*planning_words.BAND_COLOURS, planning_words.BEYOND_COLOUR)
    has_way = np.isfinite(answer.time_ds)
    return [
        _dots(report, spots, has_way & (band == at), colour, "circle", title)
        for at, (colour, title) in enumerate(zip(colours, titles, strict=True))
    ]


def cause_dots(report: Report, spots: Spots) -> list[Dots]:
    """Return the places that aren't covered, by cause, those with the most people first."""
    cause = np.array(report.answer.cause)
    return [_dots(report, spots, cause == each.id, each.colour, each.shape, each.title) for each in report.causes]


def extent_of(report: Report, spots: Spots) -> tuple[float, float, float, float]:
    """Return west, south, east and north of all that a report's map draws: places, posts and proposed sites."""
    drawn: list[tuple[float, float]] = [(post.lon, post.lat) for post in report.answer.posts]
    if report.plan is not None:
        drawn += [(site.lon, site.lat) for site in report.plan.sites]
    drawn += [at for each in report.changes for _, at in each.marks]
    west, south, east, north = shapely.total_bounds(shapely.multipoints([*spots.tolist(), *drawn])).tolist()
    return west, south, east, north


def _dots(report: Report, spots: Spots, those: npt.NDArray[np.bool_], colour: str, shape: str, title: str) -> Dots:
    sizes = sizes_of(report)[those]
    order = np.argsort(-sizes, kind="stable")
    return Dots(colour, shape, title, float(report.answer.known[those].sum()), spots[those][order], sizes[order])


def sizes_of(report: Report) -> Floats:
    """Return (n,) how large each place is drawn, the usual one being 1: its area goes by its people, within bounds.

    Where nobody has counted, and where single places may not be told with their amount, all are as large as the usual.
    """
    known = report.answer.known
    if not report.answer.asked.has_amounts or not known.any():
        return np.ones(len(known))
    usual = known[known > 0].mean()
    sizes = np.clip(np.sqrt(known / usual), LEAST, MOST)
    return np.where(np.isnan(report.answer.places.people), 1.0, sizes)


def by_size(look: Dots) -> list[tuple[float, Spots]]:
    """Return the sizes that files tell apart, the large first, each with the places that are about as large.

    Places of one size are written once and then put to their spots: of many sizes a paper would be many times as long.
    """
    nearest = np.abs(look.sizes[:, None] - np.array(SIZES)).argmin(axis=1)
    return [(size, look.spots[nearest == at]) for at, size in enumerate(SIZES) if (nearest == at).any()]


def packed(spots: Spots, units_per_degree: int) -> list[int]:
    """Return spots as lon, lat, step, step ... in whole parts of a degree, in an order in which steps are short."""
    whole = np.rint(spots * units_per_degree).astype(np.int64)
    whole = whole[np.lexsort((whole[:, 1], whole[:, 0]))]
    steps: Sequence[int] = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel().tolist()
    return list(steps)
