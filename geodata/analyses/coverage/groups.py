"""Neighbours: places of one compound, of one community outside its compounds, or of one square without either."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geodata.analyses.coverage.places import Places
from geodata.coverage.arrays import Ints
from geodata.crs import to_metric
from geodata.queries.demand import read_compounds
from geodata.queries.outlines import read_outlines
from geodata.queries.streets import street_names_at
from geodata.settings import Settings

BESIDE_COMPOUNDS = "community"
"""The level of areas by which people outside compounds are told."""
SQUARE_M = 1_000.0
"""So wide are the squares by which people are told where no area is known: a walk across takes a quarter of an hour."""
NAMED_WITHIN_M = 500.0
"""A street that is farther says nothing of where people are."""


@dataclass(frozen=True)
class Group:
    """A compound, or a community outside its compounds, by its number.

    Places in neither go by squares of `SQUARE_M`, numbered -1, -2 ... and named after the nearest street with a name.
    """

    is_outside: bool
    number: int
    name: str

    @property
    def is_compound(self) -> bool:
        """Whether it is a compound."""
        return not self.is_outside


def groups_of(settings: Settings, places: Places) -> list[Group]:
    """Return (n,) the group of each place."""
    rows, _ = read_compounds(settings)
    compounds = {row.id: Group(False, row.id, row.name or "") for row in rows}
    areas, outlines = read_outlines(settings, BESIDE_COMPOUNDS)
    shapes = to_metric(list(outlines), settings.metric_crs)
    at, area = shapely.STRtree(shapes).query(places.points, predicate="intersects")
    of = np.full(len(places.rows), -1, dtype=np.int64)
    of[at[::-1]] = area[::-1]
    communities = [Group(True, number, row.name) for number, row in enumerate(areas)]
    compound = places.compound
    squares = _squares(settings, places, np.flatnonzero((compound == 0) & (of < 0)))
    return [
        compounds[own] if own else squares.get(place) or communities[int(of[place])]
        for place, own in enumerate(compound.tolist())
    ]


def _squares(settings: Settings, places: Places, alone: Ints) -> dict[int, Group]:
    """Return the group of each place that lies in no compound and no community."""
    if not len(alone):
        return {}
    spots = shapely.get_coordinates(shapely.centroid(places.points[alone]))
    _, square = np.unique(np.floor(spots / SQUARE_M), axis=0, return_inverse=True)
    square = square.reshape(-1)
    # The fullest place of each, the first of equally full ones, tells where it is.
    order = np.lexsort((alone, -np.nan_to_num(places.people[alone]), square))
    _, first = np.unique(square[order], return_index=True)
    fullest = alone[order[first]]
    lonlat = places.lonlat(settings.metric_crs)[fullest]
    names = street_names_at(settings, [(lon, lat) for lon, lat in lonlat.tolist()], within_m=NAMED_WITHIN_M)
    groups = [Group(True, -1 - number, name) for number, name in enumerate(names)]
    return {place: groups[number] for place, number in zip(alone.tolist(), square.tolist(), strict=True)}
