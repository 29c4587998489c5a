"""Lines and areas counted by the squares of a grid, for tiles that would be too large with each of them drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func

from geodata.crs import TILE_SRID
from geodata.layers.layer import Layer
from geodata.queries.cells import EQUATOR_M
from geodata.queries.reading import Reading

SQUARES = 64
"""So many stand side by side in a tile."""


def squares_in_tile(
    reading: Reading,
    layer: Layer,
    z: int,
    x: ColumnElement[int],
    y: ColumnElement[int],
    rules: Sequence[ColumnElement[bool]],
    *,
    side: int = SQUARES,
) -> Select[Any]:
    """Return the query for squares: x, y (of the world's at this zoom), records, the extent of these, and the square.

    Each record is counted once: in the square that holds a point of it, in the tile that holds that point.
    """
    shape = reading.table(layer).c.geom_3857
    point = func.ST_PointOnSurface(shape)
    east_m, south_m = func.ST_X(point) + EQUATOR_M / 2, EQUATOR_M / 2 - func.ST_Y(point)
    tile_m = EQUATOR_M / 2.0**z
    side_m = tile_m / side
    column, row = func.floor(east_m / side_m), func.floor(south_m / side_m)
    inside = and_(func.floor(east_m / tile_m) == x, func.floor(south_m / tile_m) == y)
    west, north = column * side_m - EQUATOR_M / 2, EQUATOR_M / 2 - row * side_m
    square = func.ST_MakeEnvelope(west, north - side_m, west + side_m, north, TILE_SRID)
    found = reading.rows(
        layer,
        column.label("x"),
        row.label("y"),
        func.count().label("records"),
        func.min(func.ST_XMin(shape)).label("min_x"),
        func.min(func.ST_YMin(shape)).label("min_y"),
        func.max(func.ST_XMax(shape)).label("max_x"),
        func.max(func.ST_YMax(shape)).label("max_y"),
        func.max(square).label("square"),
    )
    return found.where(inside, *rules).group_by(column, row)
