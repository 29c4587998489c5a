"""Walls as mappers draw them: lines around compounds with a gap at each gate, where the ways go through."""

from __future__ import annotations

from collections.abc import Iterator

import shapely
from shapely.geometry import LineString

from etl.sample.city import City
from etl.sample.extract import Tags
from etl.sample.shapes import lines

_HALF_GAP_M = 2.75


def walls(city: City) -> Iterator[tuple[LineString, Tags]]:
    """Yield the pieces of wall between the gates of each compound that has gates; towers stand behind fences."""
    for compound in city.compounds:
        if compound.gates:
            gaps = shapely.union_all([gate.place.buffer(_HALF_GAP_M) for gate in compound.gates])
            tags = {"barrier": "fence" if compound.kind == "tower" else "wall"}
            for piece in lines(shapely.line_merge(compound.wall.exterior.difference(gaps))):
                yield piece, tags
