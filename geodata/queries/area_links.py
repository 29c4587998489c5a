"""Which areas each record touches: row rules and totals by area rest on it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from geodata.layers import LAYERS, get_layer
from geodata.layers.area import LEVELS
from geodata.layers.layer import Layer

_ZONE_SETTING = "csmap.zone"
_ZONE = f"coalesce(nullif(current_setting('{_ZONE_SETTING}', true), ''), current_setting('TimeZone'))"
_TODAY = f"(SELECT (now() AT TIME ZONE {_ZONE})::date)"
HOLDS_TODAY = f"coalesce(a.valid_from, '-infinity') <= {_TODAY} AND coalesce(a.valid_to, 'infinity') > {_TODAY}"
"""Which version of an area holds today; the others keep their outlines but nobody belongs to them."""

LEAST_SHARE = 0.001
"""Neighbours share a border: less than this of a shape is touching, not lying in."""


def areas_of_point(point: str) -> str:
    """Return the SQL of the sorted ids of all areas that hold a point; whether there are any is asked just once."""
    return (
        "CASE WHEN (SELECT EXISTS (SELECT FROM live.area)) THEN "
        "coalesce((SELECT array_agg(a.id::integer ORDER BY a.id) FROM live.area a "
        f"WHERE ST_Intersects(a.geom, {point}) AND {HOLDS_TODAY}), '{{}}') ELSE '{{}}' END"
    )


def state_zone(connection: Connection, time_zone: str) -> None:
    """Say, for this transaction, by the clocks of which zone it is today."""
    connection.execute(text(f"SELECT set_config('{_ZONE_SETTING}', :zone, true)"), {"zone": time_zone})


def holding_digest(connection: Connection) -> str:
    """Return a digest of the areas that hold today: another one means that some have begun or ended."""
    query = text(
        f"SELECT md5(coalesce(string_agg(a.id::text, ',' ORDER BY a.id), '')) FROM live.area a WHERE {HOLDS_TODAY}"
    )
    return str(connection.execute(query).scalar_one())


def follow_calendar(connection: Connection) -> bool:
    """Link all records anew where an area has begun or ended since the last publication; tell whether any had to be.

    Loads link what they bring; nothing else comes by when an outline's last day has passed.
    """
    if not connection.execute(text(_HAVE_TURNED)).scalar_one():
        return False
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('csmap load'))"))
    link_areas(connection, get_layer("area"))
    return True


_HAVE_TURNED = f"""
    SELECT EXISTS (SELECT FROM live.area a WHERE (a.valid_from > since AND a.valid_from <= {_TODAY})
        OR (a.valid_to > since AND a.valid_to <= {_TODAY}))
    FROM (SELECT coalesce((max(published) AT TIME ZONE {_ZONE})::date, '-infinity') AS since
        FROM ledger.publication) last
"""


def link_areas(connection: Connection, layer: Layer, *, load_id: int | None = None) -> None:
    """Work out area_ids (and the shares of lines and areas) of a layer's records.

    Args:
        connection: inside the transaction that changed the records or the areas.
        layer: whose records. After a change of `area` itself, all other layers follow.
        load_id: only the records of this load; None for all.
    """
    scope = "true" if load_id is None else "x.load_id = :load_id"
    named = {"load_id": load_id, "layer": layer.id, "least": LEAST_SHARE}
    if layer.id == "area":
        _set(connection, layer, _AREAS_OF_AREA, "true", named)
        for other in LAYERS:
            if other.id != "area":
                link_areas(connection, other)
    elif layer.geometry == "point":
        _set(connection, layer, areas_of_point("x.geom"), scope, named)
    elif layer.geometry:
        _link_shares(connection, layer, scope, named)
    else:
        owners = _owners(layer)
        areas = [f"(SELECT o.area_ids FROM live.{owner} o WHERE o.id = x.{key})" for owner, key in owners]
        came = [f"x.{key} IN (SELECT o.id FROM live.{owner} o WHERE o.load_id = :load_id)" for owner, key in owners]
        scope = "true" if load_id is None else f"({' OR '.join(['x.load_id = :load_id', *came])})"
        _set(connection, layer, f"coalesce({', '.join([*areas, 'ARRAY[]::integer[]'])})", scope, named)


def link_followers(connection: Connection, layer: Layer, *, load_id: int) -> None:
    """Work out area_ids of the records that lie where records of `layer` do, after a load of these.

    Everything that hangs on a compound follows it; what hangs on another record that came with the load, too.
    """
    moved = {layer.id}
    for other in LAYERS:
        if layer.id == "compound" and other.geometry == "point" and other.field("compound_id") is not None:
            moved.add(other.id)  # those that stand on their compound went along
        owners = {owner for owner, _ in _owners(other)} if other.geometry is None else set()
        if owners & moved:
            is_next = layer.id in owners and layer.id != "compound"
            link_areas(connection, other, load_id=load_id if is_next else None)
            moved.add(other.id)


_LEVELS = f"ARRAY[{', '.join(repr(level) for level in LEVELS)}]"
_AREAS_OF_AREA = f"""
    ARRAY(SELECT a.id::integer FROM live.area a WHERE a.id = x.id OR ({HOLDS_TODAY}
        AND array_position({_LEVELS}, a.kind) > array_position({_LEVELS}, x.kind)
        AND ST_Intersects(a.geom, ST_PointOnSurface(x.geom))) ORDER BY 1)
"""
"""An area lies in itself and in wider ones: what is known of a district is not known of each of its grids."""


def _owners(layer: Layer) -> tuple[tuple[str, str], ...]:
    """Return the layers whose places a record without its own takes over, nearest first, each with its column."""
    named = [owner for owner in ("compound", "area") if layer.field(f"{owner}_id") is not None]
    return tuple((owner, f"{owner}_id") for owner in (*named, *((layer.parent,) if layer.parent else ())))


def _set(connection: Connection, layer: Layer, area_ids: str, scope: str, named: Mapping[str, object]) -> None:
    """Write area_ids where they differ."""
    connection.execute(
        text(
            f"""
            UPDATE live.{layer.id} live SET area_ids = found.ids
            FROM (SELECT x.id, {area_ids} AS ids FROM live.{layer.id} x WHERE {scope}) found
            WHERE found.id = live.id AND live.area_ids IS DISTINCT FROM found.ids
            """
        ),
        named,
    )


def _link_shares(connection: Connection, layer: Layer, scope: str, named: Mapping[str, object]) -> None:
    """Write how much of each shape lies in which area, and area_ids from it."""
    measure = "ST_Area" if layer.geometry == "area" else "ST_Length"
    connection.execute(
        text(
            f"""
            DELETE FROM live.area_link link USING live.{layer.id} x
            WHERE link.layer = :layer AND link.record_id = x.id AND {scope}
            """
        ),
        named,
    )
    connection.execute(
        text(
            f"""
            INSERT INTO live.area_link (layer, record_id, area_id, share)
            SELECT :layer, id, area_id, least(share, 1) FROM (
                SELECT x.id, a.id AS area_id, CASE WHEN ST_Covers(a.geom, x.geom) THEN 1
                    ELSE {measure}(ST_Intersection(a.geom, x.geom)) / nullif({measure}(x.geom), 0) END AS share
                FROM live.{layer.id} x JOIN live.area a ON ST_Intersects(a.geom, x.geom)
                WHERE {scope} AND {HOLDS_TODAY}
            ) shares WHERE share > :least
            """
        ),
        named,
    )
    linked = (
        "coalesce((SELECT array_agg(l.area_id ORDER BY l.area_id) FROM live.area_link l "
        "WHERE l.layer = :layer AND l.record_id = x.id), '{}')"
    )
    _set(connection, layer, linked, scope, named)
