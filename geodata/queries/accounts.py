"""Accounts, their sessions, and the tries that count against a name or an address, as they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text


@dataclass(frozen=True)
class Account:
    """Who may sign in: for which audiences, bound to the areas of which codes; a demo's is entered by one click."""

    id: int
    name: str
    audiences: tuple[str, ...]
    area_codes: tuple[str, ...]
    created: datetime
    disabled_at: datetime | None
    is_demo: bool
    last_signed_in: datetime | None = None
    enrolled: datetime | None = None
    """Since when it gives codes besides its password."""


@dataclass(frozen=True)
class Session:
    """Who is signed in, and for which of the account's audiences it reads now.

    Attributes:
        account: whose it is.
        audience: for whom it reads.
        last_seen: within a minute.
        is_proven: a code was given in it.
        is_required: one of the account's audiences has to give codes.
    """

    account: Account
    audience: str
    last_seen: datetime
    is_proven: bool
    is_required: bool

    @property
    def is_whole(self) -> bool:
        """Whether it may read: a code was given, or nobody wants one. A demo's account has no password, either."""
        return self.is_proven or self.account.is_demo or not (self.is_required or self.account.enrolled)

    @property
    def may_enrol(self) -> bool:
        """Whether its account may be given what makes codes."""
        return not self.account.enrolled and not self.account.is_demo


_ACCOUNT = (
    "account.id, account.name, account.audiences, account.area_codes, account.created, account.disabled_at, "
    "account.is_demo, account.last_signed_in, "
    "(SELECT enrolled FROM account.factor WHERE account_id = account.id) AS enrolled"
)


def add_account(
    connection: Connection,
    name: str,
    password_hash: str,
    audiences: Sequence[str],
    area_codes: Sequence[str],
    *,
    is_demo: bool = False,
) -> bool:
    """Keep an account; False where the name is taken."""
    statement = text(
        "INSERT INTO account.account (name, password_hash, audiences, area_codes, is_demo) "
        "VALUES (:name, :hash, :audiences, :areas, :is_demo) ON CONFLICT (name) DO NOTHING"
    )
    stated = {"name": name, "hash": password_hash, "audiences": list(audiences), "areas": list(area_codes)}
    return connection.execute(statement, {**stated, "is_demo": is_demo}).rowcount == 1


def list_accounts(connection: Connection) -> list[Account]:
    """Return all accounts by name, those that are disabled, too."""
    rows = connection.execute(text(f"SELECT {_ACCOUNT} FROM account.account ORDER BY name")).all()
    return [_account(row) for row in rows]


def find_account(connection: Connection, name: str) -> tuple[Account, str] | None:
    """Return the account of a name with its password's hash; None where there is none."""
    query = text(f"SELECT {_ACCOUNT}, account.password_hash FROM account.account WHERE name = :name")
    row = connection.execute(query, {"name": name}).first()
    return None if row is None else (_account(row), row.password_hash)


def set_password_hash(connection: Connection, account_id: int, password_hash: str) -> None:
    """Give an account another password, by which alone it is entered; its sessions stay until `end_sessions`."""
    statement = text(
        "UPDATE account.account SET password_hash = :hash, password_set = now(), is_demo = false WHERE id = :id"
    )
    connection.execute(statement, {"id": account_id, "hash": password_hash})


def set_disabled(connection: Connection, account_id: int, *, is_disabled: bool) -> None:
    """Disable an account, or let it sign in again; its sessions stay until `end_sessions`."""
    moment = "coalesce(disabled_at, now())" if is_disabled else "NULL"
    connection.execute(text(f"UPDATE account.account SET disabled_at = {moment} WHERE id = :id"), {"id": account_id})


def set_audiences(connection: Connection, account_id: int, audiences: Sequence[str], area_codes: Sequence[str]) -> None:
    """Let an account read for others than before; its sessions stay until `end_sessions`."""
    statement = text("UPDATE account.account SET audiences = :audiences, area_codes = :areas WHERE id = :id")
    connection.execute(statement, {"id": account_id, "audiences": list(audiences), "areas": list(area_codes)})


def end_sessions(connection: Connection, account_id: int) -> None:
    """End every session of an account."""
    connection.execute(text("DELETE FROM account.session WHERE account_id = :id"), {"id": account_id})


def begin_session(
    connection: Connection, token_sha256: bytes, account: Account, password_hash: str, hours: int
) -> bool:
    """Begin a session, unless the account was disabled or got another password since `password_hash` was read."""
    # Those that ran out go with the next that begins; to write to the account's row keeps a new password waiting until
    # this session can be ended with the others, or lets us see it.
    connection.execute(text("DELETE FROM account.session WHERE expires < now()"))
    current = text(
        "UPDATE account.account SET last_signed_in = now() "
        "WHERE id = :id AND password_hash = :hash AND disabled_at IS NULL"
    )
    if connection.execute(current, {"id": account.id, "hash": password_hash}).rowcount == 0:
        return False
    statement = text(
        "INSERT INTO account.session (token_sha256, account_id, audience, expires) "
        "VALUES (:token, :id, :audience, now() + make_interval(hours => :hours))"
    )
    connection.execute(
        statement, {"token": token_sha256, "id": account.id, "audience": account.audiences[0], "hours": hours}
    )
    return True


def find_session(connection: Connection, token_sha256: bytes, idle_minutes: int) -> Session | None:
    """Return the session of a token; None where it has ended, rested too long or its account is disabled."""
    query = text(
        f"SELECT {_ACCOUNT}, session.audience, session.last_seen, session.proven IS NOT NULL AS is_proven, "
        "EXISTS (SELECT FROM account.requirement AS wanted WHERE wanted.audience = ANY(account.audiences)) "
        "AS is_required FROM account.session "
        "JOIN account.account ON account.id = session.account_id WHERE token_sha256 = :token AND expires > now() "
        "AND last_seen > now() - make_interval(mins => :idle) AND disabled_at IS NULL "
        "AND session.audience = ANY(account.audiences)"
    )
    row = connection.execute(query, {"token": token_sha256, "idle": idle_minutes}).first()
    return None if row is None else Session(_account(row), row.audience, row.last_seen, row.is_proven, row.is_required)


def touch_session(connection: Connection, token_sha256: bytes) -> None:
    """Note that a session is in use; written once a minute at most."""
    statement = text(
        "UPDATE account.session SET last_seen = now() "
        "WHERE token_sha256 = :token AND last_seen < now() - interval '1 minute'"
    )
    connection.execute(statement, {"token": token_sha256})


def choose_audience(connection: Connection, token_sha256: bytes, audience: str) -> bool:
    """Let a session read for another of its account's audiences; False where it isn't one of them."""
    statement = text(
        "UPDATE account.session SET audience = :audience FROM account.account "
        "WHERE account.id = account_id AND token_sha256 = :token AND :audience = ANY(account.audiences)"
    )
    return connection.execute(statement, {"token": token_sha256, "audience": audience}).rowcount == 1


def end_session(connection: Connection, token_sha256: bytes) -> None:
    """End one session."""
    connection.execute(text("DELETE FROM account.session WHERE token_sha256 = :token"), {"token": token_sha256})


def count_try(connection: Connection, subjects: Sequence[tuple[str, str, int]], minutes: int) -> list[int] | None:
    """Count a try against a name and an address, before it is known to be wrong, so that many at once count, too.

    Args:
        connection: its transaction holds the subjects until it ends.
        subjects: each with its kind, "name" or "address", and the number of tries that lock it.
        minutes: tries as near to each other lock a subject, and for so long.

    Returns:
        The ids of what was counted; None where a subject is locked: nothing is counted then.
    """
    for kind, subject, _ in sorted(subjects):
        key = {"key": f"csmap {kind} {subject}"}
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)
    if any(_is_locked(connection, kind, subject, most, minutes) for kind, subject, most in subjects):
        return None
    connection.execute(text("DELETE FROM account.attempt WHERE made < now() - interval '1 hour'"))
    statement = text("INSERT INTO account.attempt (kind, subject) VALUES (:kind, :subject) RETURNING id")
    return [
        connection.execute(statement, {"kind": kind, "subject": subject}).scalar_one() for kind, subject, _ in subjects
    ]


def forget_tries(connection: Connection, name: str | None, ids: Sequence[int]) -> None:
    """Take back the tries of a name that was given the right password, and what was counted with the last of them."""
    statement = text("DELETE FROM account.attempt WHERE (kind = 'name' AND subject = :name) OR id = ANY(:ids)")
    connection.execute(statement, {"name": name, "ids": list(ids)})


def _is_locked(connection: Connection, kind: str, subject: str, most: int, minutes: int) -> bool:
    """Say whether the last `most` tries lie near each other, and the last of them isn't long ago."""
    query = text(
        "SELECT count(*) >= :most AND max(made) - min(made) <= make_interval(mins => :minutes) "
        "AND max(made) > now() - make_interval(mins => :minutes) FROM (SELECT made FROM account.attempt "
        "WHERE kind = :kind AND subject = :subject ORDER BY made DESC LIMIT :most) AS last"
    )
    stated = {"kind": kind, "subject": subject, "most": most, "minutes": minutes}
    return bool(connection.execute(query, stated).scalar_one())


def _account(row: Row[Any]) -> Account:
    return Account(
        row.id,
        row.name,
        tuple(row.audiences),
        tuple(row.area_codes),
        row.created,
        row.disabled_at,
        row.is_demo,
        row.last_signed_in,
        row.enrolled,
    )
