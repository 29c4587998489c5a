"""What has arrived in a stage, beside what live has under the same keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, text

from geodata.layers.layer import Layer
from geodata.queries.compound_match import has_compound
from geodata.queries.stage import loaded_columns, stage_name

Reason = Literal["duplicate", "repeated_key", "no_place", "no_parent", "no_compound", "no_area", "far_from_compound"]


@dataclass(frozen=True)
class Dropped:
    """A staged row that was not merged.

    Attributes:
        row: its source row number.
        reason: "duplicate" (the same row again), "repeated_key" (another row under the same key), "no_place"
            (neither coordinates nor a compound that is known), "no_parent" (its parent was not loaded), "no_compound"
            or "no_area" (it names none that is known, and can't do without), "far_from_compound" (its place is too far
            from the compound that it names for both to be right).
        source_id: its key.
        first_row: the row that keeps the key, for the first two.
        named: what the row calls the parent, compound or area that was looked for in vain.
    """

    row: int
    reason: Reason
    source_id: str
    first_row: int | None
    named: str | None = None


def arrived_name(layer: Layer) -> str:
    """Return the name of the session's view of a layer's arrived rows.

    It has the stage's columns, and stable_id (the key), row_hash (of the facts), live_id and live_hash (of the record
    that live has under that key, NULL where there is none).
    """
    return f"arrived_{layer.id}"


def facts(layer: Layer) -> tuple[str, ...]:
    """Return the columns that make a row what it is: equal in all of them means unchanged.

    The matched compound or area is none of them: it follows these, whatever the row's own file says.
    """
    parent = (f"{layer.parent}_id",) if layer.parent else ()
    return (*parent, *loaded_columns(layer), *(("geom",) if layer.geometry else ()))


def are_all_new(connection: Connection, layer: Layer, source: str) -> bool:
    """Tell whether no staged row needs a second look: all can be stored, all keys differ, live has none of theirs."""
    if layer.is_append_only:  # whose keys come from the hashes
        return False
    lacks = " OR ".join(_lacks(layer).values()) or "false"
    stage = stage_name(layer)
    query = text(
        f"""
        SELECT NOT EXISTS (SELECT FROM live.{layer.id} WHERE source = :source)
            AND NOT EXISTS (SELECT FROM {stage} WHERE {lacks})
            AND NOT EXISTS (SELECT FROM {stage} GROUP BY source_id HAVING count(*) > 1)
        """
    )
    return bool(connection.execute(query, {"source": source}).scalar_one())


def show_as_new(connection: Connection, layer: Layer) -> None:
    """Make the view of arrived rows where all are new."""
    connection.exec_driver_sql(
        f"""
        CREATE TEMPORARY VIEW {arrived_name(layer)} AS
        SELECT *, {_key(layer)} AS stable_id, {_hash(layer)} AS row_hash,
            NULL::bigint AS live_id, NULL::text AS live_hash
        FROM {stage_name(layer)}
        """
    )


def compare(connection: Connection, layer: Layer, source: str) -> tuple[int, tuple[Dropped, ...]]:
    """Make the view of arrived rows that are new or differ from live's, or stand for another compound or area.

    Returns:
        How many rows say what live says, and what can't be merged, with the reason.
    """
    met = f"met_{layer.id}"
    connection.execute(text(_MEET.format(met=met, **_words(layer))), {"source": source})
    dropped = _drop(connection, met)
    connection.exec_driver_sql(
        f"""
        CREATE TEMPORARY VIEW {arrived_name(layer)} AS
        SELECT staged.*, met.stable_id, met.row_hash, met.live_id, met.live_hash
        FROM {met} met JOIN {stage_name(layer)} staged ON staged.ctid = met.place
        """
    )
    unchanged = connection.exec_driver_sql(f"SELECT count(*) FROM {met} WHERE row_hash = live_hash").scalar_one()
    return int(unchanged), dropped


# Narrow, so that rows that are as live has them cost next to nothing. A row number isn't a key: the events of one
# row have the same.
_MEET = """
    CREATE TEMPORARY TABLE {met} ON COMMIT DROP AS
    WITH keyed AS (
        SELECT *, {key} AS stable_id
        FROM (
            SELECT ctid AS place, row, {lacks} AS lacks, {named} AS named, {hash} AS row_hash, {of_the_key} FROM {stage}
        ) hashed
    )
    SELECT place, row, lacks, CASE WHEN lacks IS NOT NULL THEN named END AS named, keyed.row_hash, stable_id,
        live.id AS live_id, live.row_hash AS live_hash,
        first_value(row) OVER same AS first_row, first_value(keyed.row_hash) OVER same AS first_hash,
        row_number() OVER same AS nth
    FROM keyed LEFT JOIN live.{layer} live ON live.source = :source AND live.source_id = keyed.stable_id
    WINDOW same AS (PARTITION BY stable_id ORDER BY row)
"""


def _words(layer: Layer) -> dict[str, str]:
    """Return the parts that a layer's comparison is put together from."""
    cases = " ".join(f"WHEN {condition} THEN '{reason}'" for reason, condition in _lacks(layer).items())
    return {
        "layer": layer.id,
        "stage": stage_name(layer),
        "key": _key(layer),
        "of_the_key": "source_id, parent_source_id" if layer.parent else "source_id",
        "hash": _hash(layer),
        "lacks": f"CASE {cases} END" if cases else "NULL::text",
        "named": _named(layer),
    }


def _named(layer: Layer) -> str:
    """Return the SQL of what a row calls the record that it belongs to."""
    if layer.parent:
        return f"CASE WHEN {layer.parent}_id IS NULL THEN parent_source_id ELSE {_place_named(layer)} END"
    return _place_named(layer)


def _place_named(layer: Layer) -> str:
    if has_compound(layer):
        return "compound_name"
    return "coalesce(area_code, area_name)" if _is_required(layer, "area_id") else "NULL::text"


def _key(layer: Layer) -> str:
    """Return the SQL of a row's key in its source.

    A record of an append-only layer is told by its content: another date is another event, never a correction.
    """
    if layer.is_append_only:
        return "parent_source_id || '/' || row_hash" if layer.parent else "row_hash"
    return "source_id"


def _hash(layer: Layer) -> str:
    """Return the SQL of a row's hash: the md5 of a text of its facts, the same for every reader of a file."""
    texts = ", ".join(f"coalesce({_as_text(name)}, chr(30))" for name in facts(layer))
    return f"md5(concat_ws(chr(31), {texts}))"


def _as_text(column: str) -> str:
    if column == "geom":
        # A place that was taken from the compound is the compound's fact, not the row's.
        return "CASE WHEN src_method = 'compound' THEN '' ELSE encode(ST_AsEWKB(geom), 'hex') END"
    return f"{column}::text"


def _drop(connection: Connection, met: str) -> tuple[Dropped, ...]:
    """Take out the rows that can't be merged and return them with the reason."""
    rows = connection.exec_driver_sql(
        f"""
        DELETE FROM {met} WHERE nth > 1 OR lacks IS NOT NULL
        RETURNING row, coalesce(lacks, CASE WHEN row_hash = first_hash THEN 'duplicate' ELSE 'repeated_key' END),
            stable_id, CASE WHEN nth > 1 THEN first_row END, named
        """
    ).all()
    return tuple(Dropped(*row) for row in sorted(rows, key=lambda row: int(row.row)))


def _lacks(layer: Layer) -> dict[Reason, str]:
    """Return what a record of the layer can't do without: reason -> the condition of lacking it."""
    lacks: dict[Reason, str] = {}
    if layer.parent:
        lacks["no_parent"] = f"{layer.parent}_id IS NULL"
    if layer.geometry and not layer.model.__may_lack_geometry__:
        lacks["no_place"] = "geom IS NULL"
    if layer.geometry and has_compound(layer):
        lacks["far_from_compound"] = "is_far"
    if _is_required(layer, "compound_id"):
        lacks["no_compound"] = "compound_id IS NULL"
    if _is_required(layer, "area_id"):
        lacks["no_area"] = "area_id IS NULL"
    return lacks


def _is_required(layer: Layer, name: str) -> bool:
    """Tell whether a record can't do without what it is matched with."""
    field = layer.field(name)
    return field is not None and field.is_required
