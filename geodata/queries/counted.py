"""Rows that are counted on their way in: they wait by area, never with a place, and only their numbers go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, text

from geodata.layers import get_layer
from geodata.layers.layer import Layer
from geodata.queries.area_match import match_areas
from geodata.queries.stage import copy_rows, create_stage, loaded_columns, sql_type

_CHUNK = 5_000


def told_apart(layer: Layer, into: str) -> tuple[str, ...]:
    """Return the columns in which the rows of one record agree, besides who counted and the area."""
    return tuple(name for name in loaded_columns(layer) if name not in (into, "area_code", "area_name"))


def counted_columns(layer: Layer, into: str) -> tuple[str, ...]:
    """Return the columns of a part's rows that wait, in the order of COPY: number, key, who counted, area, others."""
    return ("row", "row_key", "reporter", "area_code", "area_name", *told_apart(layer, into))


def create_counted(connection: Connection, layer: Layer, into: str) -> None:
    """Create the session's own empty table of rows that wait to be counted; it goes with the transaction."""
    own = layer.model.__table__.columns
    columns = ", ".join(f"{name} {sql_type(own[name])}" for name in told_apart(layer, into))
    connection.exec_driver_sql(
        "CREATE TEMPORARY TABLE counted (part integer, row bigint, row_key text, reporter text, area_code text, "
        f"area_name text, {columns}, area_id bigint) ON COMMIT DROP"
    )


def copy_counted(connection: Connection, layer: Layer, into: str, part: int, rows: pa.Table) -> None:
    """Append rows of a part of the file, with the columns of `counted_columns`."""
    numbered = rows.add_column(0, "part", pa.repeat(part, rows.num_rows))
    copy_rows(connection, f"counted (part, {', '.join(counted_columns(layer, into))})", numbered)


def begin_counting(connection: Connection) -> None:
    """Let no other load change areas and counts until the end of this one's transaction; it may wait for another."""
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('csmap load'))")
    # Months are part of the counts' keys: they have to read the same on every server.
    connection.exec_driver_sql("SET LOCAL DateStyle = 'ISO'")


def drop_repeated(connection: Connection, part: int) -> Iterator[list[tuple[int, int]]]:
    """Take out the rows of a part whose key an earlier row has, and yield (row, the row that counts), in chunks."""
    connection.execute(text(_REPEATED), {"part": part})
    connection.execute(
        text("DELETE FROM counted USING repeated WHERE repeated.row = counted.row AND part = :part"), {"part": part}
    )
    for chunk in _chunks(connection, "SELECT row, first_row FROM repeated ORDER BY row"):
        yield [(row, first_row) for row, first_row in chunk]
    connection.exec_driver_sql("DROP TABLE repeated")


_REPEATED = """
    CREATE TEMPORARY TABLE repeated ON COMMIT DROP AS
    SELECT row, first_row FROM (
        SELECT row, min(row) OVER (PARTITION BY row_key) AS first_row FROM counted
        WHERE row_key IS NOT NULL AND part = :part
    ) keyed WHERE row > first_row
"""


_AREA = "coalesce(area_code, area_name)"


def find_areas(connection: Connection) -> None:
    """Find the areas of all rows that wait."""
    connection.exec_driver_sql("ANALYZE counted")
    match_areas(connection, "counted")


def drop_without_area(connection: Connection, part: int) -> Iterator[list[tuple[int, str]]]:
    """Take out the rows of a part whose area isn't known, and yield (row, what it calls its area), some at a time."""
    where = f"area_id IS NULL AND part = {part:d}"
    for chunk in _chunks(connection, f"SELECT row, {_AREA} FROM counted WHERE {where} ORDER BY row"):
        yield [(row, str(area)) for row, area in chunk]
    connection.exec_driver_sql(f"DELETE FROM counted WHERE {where}")


def stage_unknown_areas(connection: Connection, part: int, kind: str) -> tuple[int, int]:
    """Fill the stage of areas with those that rows of a part name by a code which nobody knows.

    Returns:
        How many areas the rows name by code, and how many of them are in the stage.
    """
    create_stage(connection, get_layer("area"))
    staged = connection.execute(text(_STAGE_AREAS), {"kind": kind, "part": part}).rowcount
    count = text("SELECT count(DISTINCT area_code) FROM counted WHERE part = :part")
    return int(connection.execute(count, {"part": part}).scalar_one()), staged


_STAGE_AREAS = """
    INSERT INTO stage_area (row, source_id, code, name, kind)
    SELECT min(row), area_code, area_code, coalesce(min(area_name), area_code), :kind FROM counted
    WHERE part = :part AND area_code IS NOT NULL
        AND NOT EXISTS (SELECT FROM live.area a WHERE a.code = counted.area_code)
    GROUP BY area_code
"""


def has_areas(connection: Connection) -> bool:
    """Tell whether any area is known."""
    return bool(connection.exec_driver_sql("SELECT EXISTS (SELECT FROM live.area)").scalar_one())


def _chunks(connection: Connection, query: str) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Yield the rows of a query some at a time, so that a million of them never stand in memory."""
    connection.exec_driver_sql(f"DECLARE waiting NO SCROLL CURSOR FOR {query}")
    while chunk := connection.exec_driver_sql(f"FETCH {_CHUNK} FROM waiting").all():
        yield [tuple(row) for row in chunk]
    connection.exec_driver_sql("CLOSE waiting")
