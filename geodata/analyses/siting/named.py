"""What spots are called, and the people whom nothing reaches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from geodata.analyses.coverage.ground import Ground
from geodata.analyses.coverage.groups import BESIDE_COMPOUNDS, NAMED_WITHIN_M, groups_of
from geodata.analyses.siting.answer import Unreached
from geodata.coverage.arrays import Ints
from geodata.queries.outlines import read_outlines
from geodata.queries.streets import street_names_at
from geodata.settings import Settings

Spot = tuple[float, float]
MOST_NAMED = 10
"""So many groups of neighbours that nothing reaches are named."""


def area_and_street(
    settings: Settings, spots: Sequence[Spot], *, within_m: float
) -> list[tuple[str | None, str | None]]:
    """Return the community that each spot (lon, lat) lies in and the named street nearest to it; None for none.

    within_m: a street that is farther says nothing of the spot.
    """
    if not spots:
        return []
    areas, outlines = read_outlines(settings, BESIDE_COMPOUNDS)
    inside = shapely.STRtree(outlines).query(shapely.points(np.array(spots)), predicate="intersects")
    area_of = dict(zip(inside[0].tolist(), inside[1].tolist(), strict=True))
    streets = street_names_at(settings, spots, within_m=within_m)
    return [
        (areas[area_of[number]].name if number in area_of else None, street or None)
        for number, street in enumerate(streets)
    ]


def unreached_of(ground: Ground, sites: Ints) -> list[Unreached]:
    """Return the people of some sites, neighbours together as gaps have them, the most people first.

    Args:
        ground: whose sites they are.
        sites: the ground's numbers of those that nothing reaches; MOST_NAMED groups of them are named.
    """
    settings, places, people = ground.settings, ground.places, np.nan_to_num(ground.places.people)
    missed = np.flatnonzero(np.isin(ground.place_site, sites) & (people > 0))
    if not len(missed):
        return []
    group = groups_of(settings, places)
    members: dict[tuple[bool, int], list[int]] = {}
    for place in missed.tolist():
        members.setdefault((group[place].is_outside, group[place].number), []).append(place)
    found = sorted(members.values(), key=lambda inside: -people[inside].sum())[: 2 * MOST_NAMED]
    fullest = [inside[int(np.argmax(people[inside]))] for inside in found]
    spots: list[Spot] = [(lon, lat) for lon, lat in places.lonlat(settings.metric_crs)[fullest].round(6).tolist()]
    about = area_and_street(settings, spots, within_m=NAMED_WITHIN_M)
    # Squares of one street are told as one: nobody could tell them apart by its name.
    told: dict[tuple[int, str], tuple[list[int], Spot]] = {}
    for inside, place, (lon, lat), words in zip(found, fullest, spots, about, strict=True):
        own = group[place]
        name = (own.name if own.is_compound else "") or " · ".join(word for word in words if word)
        key = own.number if own.is_compound else 0, name or f"{lat:.5f}, {lon:.5f}"
        told.setdefault(key, ([], (lon, lat)))[0].extend(inside)
    most = sorted(told.items(), key=lambda item: -people[item[1][0]].sum())[:MOST_NAMED]
    return [_unreached(ground, name, inside, spot) for (_, name), (inside, spot) in most]


def _unreached(ground: Ground, name: str, inside: Sequence[int], spot: Spot) -> Unreached:
    people = float(np.nan_to_num(ground.places.people[inside]).sum()) if ground.asked.has_amounts else None
    return Unreached(name, people, len(np.unique(ground.place_site[inside])), *spot)
