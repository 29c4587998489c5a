"""The names that compounds go by: their own, and those of the alias layer, which a renamed compound's old one joins."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from geodata.layers import get_layer
from geodata.queries.stage import stage_name

NAMING = ("compound", "alias")
"""The layers that say what compounds are called; records are matched anew where either of them has changed."""


def keep_old_names(connection: Connection, named: Mapping[str, object]) -> int:
    """Keep the names that compounds had until this load as aliases of theirs, and return how many came by that.

    Args:
        connection: inside the load's transaction, after the compounds were updated.
        named: `load_id` and `now`, the load's and its moment; `time_zone`, the one in which its day is told.
    """
    return connection.execute(text(_KEEP), named).rowcount


def give_up_kept_names(connection: Connection, *, source: str) -> None:
    """Let staged aliases take the place of names that the store kept by itself: an office knows more of them.

    Args:
        connection: inside the load's transaction, the aliases' stage filled and matched with compounds.
        source: the register that they come from.
    """
    connection.execute(text(_GIVE_UP.format(stage=stage_name(get_layer("alias")))), {"source": source})


def list_names(connection: Connection) -> None:
    """Write into each compound the list of its aliases, which search and matching look in."""
    connection.exec_driver_sql(_LIST)


# A register that swaps a name back and forth gives each of its names once. One that goes back to a name it had mends
# a slip: what it was called in between was never its name.
_KEEP = """
    INSERT INTO live.alias (source, source_id, row_hash, load_id, recorded_from, area_ids, name, kind,
        compound_name, community, compound_id, used_to, evidence)
    SELECT DISTINCT ON (c.id) c.source, c.source_id || '/until/' || old.name, '', :load_id, :now, c.area_ids, old.name,
        'former', c.name, c.community, c.id, CAST(CAST(:now AS timestamptz) AT TIME ZONE :time_zone AS date), old.source
    FROM history.compound old JOIN live.compound c ON c.id = old.id
    WHERE old.closed_by_load = :load_id AND old.name <> c.name
        AND NOT EXISTS (SELECT FROM live.alias a WHERE a.compound_id = c.id AND a.name IN (old.name, c.name))
    ON CONFLICT (source, source_id) DO NOTHING
"""

# A name that was kept, or came from the time before aliases were records, has no hash: what is stated differs from it.
_GIVE_UP = """
    UPDATE live.alias kept SET source = :source, source_id = found.source_id
    FROM (
        SELECT DISTINCT ON (source_id) source_id, id FROM (
            SELECT DISTINCT ON (k.id) k.id, s.source_id
            FROM {stage} s JOIN live.alias k ON k.row_hash = '' AND k.compound_id = s.compound_id AND k.name = s.name
            WHERE NOT EXISTS (SELECT FROM live.alias t WHERE t.source = :source AND t.source_id = s.source_id)
            ORDER BY k.id, s.source_id
        ) named ORDER BY source_id, id
    ) found
    WHERE found.id = kept.id
"""

_LIST = """
    UPDATE live.compound c SET aliases = found.names
    FROM (
        SELECT c.id, array_agg(DISTINCT a.name) FILTER (WHERE a.name <> c.name) AS names
        FROM live.compound c LEFT JOIN live.alias a ON a.compound_id = c.id GROUP BY c.id
    ) found
    WHERE found.id = c.id AND c.aliases IS DISTINCT FROM found.names
"""
