"""Which tiles have anything in them, so that nobody asks for the empty ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pmtiles.tile import zxy_to_tileid
from sqlalchemy import ColumnElement, Integer, cast, func, select, true

from geodata.layers.layer import Layer
from geodata.queries.cells import EQUATOR_M
from geodata.queries.reading import Reading
from geodata.queries.tile_grid import BUFFER, EXTENT, width_m


def tiles_with(reading: Reading, layer: Layer, z: int) -> Iterator[tuple[int, int, int]]:
    """Yield the tiles of a zoom that a layer's records may be in, in the order of the Hilbert curve.

    Yields:
        the tile's number in that order, its column and its row. Some may be empty all the same: by a record's box it
        would be there, and its shape passes by.
    """
    shape = reading.table(layer).c.geom_3857
    width, near = width_m(z), width_m(z) * BUFFER / EXTENT
    last = 2**z - 1

    def number(metres: ColumnElement[float]) -> ColumnElement[int]:
        return func.least(last, func.greatest(0, cast(func.floor(metres / width), Integer)))

    west, east = EQUATOR_M / 2 + func.ST_XMin(shape) - near, EQUATOR_M / 2 + func.ST_XMax(shape) + near
    north, south = EQUATOR_M / 2 - func.ST_YMax(shape) - near, EQUATOR_M / 2 - func.ST_YMin(shape) + near
    ends = (
        reading.rows(
            layer, number(west).label("w"), number(east).label("e"), number(north).label("n"), number(south).label("s")
        )
        .where(shape.is_not(None))
        .distinct()
        .subquery()
    )
    x = func.generate_series(ends.c.w, ends.c.e).table_valued("x").render_derived()
    y = func.generate_series(ends.c.n, ends.c.s).table_valued("y").render_derived()
    query = select(x.c.x, y.c.y).select_from(ends.join(x, true()).join(y, true())).distinct()
    found = np.array(reading.connection.execute(query).all(), dtype=np.int64).reshape(-1, 2)
    numbers = [zxy_to_tileid(z, int(column), int(row)) for column, row in found]
    for place in np.argsort(numbers):
        yield numbers[place], int(found[place, 0]), int(found[place, 1])
