"""Engines: one pool a login, made when first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from psycopg.pq import Format
from sqlalchemy import URL, Connection, Engine, Row, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from geodata.database.cluster import Cluster
from geodata.database.logins import Login, login_url, server_url
from geodata.database.postgres import ADMIN
from geodata.errors import DatabaseOutdated, DatabaseUnavailable
from geodata.settings import Settings
from geodata.version import known_revisions


def admin_url(settings: Settings) -> URL:
    """Return the URL of the deployment's administrator, starting the embedded cluster where there is no server.

    Raises:
        DatabaseUnavailable: it can't be started, or CSMAP_DATABASE_URL isn't one of PostgreSQL's.
    """
    if settings.database_url:
        return server_url(settings.database_url)
    cluster = Cluster.at(settings.home)
    cluster.ensure()
    return make_url(cluster.url(ADMIN))


_fitting: set[tuple[Path, str | None]] = set()
"""Deployments whose database this process has found to have the shape that the code works with."""


def url_for(settings: Settings, login: Login) -> URL:
    """Return the URL with which `login` connects to the deployment's database, which the code can work with.

    Raises:
        DatabaseUnavailable: it can't be reached.
        DatabaseOutdated: another version of the code has made it: says what to run.
    """
    url, key = admin_url(settings), (settings.home, settings.database_url)
    if key not in _fitting:
        refuse_other_shape(_revision(url))
        _fitting.add(key)
    return login_url(settings, url, login)


def refuse_other_shape(revision: str | None) -> None:
    """Stop where a database hasn't the revision that the code works with; None is one that was never migrated.

    Raises:
        DatabaseOutdated: with a sentence that says what to run.
    """
    known = known_revisions()
    if revision is not None and revision not in known:
        raise DatabaseOutdated(
            f"the database has revision {revision}, which a newer version of csmap has made; this one works with "
            f"{known[-1]}: run the newer one"
        )
    if revision != known[-1]:
        raise DatabaseOutdated(
            f"the database has revision {revision or 'none'}, which an older version of csmap has made; wanted is "
            f"{known[-1]}: run ./csmap migrate"
        )


def _revision(url: URL) -> str | None:
    """Return the revision that a database is at, asked as its administrator: no other login may read it everywhere."""
    try:
        with create_engine(url, poolclass=NullPool).connect() as connection:
            if connection.execute(text("SELECT to_regclass('ledger.alembic_version')")).scalar_one() is None:
                return None
            found: str | None = connection.execute(
                text("SELECT max(version_num) FROM ledger.alembic_version")
            ).scalar_one()
            return found
    except OperationalError as error:
        raise DatabaseUnavailable(f"the database can't be reached: {error.orig}") from None


_engines: dict[tuple[Path, str | None, float | None, str, Login, bool], Engine] = {}
_MAKING = Lock()
"""Of two threads that make one engine, one would lose its own with a connection open."""


def engine_for(settings: Settings, login: Login) -> Engine:
    """Return the engine on which `login` reads or writes this deployment; one a process, with its own pool.

    Whatever is asked on it, the database ends a statement after the settings' `statement_timeout_s`.

    Raises:
        DatabaseUnavailable, DatabaseOutdated: as `url_for`.
    """
    return _engine(settings, login, only_reads=False)


def reading_engine(settings: Settings, login: Login) -> Engine:
    """Return the same of which each transaction reads one state of the database, and writes nothing.

    Times are the place's, and each question has one process of the database's. Connections are opened so: to say it of
    each transaction, and to try each connection before, took twice as long as a small tile. Who begins one has to try
    again where the connection is lost (`begun`).

    Raises:
        DatabaseUnavailable, DatabaseOutdated: as `url_for`.
    """
    return _engine(settings, login, only_reads=True)


def _engine(settings: Settings, login: Login, *, only_reads: bool) -> Engine:
    said = (settings.statement_timeout_s, settings.time_zone)
    key = (settings.home, settings.database_url, *said, login, only_reads)
    with _MAKING:
        if key not in _engines:
            _engines[key] = _made(settings, login, only_reads=only_reads)
        return _engines[key]


_ONE_STATE = r"-c default_transaction_isolation=repeatable\ read -c default_transaction_read_only=on"
WORKS_ALONE = "-c max_parallel_workers_per_gather=0"
"""One process a question: for a tile PostgreSQL starts two more, which take longer to begin than to help."""


def _made(settings: Settings, login: Login, *, only_reads: bool) -> Engine:
    limit = settings.statement_timeout_s
    options = [f"-c statement_timeout={round(limit * 1000)}"] if limit is not None else []
    if only_reads:
        options += [_ONE_STATE, WORKS_ALONE, f"-c TimeZone={settings.time_zone}"]
    engine = create_engine(
        url_for(settings, login),
        connect_args={"options": " ".join(options)} if options else {},
        pool_size=4,
        max_overflow=4,
        pool_timeout=10,
        pool_pre_ping=not only_reads,
    )
    event.listen(engine, "before_cursor_execute", _as_bytes)
    return engine


AS_BYTES = {"as_bytes": True}
"""Options of a statement whose answer is wanted as the database has it: bytes as letters would be twice as many."""


def _as_bytes(_connection: Any, cursor: Any, _said: str, _named: Any, context: Any, _many: bool) -> None:
    if context is not None and context.execution_options.get("as_bytes"):
        cursor.format = Format.BINARY


@contextmanager
def begun(engine: Engine, statement: str, named: Mapping[str, object]) -> Iterator[tuple[Connection, Row[Any]]]:
    """Open a transaction of a reading engine with its first statement; give the connection and the row that it gives.

    A connection that was lost meanwhile, as the database was restarted, is opened anew.
    """
    with engine.connect() as connection:
        try:
            row = connection.exec_driver_sql(statement, named).one()
        except OperationalError as error:
            if not error.connection_invalidated:
                raise
            connection.rollback()
            row = connection.exec_driver_sql(statement, named).one()
        yield connection, row


@contextmanager
def at_once(engine: Engine) -> Iterator[Connection]:
    """Open a connection on which each statement stands for itself: for one alone, begin and end would take as long."""
    with engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


def forget_engines(home: Path) -> None:
    """Close every pool of a deployment, such as before its cluster stops or its process forks."""
    for key in [key for key in list(_engines) if key[0] == home]:
        engine = _engines.pop(key, None)  # another thread may have done so
        if engine is not None:
            engine.dispose()
    _fitting.difference_update([key for key in list(_fitting) if key[0] == home])
