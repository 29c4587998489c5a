"""Points counted by the cells of a grid, for zooms at which a tile would hold too many of them to draw one by one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
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
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.queries.readable import SCHEMA
from geodata.queries.reading import SCHEMAS, Reading

HIGHEST_COUNTED = 13
"""The highest zoom whose tiles count points by cells instead of drawing each."""
FINER = 2
"""A tile has 2**2 x 2**2 cells: each is 128 pixels wide, room for the numbers of several layers side by side."""
EQUATOR_M = 40_075_016.68557849

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


def create_cells(connection: Connection, schema: str) -> None:
    """Create a publication's empty table of cells."""
    connection.exec_driver_sql(
        f"CREATE TABLE {schema}.cell (layer text, z smallint, x integer, y integer, records integer NOT NULL, "
        "mean_x float NOT NULL, mean_y float NOT NULL, min_x float NOT NULL, min_y float NOT NULL, "
        "max_x float NOT NULL, max_y float NOT NULL, counts integer[], amount float, first_id bigint NOT NULL, "
        "PRIMARY KEY (layer, z, x, y))"
    )


def fill_cells(connection: Connection, layer: Layer, table: Table, fields: tuple[Field, ...], schema: str) -> None:
    """Count a published point layer by the cells of each zoom, each zoom from the one above it."""
    options: Any = {"schema_translate_map": {SCHEMA: schema}}
    names = [part.name for part in CELL.columns]
    finest = counted(layer, table, fields, HIGHEST_COUNTED, true())
    first = select(literal(layer.id), literal(HIGHEST_COUNTED), *finest.subquery().columns)
    connection.execute(CELL.insert().from_select(names, first), execution_options=options)
    for z in range(HIGHEST_COUNTED - 1, layer.zooms[0] - 1, -1):
        coarser = _coarser(layer, fields, z)
        connection.execute(CELL.insert().from_select(names, coarser), execution_options=options)


def cells_in_tile(
    reading: Reading,
    layer: Layer,
    z: int,
    x: ColumnElement[int],
    y: ColumnElement[int],
    inside: ColumnElement[bool],
) -> Select[Any]:
    """Return the query for the cells of one tile: a publication has them ready, staff's are counted now.

    Args:
        reading: who asks.
        layer: a point layer.
        z: the tile's zoom.
        x: its column.
        y: its row.
        inside: which records lie in the tile or near it; only used where they have to be counted.
    """
    is_stored = reading.reader.audience in SCHEMAS and z <= HIGHEST_COUNTED
    if is_stored:
        known = select(*list(CELL.columns)[2:]).where(CELL.c.layer == layer.id, CELL.c.z == z)
        cells = known.subquery("cells")
    else:
        rule = and_(reading.row_rule(layer), inside)
        cells = counted(layer, reading.table(layer), reading.fields(layer), z, rule).subquery("cells")
    side = 2**FINER
    return select(cells).where(
        cells.c.x.between(x * side, x * side + side - 1), cells.c.y.between(y * side, y * side + side - 1)
    )


def counted(
    layer: Layer, table: FromClause, fields: tuple[Field, ...], z: int, rule: ColumnElement[bool]
) -> Select[Any]:
    """Return the query that counts records by the cells of a zoom, columns as in CELL from x on."""
    east, north = func.ST_X(table.c.geom_3857), func.ST_Y(table.c.geom_3857)
    last = 2 ** (z + FINER) - 1
    by_m = 2 ** (z + FINER) / EQUATOR_M
    cell_x = func.least(func.greatest(cast(func.floor((east + EQUATOR_M / 2) * by_m), Integer), 0), last)
    cell_y = func.least(func.greatest(cast(func.floor((EQUATOR_M / 2 - north) * by_m), Integer), 0), last)
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


def _coarser(layer: Layer, fields: tuple[Field, ...], z: int) -> Select[*tuple[Any, ...]]:
    """Return the query that sums the cells of the next zoom to those of this one."""
    finer = CELL
    records = func.sum(finer.c.records)
    by = split_field(layer, fields)
    counts: ColumnElement[Any] = literal(None, ARRAY(Integer))
    if by is not None:
        counts = array([func.sum(finer.c.counts[place]) for place in range(1, len(by.choices) + 1)], type_=Integer)
    x, y = finer.c.x.bool_op(">>")(1), finer.c.y.bool_op(">>")(1)
    return (
        select(
            literal(layer.id),
            literal(z),
            x,
            y,
            records,
            func.sum(finer.c.mean_x * finer.c.records) / records,
            func.sum(finer.c.mean_y * finer.c.records) / records,
            func.min(finer.c.min_x),
            func.min(finer.c.min_y),
            func.max(finer.c.max_x),
            func.max(finer.c.max_y),
            counts,
            func.sum(finer.c.amount),
            func.min(finer.c.first_id),
        )
        .where(finer.c.layer == layer.id, finer.c.z == z + 1)
        .group_by(literal_column("3"), literal_column("4"))
    )


def split_field(layer: Layer, fields: tuple[Field, ...]) -> Field | None:
    """Return the field whose choices are counted apart, as far as the reader has it."""
    if layer.style is None or not layer.style.counts_shapes_apart:
        return None
    return next((field for field in fields if field.name == layer.style.by), None)


def summed_field(layer: Layer, fields: tuple[Field, ...]) -> Field | None:
    """Return the field whose sum stands for many records, as far as the reader has it."""
    wanted = layer.style.sums if layer.style else None
    return next((field for field in fields if field.name == wanted), None)
