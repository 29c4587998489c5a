"""Who connects to the database, and what each login may do: a view with a bug can't leak what its login can't read."""

from __future__ import annotations

import json
import secrets
from enum import StrEnum
from pathlib import Path

from psycopg import sql
from sqlalchemy import URL, Connection, make_url, text

from geodata.errors import DatabaseUnavailable
from geodata.settings import Settings, write_whole

PASSWORDS_NAME = "logins.json"
SCHEMAS = ("live", "history", "ledger", "analysis", "jobs", "account", "evidence")
"""The owner's, besides those that each publication makes."""

AREAS_SETTING = "csmap.area_ids"
"""Names the areas of an officer or of the police, as an array of ids, for one transaction: rows rest on it."""


class Login(StrEnum):
    """The logins of a deployment; as roles they are called <database>_<login>."""

    OWNER = "owner"
    LOADER = "loader"
    STAFF = "staff"
    OFFICER = "officer"
    POLICE = "police"
    PLANNER = "planner"
    PUBLIC = "public"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    ACCOUNTS = "accounts"
    KEEPER = "keeper"


_REPORTED = "text, date, text, text, float8, float8, float8, float8, text, text, bigint, text, text, text"

GROUND = (
    ("USAGE", "SCHEMA live"),
    ("USAGE", "SCHEMA history"),
    ("USAGE", "SCHEMA ledger"),
    ("SELECT", "TABLE live.spelling"),
    ("SELECT", "TABLE ledger.current_publication"),
    (
        "SELECT (id, kind, state, layer, part, file_sha256, finished, changed, unchanged, notes)",
        "TABLE ledger.load",
    ),
    ("EXECUTE", "FUNCTION live.hazard_steps(), live.step_hazard(text, bigint, text, date, date, text, text, text)"),
    ("EXECUTE", f"FUNCTION live.report_hazard({_REPORTED})"),
    ("EXECUTE", "FUNCTION live.take_back_edit(text, text, text), live.hazard_of_edit(text, text)"),
    ("EXECUTE", "FUNCTION live.add_hazard_photo(text, bigint, date, bytea, text), live.list_hazard_photos(bigint)"),
)
"""What officers and police have besides the columns of layers, which follow the declarations (queries/row_rules.py).

They write by functions alone, which look at their areas and at what may follow what (migration 0026).
"""

PHOTOS = ("EXECUTE", "FUNCTION live.open_hazard_photo(bigint)")
"""Whoever adds a photo sees that it is there; to look at it is for the police and the steward."""


GRANTS: dict[Login, tuple[tuple[str, str], ...]] = {
    Login.LOADER: (
        ("USAGE", "SCHEMA live"),
        ("USAGE", "SCHEMA history"),
        ("USAGE", "SCHEMA ledger"),
        ("SELECT, INSERT, UPDATE", "ALL TABLES IN SCHEMA live"),
        ("DELETE", "TABLE live.area_link, live.alias, live.funding_line"),
        ("USAGE", "ALL SEQUENCES IN SCHEMA live"),
        ("EXECUTE", "FUNCTION live.drop_indexes(name), live.make_indexes(name)"),
        ("SELECT, INSERT", "ALL TABLES IN SCHEMA history"),
        ("SELECT, INSERT", "TABLE ledger.load"),
        (
            "UPDATE (state, finished, read, loaded, unchanged, quarantined, ignored, changed, notes, message)",
            "TABLE ledger.load",
        ),
        ("SELECT, INSERT", "TABLE ledger.quarantine"),
        ("USAGE", "ALL SEQUENCES IN SCHEMA ledger"),
    ),
    Login.STAFF: (
        ("USAGE", "SCHEMA live"),
        ("USAGE", "SCHEMA history"),
        ("USAGE", "SCHEMA ledger"),
        ("SELECT", "ALL TABLES IN SCHEMA live"),
        ("SELECT", "ALL TABLES IN SCHEMA history"),
        ("SELECT", "ALL TABLES IN SCHEMA ledger"),
        PHOTOS,
        ("EXECUTE", "FUNCTION live.list_hazard_photos(bigint)"),
    ),
    Login.OFFICER: GROUND,
    Login.POLICE: (*GROUND, PHOTOS),
    Login.PLANNER: (("USAGE", "SCHEMA ledger"), ("SELECT", "TABLE ledger.current_publication")),
    Login.PUBLIC: (("USAGE", "SCHEMA ledger"), ("SELECT", "TABLE ledger.current_publication")),
    Login.ANALYST: (
        ("USAGE", "SCHEMA live"),
        ("SELECT", "ALL TABLES IN SCHEMA live"),
        ("USAGE", "SCHEMA history"),
        ("SELECT", "TABLE history.road, history.turn_restriction"),
        ("USAGE", "SCHEMA ledger"),
        ("SELECT (id, layer, state, changed, finished)", "TABLE ledger.load"),
        ("SELECT", "TABLE ledger.told_total"),
        ("USAGE", "SCHEMA analysis"),
        ("SELECT, INSERT", "TABLE analysis.run"),
        ("SELECT, INSERT, UPDATE, DELETE", "TABLE analysis.scenario"),
        ("SELECT, INSERT, UPDATE, DELETE", "TABLE analysis.walk, analysis.walk_edition"),
        ("USAGE", "ALL SEQUENCES IN SCHEMA analysis"),
        ("USAGE", "SCHEMA jobs"),
        ("SELECT, INSERT, UPDATE, DELETE", "ALL TABLES IN SCHEMA jobs"),
        ("USAGE", "ALL SEQUENCES IN SCHEMA jobs"),
    ),
    Login.AUDITOR: (
        ("USAGE", "SCHEMA ledger"),
        ("SELECT", "ALL TABLES IN SCHEMA ledger"),
        ("USAGE", "SCHEMA account"),
        ("SELECT", "TABLE account.log_entry"),
    ),
    Login.ACCOUNTS: (
        ("USAGE", "SCHEMA account"),
        ("SELECT, UPDATE (last_signed_in)", "TABLE account.account"),
        ("SELECT, INSERT, UPDATE, DELETE", "TABLE account.session"),
        ("SELECT, INSERT, DELETE", "TABLE account.attempt"),
        ("SELECT, INSERT, UPDATE (last_step)", "TABLE account.factor"),
        ("SELECT", "TABLE account.requirement"),
        ("INSERT", "TABLE account.log_entry"),
    ),
    Login.KEEPER: (
        ("USAGE", "SCHEMA account"),
        ("SELECT, INSERT", "TABLE account.account"),
        (
            "UPDATE (password_hash, password_set, disabled_at, is_demo, audiences, area_codes)",
            "TABLE account.account",
        ),
        ("SELECT, DELETE", "TABLE account.session"),
        ("SELECT, DELETE", "TABLE account.attempt"),
        ("SELECT (account_id, enrolled), DELETE", "TABLE account.factor"),
        ("SELECT, INSERT, DELETE", "TABLE account.requirement"),
        ("INSERT", "TABLE account.log_entry"),
    ),
}
"""What each login may do besides connecting. The owner owns; schemas of a publication are granted when it is built."""

MAKES_TABLES = frozenset({Login.OWNER, Login.LOADER})
"""Logins that work with temporary tables."""


def role_name(login: Login, database: str) -> str:
    """Return the PostgreSQL role of a login: two deployments on one server have logins of their own."""
    return f"{database}_{login}"


def login_url(settings: Settings, admin_url: URL, login: Login) -> URL:
    """Return the URL with which `login` connects to the server of `admin_url`."""
    role = role_name(login, str(admin_url.database))
    if settings.database_url is None:
        return admin_url.set(username=role)
    return admin_url.set(username=role, password=_passwords(settings.home).get(login))


def server_url(database_url: str) -> URL:
    """Return the URL of a server that was given as CSMAP_DATABASE_URL, on the driver that csmap uses."""
    url = make_url(database_url)
    if url.get_backend_name() != "postgresql":
        raise DatabaseUnavailable(f"CSMAP_DATABASE_URL is for {url.get_backend_name()}; wanted is postgresql://...")
    if not url.database:
        raise DatabaseUnavailable("CSMAP_DATABASE_URL names no database; wanted is postgresql://user@host/database")
    return url.set(drivername="postgresql+psycopg")


def create_logins(connection: Connection, settings: Settings) -> None:
    """Create the missing logins (run as the server's administrator); on a server each gets a password of its own."""
    database = str(connection.engine.url.database)
    passwords = _passwords(settings.home) if settings.database_url else {}
    for login in Login:
        role = role_name(login, database)
        present = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).first()
        if present is None:
            connection.exec_driver_sql(f'CREATE ROLE "{role}" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE')
    if settings.database_url:
        # Kept before they are set, and set again each time: a stop in between leaves nothing that doesn't fit.
        passwords = {login: passwords.get(login) or secrets.token_urlsafe(24) for login in Login}
        _keep_passwords(settings.home, passwords)
    for login, password in passwords.items():
        statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(
            sql.Identifier(role_name(login, database)), sql.Literal(password)
        )
        connection.exec_driver_sql(statement.as_string().replace("%", "%%"))
    owner = role_name(Login.OWNER, database)
    connection.exec_driver_sql(f'GRANT CREATE, CONNECT ON DATABASE "{database}" TO "{owner}"')
    connection.exec_driver_sql(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
    for login in Login:
        role, rights = role_name(login, database), "CONNECT, TEMPORARY" if login in MAKES_TABLES else "CONNECT"
        connection.exec_driver_sql(f'REVOKE CONNECT, TEMPORARY ON DATABASE "{database}" FROM "{role}"')
        connection.exec_driver_sql(f'GRANT {rights} ON DATABASE "{database}" TO "{role}"')


def grant(connection: Connection) -> None:
    """Give each login just what GRANTS says; run as owner after every migration."""
    database = str(connection.engine.url.database)
    for login, allowed in GRANTS.items():
        role = role_name(login, database)
        for schema in SCHEMAS:
            connection.exec_driver_sql(f'REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM "{role}"')
            connection.exec_driver_sql(f'REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM "{role}"')
            connection.exec_driver_sql(f'REVOKE ALL ON SCHEMA {schema} FROM "{role}"')
        for verbs, thing in allowed:
            connection.exec_driver_sql(f'GRANT {verbs} ON {thing} TO "{role}"')


def _passwords(home: Path) -> dict[Login, str]:
    path = home / PASSWORDS_NAME
    if not path.exists():
        return {}
    return {Login(name): password for name, password in json.loads(path.read_text("utf-8")).items()}


def _keep_passwords(home: Path, passwords: dict[Login, str]) -> None:
    write_whole(home / PASSWORDS_NAME, json.dumps(passwords, indent=1), mode=0o600)
