"""Rows that are counted on their way in: they wait by area, never with a place, and only their numbers go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
from sqlalchemy import Connection, text

from geodata.layers import get_layer
from geodata.layers.layer import Layer
from geodata.queries.area_match import match_areas
from geodata.queries.stage import copy_rows, create_stage, loaded_columns, sql_type, stage_name

_CHUNK = 5_000


def told_apart(layer: Layer, into: str) -> tuple[str, ...]:
    """Return the columns in which the rows of one record agree, besides who counted and the area."""
    return tuple(name for name in loaded_columns(layer) if name not in (into, "area_code", "area_name"))


def counted_columns(layer: Layer, into: str) -> tuple[str, ...]:
    """Return the columns of the rows that wait, in the order of COPY: number, key, who counted, area, the others."""
    return ("row", "row_key", "reporter", "area_code", "area_name", *told_apart(layer, into))


def create_counted(connection: Connection, layer: Layer, into: str) -> None:
    """Create the session's own empty table of rows that wait to be counted; it goes with the transaction."""
    own = layer.model.__table__.columns
    columns = ", ".join(f"{name} {sql_type(own[name])}" for name in told_apart(layer, into))
    connection.exec_driver_sql(
        "CREATE TEMPORARY TABLE counted (row bigint, row_key text, reporter text, area_code text, area_name text, "
        f"{columns}, area_id bigint) ON COMMIT DROP"
    )


def copy_counted(connection: Connection, layer: Layer, into: str, rows: pa.Table) -> None:
    """Append rows, with the columns of `counted_columns`."""
    copy_rows(connection, f"counted ({', '.join(counted_columns(layer, into))})", rows)


def begin_counting(connection: Connection) -> None:
    """Let no other load change areas and counts until the end of this one's transaction; it may wait for another."""
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('csmap load'))")
    # Months are part of the counts' keys: they have to read the same on every server.
    connection.exec_driver_sql("SET LOCAL DateStyle = 'ISO'")


def drop_repeated(connection: Connection) -> Iterator[list[tuple[int, int]]]:
    """Take out the rows whose key an earlier row has, and yield them: (row, the row that counts), some at a time."""
    connection.exec_driver_sql(
        """
        CREATE TEMPORARY TABLE repeated ON COMMIT DROP AS
        SELECT row, first_row FROM (
            SELECT row, min(row) OVER (PARTITION BY row_key) AS first_row FROM counted WHERE row_key IS NOT NULL
        ) keyed WHERE row > first_row
        """
    )
    connection.exec_driver_sql("DELETE FROM counted USING repeated WHERE repeated.row = counted.row")
    for chunk in _chunks(connection, "SELECT row, first_row FROM repeated ORDER BY row"):
        yield [(row, first_row) for row, first_row in chunk]
    connection.exec_driver_sql("DROP TABLE repeated")


def drop_without_area(connection: Connection) -> Iterator[list[int]]:
    """Find the rows' areas, take out those whose area isn't known, and yield their numbers, some at a time."""
    connection.exec_driver_sql("ANALYZE counted")
    match_areas(connection, "counted")
    for chunk in _chunks(connection, "SELECT row FROM counted WHERE area_id IS NULL ORDER BY row"):
        yield [row for (row,) in chunk]
    connection.exec_driver_sql("DELETE FROM counted WHERE area_id IS NULL")


def stage_unknown_areas(connection: Connection, kind: str) -> tuple[int, int]:
    """Fill the stage of areas with those that rows name by a code which nobody knows.

    Returns:
        How many areas the rows name by code, and how many of them are in the stage.
    """
    create_stage(connection, get_layer("area"))
    staged = connection.execute(text(_STAGE_AREAS), {"kind": kind}).rowcount
    named = connection.exec_driver_sql("SELECT count(DISTINCT area_code) FROM counted").scalar_one()
    return int(named), staged


_STAGE_AREAS = """
    INSERT INTO stage_area (row, source_id, code, name, kind)
    SELECT min(row), area_code, area_code, coalesce(min(area_name), area_code), :kind FROM counted
    WHERE area_code IS NOT NULL AND NOT EXISTS (SELECT FROM live.area a WHERE a.code = counted.area_code)
    GROUP BY area_code
"""


def stage_counts(connection: Connection, layer: Layer, into: str, *, source: str, loads: Sequence[int]) -> int:
    """Fill the layer's stage with the counts of the rows, and with zeros; return the number of zeros.

    What the rows say holds for all areas: a count that an earlier file gave for the same reporter and in all else that
    tells records apart, but for an area that these rows don't have, is none now.

    Args:
        connection: inside the load's transaction, the rows' areas found.
        layer: what is filled.
        into: its field that takes the numbers.
        source: the register.
        loads: the loads of other parts of the same file, whose counts stay.
    """
    apart = told_apart(layer, into)
    names = {
        "layer": layer.id,
        "stage": stage_name(layer),
        "apart": ", ".join(apart),
        "of_row": ", ".join(f"c.{name}" for name in apart),
        "key": " || '/' || ".join(f"c.{name}::text" for name in apart),
        "same": " AND ".join(f"c.{name} IS NOT DISTINCT FROM x.{name}" for name in apart),
        "their": ", ".join(f"x.{name}" for name in apart),
        "into": into,
    }
    connection.exec_driver_sql(_CELLS.format(**names))
    create_stage(connection, layer)
    connection.exec_driver_sql(_STAGE_CELLS.format(**names))
    named = {"source": source, "loads": list(loads)}
    return connection.execute(text(_STAGE_ZEROS.format(**names)), named).rowcount


# The area's own code or name: rows may name one area in several ways.
_CELLS = """
    CREATE TEMPORARY TABLE cells ON COMMIT DROP AS
    SELECT min(row) AS row, reporter, {of_row}, min(c.area_code) AS area_code, min(c.area_name) AS area_name,
        coalesce(reporter, '') || '/' || coalesce(a.code, a.name) || '/' || {key} AS source_id,
        count(*) AS n
    FROM counted c JOIN live.area a ON a.id = c.area_id
    GROUP BY reporter, coalesce(a.code, a.name), {of_row}
"""

_STAGE_CELLS = """
    INSERT INTO {stage} (row, source_id, area_code, area_name, {apart}, {into})
    SELECT row, source_id, area_code, area_name, {apart}, n FROM cells
"""

_STAGE_ZEROS = """
    INSERT INTO {stage} (row, source_id, area_code, area_name, {apart}, {into})
    SELECT 0, x.source_id, x.area_code, x.area_name, {their}, 0
    FROM live.{layer} x JOIN (SELECT DISTINCT reporter, {apart} FROM cells) c
        ON {same} AND starts_with(x.source_id, coalesce(c.reporter, '') || '/')
    WHERE x.source = :source AND x.{into} > 0 AND x.load_id <> ALL(:loads)
        AND NOT EXISTS (SELECT FROM cells WHERE cells.source_id = x.source_id)
"""


def counts_of_loads(connection: Connection, layer: Layer, *, source: str, loads: Sequence[int]) -> int:
    """Return how many of the cells have been counted already by some loads: by other parts of the same file."""
    return int(
        connection.execute(
            text(
                f"SELECT count(*) FROM cells JOIN live.{layer.id} x USING (source_id) "
                "WHERE x.source = :source AND x.load_id = ANY(:loads)"
            ),
            {"source": source, "loads": list(loads)},
        ).scalar_one()
    )


def take_outcome(connection: Connection, layer: Layer, *, source: str, load_id: int) -> tuple[int, int, int]:
    """Return how many cells there were, in how many rows, and how many rows of cells that the merge has changed.

    The rows are gone afterwards, so that the next part can begin.
    """
    outcome = connection.execute(
        text(
            "SELECT count(*), coalesce(sum(n), 0), coalesce(sum(n) FILTER (WHERE x.load_id = :load_id), 0) "
            f"FROM cells LEFT JOIN live.{layer.id} x ON x.source = :source AND x.source_id = cells.source_id"
        ),
        {"source": source, "load_id": load_id},
    ).one()
    connection.exec_driver_sql("DROP TABLE counted, cells")
    return int(outcome[0]), int(outcome[1]), int(outcome[2])


def has_areas(connection: Connection) -> bool:
    """Tell whether any area is known."""
    return bool(connection.exec_driver_sql("SELECT EXISTS (SELECT FROM live.area)").scalar_one())


def _chunks(connection: Connection, query: str) -> Iterator[Sequence[tuple[int, ...]]]:
    """Yield the rows of a query some at a time, so that a million of them never stand in memory."""
    connection.exec_driver_sql(f"DECLARE waiting NO SCROLL CURSOR FOR {query}")
    while chunk := connection.exec_driver_sql(f"FETCH {_CHUNK} FROM waiting").all():
        yield [tuple(row) for row in chunk]
    connection.exec_driver_sql("CLOSE waiting")
