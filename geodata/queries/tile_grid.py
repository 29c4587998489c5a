"""A tile's place and its grid, as the SQL of what is drawn in it has them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, func, select

from geodata.queries.cells import EQUATOR_M

EXTENT = 4096
BUFFER = 64
TILE_PX = 512
X, Y = bindparam("x", 0, type_=Integer), bindparam("y", 0, type_=Integer)
"""The tile's column and row, told when it is asked for."""


def width_m(z: int) -> float:
    """Return the width of a tile in Web Mercator metres."""
    return EQUATOR_M / 2.0**z


def envelope(z: int) -> ColumnElement[Any]:
    """Return the SQL of the tile's box in Web Mercator: worked out once a question, not once a record."""
    return select(func.ST_TileEnvelope(z, X, Y)).scalar_subquery()


def around(z: int) -> ColumnElement[Any]:
    """Return the SQL of the tile's box with what is drawn beyond its edge."""
    return select(func.ST_Expand(func.ST_TileEnvelope(z, X, Y), width_m(z) * BUFFER / EXTENT)).scalar_subquery()


def in_tile(geometry: ColumnElement[Any], z: int) -> ColumnElement[Any]:
    """Return a geometry on the tile's grid, cut to what is drawn, named as the tile's features have it."""
    return func.ST_AsMVTGeom(geometry, envelope(z), EXTENT, BUFFER, True).label("geom")
