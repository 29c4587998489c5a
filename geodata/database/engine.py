"""Engines: one pool a login, made when first asked for."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from sqlalchemy import URL, Engine, create_engine, make_url, text
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


_engines: dict[tuple[Path, str | None, float | None, Login], Engine] = {}
_MAKING = Lock()
"""Of two threads that make one engine, one would lose its own with a connection open."""


def engine_for(settings: Settings, login: Login) -> Engine:
    """Return the engine on which `login` reads or writes this deployment; one a process, with its own pool.

    Whatever is asked on it, the database ends a statement after the settings' `statement_timeout_s`.

    Raises:
        DatabaseUnavailable, DatabaseOutdated: as `url_for`.
    """
    key = (settings.home, settings.database_url, settings.statement_timeout_s, login)
    with _MAKING:
        if key not in _engines:
            _engines[key] = _made(settings, login)
        return _engines[key]


def _made(settings: Settings, login: Login) -> Engine:
    limit = settings.statement_timeout_s
    return create_engine(
        url_for(settings, login),
        connect_args={} if limit is None else {"options": f"-c statement_timeout={round(limit * 1000)}"},
        pool_size=4,
        max_overflow=4,
        pool_timeout=10,
        pool_pre_ping=True,
    )


def forget_engines(home: Path) -> None:
    """Close every pool of a deployment, such as before its cluster stops or its process forks."""
    for key in [key for key in list(_engines) if key[0] == home]:
        engine = _engines.pop(key, None)  # another thread may have done so
        if engine is not None:
            engine.dispose()
    _fitting.difference_update([key for key in _fitting if key[0] == home])
