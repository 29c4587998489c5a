"""Brings staged rows into the store: what is new, what changed, what is the same; old versions go to history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, text

from geodata.layers import LAYERS
from geodata.layers.layer import Layer
from geodata.queries.area_links import areas_of_point, link_areas, link_followers
from geodata.queries.area_match import has_area, match_areas
from geodata.queries.compound_match import has_compound, mark_far, match_compounds
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
    """

    row: int
    reason: Reason
    source_id: str
    first_row: int | None


@dataclass(frozen=True)
class Merged:
    """What became of the staged rows; loaded + unchanged + len(dropped) is their number."""

    loaded: int
    unchanged: int
    dropped: tuple[Dropped, ...]


def merge(connection: Connection, layer: Layer, *, source: str, load_id: int) -> Merged:
    """Merge the layer's stage into live, inside the caller's transaction.

    Rows of live that the stage doesn't have stay. A second load of the same layer waits for this one.

    Args:
        connection: inside the load's transaction, the stage filled.
        layer: where the rows go.
        source: the register that they come from: their keys are unique in it.
        load_id: the load that brings them.
    """
    # One load merges at a time: areas touch every layer, and what a load records begins after what it follows.
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('csmap load'))"))
    now = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    # What a row says is hashed as text: the same moment has to read the same on every server.
    connection.exec_driver_sql("SET LOCAL DateStyle = 'ISO'; SET LOCAL TimeZone = 'UTC'")
    _resolve(connection, layer, source)
    _compare(connection, layer, source)
    dropped = _drop(connection, layer)
    names = _names(layer)
    named = {"source": source, "load_id": load_id, "now": now}
    unchanged = connection.execute(text(_COUNT_UNCHANGED.format(**names))).scalar_one()
    updated = connection.execute(text(_CHANGE.format(**names)), named).rowcount
    inserted = connection.execute(text(_INSERT.format(**names)), named).rowcount
    for column in matched_columns(layer):
        connection.execute(text(_FOLLOW_MATCH.format(column=column, **names)))
    if updated + inserted:
        _match_others(connection, layer)
        link_areas(connection, layer, load_id=load_id)
        link_followers(connection, layer, load_id=load_id)
    # A file may hold several parts for one layer: the next one makes these anew.
    connection.exec_driver_sql(f"DROP TABLE {stage_name(layer)}, arrived_{layer.id}")
    return Merged(loaded=updated + inserted, unchanged=int(unchanged), dropped=dropped)


_COUNT_UNCHANGED = "SELECT count(*) FROM {arrived} WHERE row_hash = live_hash"

_CHANGE = """
    WITH changed AS (SELECT * FROM {arrived} WHERE row_hash <> live_hash),
    closed AS (
        INSERT INTO history.{layer} ({all_columns}, recorded, closed_by_load)
        SELECT {live_columns}, tstzrange(live.recorded_from, :now), :load_id
        FROM live.{layer} live JOIN changed ON changed.live_id = live.id
    )
    UPDATE live.{layer} live
    SET row_hash = changed.row_hash, load_id = :load_id, recorded_from = :now, {assignments}
    FROM changed WHERE live.id = changed.live_id
"""

_INSERT = """
    INSERT INTO live.{layer} (source, source_id, row_hash, load_id, recorded_from, area_ids, {columns})
    SELECT :source, stable_id, row_hash, :load_id, :now, {area_ids}, {columns}
    FROM {arrived} arrived WHERE live_id IS NULL ORDER BY {order}
"""

_FOLLOW_MATCH = """
    UPDATE live.{layer} live SET {column} = arrived.{column}
    FROM {arrived} arrived
    WHERE arrived.live_id = live.id AND arrived.{column} IS NOT NULL AND live.{column} IS DISTINCT FROM arrived.{column}
"""


def _match_others(connection: Connection, layer: Layer) -> None:
    """Let the records of other layers find the compounds or areas that have come."""
    for other in LAYERS:
        if layer.id == "compound" and has_compound(other):
            match_compounds(connection, other, f"live.{other.id}")
        if layer.id == "area" and has_area(other):
            match_areas(connection, f"live.{other.id}")


def _names(layer: Layer) -> dict[str, str]:
    """Return the parts that the statements of a layer are put together from."""
    columns = _columns(layer)
    # A generated column (geom_3857) is read into history but never written in live.
    stored = [column.name for column in layer.model.__table__.columns]
    return {
        "layer": layer.id,
        "arrived": f"arrived_{layer.id}",
        "all_columns": ", ".join(stored),
        "live_columns": ", ".join(f"live.{name}" for name in stored),
        "columns": ", ".join(columns),
        "assignments": ", ".join(f"{name} = changed.{name}" for name in columns),
        "area_ids": areas_of_point("arrived.geom") if layer.geometry == "point" else "'{}'",
        # Neighbours on the ground become neighbours on disk: tiles read fewer pages.
        "order": "geom, row" if layer.geometry else "row",
    }


def _columns(layer: Layer) -> tuple[str, ...]:
    """Return the columns that the merge writes besides key, hash and times."""
    return (
        *_facts(layer),
        *matched_columns(layer),
        *(("src_x", "src_y", "src_system", "src_method", "src_geom") if layer.geometry else ()),
    )


def matched_columns(layer: Layer) -> tuple[str, ...]:
    """Return the columns that hold what the layer's records were matched with."""
    return tuple(name for name in ("compound_id", "area_id") if layer.field(name) is not None)


def _facts(layer: Layer) -> tuple[str, ...]:
    """Return the columns that make a row what it is: equal in all of them means unchanged.

    The matched compound or area is none of them: it follows these, whatever the row's own file says.
    """
    parent = (f"{layer.parent}_id",) if layer.parent else ()
    return (*parent, *loaded_columns(layer), *(("geom",) if layer.geometry else ()))


def _resolve(connection: Connection, layer: Layer, source: str) -> None:
    """Find the parent or the compound that each staged row belongs to, and a place for rows that have none."""
    stage = stage_name(layer)
    # Nobody else does: the autovacuum can't see temporary tables, and the planner guesses badly without it.
    connection.exec_driver_sql(f"ANALYZE {stage}")
    if layer.parent:
        connection.exec_driver_sql(f"ALTER TABLE {stage} ADD {layer.parent}_id bigint")
        connection.execute(
            text(
                f"UPDATE {stage} SET {layer.parent}_id = parent.id FROM live.{layer.parent} parent "
                "WHERE parent.source = :source AND parent.source_id = parent_source_id"
            ),
            {"source": source},
        )
    if has_compound(layer):
        connection.exec_driver_sql(f"ALTER TABLE {stage} ADD compound_id bigint")
        match_compounds(connection, layer, stage)
        if layer.geometry:
            mark_far(connection, stage)
            connection.exec_driver_sql(_PLACE_BY_COMPOUND.format(stage=stage))
    if has_area(layer):
        connection.exec_driver_sql(f"ALTER TABLE {stage} ADD area_id bigint")
        match_areas(connection, stage)


_PLACE_BY_COMPOUND = """
    UPDATE {stage} s SET geom = ST_PointOnSurface(c.geom), src_method = 'compound'
    FROM live.compound c WHERE c.id = s.compound_id AND s.geom IS NULL
"""


def _compare(connection: Connection, layer: Layer, source: str) -> None:
    """Make the table of arrived rows: each with the hash of its facts, its key, and what live has under that key."""
    facts = ", ".join(f"coalesce({_as_text(name)}, chr(30))" for name in _facts(layer))
    connection.execute(
        text(
            f"""
            CREATE TEMPORARY TABLE arrived_{layer.id} ON COMMIT DROP AS
            WITH keyed AS (
                SELECT *, {_key(layer)} AS stable_id
                FROM (SELECT *, md5(concat_ws(chr(31), {facts})) AS row_hash FROM {stage_name(layer)}) hashed
            )
            SELECT keyed.*, first_value(keyed.row) OVER same AS first_row,
                first_value(keyed.row_hash) OVER same AS first_hash, row_number() OVER same AS nth,
                live.id AS live_id, live.row_hash AS live_hash
            FROM keyed LEFT JOIN live.{layer.id} live ON live.source = :source AND live.source_id = keyed.stable_id
            WINDOW same AS (PARTITION BY stable_id ORDER BY keyed.row)
            """
        ),
        {"source": source},
    )


def _key(layer: Layer) -> str:
    """Return the SQL of a row's key in its source.

    A record of an append-only layer is told by its content: another date is another event, never a correction.
    """
    if layer.is_append_only:
        return "parent_source_id || '/' || row_hash" if layer.parent else "row_hash"
    return "source_id"


def _as_text(column: str) -> str:
    if column == "geom":
        # A place that was taken from the compound is the compound's fact, not the row's.
        return "CASE WHEN src_method = 'compound' THEN '' ELSE encode(ST_AsEWKB(geom), 'hex') END"
    return f"{column}::text"


def _drop(connection: Connection, layer: Layer) -> tuple[Dropped, ...]:
    """Take out the rows that can't be merged and return them with the reason."""
    lacks = _lacks(layer)
    cases = " ".join(f"WHEN {condition} THEN '{reason}'" for reason, condition in lacks.items())
    rows = connection.exec_driver_sql(
        f"""
        DELETE FROM arrived_{layer.id}
        WHERE {" OR ".join(["nth > 1", *lacks.values()])}
        RETURNING row, CASE {cases} WHEN row_hash = first_hash THEN 'duplicate' ELSE 'repeated_key' END, stable_id,
            CASE WHEN nth > 1 THEN first_row END
        """
    ).all()
    return tuple(Dropped(row, reason, source_id, first_row) for row, reason, source_id, first_row in sorted(rows))


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
