"""Every record of a layer, a few at a time, for files of any size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, func

from geodata.layers.layer import Layer
from geodata.queries.features import stream_geojson
from geodata.queries.own_words import values
from geodata.queries.reading import Reading

AT_ONCE = 1000


def csv_header(reading: Reading, layer: Layer) -> list[str]:
    """Return the columns of `csv_rows`."""
    places = ["lon", "lat"] if layer.geometry else []
    return ["id", *values(reading, layer), *places]


def csv_rows(reading: Reading, layer: Layer) -> Iterator[tuple[object, ...]]:
    """Yield id, parent, fields and a point on the record (WGS 84 degrees, 7 decimals), in order of id."""
    table = reading.table(layer)
    columns: list[ColumnElement[Any]] = [table.c.id, *values(reading, layer).values()]
    if layer.geometry:
        point = func.ST_ReducePrecision(func.ST_PointOnSurface(table.c.geom), 1e-7)
        columns += [func.ST_X(point).label("lon"), func.ST_Y(point).label("lat")]
    query = reading.rows(layer, *columns).order_by(table.c.id)
    for row in reading.connection.execution_options(yield_per=AT_ONCE).execute(query):
        yield tuple(row)


def geojson_texts(reading: Reading, layer: Layer) -> Iterator[str]:
    """Yield every record as the text of a GeoJSON feature, in order of id."""
    query = stream_geojson(reading, layer)
    yield from reading.connection.execution_options(yield_per=AT_ONCE).execute(query).scalars()
