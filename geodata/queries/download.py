"""Every record of a layer, a few at a time, for files of any size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, Text, cast, func, select

from geodata.layers.layer import Layer
from geodata.queries.geojson import stream_geojson
from geodata.queries.own_words import values
from geodata.queries.reading import Reading

AT_ONCE = 1000
BETWEEN = "、"
"""Stands between the values of a list where a file has one text for them."""
Conditions = Sequence[ColumnElement[bool]]
PlaceAs = Literal["point", "shape"]


def csv_header(reading: Reading, layer: Layer) -> list[str]:
    """Return the columns of `batches` with a point for a place."""
    return ["id", *values(reading, layer), *(["lon", "lat"] if layer.geometry else [])]


def count_of(reading: Reading, layer: Layer, conditions: Conditions = ()) -> int:
    """Return how many records meet the conditions, of those that the reader may see."""
    query = select(func.count()).select_from(reading.table(layer)).where(reading.row_rule(layer), *conditions)
    return int(reading.connection.execute(query).scalar_one())


def unplaced(reading: Reading, layer: Layer, conditions: Conditions = ()) -> int:
    """Return how many of these records of a layer with places have none."""
    return count_of(reading, layer, [*conditions, reading.table(layer).c.geom.is_(None)])


def longest_texts(reading: Reading, layer: Layer, conditions: Conditions = ()) -> dict[str, int]:
    """Return by column how many bytes its longest value has as a text in UTF-8, 0 where there is none."""
    lists = {field.name for field in reading.fields(layer) if field.holds in ("texts", "wholes")}
    longest = {
        name: func.octet_length(func.array_to_string(column, BETWEEN) if name in lists else cast(column, Text))
        for name, column in values(reading, layer).items()
    }
    most = [func.coalesce(func.max(length), 0).label(name) for name, length in longest.items()]
    query = reading.rows(layer, *most).select_from(reading.table(layer)).where(*conditions)
    return dict(zip(longest, reading.connection.execute(query).one(), strict=True))


def shape_bytes(reading: Reading, layer: Layer, conditions: Conditions = ()) -> int:
    """Return how many bytes these records' shapes have in a Shapefile, at least; 0 for a layer without places.

    A point has 28 with its head; a line or an area 52, 4 a part or ring, and 16 a corner (ESRI's description of 1998).
    """
    if not layer.geometry:
        return 0
    shape = reading.table(layer).c.geom
    if layer.geometry == "point":
        return 100 + 28 * count_of(reading, layer, conditions)
    parts = func.ST_NRings(shape) if layer.geometry == "area" else func.ST_NumGeometries(shape)
    query = reading.rows(layer, func.coalesce(func.sum(52 + 4 * parts + 16 * func.ST_NPoints(shape)), 0))
    return 100 + int(reading.connection.execute(query.where(*conditions)).scalar_one())


def batches(
    reading: Reading, layer: Layer, conditions: Conditions = (), *, place: PlaceAs = "point"
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Yield rows of id, parent, fields and the place, in order of id, up to AT_ONCE at a time.

    Args:
        reading: who asks.
        layer: one that the reader has.
        conditions: which records.
        place: "point" for the longitude and latitude of a point on the record (WGS 84 degrees, 7 decimals), "shape" for
            its WKB (WGS 84). A layer without places has neither.
    """
    table = reading.table(layer)
    columns: list[ColumnElement[Any]] = [table.c.id, *values(reading, layer).values()]
    if layer.geometry and place == "point":
        point = func.ST_ReducePrecision(func.ST_PointOnSurface(table.c.geom), 1e-7)
        columns += [func.ST_X(point).label("lon"), func.ST_Y(point).label("lat")]
    elif layer.geometry:
        columns.append(func.ST_AsBinary(table.c.geom).label("wkb"))
    query = reading.rows(layer, *columns).where(*conditions).order_by(table.c.id)
    # Whoever breaks off closes the cursor, too.
    with reading.connection.execution_options(yield_per=AT_ONCE).execute(query) as found:
        for rows in found.partitions():
            yield [tuple(row) for row in rows]


def geojson_batches(reading: Reading, layer: Layer, conditions: Conditions = ()) -> Iterator[Sequence[str]]:
    """Yield the records that meet the conditions as texts of GeoJSON features, in order of id, AT_ONCE at a time."""
    query = stream_geojson(reading, layer).where(*conditions)
    with reading.connection.execution_options(yield_per=AT_ONCE).execute(query) as found:
        yield from found.scalars().partitions()
