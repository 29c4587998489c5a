"""Takes back what rows no longer state beside their own record: a name that has gone from a compound's list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
from sqlalchemy import Connection, text

from geodata.layers import LAYERS
from geodata.layers.layer import Layer
from geodata.queries.compound_match import has_compound
from geodata.queries.stage import copy_rows, stage_name


@dataclass(frozen=True)
class Parted:
    """What became of the records that had found their compound by a name that was taken back.

    `moved` belong to another compound now, or to none; `stayed` lie in it, or can't do without one and found no other.
    """

    moved: int = 0
    stayed: int = 0


NOBODY = Parted()


def create_told(connection: Connection, layer: Layer) -> None:
    """Create the session's own empty table of what rows state in full; it goes with the transaction."""
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {_told(layer)} (row bigint, scope text) ON COMMIT DROP")


def copy_told(connection: Connection, layer: Layer, rows: pa.Table) -> None:
    """Append (row, scope): a source row, and the key of the record that it states, or what all keys of its list share.

    A list's is the beginning of its records' keys, which end with their names.
    """
    copy_rows(connection, _told(layer), rows)


def forget_told(connection: Connection, layer: Layer, rows: Sequence[int]) -> None:
    """Take out the source rows that were turned away: they take nothing back."""
    connection.execute(text(f"DELETE FROM {_told(layer)} WHERE row = ANY(:rows)"), {"rows": list(rows)})


def take_back(connection: Connection, layer: Layer, named: Mapping[str, object]) -> int:
    """Move to history what rows stated once and state no longer, and return how many records that are.

    What rows say nothing about stays: those that aren't in the file, and lists that the file has no column for.

    Args:
        connection: inside the load's transaction, the stage and the table of `create_told` filled.
        layer: one whose records may be taken back.
        named: `source`, `load_id` and `now` of the load.
    """
    columns = ", ".join(column.name for column in layer.model.__table__.columns)
    name = f", left(x.source_id, -length(x.{layer.name_field}))" if layer.field(layer.name_field) else ""
    words = {"layer": layer.id, "stage": stage_name(layer), "told": _told(layer), "columns": columns, "name": name}
    connection.execute(text(_GONE.format(**words)), named)
    gone = connection.execute(text(_TAKE_BACK.format(**words)), named).rowcount
    connection.exec_driver_sql(f"DROP TABLE {_told(layer)}")
    return gone


# A key is that of a single record, or a list's and the name: looked up as two, so that a million rows are hashed.
_GONE = """
    CREATE TEMPORARY TABLE gone ON COMMIT DROP AS
    SELECT DISTINCT ON (x.id) x.* FROM live.{layer} x CROSS JOIN LATERAL unnest(ARRAY[x.source_id{name}]) AS key (scope)
        JOIN {told} told ON told.scope = key.scope
    WHERE x.source = :source AND NOT EXISTS (SELECT FROM {stage} s WHERE s.source_id = x.source_id)
"""

_TAKE_BACK = """
    WITH closed AS (DELETE FROM live.{layer} live USING gone WHERE gone.id = live.id RETURNING live.*)
    INSERT INTO history.{layer} ({columns}, recorded, closed_by_load)
    SELECT {columns}, tstzrange(recorded_from, :now), :load_id FROM closed
"""


def part_records(connection: Connection) -> int:
    """Part records from the compounds that they had found by a name taken back, and return how many they are.

    After `take_back` of names, the compounds' lists written anew; those who know the compound by another name stay.
    """
    connection.exec_driver_sql(
        "CREATE TEMPORARY TABLE parted (layer text, id bigint, compound_id bigint) ON COMMIT DROP"
    )
    return sum(
        connection.exec_driver_sql(_PART.format(layer=layer.id)).rowcount for layer in LAYERS if has_compound(layer)
    )


def settle_parted(connection: Connection) -> Parted:
    """Give records back to their compound that can't do without one and have found no other since."""
    parted = moved = 0
    for layer in (layer for layer in LAYERS if has_compound(layer)):
        field = layer.field("compound_id")
        lacks = "true" if field and field.is_required else "false"
        if layer.geometry:
            lacks += " OR x.src_method = 'compound'"
        connection.exec_driver_sql(_SETTLE.format(layer=layer.id, lacks=lacks))
        of_layer, moved_of_it = connection.exec_driver_sql(_COUNT.format(layer=layer.id)).one()
        parted, moved = parted + int(of_layer), moved + int(moved_of_it)
    return Parted(moved, parted - moved)


_PART = """
    WITH parted_now AS (
        UPDATE live.{layer} x SET compound_id = NULL FROM gone JOIN live.compound c ON c.id = gone.compound_id
        WHERE x.compound_id = gone.compound_id AND x.compound_name = gone.name
            AND gone.name <> ALL(array_append(coalesce(c.aliases, '{{}}'), c.name))
        RETURNING x.id, gone.compound_id
    )
    INSERT INTO parted SELECT DISTINCT '{layer}', id, compound_id FROM parted_now
"""

_SETTLE = """
    UPDATE live.{layer} x SET compound_id = parted.compound_id FROM parted
    WHERE parted.layer = '{layer}' AND parted.id = x.id AND x.compound_id IS NULL AND ({lacks})
"""

_COUNT = """
    SELECT count(*), count(*) FILTER (WHERE x.compound_id IS DISTINCT FROM parted.compound_id)
    FROM parted JOIN live.{layer} x USING (id) WHERE parted.layer = '{layer}'
"""


def _told(layer: Layer) -> str:
    return f"told_{layer.id}"
