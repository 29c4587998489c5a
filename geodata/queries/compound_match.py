"""Which compound a record belongs to: by name within its community, else by the ground that it stands on."""

from __future__ import annotations

from sqlalchemy import Connection, text

from geodata.layers.layer import Layer

FARTHEST_M = 150
"""A name only matches where the record's own place, if it has one, is this near."""


def has_compound(layer: Layer) -> bool:
    """Say whether the layer's records are matched with compounds."""
    return layer.field("compound_id") is not None


def match_compounds(connection: Connection, layer: Layer, table: str) -> None:
    """Fill compound_id of the rows of the layer's stage or live table that have none yet.

    A name or alias counts in the community that the row names; without one it must have no rival. Two that name
    different communities never match. A row that stands far from the compound that it names belongs to none: which of
    the two is wrong is for a person to say.
    """
    is_near = _IS_NEAR if layer.geometry else ""
    connection.execute(
        text(_BY_NAME.format(named=_NAMED.format(table=table), table=table, is_near=is_near)),
        {"farthest_m": FARTHEST_M} if is_near else {},
    )
    if layer.geometry:
        connection.exec_driver_sql(_BY_PLACE.format(named=_NAMED.format(table=table), table=table))


def mark_far(connection: Connection, stage: str) -> None:
    """Add `is_far` to a stage of places: true where a row stands far from the outline of the compound that it names.

    After `match_compounds`. A circle that stands for an unknown outline proves nothing.
    """
    connection.exec_driver_sql(f"ALTER TABLE {stage} ADD is_far boolean NOT NULL DEFAULT false")
    connection.exec_driver_sql(_MARK_FAR.format(named=_NAMED.format(table=stage), table=stage))


_IS_NEAR = "AND (s.geom IS NULL OR ST_DWithin(c.geom::geography, s.geom::geography, :farthest_m))"

_ANY_COMPOUND = "(SELECT EXISTS (SELECT FROM live.compound))"
"""Asked once a statement: where there are none, a million rows needn't be looked through."""

_NAMED = f"""
    WITH wanted AS (
        SELECT DISTINCT compound_name, coalesce(community, '') AS community FROM {{table}}
        WHERE {_ANY_COMPOUND} AND compound_name IS NOT NULL AND compound_id IS NULL
    ), known AS (
        SELECT id, community, name AS known_as FROM live.compound
        UNION SELECT id, community, unnest(aliases) FROM live.compound
    ), named AS (
        SELECT w.compound_name, w.community, coalesce(
            CASE WHEN count(DISTINCT n.id) FILTER (WHERE n.community = w.community) = 1
                THEN min(n.id) FILTER (WHERE n.community = w.community) END,
            CASE WHEN count(DISTINCT n.id) = 1 AND (w.community = '' OR min(n.community) IS NULL)
                THEN min(n.id) END) AS id
        FROM wanted w JOIN known n ON n.known_as = w.compound_name
        GROUP BY w.compound_name, w.community
    )
"""

_BY_NAME = """
    {named}
    UPDATE {table} s SET compound_id = m.id
    FROM named m JOIN live.compound c ON c.id = m.id
    WHERE s.compound_id IS NULL AND m.compound_name = s.compound_name AND m.community = coalesce(s.community, '')
        {is_near}
"""

_BY_PLACE = f"""
    {{named}}
    UPDATE {{table}} s SET compound_id = found.id
    FROM (
        SELECT s.ctid AS place, min(c.id) AS id
        FROM {{table}} s JOIN live.compound c ON ST_Intersects(c.geom, s.geom)
            LEFT JOIN named m ON m.compound_name = s.compound_name AND m.community = coalesce(s.community, '')
        WHERE {_ANY_COMPOUND} AND s.compound_id IS NULL AND m.id IS NULL GROUP BY s.ctid
    ) found
    WHERE found.place = s.ctid
"""

_MARK_FAR = """
    {named}
    UPDATE {table} s SET is_far = true
    FROM named m JOIN live.compound c ON c.id = m.id
    WHERE s.compound_id IS NULL AND s.geom IS NOT NULL AND c.src_method IS DISTINCT FROM 'point'
        AND m.compound_name = s.compound_name AND m.community = coalesce(s.community, '')
"""
