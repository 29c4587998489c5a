"""One vector tile of one layer, with named columns only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, case, cast, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import distinct_on

from geodata.errors import InvalidInput
from geodata.layers.layer import Field, Layer
from geodata.queries.reading import Reading

EXTENT = 4096
BUFFER = 64
EQUATOR_M = 40_075_016.68557849
HIGHEST_ZOOM = 22


def check_tile(z: int, x: int, y: int) -> None:
    """Refuse a tile that can't exist, before the database is asked.

    Raises:
        InvalidInput: z is not 0..22, or x or y is not 0..2**z - 1.
    """
    if not 0 <= z <= HIGHEST_ZOOM or not (0 <= x < 2**z and 0 <= y < 2**z):
        raise InvalidInput(f"no tile {z}/{y}/{x}: zooms are 0 to {HIGHEST_ZOOM}, rows and columns 0 to 2^zoom - 1")


def tile(reading: Reading, layer: Layer, z: int, x: int, y: int) -> bytes:
    """Return a Mapbox Vector Tile with one layer of that name; empty outside the layer's zooms.

    An area layer with a label has a second layer, `<id>_label`: one point inside each area, in the one tile that holds
    it, so that a name is written once however many tiles its area reaches over.

    Each feature has its id, the reader's listed fields, `name_text`, and, for points, `stacked`: how many stand on
    the same spot. Of those the one that matters most is drawn: the first in the order of the style's choices.

    Raises:
        InvalidInput: there is no such tile, or the layer has no places.
    """
    check_tile(z, x, y)
    if not layer.geometry:
        raise InvalidInput(f"{layer.id} has no places to draw")
    if not layer.zooms[0] <= z:
        return b""
    table = reading.table(layer)
    envelope = func.ST_TileEnvelope(z, x, y)
    widened = func.ST_Expand(envelope, _width_m(z) * BUFFER / EXTENT)
    listed = [field for field in reading.fields(layer) if field.is_listed]
    columns: list[ColumnElement[Any]] = [table.c.id, *(_value(table.c[field.name], field) for field in listed)]
    if layer.name_field in table.c:
        columns.append(cast(table.c[layer.name_field], Text).label("name_text"))
    touching = reading.rows(layer, *columns).where(table.c.geom_3857.bool_op("&&")(widened))
    query = touching.add_columns(_in_tile(table.c.geom_3857, envelope))
    if layer.geometry == "point":
        spot = table.c.geom_3857
        query = query.add_columns(func.count().over(partition_by=spot).label("stacked"))
        query = query.ext(distinct_on(spot)).order_by(spot, _weight(layer, reading), table.c.id)
    body = _encoded(reading, layer.id, query)
    if layer.geometry == "area" and layer.style and layer.style.label:
        point = func.ST_PointOnSurface(table.c.geom_3857)
        held = touching.where(point.bool_op("&&")(envelope)).add_columns(_in_tile(point, envelope))
        body += _encoded(reading, f"{layer.id}_label", held)
    return body


def _in_tile(geometry: ColumnElement[Any], envelope: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.ST_AsMVTGeom(geometry, envelope, EXTENT, BUFFER, True).label("geom")


def _encoded(reading: Reading, name: str, query: Select[Any]) -> bytes:
    """Return rows as one layer of a tile; layers one after the other make a tile."""
    features = query.subquery("features")
    mvt = select(func.ST_AsMVT(literal_column("features.*"), name, EXTENT, "geom", "id")).select_from(features)
    return bytes(reading.connection.execute(mvt).scalar_one())


def _width_m(z: int) -> float:
    """Return the width of a tile in Web Mercator metres."""
    return EQUATOR_M / 2.0**z


def _value(column: ColumnElement[Any], field: Field) -> ColumnElement[Any]:
    """Return a field as tiles can carry it: numbers, flags and texts."""
    if field.kind in {"count", "number", "flag", "reference"}:
        return column.label(field.name)
    if field.kind == "money":
        return cast(column, Text).label(field.name)
    if field.kind == "names":
        return func.array_to_string(column, "、").label(field.name)
    return cast(column, Text).label(field.name)


def _weight(layer: Layer, reading: Reading) -> ColumnElement[Any]:
    """Return what decides which of several records on one spot is drawn."""
    by = layer.style.by if layer.style else None
    field = next((field for field in reading.fields(layer) if field.name == by), None)
    if field is None:
        return literal(0)
    column = reading.table(layer).c[field.name]
    return case(
        *((column == choice.value, literal(rank)) for rank, choice in enumerate(field.choices)),
        else_=literal(len(field.choices)),
    )
