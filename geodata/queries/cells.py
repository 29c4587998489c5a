"""Points counted by the cells of a grid, for zooms at which a tile would hold too many of them to draw one by one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    MetaData,
    Select,
    SmallInteger,
    Table,
    Text,
    and_,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.queries.readable import SCHEMA
from geodata.queries.reading import SCHEMAS, Reading

HIGHEST_COUNTED = 13
"""The highest zoom whose tiles all count points by cells instead of drawing each."""
ALWAYS_DRAWN = 16
"""From this zoom on tiles draw each point, unless their bytes are too many."""
MOST_SPOTS = 3000
"""A tile of a zoom between with more spots counts them by cells, too."""
FINER = 2
"""A tile has 2**2 x 2**2 cells: each is 128 pixels wide, room for the numbers of several layers side by side."""
EQUATOR_M = 40_075_016.68557849
HALF_M = EQUATOR_M / 2

CELL = Table(
    "cell",
    MetaData(),
    Column("layer", Text()),
    Column("z", SmallInteger()),
    Column("x", Integer()),
    Column("y", Integer()),
    Column("records", Integer()),
    Column("mean_x", Float()),
    Column("mean_y", Float()),
    Column("min_x", Float()),
    Column("min_y", Float()),
    Column("max_x", Float()),
    Column("max_y", Float()),
    Column("counts", ARRAY(Integer)),
    Column("amount", Float()),
    Column("first_id", BigInteger()),
    schema=SCHEMA,
)
"""A publication's own table of cells: z is the tile's zoom, x and y count the cells from the north-west."""


def cells_in_tile(
    reading: Reading,
    layer: Layer,
    z: int,
    x: ColumnElement[int],
    y: ColumnElement[int],
    inside: ColumnElement[bool],
) -> Select[Any]:
    """Return the query for the cells of one tile: a publication has those of low zooms ready, others are counted now.

    Args:
        reading: who asks.
        layer: a point layer.
        z: the tile's zoom.
        x: its column.
        y: its row.
        inside: which records lie in the tile or near it; only used where they have to be counted.
    """
    if has_cells(reading) and z <= HIGHEST_COUNTED:
        return known_cells(layer, z, x, y)
    rule = and_(reading.row_rule(layer), inside)
    return _inside(counted(layer, reading.table(layer), reading.fields(layer), z, rule), x, y)


def has_cells(reading: Reading) -> bool:
    """Say whether somebody reads a publication, which has cells."""
    return reading.reader.audience in SCHEMAS


def known_cells(layer: Layer, z: int, x: ColumnElement[int], y: ColumnElement[int]) -> Select[Any]:
    """Return the query for the cells of one tile that a publication has; none above `HIGHEST_COUNTED` if it draws."""
    return _inside(select(*list(CELL.columns)[2:]).where(CELL.c.layer == layer.id, CELL.c.z == z), x, y)


def _inside(query: Select[Any], x: ColumnElement[int], y: ColumnElement[int]) -> Select[Any]:
    cells, side = query.subquery("cells"), 2**FINER
    return select(cells).where(
        cells.c.x.between(x * side, x * side + side - 1), cells.c.y.between(y * side, y * side + side - 1)
    )


def counted(
    layer: Layer, table: FromClause, fields: tuple[Field, ...], z: int, rule: ColumnElement[bool]
) -> Select[Any]:
    """Return the query that counts records by the cells of a zoom, columns as in CELL from x on."""
    east, north = func.ST_X(table.c.geom_3857), func.ST_Y(table.c.geom_3857)
    cell_x, cell_y = cell_number(east + HALF_M, z + FINER), cell_number(HALF_M - north, z + FINER)
    by = split_field(layer, fields)
    counts: ColumnElement[Any] = literal(None, ARRAY(Integer))
    if by is not None:
        choices = [choice.value for choice in by.choices]
        counts = array([func.count().filter(table.c[by.name] == value) for value in choices], type_=Integer)
    summed = summed_field(layer, fields)
    amount = func.sum(cast(table.c[summed.name], Float)) if summed is not None else cast(null(), Float)
    return (
        select(
            cell_x.label("x"),
            cell_y.label("y"),
            func.count().label("records"),
            func.avg(east).label("mean_x"),
            func.avg(north).label("mean_y"),
            func.min(east).label("min_x"),
            func.min(north).label("min_y"),
            func.max(east).label("max_x"),
            func.max(north).label("max_y"),
            counts.label("counts"),
            amount.label("amount"),
            func.min(table.c.id).label("first_id"),
        )
        .where(rule, table.c.geom_3857.is_not(None))
        .group_by(literal_column("1"), literal_column("2"))
    )


def cell_number(metres: ColumnElement[float], z: int) -> ColumnElement[int]:
    """Return the column or row of what lies so many metres from the west or the north, 2**z being side by side."""
    number = cast(func.floor(metres * (2**z / EQUATOR_M)), Integer)
    return func.least(func.greatest(number, 0), 2**z - 1)


def split_field(layer: Layer, fields: tuple[Field, ...]) -> Field | None:
    """Return the field whose choices are counted apart, as far as the reader has it."""
    if layer.style is None or not layer.style.counts_shapes_apart:
        return None
    return next((field for field in fields if field.name == layer.style.by), None)


def summed_field(layer: Layer, fields: tuple[Field, ...]) -> Field | None:
    """Return the field whose sum stands for many records, as far as the reader has it."""
    wanted = layer.style.sums if layer.style else None
    return next((field for field in fields if field.name == wanted), None)
