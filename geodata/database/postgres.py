"""PostgreSQL as it lies on this machine, and the settings with which an embedded cluster runs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from geodata.database.logins import Login, role_name
from geodata.errors import DatabaseUnavailable

DATABASE = "csmap"
ADMIN = "csmap_admin"
OLDEST = 15
PROGRAMS = Path("/usr/lib/postgresql")
EXTENSIONS = Path("/usr/share/postgresql")
PORT = 5432
"""Only a part of the socket's name: nothing listens on a port."""

_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "60",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    # Compiling a plan costs more than our queries take: the first tile took 3 s with it.
    "jit": "off",
    "fsync": "on",
    "full_page_writes": "on",
    # Bulk loads: fewer checkpoints, smaller WAL.
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "lz4",
    # Nobody follows this cluster: what a load builds anew needs no second copy in the WAL.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # A reader who went away frees its query.
    "client_connection_check_interval": "10s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # The log is no place for what a row says about people.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True)
class Postgres:
    """One installed version of the server."""

    version: int
    programs: Path


def installed() -> list[Postgres]:
    """Return the installed versions that can run a deployment, newest first."""
    found = [
        Postgres(int(folder.parent.name), folder)
        for folder in PROGRAMS.glob("*/bin")
        if folder.parent.name.isdigit()
        and int(folder.parent.name) >= OLDEST
        and (folder / "initdb").exists()
        and (EXTENSIONS / folder.parent.name / "extension" / "postgis.control").exists()
    ]
    return sorted(found, key=lambda postgres: -postgres.version)


def get_postgres(data: Path | None = None) -> Postgres:
    """Return the server for a new cluster, or for the one that lies in the folder `data`.

    Raises:
        DatabaseUnavailable: it isn't installed.
    """
    choices = installed()
    if data is None:
        if choices:
            return choices[0]
        raise DatabaseUnavailable(
            f"PostgreSQL {OLDEST} or newer with PostGIS isn't installed (looked in {PROGRAMS}): run ./csmap setup, "
            f"or apt-get install postgresql-{OLDEST} postgresql-{OLDEST}-postgis-3"
        )
    version = int((data / "PG_VERSION").read_text("ascii").strip())
    for postgres in choices:
        if postgres.version == version:
            return postgres
    raise DatabaseUnavailable(
        f"{data} was made by PostgreSQL {version}, which isn't installed with PostGIS: "
        f"apt-get install postgresql-{version} postgresql-{version}-postgis-3"
    )


def settings_text(socket_folder: Path) -> str:
    """Return the lines that follow initdb's own postgresql.conf."""
    settings = {**_SETTINGS, "unix_socket_directories": str(socket_folder)}
    return "".join(f"{name} = '{_quoted(value)}'\n" for name, value in settings.items())


def access_text() -> str:
    """Return pg_hba.conf: through the socket only, and only as whom the system says you are."""
    return "local all all peer map=csmap\n"


def names_text(system_users: Iterable[str]) -> str:
    """Return pg_ident.conf: which accounts of the machine may connect as which login."""
    logins = [ADMIN, *(role_name(login, DATABASE) for login in Login)]
    users = sorted(set(system_users))
    return "".join(f'csmap "{user}" "{login}"\n' for user in users for login in logins)


def failure(what: str, said: str) -> DatabaseUnavailable:
    """Return the error for a program of PostgreSQL's that failed.

    Args:
        what: the sentence that tells what was tried, without a full stop.
        said: what the program and the log said; its last lines go into the message.
    """
    advice = ""
    if "No space left on device" in said:
        advice = " The disk is full: free some space and try again."
    elif "Permission denied" in said:
        advice = " The account that runs the database may not go there: see the owner and mode of the folders above."
    elif "could not map anonymous shared memory" in said or "Cannot allocate memory" in said:
        advice = " The machine has too little memory free: about 400 MB are wanted."
    lines = [line for line in said.splitlines() if line.strip() and not re.match(r"pg_ctl: |Examine the log", line)]
    return DatabaseUnavailable("\n  ".join([f"{what}.{advice}", *lines[-6:]]))


def _quoted(value: str) -> str:
    return value.replace("'", "''")
