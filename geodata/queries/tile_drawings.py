"""What is drawn in a tile: the queries for spots, lines, areas and names, and for the cells that count many.

They name the tile's place by X and Y, so that each is the same for all tiles of its layer and zoom.
"""

from __future__ import annotations

from collections.abc import Callable
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
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.queries.cells import ALWAYS_DRAWN, cells_in_tile, known_cells, split_field, summed_field
from geodata.queries.gathered import SQUARES, squares_in_tile
from geodata.queries.own_words import value
from geodata.queries.place_names import rules_of_names
from geodata.queries.reading import Reading
from geodata.queries.ready import has_ready, ready_or_drawn, simplified
from geodata.queries.tile_grid import BUFFER, EXTENT, TILE_PX, X, Y, around, envelope, in_tile, width_m

Columns = Callable[[Reading, Layer, int], list[ColumnElement[Any]]]
"""Gives what a feature has, of a layer at a zoom."""
SMALLEST_PX2 = 1.5
"""Shapes of the base map that cover less on the screen aren't in the tile."""
SMALLEST_SIDE_PX = 2
"""Other areas that are smaller are squares of that side, so that none is out of sight."""
NAMED_PX2 = 1500
"""Shapes of the base map that cover less on the screen have no name: a fountain's is longer than the fountain."""
NAMED_PX2_A_LETTER = 350
"""Neither have areas with borders that are small for their name: it would stand in the next one."""


def near_tile(reading: Reading, layer: Layer, z: int) -> ColumnElement[bool]:
    """Return the condition that a record's box touches the tile, or what is drawn beyond its edge."""
    found: ColumnElement[bool] = reading.table(layer).c.geom_3857.bool_op("&&")(around(z))
    return found


def all_columns(reading: Reading, layer: Layer, _: int) -> list[ColumnElement[Any]]:
    """Return what features have in tiles of their layer alone."""
    return feature_columns(reading, layer)


def drawn_columns(reading: Reading, layer: Layer, z: int) -> list[ColumnElement[Any]]:
    """Return what the drawing of a layer of the base map reads at a zoom, as far as the reader has it; no id."""
    if layer.style is None or layer.style.reads is None:
        return feature_columns(reading, layer)[1:]
    reads = dict(layer.style.reads)
    wanted = [field for field in reading.fields(layer) if field.is_listed and reads.get(field.name, z + 1) <= z]
    return [_value(value(reading, layer, field), field) for field in wanted]


def feature_columns(reading: Reading, layer: Layer) -> list[ColumnElement[Any]]:
    """Return the id, the listed fields and the name as tiles have them, with the street of what has none of its own."""
    table = reading.table(layer)
    listed = [field for field in reading.fields(layer) if field.is_listed]
    columns: list[ColumnElement[Any]] = [table.c.id, *(_value(value(reading, layer, field), field) for field in listed)]
    if layer.name_field in table.c:
        kind, apart = layer.unnamed_by, layer.told_apart_by
        names = [table.c[name] for name in (layer.name_field, kind.name if kind else "") if name in table.c]
        columns.append(func.coalesce(*(cast(name, Text) for name in names)).label("name_text"))
        if apart is not None:
            columns.append(case((table.c[layer.name_field].is_(None), table.c[apart.name])).label("apart_text"))
    return columns


def spots(reading: Reading, layer: Layer, z: int) -> Select[Any]:
    """Return a point layer's spots, each once, with how many records stand on it.

    They are told apart by two numbers, and sorted by them for counting, which leaves little to sort for choosing: to
    compare shapes took twice as long, to count in the order of choosing half as long again.
    """
    spot = reading.table(layer).c.geom_3857
    told = [*feature_columns(reading, layer), spot]
    order = func.ST_X(spot).label("east_m"), func.ST_Y(spot).label("north_m"), _weight(reading, layer).label("rank")
    near = reading.rows(layer, *told, *order).where(near_tile(reading, layer, z)).subquery("near")
    place = near.c.east_m, near.c.north_m
    columns = list(near.c)[: len(told)]
    stacked = func.count().over(partition_by=place).label("stacked")
    query = select(*columns, stacked).ext(distinct_on(*place)).order_by(*place, near.c.rank, near.c.id)
    found = query.subquery("found")
    told = [column for column in found.c if column.name != spot.name]
    return select(*told, in_tile(found.c[spot.name], z))


def few_spots(reading: Reading, layer: Layer, z: int, most: ColumnElement[int]) -> Select[Any]:
    """Return the query for a layer's spots as a tile, NULL where it has more: one question in place of two."""
    spot = reading.table(layer).c.geom_3857
    inside = spot.bool_op("&&")(envelope(z))
    some = reading.rows(layer, spot).where(inside).distinct().limit(most + 1).subquery("some")
    count = select(func.count()).select_from(some).scalar_subquery()
    return select(case((count <= most, mvt(layer.id, spots(reading, layer, z)).scalar_subquery())))


def known_or_spots(reading: Reading, layer: Layer, z: int) -> Select[Any]:
    """Return the query for a tile of a publication: its cells where it has any of this tile, else the spots."""
    known = known_cells(layer, z, X, Y)
    cells, drawn = mvt(layer.id, _told(reading, layer, z, known)), mvt(layer.id, spots(reading, layer, z))
    return select(case((known.exists(), cells.scalar_subquery()), else_=drawn.scalar_subquery()))


def written(reading: Reading, layer: Layer, z: int, columns: Columns = all_columns) -> Select[Any]:
    """Return the points whose names are written at a zoom."""
    rules = [near_tile(reading, layer, z), *rules_of_names(reading, layer, z)]
    query = reading.rows(layer, *columns(reading, layer, z)).where(*rules)
    return query.add_columns(in_tile(reading.table(layer).c.geom_3857, z))


def counted(reading: Reading, layer: Layer, z: int) -> Select[Any]:
    """Return the features of cells: a record that is alone in its cell, else their number."""
    return _told(reading, layer, z, cells_in_tile(reading, layer, z, X, Y, near_tile(reading, layer, z)))


def _told(reading: Reading, layer: Layer, z: int, found: Select[Any]) -> Select[Any]:
    cells = found.subquery("cells")
    table = reading.table(layer)
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
    columns.append(func.ST_AsMVTGeom(spot, envelope(z), EXTENT, BUFFER, False).label("geom"))
    joined = cells.outerjoin(table, and_(is_alone, table.c.id == cells.c.first_id))
    return select(*columns).select_from(joined)


_ROW = 2**24
_FIRST_CELL = 2**50
_FIRST_SQUARE = 2**51
"""Numbers of cells, and of the greater squares, begin where ids of records never come, and stay whole in JavaScript."""


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


def shapes(reading: Reading, layer: Layer, z: int, columns: Columns = all_columns, *, coarser: int = 1) -> Select[Any]:
    """Return lines or areas, simplified to the screen's pixels or to so many of them, which features then tell.

    Coarser ones have no more than what they are drawn and called by.
    """
    table = reading.table(layer)
    shape = simplified(table.c.geom_3857, z, coarser=coarser)
    if layer.geometry == "area" and not layer.is_base:
        side = SMALLEST_SIDE_PX * coarser * width_m(z) / TILE_PX
        square = func.ST_Expand(func.ST_PointOnSurface(table.c.geom_3857), side / 2)
        shape = case((func.ST_Area(table.c.geom_3857) < side**2, square), else_=shape)
    told = columns(reading, layer, z)
    if coarser > 1:
        told = [column for column in told if column.key in _needed(layer)] + [literal(coarser).label("coarser")]
    rules = _rules_of_shapes(reading, layer, z)
    is_ready = coarser == 1 and has_ready(reading, layer, z)
    drawn = ready_or_drawn(table.c.geom_3857, z) if is_ready else in_tile(shape, z)
    return reading.rows(layer, *told).where(*rules).add_columns(drawn)


def _needed(layer: Layer) -> set[str]:
    """Return what coarser shapes are drawn and told apart by: those of the base map lose their names alone."""
    style = layer.style
    if style is None or style.reads is None:
        return {"id", "name_text", style.by if style and style.by else ""}
    return {"id", *dict(style.reads)} - {style.label}


def _rules_of_shapes(reading: Reading, layer: Layer, z: int) -> list[ColumnElement[bool]]:
    """Return which lines or areas a tile has; of the base map only what its zoom has of it."""
    table, rules = reading.table(layer), [near_tile(reading, layer, z)]
    wanted = layer.thinning.values_at(z) if layer.thinning else None
    if layer.thinning and wanted is not None:
        # Written out, so that the database looks each record's word up instead of comparing it with one after another.
        words = [literal(word, literal_execute=True) for word in wanted]
        rules.append(table.c[layer.thinning.by].in_(words))
    if layer.geometry == "area" and layer.is_base:
        rules.append(func.ST_Area(table.c.geom_3857) > SMALLEST_PX2 * (width_m(z) / TILE_PX) ** 2)
    return rules


def gathered(reading: Reading, layer: Layer, z: int, *, side: int = SQUARES) -> Select[Any]:
    """Return squares, `side` times as many as it has in a tile, with how many lines or areas lie in each.

    They are told as cells of points are.
    """
    rules = _rules_of_shapes(reading, layer, z)
    squares = squares_in_tile(reading, layer, z, X, Y, rules, side=side).subquery("squares")
    first = _FIRST_CELL if side == SQUARES else _FIRST_SQUARE
    number = literal(first, BigInteger) + cast(squares.c.y, BigInteger) * _ROW + cast(squares.c.x, BigInteger)
    edges = [part.label(name) for name, part in _edges(squares).items()]
    return select(number.label("id"), squares.c.records, *edges, in_tile(squares.c.square, z))


def names(reading: Reading, layer: Layer, z: int, columns: Columns = all_columns) -> Select[Any]:
    """Return the points at which the areas of a layer are named that has a label."""
    assert layer.style  # noqa: S101
    assert layer.style.label  # noqa: S101
    table = reading.table(layer)
    point = func.ST_PointOnSurface(table.c.geom_3857)
    rules = [near_tile(reading, layer, z), point.bool_op("&&")(envelope(z))]
    if layer.is_base:
        rules.append(table.c[layer.style.label].is_not(None))
    if z < ALWAYS_DRAWN and (layer.is_base or layer.style.drawing == "border"):
        letters = func.length(table.c[layer.style.label])
        smallest = literal(NAMED_PX2) if layer.is_base else letters * NAMED_PX2_A_LETTER
        rules.append(func.ST_Area(table.c.geom_3857) > smallest * (width_m(z) / TILE_PX) ** 2)
    held = reading.rows(layer, *columns(reading, layer, z)).where(*rules)
    return held.add_columns(in_tile(point, z))


def layer_of_names(layer: Layer) -> str | None:
    """Return what the tiles call the points at which areas are named; None for what isn't an area with a label."""
    return f"{layer.id}_label" if layer.geometry == "area" and layer.style and layer.style.label else None


def mvt(name: str, query: Select[Any]) -> Select[Any]:
    """Return the query for rows as one layer of a tile; layers one after the other make a tile."""
    features = query.subquery("features")
    told = [literal_column("features.*"), name, EXTENT, "geom", *(["id"] if "id" in features.c else [])]
    return select(func.ST_AsMVT(*told)).select_from(features)


def _value(column: ColumnElement[Any], field: Field) -> ColumnElement[Any]:
    """Return a field as tiles can carry it: numbers, flags and texts."""
    if field.holds in {"whole", "number", "flag"}:
        return column.label(field.name)
    if field.holds == "texts":
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
