"""Where arriving rows wait: a temporary table without indexes, filled by COPY."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.csv
from sqlalchemy import ColumnElement, Connection
from sqlalchemy.dialects import postgresql

from geodata.layers.layer import Layer

KEY_COLUMNS = ("row", "source_id")
PLACE_COLUMNS = ("src_x", "src_y", "src_system", "src_method", "src_geom", "geom")


def stage_name(layer: Layer) -> str:
    """Return the name of a layer's stage: parent and child layers wait side by side."""
    return f"stage_{layer.id}"


def loaded_columns(layer: Layer) -> tuple[str, ...]:
    """Return the columns of the layer's own that a file fills, in their order."""
    return tuple(field.name for field in layer.fields if field.is_loaded)


def stage_columns(layer: Layer) -> tuple[str, ...]:
    """Return the columns of the layer's stage, in the order of COPY.

    `row` is the source row number, `source_id` the key in the source (None: the merge makes one), `parent_source_id`
    (child layers) the parent's key, geometries are hex EWKB, lists are PostgreSQL array texts.
    """
    parent = ("parent_source_id",) if layer.parent else ()
    places = PLACE_COLUMNS if layer.geometry else ()
    return (*KEY_COLUMNS, *parent, *loaded_columns(layer), *places)


def create_stage(connection: Connection, layer: Layer) -> None:
    """Create the session's own empty stage of a layer; it goes with the transaction."""
    kinds = {"row": "bigint", "source_id": "text", "parent_source_id": "text"}
    table = layer.model.__table__
    columns = ", ".join(f"{name} {kinds.get(name) or sql_type(table.columns[name])}" for name in stage_columns(layer))
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {stage_name(layer)} ({columns}) ON COMMIT DROP")


def copy_into_stage(connection: Connection, layer: Layer, rows: pa.Table) -> None:
    """Append rows to the stage.

    Args:
        connection: inside the load's transaction.
        layer: whose stage it is.
        rows: one column for each of `stage_columns(layer)`, in that order; nulls are NULL.
    """
    copy_rows(connection, stage_name(layer), rows)


def copy_rows(connection: Connection, table: str, rows: pa.Table) -> None:
    """Append rows to a table of the session's own, with its columns in their order or in the order given with it."""
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
        for chunk in _csv(rows):
            copy.write(chunk)


def _csv(rows: pa.Table) -> Iterator[bytes]:
    """Yield the rows as CSV, where an empty unquoted cell is NULL and "" an empty text."""
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    for batch in rows.to_batches(max_chunksize=20_000):
        sink = io.BytesIO()
        pyarrow.csv.write_csv(batch, sink, options)
        yield sink.getvalue()


def sql_type(column: ColumnElement[Any]) -> str:
    """Return a column's type as the stage has it: the same, but geometries without a typmod that would refuse rows."""
    if column.key in {"geom", "src_geom"}:
        return "geometry"
    kind = column.type
    return str(kind.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
