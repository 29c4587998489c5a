"""The log of sign-ins, reads and changes to accounts, as it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something that happened; "" and () where it isn't known or has none.

    Attributes:
        what: see geodata.accounts.log.What.
        account: who.
        audience: for whom it read.
        area_codes: the areas that it was bound to.
        layer: what was read.
        way: by which page or answer.
        detail: more, such as a file's kind.
        address: where it was asked from.
        session: tells sessions apart.
        id: later ones have greater ones; 0 before it is stored.
        happened: when it was stored.
    """

    what: str
    account: str = ""
    audience: str = ""
    area_codes: tuple[str, ...] = ()
    layer: str = ""
    way: str = ""
    detail: str = ""
    address: str = ""
    session: bytes = field(default=b"", repr=False)
    id: int = 0
    happened: datetime | None = None


def add_entry(connection: Connection, entry: Entry) -> None:
    """Write an entry; one about a read that the session's hour has already is left out."""
    statement = text(
        "INSERT INTO account.log_entry (what, account, audience, area_codes, layer, way, detail, address, session) "
        "VALUES (:what, nullif(:account, ''), nullif(:audience, ''), :areas, nullif(:layer, ''), nullif(:way, ''), "
        "nullif(:detail, ''), nullif(:address, ''), nullif(:session, ''::bytea)) ON CONFLICT DO NOTHING"
    )
    stated = {name: getattr(entry, name) for name in _WORDS}
    connection.execute(statement, {**stated, "areas": list(entry.area_codes), "session": entry.session})


def list_entries(
    connection: Connection,
    *,
    before: int,
    limit: int,
    what: str = "",
    account: str = "",
    since: date | datetime | None = None,
    until: datetime | None = None,
) -> list[Entry]:
    """Return entries, the latest first.

    Args:
        connection: as a login that reads the log.
        before: the id that all have less than.
        limit: not more than so many.
        what: of this kind alone; "" for all.
        account: of this account alone; "" for all.
        since: from this moment, or the beginning of this day in UTC, on; None for all.
        until: before this moment; None for all.
    """
    query = text(
        "SELECT id, happened, area_codes, session, "
        f"{', '.join(f'coalesce({name}, :none) AS {name}' for name in _WORDS)} "
        "FROM account.log_entry WHERE id < :before AND (:what = '' OR what = :what) "
        "AND (:account = '' OR account = :account) AND (CAST(:since AS timestamptz) IS NULL OR happened >= :since) "
        "AND (CAST(:until AS timestamptz) IS NULL OR happened < :until) "
        "ORDER BY id DESC LIMIT :limit"
    )
    asked: dict[str, object] = {"before": before, "limit": limit, "what": what, "account": account, "none": ""}
    asked |= {"since": since, "until": until}
    rows = connection.execute(query, asked).mappings().all()
    return [
        Entry(
            id=row["id"],
            happened=row["happened"],
            area_codes=tuple(row["area_codes"]),
            session=bytes(row["session"] or b""),
            **{name: row[name] for name in _WORDS},
        )
        for row in rows
    ]


def forget_before(connection: Connection, day: date) -> int:
    """Delete what happened before a day, and return how many entries that were; young ones the database keeps."""
    return connection.execute(text("DELETE FROM account.log_entry WHERE happened < :day"), {"day": day}).rowcount


_WORDS = ("what", "account", "audience", "layer", "way", "detail", "address")
