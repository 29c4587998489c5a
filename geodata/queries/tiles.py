"""One vector tile of one layer, with named columns only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on

from geodata.crs import STORAGE_SRID, TILE_SRID
from geodata.errors import InvalidInput
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.queries.cells import EQUATOR_M, HIGHEST_COUNTED, cells_in_tile, split_field, summed_field
from geodata.queries.gathered import squares_in_tile
from geodata.queries.own_words import value
from geodata.queries.place_names import rules_of_names
from geodata.queries.reading import Reading

EXTENT = 4096
BUFFER = 64
TILE_PX = 512
HIGHEST_ZOOM = 22
HIGHEST_STORED = 16
"""Closer up the tiles of this zoom are enlarged."""
MOST_SPOTS = 3000
"""A tile with more spots counts them by cells too, up to the zoom below the one that is drawn as it is."""
ALWAYS_DRAWN = 16
SMALLEST_PX2 = 1.5
"""Shapes of the base map that cover less on the screen aren't in the tile."""
SMALLEST_SIDE_PX = 2
"""Other areas that are smaller are squares of that side, so that none is out of sight."""
MOST_BYTES = 400_000
"""A larger tile, before it is packed, is drawn coarser; where that isn't enough, its records are counted."""
COARSER = 4
"""So many times coarser: the shapes, and the side of the squares that stand for areas too small to be seen."""
NAMED_PX2 = 1500
"""Shapes of the base map that cover less on the screen have no name: a fountain's is longer than the fountain."""
NAMED_PX2_A_LETTER = 350
"""Neither have areas with borders that are small for their name: it would stand in the next one."""


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

    Up to zoom 13, and where a tile holds too many spots, points are counted by the cells of a grid. A cell with
    several records is one feature with `records`, how many they are, `west`, `south`, `east`, `north` (WGS 84
    degrees), `n_<choice>` where the style counts choices apart, and `amount` where it sums a field. None is left out:
    the numbers of a zoom's tiles sum to the layer's. What a layer of the base map leaves out at a zoom is declared
    (`Layer.thinning`); its shapes are simplified to a pixel. Areas that aren't of the base map never vanish: those too
    small for the zoom are squares. Of a layer of names a tile has those that are written at its zoom.

    A tile that would be larger than MOST_BYTES is coarser, which its features tell by `coarser`; where that isn't
    enough, its records are counted by cells, or by squares of lines and areas, as features with `records`.

    Raises:
        InvalidInput: there is no such tile, or the layer has no places.
    """
    check_tile(z, x, y)
    if not layer.geometry:
        raise InvalidInput(f"{layer.id} has no places to draw")
    if not layer.zooms[0] <= z:
        return b""
    envelope = func.ST_TileEnvelope(z, x, y)
    near = reading.table(layer).c.geom_3857.bool_op("&&")(func.ST_Expand(envelope, width_m(z) * BUFFER / EXTENT))
    if layer.is_name_only:
        return encoded(reading, layer.id, _written(reading, layer, z, near, envelope))
    if layer.geometry == "point":
        if z <= HIGHEST_COUNTED or (z < ALWAYS_DRAWN and _has_too_many(reading, layer, near)):
            cells = cells_in_tile(reading, layer, z, x, y, near)
            return encoded(reading, layer.id, _counted(reading, layer, cells, envelope))
        body = encoded(reading, layer.id, spots(reading, layer, near, envelope))
        if len(body) <= MOST_BYTES:
            return body
        return encoded(
            reading, layer.id, _counted(reading, layer, cells_in_tile(reading, layer, z, x, y, near), envelope)
        )
    for coarser in (1, COARSER):
        body = encoded(reading, layer.id, _shapes(reading, layer, z, near, envelope, coarser=coarser))
        if len(body) <= MOST_BYTES:
            body += _names(reading, layer, z, near, envelope)
        if len(body) <= MOST_BYTES:
            return body
    return encoded(reading, layer.id, _gathered(reading, layer, z, x, y, near, envelope))


def width_m(z: int) -> float:
    """Return the width of a tile in Web Mercator metres."""
    return EQUATOR_M / 2.0**z


def feature_columns(reading: Reading, layer: Layer) -> list[ColumnElement[Any]]:
    """Return the id, the listed fields and the name as tiles have them."""
    table = reading.table(layer)
    listed = [field for field in reading.fields(layer) if field.is_listed]
    columns: list[ColumnElement[Any]] = [table.c.id, *(_value(value(reading, layer, field), field) for field in listed)]
    if layer.name_field in table.c:
        kind = layer.unnamed_by
        names = [table.c[name] for name in (layer.name_field, kind.name if kind else "") if name in table.c]
        columns.append(func.coalesce(*(cast(name, Text) for name in names)).label("name_text"))
    return columns


def spots(reading: Reading, layer: Layer, near: ColumnElement[bool], envelope: ColumnElement[Any]) -> Select[Any]:
    """Return a point layer's spots, each once."""
    table = reading.table(layer)
    spot = table.c.geom_3857
    query = reading.rows(layer, *feature_columns(reading, layer)).where(near).add_columns(_in_tile(spot, envelope))
    query = query.add_columns(func.count().over(partition_by=spot).label("stacked"))
    return query.ext(distinct_on(spot)).order_by(spot, _weight(reading, layer), table.c.id)


def _written(
    reading: Reading, layer: Layer, z: int, near: ColumnElement[bool], envelope: ColumnElement[Any]
) -> Select[Any]:
    """Return the points whose names are written at a zoom."""
    query = reading.rows(layer, *feature_columns(reading, layer)).where(near, *rules_of_names(reading, layer, z))
    return query.add_columns(_in_tile(reading.table(layer).c.geom_3857, envelope))


def _has_too_many(reading: Reading, layer: Layer, near: ColumnElement[bool]) -> bool:
    table = reading.table(layer)
    some = reading.rows(layer, table.c.geom_3857).where(near).distinct().limit(MOST_SPOTS + 1).subquery()
    return bool(reading.connection.execute(select(func.count()).select_from(some)).scalar_one() > MOST_SPOTS)


def _counted(reading: Reading, layer: Layer, query: Select[Any], envelope: ColumnElement[Any]) -> Select[Any]:
    """Return the features of cells: a record that is alone in its cell, else their number."""
    cells, table = query.subquery("cells"), reading.table(layer)
    is_alone = cells.c.records == 1
    several = _when(~is_alone)
    middle = func.ST_SetSRID(func.ST_MakePoint(cells.c.mean_x, cells.c.mean_y), TILE_SRID)
    spot = func.coalesce(table.c.geom_3857, middle)
    number = literal(_FIRST_CELL, BigInteger) + cast(cells.c.y, BigInteger) * _ROW + cells.c.x
    fields = feature_columns(reading, layer)[1:]
    columns: list[ColumnElement[Any]] = [func.coalesce(table.c.id, number).label("id"), *fields]
    columns.append(_when(is_alone)(cells.c.records).label("stacked"))
    columns.append(several(cells.c.records).label("records"))
    if summed_field(layer, reading.fields(layer)) is not None:
        columns.append(several(cells.c.amount).label("amount"))
    columns += [several(part).label(name) for name, part in _edges(cells).items()]
    by = split_field(layer, reading.fields(layer))
    for place, choice in enumerate(by.choices if by else (), 1):
        columns.append(several(func.nullif(cells.c.counts[place], 0)).label(f"n_{choice.value}"))
    columns.append(func.ST_AsMVTGeom(spot, envelope, EXTENT, BUFFER, False).label("geom"))
    joined = cells.outerjoin(table, and_(is_alone, table.c.id == cells.c.first_id))
    return select(*columns).select_from(joined)


_ROW = 2**24
_FIRST_CELL = 2**50
"""Numbers of cells begin where ids of records never come, and stay whole numbers in JavaScript."""


def _when(condition: ColumnElement[bool]) -> Any:
    return lambda value: case((condition, value), else_=None)


def _edges(cells: Any) -> dict[str, ColumnElement[Any]]:
    """Return a cell's extent in degrees, a hundred-thousandth of one exact."""
    low, high = (
        func.ST_Transform(func.ST_SetSRID(func.ST_MakePoint(x, y), TILE_SRID), STORAGE_SRID)
        for x, y in ((cells.c.min_x, cells.c.min_y), (cells.c.max_x, cells.c.max_y))
    )
    ends = {"west": func.ST_X(low), "south": func.ST_Y(low), "east": func.ST_X(high), "north": func.ST_Y(high)}
    return {name: func.round(end * 100_000.0, type_=Float) / 100_000.0 for name, end in ends.items()}


def _shapes(
    reading: Reading,
    layer: Layer,
    z: int,
    near: ColumnElement[bool],
    envelope: ColumnElement[Any],
    *,
    coarser: int = 1,
) -> Select[Any]:
    """Return lines or areas, simplified to the screen's pixels or to so many of them, which features then tell.

    Coarser ones have no more than what they are drawn and called by.
    """
    table = reading.table(layer)
    pixel_m = coarser * width_m(z) / TILE_PX
    shape: ColumnElement[Any] = table.c.geom_3857
    if z < ALWAYS_DRAWN or coarser > 1:
        shape = func.ST_Simplify(shape, pixel_m / 2, True)
    if layer.geometry == "area" and not layer.is_base:
        side = SMALLEST_SIDE_PX * pixel_m
        square = func.ST_Expand(func.ST_PointOnSurface(table.c.geom_3857), side / 2)
        shape = case((func.ST_Area(table.c.geom_3857) < side**2, square), else_=shape)
    columns = feature_columns(reading, layer)
    if coarser > 1:
        needed = {"id", "name_text", layer.style.by if layer.style else ""}
        columns = [column for column in columns if column.key in needed] + [literal(coarser).label("coarser")]
    rules = _rules_of_shapes(reading, layer, z, near)
    return reading.rows(layer, *columns).where(*rules).add_columns(_in_tile(shape, envelope))


def _rules_of_shapes(reading: Reading, layer: Layer, z: int, near: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Return which lines or areas a tile has; of the base map only what its zoom has of it."""
    table, rules = reading.table(layer), [near]
    wanted = layer.thinning.values_at(z) if layer.thinning else None
    if layer.thinning and wanted is not None:
        rules.append(table.c[layer.thinning.by].in_(wanted))
    if layer.geometry == "area" and layer.is_base:
        rules.append(func.ST_Area(table.c.geom_3857) > SMALLEST_PX2 * (width_m(z) / TILE_PX) ** 2)
    return rules


def _gathered(
    reading: Reading, layer: Layer, z: int, x: int, y: int, near: ColumnElement[bool], envelope: ColumnElement[Any]
) -> Select[Any]:
    """Return squares with how many lines or areas lie in each, told as cells of points are."""
    squares = squares_in_tile(reading, layer, z, x, y, _rules_of_shapes(reading, layer, z, near)).subquery("squares")
    number = literal(_FIRST_CELL, BigInteger) + cast(squares.c.y, BigInteger) * _ROW + cast(squares.c.x, BigInteger)
    edges = [part.label(name) for name, part in _edges(squares).items()]
    return select(number.label("id"), squares.c.records, *edges, _in_tile(squares.c.square, envelope))


def _names(reading: Reading, layer: Layer, z: int, near: ColumnElement[bool], envelope: ColumnElement[Any]) -> bytes:
    """Return the layer of the points at which areas are named; empty for what isn't an area with a label."""
    name = layer_of_names(layer)
    if name is None or not layer.style or not layer.style.label:
        return b""
    table = reading.table(layer)
    point = func.ST_PointOnSurface(table.c.geom_3857)
    rules = [near, point.bool_op("&&")(envelope)]
    if layer.is_base:
        rules.append(table.c[layer.style.label].is_not(None))
    if z < ALWAYS_DRAWN and (layer.is_base or layer.style.drawing == "border"):
        letters = func.length(table.c[layer.style.label])
        smallest = literal(NAMED_PX2) if layer.is_base else letters * NAMED_PX2_A_LETTER
        rules.append(func.ST_Area(table.c.geom_3857) > smallest * (width_m(z) / TILE_PX) ** 2)
    held = reading.rows(layer, *feature_columns(reading, layer)).where(*rules)
    return encoded(reading, name, held.add_columns(_in_tile(point, envelope)))


def layer_of_names(layer: Layer) -> str | None:
    """Return what the tiles call the points at which areas are named; None for what isn't an area with a label."""
    return f"{layer.id}_label" if layer.geometry == "area" and layer.style and layer.style.label else None


def _in_tile(geometry: ColumnElement[Any], envelope: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.ST_AsMVTGeom(geometry, envelope, EXTENT, BUFFER, True).label("geom")


def encoded(reading: Reading, name: str, query: Select[Any]) -> bytes:
    """Return rows as one layer of a tile; layers one after the other make a tile."""
    features = query.subquery("features")
    mvt = select(func.ST_AsMVT(literal_column("features.*"), name, EXTENT, "geom", "id")).select_from(features)
    return bytes(reading.connection.execute(mvt).scalar_one())


def _value(column: ColumnElement[Any], field: Field) -> ColumnElement[Any]:
    """Return a field as tiles can carry it: numbers, flags and texts."""
    if field.kind in {"count", "number", "flag", "reference"}:
        return column.label(field.name)
    if field.kind == "money":
        return cast(column, Text).label(field.name)
    if field.kind == "names":
        return func.array_to_string(column, "、").label(field.name)
    return cast(column, Text).label(field.name)


def _weight(reading: Reading, layer: Layer) -> ColumnElement[Any]:
    """Return what decides which of several records on one spot is drawn: the place of its choice, 0 first."""
    by = layer.style.by if layer.style else None
    field = next((field for field in reading.fields(layer) if field.name == by), None)
    if field is None:
        return literal(0)
    table = reading.table(layer)
    return case(
        *((table.c[field.name] == choice.value, literal(rank)) for rank, choice in enumerate(field.choices)),
        else_=literal(len(field.choices)),
    )
