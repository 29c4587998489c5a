"""Two answers to one question side by side: who gains, who loses, where, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.coverage.cover import area_of_places
from geodata.analyses.coverage.gaps import usual_minutes
from geodata.analyses.coverage.groups import Group, groups_of
from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.errors import InvalidInput
from geodata.queries.outlines import AreaOutline
from geodata.settings import Settings

NOTICED_DS = 10
"""Less than a second is no other way: where a street is divided times along it are rounded anew."""


@dataclass(frozen=True)
class AreaChange:
    """The people of an area before and after; `area` is None for those in no area of that level."""

    area: AreaOutline | None
    demand: float
    covered_before: float
    covered_after: float
    gained: float
    lost: float


@dataclass(frozen=True)
class Moved:
    """People of one compound, or of one community outside its compounds, who gain or lose for one reason.

    Attributes:
        group: whose they are.
        is_gain: whether they are covered after and weren't before; else the other way round.
        cause: why they weren't, or aren't any more: one of CAUSES.
        people, places: how many.
        minutes_before, minutes_after: to the nearest post, the median of these people; None where half of them or more
            have no way.
        bbox: west, south, east, north of all, WGS 84.
    """

    group: Group
    is_gain: bool
    cause: str
    people: float
    places: int
    minutes_before: float | None
    minutes_after: float | None
    bbox: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Comparison:
    """What changes between two answers to one question; n places.

    Attributes:
        before, after: the answers.
        is_gained: (n,) within reach after, and not before.
        is_lost: (n,) within reach before, and not after.
        areas: by areas of the level that was asked for; () without one.
        moved: who gains and loses, the most people first.
        left_out: numbers of changes that aren't about this question.
    """

    before: Answer
    after: Answer
    is_gained: Mask
    is_lost: Mask
    areas: Sequence[AreaChange]
    moved: Sequence[Moved]
    left_out: Sequence[int] = ()

    @property
    def gained(self) -> float:
        """The people who are within reach after and weren't before."""
        return float(self.before.known[self.is_gained].sum())

    @property
    def lost(self) -> float:
        """The people who were within reach before and aren't after."""
        return float(self.before.known[self.is_lost].sum())

    @property
    def quicker(self) -> float:
        """The people whose way to the nearest post is shorter after, by a second at least, within reach or not."""
        return float(self.before.known[_is_shorter(self.after.time_ds, self.before.time_ds)].sum())

    @property
    def slower(self) -> float:
        """The people whose way to the nearest post is longer after, by a second at least."""
        return float(self.before.known[_is_shorter(self.before.time_ds, self.after.time_ds)].sum())


def _is_shorter(time_ds: Floats, than_ds: Floats) -> Mask:
    """Tell which times are shorter by what is noticed; no way (inf) isn't shorter than no way."""
    found: Mask = (time_ds < than_ds) & (time_ds <= than_ds - NOTICED_DS)
    return found


def comparison(
    settings: Settings, before: Answer, after: Answer, *, by: str | None = None, left_out: Sequence[int] = ()
) -> Comparison:
    """Return two answers side by side.

    Args:
        settings: the deployment.
        before, after: answers to the same question.
        by: a level of areas that the sums are told by, too.
        left_out: numbers of changes that the second answer doesn't hold.

    Raises:
        InvalidInput: they aren't about the same people, or there are no such areas.
    """
    if before.places.layers != after.places.layers or not np.array_equal(
        before.places.people, after.places.people, equal_nan=True
    ):
        raise InvalidInput(
            "the two answers are about other people: data have come in meanwhile, or another question; ask both again",
            zh="两个结果的人口不一致：其间数据有更新，请重新计算",
        )
    is_gained, is_lost = after.is_covered & ~before.is_covered, before.is_covered & ~after.is_covered
    return Comparison(
        before=before,
        after=after,
        is_gained=is_gained,
        is_lost=is_lost,
        areas=_by_area(before, after, by),
        moved=_moved(settings, before, after, is_gained, is_lost),
        left_out=left_out,
    )


def _by_area(before: Answer, after: Answer, by: str | None) -> Sequence[AreaChange]:
    if by is None:
        return ()
    areas, of = area_of_places(before.ground, by)
    then, now = after.is_covered, before.is_covered
    weights: list[Floats] = [before.known * each for each in (1.0, now, then, then & ~now, now & ~then)]
    sums = [np.bincount(of, weights=weight, minlength=len(areas) + 1).tolist() for weight in weights]
    rows = [AreaChange(area, *values) for area, *values in zip([*areas, None], *sums, strict=True)]
    return [row for row in rows if row.area is not None or row.demand]


def _moved(settings: Settings, before: Answer, after: Answer, is_gained: Mask, is_lost: Mask) -> Sequence[Moved]:
    """Return who gains and loses; nobody knows of people of places without data: they are left out."""
    known = ~np.isnan(before.places.people)
    places = np.flatnonzero((is_gained | is_lost) & known)
    if not len(places):
        return ()
    groups = groups_of(settings, before.places)
    spots = before.places.lonlat(settings.metric_crs)
    members: dict[tuple[Group, bool, str], list[int]] = {}
    for place in places.tolist():
        gains = bool(is_gained[place])
        cause = (before if gains else after).cause[place]
        members.setdefault((groups[place], gains, cause), []).append(place)
    rows = [_row(before, after, key, np.array(inside), spots) for key, inside in members.items()]
    return sorted(rows, key=lambda row: (-row.people, not row.is_gain, row.group.name, row.cause))


def _row(before: Answer, after: Answer, key: tuple[Group, bool, str], inside: Ints, spots: Floats) -> Moved:
    (west, south), (east, north) = spots[inside].min(axis=0).tolist(), spots[inside].max(axis=0).tolist()
    return Moved(
        *key,
        people=float(before.known[inside].sum()),
        places=len(inside),
        minutes_before=usual_minutes(before, inside),
        minutes_after=usual_minutes(after, inside),
        bbox=(west, south, east, north),
    )
