"""Row level security: officers and police read what touches their own areas, whatever a query forgets to ask.

Which layers are open everywhere and which columns these readers have is declared with the layers; this writes it into
the database as policies and rights, beside the conditions of `Reading.row_rule`.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text

from geodata.database.logins import AREAS_SETTING, Login, role_name
from geodata.layers import LAYERS
from geodata.layers.layer import Layer
from geodata.queries.readable import readable_table
from geodata.queries.reading import LOGINS, OWN_AREAS_ONLY

WHOLE_AREA = (Login.OWNER, Login.LOADER, Login.STAFF, Login.ANALYST)
"""Logins that every row is open to, as far as they may read its table at all."""

OWN_AREAS = f"area_ids && (SELECT nullif(current_setting('{AREAS_SETTING}', true), '')::integer[])"
"""Asked once a query, not once a row; without areas it is NULL, which lets no row through."""

WHEN = {"live": ("recorded_from",), "history": ("recorded",)}
"""What says when the store knew a version, beside the columns that its reader has."""


def state_row_rules(connection: Connection) -> None:
    """Write the policies and column rights of all layers; run as owner after the grants of a migration."""
    statements = _statements(str(connection.engine.url.database))
    connection.exec_driver_sql(";\n".join(statements))
    connection.exec_driver_sql(f"COMMENT ON SCHEMA live IS '{_digest(statements)}'")


def follow_declarations(connection: Connection) -> bool:
    """Write the rules anew where the declarations say something else than the database has; tell whether they did.

    A layer or field that is declared for others needs no migration, and isn't open to anybody before its rule is.
    """
    statements = _statements(str(connection.engine.url.database))
    stated = connection.execute(text("SELECT obj_description('live'::regnamespace)")).scalar()
    if stated == _digest(statements):
        return False
    state_row_rules(connection)
    return True


def columns_of(layer: Layer, login: Login, *, schema: str) -> tuple[str, ...]:
    """Return the columns of live or history that an officer's or a police login may read.

    () for a layer that is hidden from them, or of which they have published totals alone.
    """
    audience = next(audience for audience in OWN_AREAS_ONLY if LOGINS[audience] is login)
    if audience not in layer.audiences or layer.seen_by(audience).is_totals:
        return ()
    return (*readable_table(layer.id, audience).columns.keys(), *WHEN[schema])


def _statements(database: str) -> list[str]:
    """Return the SQL that states every rule; running it again changes nothing."""
    bound = sorted((LOGINS[audience] for audience in OWN_AREAS_ONLY), key=list(Login).index)
    open_to, bound_to = (", ".join(f'"{role_name(login, database)}"' for login in some) for some in (WHOLE_AREA, bound))
    statements = []
    for layer in LAYERS:
        rows = "true" if layer.is_everywhere else OWN_AREAS
        for schema in ("live", "history"):
            table = f"{schema}.{layer.id}"
            statements += [
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
                f"DROP POLICY IF EXISTS whole_area ON {table}",
                f"CREATE POLICY whole_area ON {table} TO {open_to} USING (true) WITH CHECK (true)",
                f"DROP POLICY IF EXISTS own_areas ON {table}",
                f"CREATE POLICY own_areas ON {table} FOR SELECT TO {bound_to} USING ({rows})",
                f"REVOKE ALL ON {table} FROM {bound_to}",
            ]
            for login in bound:
                columns = columns_of(layer, login, schema=schema)
                if columns:
                    listed = ", ".join(columns)
                    statements.append(f'GRANT SELECT ({listed}) ON {table} TO "{role_name(login, database)}"')
    return [
        *statements,
        # Without FORCE: who is bound to these rules can't COPY into the table, and the owner fills it.
        "ALTER TABLE live.spelling ENABLE ROW LEVEL SECURITY",
        "DROP POLICY IF EXISTS whole_area ON live.spelling",
        f"CREATE POLICY whole_area ON live.spelling TO {open_to} USING (true) WITH CHECK (true)",
        "DROP POLICY IF EXISTS own_areas ON live.spelling",
        f"CREATE POLICY own_areas ON live.spelling FOR SELECT TO {bound_to} USING (is_everywhere OR {OWN_AREAS})",
    ]


def _digest(statements: list[str]) -> str:
    return f"row rules {hashlib.sha256(';'.join(statements).encode()).hexdigest()[:16]}"
