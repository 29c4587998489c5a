"""What a publication has ready for residents' tiles beside its records: areas of the base map as each zoom draws them.

To bring an area onto a tile's grid and make it valid there takes more than all else that a tile takes. So that is done
once a zoom, when it is published, for the grid of the whole world; a tile shifts what lies in it, and draws by itself
what reaches beyond its edge.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, and_, case, column, func
from sqlalchemy.dialects import postgresql

from geodata.layers.audience import Audience
from geodata.layers.layer import Layer
from geodata.queries.cells import ALWAYS_DRAWN, HIGHEST_COUNTED
from geodata.queries.reading import Reading
from geodata.queries.tile_grid import EXTENT, TILE_PX, X, Y, around, in_tile, width_m


def ready_zooms(layer: Layer) -> range:
    """Return the zooms at which a layer's areas are ready: close up, where most of them are in the tiles."""
    if layer.geometry != "area" or not layer.is_base:
        return range(0)
    return range(max(layer.zooms[0], HIGHEST_COUNTED + 1), ALWAYS_DRAWN + 1)


def ready_columns(layer: Layer, audience: Audience, shape: ColumnElement[Any]) -> list[str]:
    """Return the SQL of the columns that an audience's publication has of a layer for tiles alone.

    Args:
        layer: what is published.
        audience: for whom.
        shape: the areas in Web Mercator.
    """
    if audience is not Audience.RESIDENT:
        return []
    found = []
    for z in ready_zooms(layer):
        on_grid = func.ST_AsMVTGeom(simplified(shape, z), func.ST_TileEnvelope(0, 0, 0), EXTENT * 2**z, 0, False)
        compiled = func.ST_AsTWKB(on_grid, 0).compile(
            dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
            compile_kwargs={"literal_binds": True},
        )
        found.append(f"{compiled} AS {_name(z)}")
    return found


def simplified(shape: ColumnElement[Any], z: int, *, coarser: int = 1) -> ColumnElement[Any]:
    """Return a line or an area as exact as the screen's pixels are, or so many of them."""
    if z >= ALWAYS_DRAWN and coarser == 1:
        return shape
    return func.ST_Simplify(shape, coarser * width_m(z) / TILE_PX / 2, True)


def has_ready(reading: Reading, layer: Layer, z: int) -> bool:
    """Say whether a reader's tiles of a zoom are drawn from what is ready."""
    # An earlier publication may be of a code that had nothing ready.
    return reading.reader.audience is Audience.RESIDENT and reading.asof is None and z in ready_zooms(layer)


def ready_or_drawn(shape: ColumnElement[Any], z: int) -> ColumnElement[Any]:
    """Return an area as `in_tile` does: where it lies in the tile, what is ready is shifted there, else it is drawn."""
    ready: ColumnElement[Any] = column(_name(z), LargeBinary)
    shifted = func.ST_Translate(func.ST_GeomFromTWKB(ready), -EXTENT * X, -EXTENT * Y)
    is_inside = and_(shape.bool_op("@")(around(z)), ready.is_not(None))
    return case((is_inside, shifted), else_=in_tile(simplified(shape, z), z)).label("geom")


def _name(z: int) -> str:
    return f"drawn_{z}"
