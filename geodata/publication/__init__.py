"""Builds what residents and planners may see, as tables of their own, and switches everyone over at once."""

from __future__ import annotations

from sqlalchemy import Connection, text

from geodata.database.engine import engine_for
from geodata.database.logins import Login, role_name
from geodata.layers import LAYERS
from geodata.layers.layer import Audience
from geodata.publication.facts import write_facts
from geodata.publication.versions import publish_layer
from geodata.queries.loads import last_load_id
from geodata.settings import Settings
from geodata.version import VERSION

VERSIONS = {Audience.RESIDENT: ("pub", Login.PUBLIC), Audience.PLANNER: ("plan", Login.PLANNER)}
KEPT = 1
"""How many earlier publications stay, for requests that began before the switch."""


def publish(settings: Settings) -> int:
    """Build a new publication of all that is loaded and return its number.

    One transaction: readers see the old one until the new one is whole. Where nothing was loaded since, and the
    clock and the code are the same, the current publication stays and its number is returned.
    """
    with engine_for(settings, Login.OWNER).begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('csmap publish'))"))
        current = _current_if_same(connection, settings)
        if current is not None:
            return current
        for layer in LAYERS:
            connection.exec_driver_sql(f"ANALYZE live.{layer.id}")
        n = _begin(connection, settings)
        for audience, (prefix, login) in VERSIONS.items():
            _build(connection, settings, audience, f"{prefix}_{n}", login)
        _switch(connection, n)
        _drop_old(connection)
        return n


def _build(connection: Connection, settings: Settings, audience: Audience, schema: str, login: Login) -> None:
    """Make one audience's schema and let its login read it."""
    role = role_name(login, str(connection.engine.url.database))
    connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    shown = [layer for layer in LAYERS if audience in layer.audiences]
    for layer in shown:
        publish_layer(connection, layer, audience, schema, settings.today())
    write_facts(connection, settings, schema, shown)
    connection.exec_driver_sql(f'GRANT USAGE ON SCHEMA {schema} TO "{role}"')
    connection.exec_driver_sql(f'GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO "{role}"')


def _current_if_same(connection: Connection, settings: Settings) -> int | None:
    """Return the current publication if a new one would hold the same."""
    row = connection.execute(
        text(
            "SELECT p.n, p.as_of, p.code_version, p.last_load FROM ledger.publication p "
            "JOIN ledger.current_publication c ON c.n = p.n"
        )
    ).first()
    wanted = (settings.today().isoformat(), VERSION, last_load_id(connection))
    return row.n if row is not None and (row.as_of, row.code_version, row.last_load) == wanted else None


def _begin(connection: Connection, settings: Settings) -> int:
    """Write the publication into the ledger and return its number."""
    return int(
        connection.execute(
            text(
                "INSERT INTO ledger.publication (state, as_of, code_version, last_load) "
                "VALUES ('current', :as_of, :code_version, :last_load) RETURNING n"
            ),
            {
                "as_of": settings.today().isoformat(),
                "code_version": VERSION,
                "last_load": last_load_id(connection),
            },
        ).scalar_one()
    )


def _switch(connection: Connection, n: int) -> None:
    """Turn the pointer that all readers follow."""
    connection.execute(
        text(
            "INSERT INTO ledger.current_publication (n) VALUES (:n) ON CONFLICT (only_row) DO UPDATE SET n = excluded.n"
        ),
        {"n": n},
    )
    connection.execute(
        text("UPDATE ledger.publication SET state = 'kept' WHERE state = 'current' AND n <> :n"), {"n": n}
    )


def _drop_old(connection: Connection) -> None:
    """Drop the schemas of publications that nobody can still be reading."""
    old = connection.execute(
        text("SELECT n FROM ledger.publication WHERE state = 'kept' ORDER BY n DESC OFFSET :kept"), {"kept": KEPT}
    ).scalars()
    for number in list(old):
        for prefix, _ in VERSIONS.values():
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {prefix}_{number} CASCADE")
        connection.execute(text("UPDATE ledger.publication SET state = 'dropped' WHERE n = :n"), {"n": number})
