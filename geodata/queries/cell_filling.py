"""Writes a publication's cells: how many points lie in each, for zooms and tiles that would hold too many to draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    Table,
    func,
    literal,
    literal_column,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.queries.cells import (
    ALWAYS_DRAWN,
    CELL,
    FINER,
    HALF_M,
    HIGHEST_COUNTED,
    MOST_SPOTS,
    cell_number,
    counted,
    split_field,
)
from geodata.queries.readable import SCHEMA


def create_cells(connection: Connection, schema: str) -> None:
    """Create a publication's empty table of cells."""
    connection.exec_driver_sql(
        f"CREATE TABLE {schema}.cell (layer text, z smallint, x integer, y integer, records integer NOT NULL, "
        "mean_x float NOT NULL, mean_y float NOT NULL, min_x float NOT NULL, min_y float NOT NULL, "
        "max_x float NOT NULL, max_y float NOT NULL, counts integer[], amount float, first_id bigint NOT NULL, "
        "PRIMARY KEY (layer, z, x, y))"
    )


def fill_cells(connection: Connection, layer: Layer, table: Table, fields: tuple[Field, ...], schema: str) -> None:
    """Count a published point layer by the cells of each zoom, each zoom from the one above it.

    Zooms whose tiles draw points unless they are too many have cells in just those tiles where they are.
    """
    options: Any = {"schema_translate_map": {SCHEMA: schema}}
    names = [part.name for part in CELL.columns]
    finest = counted(layer, table, fields, HIGHEST_COUNTED, true())
    first = select(literal(layer.id), literal(HIGHEST_COUNTED), *finest.subquery().columns)
    connection.execute(CELL.insert().from_select(names, first), execution_options=options)
    for z in range(HIGHEST_COUNTED - 1, layer.zooms[0] - 1, -1):
        coarser = _coarser(layer, fields, z)
        connection.execute(CELL.insert().from_select(names, coarser), execution_options=options)
    for z, tiles in _crowded(connection, layer, table, options).items():
        finer = counted(layer, table, fields, z, true()).subquery()
        asked = select(literal(layer.id), literal(z), *finer.columns).where(
            tuple_(finer.c.x.bool_op(">>")(FINER), finer.c.y.bool_op(">>")(FINER)).in_(tiles)
        )
        connection.execute(CELL.insert().from_select(names, asked), execution_options=options)


def share_cells(connection: Connection, layer: Layer, schema: str, *, of: str) -> None:
    """Copy the cells of a layer whose table `schema` shares with the schema `of`."""
    connection.execute(text(f"INSERT INTO {schema}.cell SELECT * FROM {of}.cell WHERE layer = :id"), {"id": layer.id})


def _crowded(
    connection: Connection, layer: Layer, table: FromClause, options: Mapping[str, Any]
) -> dict[int, list[tuple[int, int]]]:
    """Return columns and rows of the tiles with too many spots to draw them, by zoom; only zooms that have some."""
    records = (
        select(func.sum(CELL.c.records))
        .where(CELL.c.layer == layer.id, CELL.c.z == HIGHEST_COUNTED)
        .group_by(CELL.c.x.bool_op(">>")(FINER), CELL.c.y.bool_op(">>")(FINER))
        .order_by(literal_column("1").desc())
        .limit(1)
    )
    if (connection.execute(records, execution_options=options).scalar() or 0) <= MOST_SPOTS:
        return {}
    east, north = func.ST_X(table.c.geom_3857).label("east"), func.ST_Y(table.c.geom_3857).label("north")
    spots = select(east, north).where(table.c.geom_3857.is_not(None)).distinct().subquery()
    found = {}
    for z in range(HIGHEST_COUNTED + 1, ALWAYS_DRAWN):
        tile_x, tile_y = (cell_number(metres, z) for metres in (spots.c.east + HALF_M, HALF_M - spots.c.north))
        query = select(tile_x, tile_y).group_by(literal_column("1"), literal_column("2"))
        rows = connection.execute(query.having(func.count() > MOST_SPOTS), execution_options=options).all()
        if not rows:
            break
        found[z] = [(row[0], row[1]) for row in rows]
    return found


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
