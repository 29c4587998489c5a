"""Builds what residents and planners may see, as tables of their own, and switches everyone over at once."""

from __future__ import annotations

import contextlib
import secrets

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from geodata.database.engine import engine_for
from geodata.database.logins import Login, role_name
from geodata.layers import LAYERS
from geodata.layers.audience import Audience
from geodata.publication.contents import contents_digest
from geodata.publication.editions import write_editions
from geodata.publication.facts import write_facts
from geodata.publication.versions import publish_layer, reads_alike, share_layer
from geodata.queries.area_links import follow_calendar, state_zone
from geodata.queries.cell_filling import create_cells, fill_cells, share_cells
from geodata.queries.current import forget_current
from geodata.queries.hidden import publish_hidden
from geodata.queries.readable import readable_table
from geodata.queries.reading import LOGINS
from geodata.queries.row_rules import follow_declarations
from geodata.queries.spellings import publish_spellings, spell_names
from geodata.queries.told_before import settle_totals
from geodata.queries.walks import publish_walks, share_walks
from geodata.settings import Settings
from geodata.version import VERSION

VERSIONS = {Audience.RESIDENT: ("pub", Login.PUBLIC), Audience.PLANNER: ("plan", Login.PLANNER)}
KEPT = 1
"""How many earlier publications stay, for requests that began before the switch."""


def publish(settings: Settings) -> int:
    """Build a new publication of all that is loaded and return its number.

    Readers see the old one until the new one is whole. Where data, clock, code and declarations are the same, the
    current publication stays and its number is returned.
    """
    with engine_for(settings, Login.OWNER).connect() as connection:
        # The lock is the session's, not the transaction's: the snapshot has to begin after the wait for it.
        connection.execute(text("SELECT pg_advisory_lock(hashtext('csmap publish'))"))
        connection.commit()
        try:
            with connection.begin():  # soon over: it may have to wait for readers, who then wait for it
                follow_declarations(connection)
            with connection.begin():
                state_zone(connection, settings.time_zone)
                follow_calendar(connection)
            n = _publish(connection, settings)
            _drop_old(connection)
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(hashtext('csmap publish'))"))
            connection.commit()
    forget_current(settings)
    return n


def renew(settings: Settings) -> bool:
    """Bring the current publication to this day and this code, and tell whether that took a new one.

    Pages read the columns that the code declares: with those of an older publication they couldn't answer. Where
    nothing has been published yet, nothing is: when to begin is the steward's word.
    """
    with engine_for(settings, Login.OWNER).connect() as connection:
        current = connection.execute(text("SELECT n FROM ledger.current_publication")).scalar()
    return current is not None and publish(settings) != current


def _publish(connection: Connection, settings: Settings) -> int:
    """Build everything from one snapshot in one transaction, unless the current publication is the same."""
    with connection.begin():
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        state_zone(connection, settings.time_zone)
        contents = contents_digest(connection, settings, LAYERS)
        current = _current_if_same(connection, contents)
        if current is not None:
            return current
        spell_names(connection, LAYERS)
        connection.exec_driver_sql(f"ANALYZE {', '.join(f'live.{layer.id}' for layer in LAYERS)}")
        n = _begin(connection, settings, contents)
        _settle_totals(connection, settings, n)
        for audience in VERSIONS:
            _build(connection, settings, audience, n)
        _switch(connection, n)
        made_for = [(_schema(audience, n), _role(connection, audience)) for audience in VERSIONS]
        write_editions(connection, made_for, n, kept=KEPT)
        return n


def _settle_totals(connection: Connection, settings: Settings, n: int) -> None:
    held = settle_totals(connection, LAYERS, today=settings.today(), publication=n)
    connection.execute(text("UPDATE ledger.publication SET held = :held WHERE n = :n"), {"held": held, "n": n})


def count_held(settings: Settings) -> int:
    """Return of how many years and values the current publication holds small corrections of totals back."""
    query = "SELECT held FROM ledger.publication JOIN ledger.current_publication USING (n)"
    with engine_for(settings, Login.OWNER).connect() as connection:
        return int(connection.execute(text(query)).scalar() or 0)


def _schema(audience: Audience, n: int) -> str:
    return f"{VERSIONS[audience][0]}_{n}"


def _role(connection: Connection, audience: Audience) -> str:
    return role_name(VERSIONS[audience][1], str(connection.engine.url.database))


def _build(connection: Connection, settings: Settings, audience: Audience, n: int) -> None:
    """Make one audience's schema and let its login read it; the residents' comes first."""
    schema, role = _schema(audience, n), _role(connection, audience)
    connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    shown = [layer for layer in LAYERS if audience in layer.audiences]
    create_cells(connection, schema)
    for layer in shown:
        is_shared, residents = audience is Audience.PLANNER and reads_alike(layer), _schema(Audience.RESIDENT, n)
        if is_shared:
            share_layer(connection, layer, schema, of=residents)
        else:
            publish_layer(connection, layer, audience, schema, settings)
        if layer.geometry != "point" or layer.is_name_only:
            continue
        if is_shared:
            share_cells(connection, layer, schema, of=residents)
        else:
            fill_cells(connection, layer, readable_table(layer.id, audience), layer.fields_for(audience), schema)
    if audience is Audience.RESIDENT:
        publish_walks(connection, schema)
    else:
        share_walks(connection, schema, of=_schema(Audience.RESIDENT, n))
    connection.exec_driver_sql(f"ANALYZE {schema}.cell")
    publish_spellings(connection, [layer.seen_by(audience) for layer in shown], audience, schema)
    write_facts(connection, settings, audience, schema, shown)
    publish_hidden(connection, audience, schema, today=settings.today())
    connection.exec_driver_sql(f'GRANT USAGE ON SCHEMA {schema} TO "{role}"')
    connection.exec_driver_sql(f'GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO "{role}"')
    if audience is Audience.RESIDENT:
        _share_totals(connection, schema)
        _let_staff_read_walks(connection, schema)


def _share_totals(connection: Connection, schema: str) -> None:
    """Let officers read those totals of the residents that they get in place of records."""
    officer = role_name(LOGINS[Audience.GRID_OFFICER], str(connection.engine.url.database))
    connection.exec_driver_sql(f'GRANT USAGE ON SCHEMA {schema} TO "{officer}"')
    for layer in LAYERS:
        if layer.seen_by(Audience.GRID_OFFICER).is_totals:
            connection.exec_driver_sql(f'GRANT SELECT ON {schema}.{layer.id} TO "{officer}"')


def _let_staff_read_walks(connection: Connection, schema: str) -> None:
    """Let those who read live read residents' ways on foot: they lead between what everybody sees."""
    for audience in (Audience.GRID_OFFICER, Audience.POLICE, Audience.STEWARD):
        role = role_name(LOGINS[audience], str(connection.engine.url.database))
        connection.exec_driver_sql(f'GRANT USAGE ON SCHEMA {schema} TO "{role}"')
        connection.exec_driver_sql(f'GRANT SELECT ON {schema}.walk TO "{role}"')


def _current_if_same(connection: Connection, contents: str) -> int | None:
    """Return the current publication if a new one would hold the same."""
    row = connection.execute(
        text("SELECT p.n, p.contents FROM ledger.publication p JOIN ledger.current_publication c ON c.n = p.n")
    ).first()
    return int(row.n) if row is not None and row.contents == contents else None


def _begin(connection: Connection, settings: Settings, contents: str) -> int:
    """Write the publication into the ledger and return its number."""
    return int(
        connection.execute(
            text(
                "INSERT INTO ledger.publication (state, as_of, code_version, contents) "
                "VALUES ('current', :as_of, :code_version, :contents) RETURNING n"
            ),
            {"as_of": settings.today().isoformat(), "code_version": VERSION, "contents": contents},
        ).scalar_one()
    )


def _switch(connection: Connection, n: int) -> None:
    """Turn the pointer that all readers follow."""
    connection.execute(
        text(
            "INSERT INTO ledger.current_publication (n, stamp) VALUES (:n, :stamp) "
            "ON CONFLICT (only_row) DO UPDATE SET n = excluded.n, stamp = excluded.stamp"
        ),
        {"n": n, "stamp": f"{n}-{secrets.token_hex(6)}"},
    )
    connection.execute(
        text("UPDATE ledger.publication SET state = 'kept' WHERE state = 'current' AND n <> :n"), {"n": n}
    )


def _drop_old(connection: Connection) -> None:
    """Drop the publications that nobody can still be reading; one that somebody does read waits for the next time."""
    with connection.begin():
        query = text("SELECT n FROM ledger.publication WHERE state = 'kept' ORDER BY n DESC OFFSET :kept")
        old = list(connection.execute(query, {"kept": KEPT}).scalars())
    for number in old:
        with contextlib.suppress(OperationalError), connection.begin():
            connection.execute(text("SET LOCAL lock_timeout = '1s'"))
            for prefix, _ in VERSIONS.values():
                connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {prefix}_{number} CASCADE")
            connection.execute(text("UPDATE ledger.publication SET state = 'dropped' WHERE n = :n"), {"n": number})
