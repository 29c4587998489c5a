"""What makes the codes of accounts, and which audiences have to give them, as they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class Factor:
    """What makes an account's codes: its secret, sealed, and the step of the code that was taken last."""

    sealed: bytes = field(repr=False)
    last_step: int


def find_factor(connection: Connection, account_id: int) -> Factor | None:
    """Return an account's factor; None where it has enrolled none."""
    query = text("SELECT sealed, last_step FROM account.factor WHERE account_id = :id")
    row = connection.execute(query, {"id": account_id}).first()
    return None if row is None else Factor(bytes(row.sealed), row.last_step)


def add_factor(connection: Connection, account_id: int, sealed: bytes, step: int) -> bool:
    """Keep an account's factor; False where it has one already."""
    statement = text(
        "INSERT INTO account.factor (account_id, sealed, last_step) VALUES (:id, :sealed, :step) "
        "ON CONFLICT (account_id) DO NOTHING"
    )
    return connection.execute(statement, {"id": account_id, "sealed": sealed, "step": step}).rowcount == 1


def take_step(connection: Connection, account_id: int, step: int) -> bool:
    """Note that the code of a step was taken; False where that one, or a later one, was taken before."""
    statement = text("UPDATE account.factor SET last_step = :step WHERE account_id = :id AND last_step < :step")
    return connection.execute(statement, {"id": account_id, "step": step}).rowcount == 1


def remove_factor(connection: Connection, account_id: int) -> bool:
    """Forget an account's factor; False where it had none."""
    statement = text("DELETE FROM account.factor WHERE account_id = :id")
    return connection.execute(statement, {"id": account_id}).rowcount == 1


def prove_session(connection: Connection, token_sha256: bytes) -> bool:
    """Note that a code was given in a session; False where the session has ended."""
    statement = text("UPDATE account.session SET proven = now() WHERE token_sha256 = :token")
    return connection.execute(statement, {"token": token_sha256}).rowcount == 1


def list_required(connection: Connection) -> list[str]:
    """Return the audiences whose accounts have to give codes."""
    query = text("SELECT audience FROM account.requirement ORDER BY audience")
    return list(connection.execute(query).scalars().all())


def set_required(connection: Connection, audiences: Sequence[str]) -> None:
    """Have the accounts of these audiences give codes, and those of no others."""
    stated = {"audiences": list(audiences)}
    connection.execute(text("DELETE FROM account.requirement WHERE NOT audience = ANY(:audiences)"), stated)
    statement = text(
        "INSERT INTO account.requirement (audience) SELECT unnest(CAST(:audiences AS text[])) ON CONFLICT DO NOTHING"
    )
    connection.execute(statement, stated)
