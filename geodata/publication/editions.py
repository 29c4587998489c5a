"""Which publications are kept beside a new one, since when each stood, and whether today's rules made them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from geodata.layers import LAYERS
from geodata.publication.contents import rules_digest


def write_editions(connection: Connection, made_for: Sequence[tuple[str, str]], n: int, *, kept: int) -> None:
    """Create `edition` in the schemas of a new publication: its own row, and one for each that is kept beside it.

    Args:
        connection: inside the transaction that builds it, everything else done: from about now on it stands.
        made_for: its schemas, each with the role that reads it.
        n: its number.
        kept: so many earlier ones stay.
    """
    rules = rules_digest(LAYERS)
    for schema, role in made_for:
        # The catalogue keeps the rules with what they made; both are gone together.
        connection.exec_driver_sql(f"COMMENT ON SCHEMA {schema} IS '{rules}'")
        connection.execute(text(_WRITE.format(schema=schema)), {"n": n, "kept": kept, "rules": rules})
        connection.exec_driver_sql(f'GRANT SELECT ON {schema}.edition TO "{role}"')
    connection.execute(text("UPDATE ledger.publication SET published = clock_timestamp() WHERE n = :n"), {"n": n})


_WRITE = """
    CREATE TABLE {schema}.edition AS
    SELECT n, CASE WHEN n = :n THEN clock_timestamp() ELSE published END AS stood_from,
        coalesce(obj_description(to_regnamespace(split_part('{schema}', '_', 1) || '_' || n), 'pg_namespace') = :rules,
            false) AS has_same_rules
    FROM ledger.publication WHERE state IN ('current', 'kept') ORDER BY n DESC LIMIT 1 + :kept
"""
