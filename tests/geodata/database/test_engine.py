"""A database that another version of the code has made isn't touched: one sentence says what to run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

import geodata
from geodata.command import status
from geodata.database.engine import admin_url, engine_for, forget_engines
from geodata.database.logins import Login, role_name
from geodata.errors import DatabaseOutdated
from geodata.jobs.queue import ask
from geodata.migrations import migrate, newest_revision
from geodata.queries.reading import LOGINS, RESIDENT, STEWARD, Reader, Reading, open_reading
from geodata.settings import Settings
from geodata.version import known_revisions
from tests.signing import client_of

MIGRATE = r"revision 0010, which an older version of csmap has made; wanted is \d+: run \./csmap migrate"


@pytest.fixture
def at_revision(deployment: Settings) -> Iterator[Callable[[str], Settings]]:
    """Give a database the revision of another version of the code; it has its own again after the test."""

    with engine_for(deployment, Login.OWNER).connect() as kept:
        kept.detach()
        forget_engines(deployment.home)

        def state(revision: str) -> Settings:
            kept.execute(text("UPDATE ledger.alembic_version SET version_num = :revision"), {"revision": revision})
            kept.commit()
            return deployment

        yield state
        state(newest_revision())


def test_the_files_of_the_migrations_tell_the_newest() -> None:
    assert known_revisions()[-1] == newest_revision()
    assert known_revisions()[0] == "0001"


def test_every_door_says_what_to_run(
    deployment: Settings, at_revision: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    planner = client_of(deployment, "planner")
    forget_engines(deployment.home)
    settings = at_revision("0010")
    monkeypatch.setenv("CSMAP_HOME", str(settings.home))
    if settings.database_url:
        monkeypatch.setenv("CSMAP_DATABASE_URL", settings.database_url)
    for door in (
        lambda: status.main([]),
        lambda: geodata.open(settings.home).layer("compound"),
        lambda: geodata.open(settings.home).coverage("police_room"),
        lambda: ask(settings, "site", {}),
    ):
        with pytest.raises(DatabaseOutdated, match=MIGRATE):
            door()
    for path in ("/?lang=en", "/planner?lang=en", "/api/coverage/police_room?lang=en", "/ogc/collections?lang=en"):
        answer = planner.get(path)
        assert answer.status_code == 503, path
        assert "./csmap migrate" in answer.text, path
        assert "0010" not in answer.text, path


def test_a_newer_database_is_left_alone(at_revision: Callable[[str], Settings]) -> None:
    settings = at_revision("9999")
    for touch in (lambda: engine_for(settings, Login.STAFF), lambda: migrate(settings)):
        with pytest.raises(DatabaseOutdated, match=r"9999, which a newer version of csmap has made.*run the newer one"):
            touch()
    # A process that was refused goes on by itself once the database fits.
    at_revision(newest_revision())
    with engine_for(settings, Login.STAFF).connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_threads_that_begin_at_once_share_one_engine(deployment: Settings) -> None:
    with ThreadPoolExecutor(8) as together:
        engines = list(together.map(lambda _: engine_for(deployment, Login.AUDITOR), range(8)))
    assert len({id(engine) for engine in engines}) == 1


@pytest.mark.parametrize("reader", [RESIDENT, STEWARD])
def test_a_reading_sees_one_state_writes_nothing_and_outlives_a_lost_connection(
    deployment: Settings, reader: Reader
) -> None:
    def asked(reading: Reading, what: str) -> str:
        return str(reading.connection.execute(text(f"SHOW {what}")).scalar_one())

    settings = replace(deployment, statement_timeout_s=20.0)
    for _ in range(2):
        with open_reading(settings, reader) as reading:
            assert asked(reading, "transaction_isolation") == "repeatable read"
            assert asked(reading, "transaction_read_only") == "on"
            assert asked(reading, "statement_timeout") == "20s"
            assert asked(reading, "TimeZone") == settings.time_zone
    with create_engine(admin_url(settings), poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as admin:
        query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = :role"
        role = role_name(LOGINS[reader.audience], str(admin.engine.url.database))
        assert admin.execute(text(query), {"role": role}).scalar_one() >= 1
    with open_reading(settings, reader) as reading:
        assert asked(reading, "transaction_isolation") == "repeatable read"
