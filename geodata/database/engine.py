"""Engines: one pool a login, made when first asked for."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url

from geodata.database.cluster import Cluster
from geodata.database.logins import Login, login_url, server_url
from geodata.database.postgres import ADMIN
from geodata.settings import Settings


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


_engines: dict[tuple[Path, str | None, Login], Engine] = {}


def engine_for(settings: Settings, login: Login) -> Engine:
    """Return the engine on which `login` reads or writes this deployment; one a process, with its own pool."""
    key = (settings.home, settings.database_url, login)
    if key not in _engines:
        url = login_url(settings, admin_url(settings), login)
        _engines[key] = create_engine(url, pool_size=4, max_overflow=4, pool_timeout=10, pool_pre_ping=True)
    return _engines[key]


def forget_engines(home: Path) -> None:
    """Close every pool of a deployment, such as before its cluster stops or its process forks."""
    for key in [key for key in _engines if key[0] == home]:
        _engines.pop(key).dispose()
