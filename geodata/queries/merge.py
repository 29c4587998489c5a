"""Brings staged rows into the store: what is new, what changed, what is the same; old versions go to history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, text

from geodata.layers import LAYERS, get_layer
from geodata.layers.layer import Layer
from geodata.queries.area_links import areas_of_point, link_areas, link_followers, state_zone
from geodata.queries.area_match import has_area, match_areas
from geodata.queries.arrivals import Dropped, are_all_new, arrived_name, compare, facts, show_as_new
from geodata.queries.compound_match import has_compound, mark_far, match_compounds
from geodata.queries.compound_places import follow_compounds, place_by_compound
from geodata.queries.filling import filling
from geodata.queries.names import NAMING, give_up_kept_names, keep_old_names, list_names
from geodata.queries.set_by_hand import NOTHING_SET, ByHand, count_by_hand, keeping, stated_columns
from geodata.queries.stage import stage_columns, stage_name
from geodata.queries.streets import follow_streets, has_street, nearest_street
from geodata.queries.taken_back import NOBODY, Parted, part_records, settle_parted, take_back
from geodata.queries.unknown_compounds import UnknownCompound, count_early, list_unknown


@dataclass(frozen=True)
class Merged:
    """What became of the staged rows; loaded + unchanged + len(dropped) is their number.

    `rematched` of those that say what live said belong to another compound or area than before. `renamed` compounds
    keep their old name as an alias. `taken_back` records of live were stated by rows that no longer state them, and
    `parted` is what became of those that had been found by such a name. `unknown` are the rows, merged or not, that
    name a compound which isn't known; `early` says how many name one while there is none at all.
    `by_hand` tells of values that people had set on the web, where the file states others.
    """

    loaded: int
    unchanged: int
    dropped: tuple[Dropped, ...]
    rematched: int = 0
    renamed: int = 0
    taken_back: int = 0
    parted: Parted = NOBODY
    unknown: tuple[UnknownCompound, ...] = ()
    early: int = 0
    by_hand: ByHand = NOTHING_SET

    @property
    def changed(self) -> int:
        """How many rows of live are other ones now."""
        return self.loaded + self.rematched + self.taken_back


def merge(
    connection: Connection,
    layer: Layer,
    *,
    source: str,
    load_id: int,
    time_zone: str = "UTC",
    is_told: bool = False,
) -> Merged:
    """Merge the layer's stage into live, inside the caller's transaction.

    Rows of live that the stage doesn't have stay, unless rows take them back. A second load waits for this one.

    Args:
        connection: inside the load's transaction, the stage filled.
        layer: where the rows go.
        source: the register that they come from: their keys are unique in it.
        load_id: the load that brings them.
        time_zone: the deployment's: by its day areas hold, and a name that ends with this load ends.
        is_told: the table of what rows state in full (`geodata/queries/taken_back.py`) is filled, too.
    """
    # One load merges at a time: areas touch every layer, and what a load records begins after what it follows.
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('csmap load'))"))
    now = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    # What a row says is hashed as text: the same moment has to read the same on every server.
    connection.exec_driver_sql("SET LOCAL DateStyle = 'ISO'; SET LOCAL TimeZone = 'UTC'")
    state_zone(connection, time_zone)
    # Sorting and grouping a million keys in memory; one load at a time has it.
    connection.exec_driver_sql("SET LOCAL work_mem = '128MB'")
    _resolve(connection, layer, source)
    unknown = list_unknown(connection, layer) if has_compound(layer) else ()
    early = count_early(connection, layer) if has_compound(layer) else 0
    named = {"source": source, "load_id": load_id, "now": now}
    if layer.known_by:
        connection.execute(text(_ADOPT.format(**_adopted(layer))), {"source": source})
    taken_back = take_back(connection, layer, named) if is_told else 0
    if layer.id == "alias":
        give_up_kept_names(connection, source=source)
    if are_all_new(connection, layer, source):
        show_as_new(connection, layer)
        merged = Merged(loaded=_insert(connection, layer, named), unchanged=0, dropped=())
    else:
        unchanged, dropped = compare(connection, layer, source)
        by_hand = count_by_hand(connection, layer)
        updated = _update(connection, layer, named)
        rematched = _follow_matches(connection, layer, named)
        merged = Merged(updated + _insert(connection, layer, named), unchanged, dropped, rematched, by_hand=by_hand)
    merged = replace(merged, taken_back=taken_back)
    if merged.changed:
        if layer.id == "road":
            follow_streets(connection)
        if layer.id == "compound":
            renamed = keep_old_names(connection, {**named, "time_zone": time_zone})
            merged = replace(merged, renamed=renamed)
        if layer.id in NAMING:
            list_names(connection)
        if merged.rematched:
            follow_compounds(connection, layer)
        is_parted = layer.id == "alias" and taken_back > 0 and part_records(connection) > 0
        _match_others(connection, layer)
        if is_parted:
            merged = replace(merged, parted=settle_parted(connection))
            link_followers(connection, get_layer("compound"), load_id=load_id)
        if layer.geometry != "point":  # whose areas are written with it
            link_areas(connection, layer, load_id=load_id)
        link_followers(connection, layer, load_id=load_id)
    # A file may hold several parts for one layer: the next one makes these anew.
    connection.exec_driver_sql(f"DROP TABLE {stage_name(layer)} CASCADE")
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS met_{layer.id}, gone, parted")
    return replace(merged, unknown=unknown, early=early)


def _insert(connection: Connection, layer: Layer, named: Mapping[str, object]) -> int:
    """Insert the arrived rows that live has no record of, and return how many they are."""
    count = f"SELECT count(*) FROM {arrived_name(layer)} WHERE live_id IS NULL"
    with filling(connection, layer, int(connection.exec_driver_sql(count).scalar_one())):
        return connection.execute(text(_INSERT.format(**_words(layer))), named).rowcount


def _update(connection: Connection, layer: Layer, named: Mapping[str, object]) -> int:
    """Give live's records what arrived under their keys, old versions to history; return how many say something new."""
    return connection.execute(text(_CHANGE.format(**_words(layer))), named).rowcount


def _follow_matches(connection: Connection, layer: Layer, named: Mapping[str, object]) -> int:
    """Let live's records belong to what they are matched with now, and return how many say nothing new otherwise.

    They become this load's, so that their areas are worked out with those of the others.
    """
    columns = matched_columns(layer)
    if not columns:
        return 0
    assignments = ", ".join(f"{name} = coalesce(arrived.{name}, live.{name})" for name in columns)
    differ = " OR ".join(
        f"(arrived.{name} IS NOT NULL AND live.{name} IS DISTINCT FROM arrived.{name})" for name in columns
    )
    words = {"layer": layer.id, "arrived": arrived_name(layer), "assignments": assignments, "differ": differ}
    return connection.execute(text(_FOLLOW_MATCHES.format(**words)), named).rowcount


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

# Before `known_by`, rows without keys had those of their content: they get that of what tells them apart.
_ADOPT = """
    UPDATE live.{layer} live SET source_id = found.source_id
    FROM (
        SELECT DISTINCT ON (s.source_id) s.source_id, x.id
        FROM {stage} s JOIN live.{layer} x ON x.source = :source AND x.source_id ~ '^[0-9a-f]{{64}}#' AND {same}
        WHERE NOT EXISTS (SELECT FROM live.{layer} t WHERE t.source = :source AND t.source_id = s.source_id)
        ORDER BY s.source_id, x.id DESC
    ) found
    WHERE live.id = found.id
"""

_INSERT = """
    INSERT INTO live.{layer} ({id}source, source_id, row_hash, load_id, recorded_from{found}, {columns}{stated})
    SELECT {former_id}:source, stable_id, row_hash, :load_id, :now{finding}, {columns}{stating}
    FROM {arrived} arrived WHERE live_id IS NULL ORDER BY {order}
"""

# What was taken back and comes again is what it was: an id stays for ever.
_FORMER_ID = """
    coalesce((SELECT h.id FROM history.{layer} h WHERE h.source = :source AND h.source_id = stable_id
            AND NOT EXISTS (SELECT FROM live.{layer} x WHERE x.id = h.id)
        ORDER BY h.recorded DESC LIMIT 1), nextval(pg_get_serial_sequence('live.{layer}', 'id'))),
"""

_FOLLOW_MATCHES = """
    UPDATE live.{layer} live SET load_id = :load_id, {assignments}
    FROM {arrived} arrived WHERE arrived.live_id = live.id AND ({differ})
"""


def _match_others(connection: Connection, layer: Layer) -> None:
    """Let the records of other layers find the compounds or areas that have come."""
    for other in LAYERS:
        if layer.id in NAMING and has_compound(other):
            match_compounds(connection, other, f"live.{other.id}")
            follow_compounds(connection, other)
        if layer.id == "area" and has_area(other):
            match_areas(connection, f"live.{other.id}")


def _words(layer: Layer) -> dict[str, str]:
    """Return the parts that the statements of a layer are put together from."""
    columns = _columns(layer)
    assignments = {name: f"changed.{name}" for name in columns}
    assignments |= {**_worked_out(layer, "changed.geom"), **keeping(layer)}
    found = _worked_out(layer, "arrived.geom")
    # A generated column (geom_3857) is read into history but never written in live.
    stored = [column.name for column in layer.model.__table__.columns]
    return {
        "layer": layer.id,
        "arrived": arrived_name(layer),
        "all_columns": ", ".join(stored),
        "live_columns": ", ".join(f"live.{name}" for name in stored),
        "columns": ", ".join(columns),
        "stated": "".join(f", {last}" for _, last in stated_columns(layer)),
        "stating": "".join(f", {value}" for value, _ in stated_columns(layer)),
        "id": "id, " if layer.may_be_taken_back else "",
        "former_id": _FORMER_ID.format(layer=layer.id) if layer.may_be_taken_back else "",
        "assignments": ", ".join(f"{name} = {value}" for name, value in assignments.items()),
        "found": "".join(f", {name}" for name in found),
        "finding": "".join(f", {value}" for value in found.values()),
        # Neighbours on the ground become neighbours on disk: tiles read fewer pages.
        "order": "geom, row" if layer.geometry else "row",
    }


def _worked_out(layer: Layer, spot: str) -> dict[str, str]:
    """Return the columns that are worked out from a point where it is written, each with its SQL; {} for other shapes.

    Lines and areas take a statement of their own afterwards.
    """
    if layer.geometry != "point":
        return {}
    street = {"street": nearest_street(spot)} if has_street(layer) else {}
    return {"area_ids": areas_of_point(spot)} | street


def _adopted(layer: Layer) -> dict[str, str]:
    """Return the parts of the statement that finds live's records by what the layer is known by."""
    pairs = [f"{_first(names, 's')} IS NOT DISTINCT FROM {_first(names, 'x')}" for names in layer.known_by]
    if layer.parent:
        pairs.append(f"s.{layer.parent}_id = x.{layer.parent}_id")
    return {"layer": layer.id, "stage": stage_name(layer), "same": " AND ".join(pairs)}


def _first(names: tuple[str, ...], table: str) -> str:
    return f"coalesce({', '.join(f'{table}.{name}' for name in names)})"


def _columns(layer: Layer) -> tuple[str, ...]:
    """Return the columns that the merge writes besides key, hash and times."""
    return (
        *facts(layer),
        *matched_columns(layer),
        *(("src_x", "src_y", "src_system", "src_method", "src_geom") if layer.geometry else ()),
    )


def matched_columns(layer: Layer) -> tuple[str, ...]:
    """Return the columns that hold what the layer's records were matched with."""
    return tuple(name for name in ("compound_id", "area_id") if layer.field(name) is not None)


def _resolve(connection: Connection, layer: Layer, source: str) -> None:
    """Find the parent or the compound that each staged row belongs to, and a place for rows that have none."""
    stage = stage_name(layer)
    # Nobody else does: the autovacuum can't see temporary tables, and the planner guesses badly without it.
    asked = [name for name in _ASKED if name in stage_columns(layer)]
    connection.exec_driver_sql(f"ANALYZE {stage} ({', '.join(asked)})")
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
            place_by_compound(connection, stage)
    if has_area(layer):
        connection.exec_driver_sql(f"ALTER TABLE {stage} ADD area_id bigint")
        match_areas(connection, stage)


_ASKED = ("source_id", "parent_source_id", "compound_name", "community", "area_code", "area_name", "geom")
"""Columns of a stage that joins and filters ask for."""
