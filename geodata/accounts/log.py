"""The log: who signed in or failed to, what staff read and took away, who changed whose account.

It holds no passwords, no words that somebody searched for and no names that aren't accounts'. Reads are one entry a
session, layer, way and hour: what a map asks for in tiles is known before it is written again.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from threading import Lock

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput
from geodata.queries import log
from geodata.queries.log import Entry
from geodata.queries.reading import Reader
from geodata.settings import Settings

KEPT_DAYS = 183
"""Half a year, which the database holds every login to (article 21 of China's Cybersecurity Law wants six months)."""
LAST = 2**62


class What(StrEnum):
    """What is noted."""

    SIGNED_IN = "signed_in"
    AWAITS = "awaits_code"
    REFUSED = "refused"
    LOCKED = "locked"
    SIGNED_OUT = "signed_out"
    READ = "read"
    EXPORTED = "exported"
    PHOTO = "photo_opened"
    ADDED = "account_added"
    CHANGED = "account_changed"
    PASSWORD = "password_set"  # noqa: S105
    DISABLED = "account_disabled"
    ENABLED = "account_enabled"
    FACTOR_ADDED = "factor_added"
    FACTOR_RESET = "factor_reset"
    REQUIRED = "codes_required"
    FORGOTTEN = "log_forgotten"


class _Known:
    """The reads of an hour that this process has written already."""

    def __init__(self) -> None:
        self._lock, self._hour, self._seen = Lock(), datetime.min.replace(tzinfo=UTC), set[tuple[str, ...]]()

    def has(self, key: tuple[str, ...]) -> bool:
        hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        with self._lock:
            if hour != self._hour:
                self._hour, self._seen = hour, set()
            return key in self._seen

    def add(self, key: tuple[str, ...]) -> None:
        with self._lock:
            self._seen.add(key)


_KNOWN = _Known()


def session_mark(token: str) -> bytes:
    """Return what tells a session from others in the log, and opens none."""
    return hashlib.sha256(b"csmap log" + token.encode("utf-8", "replace")).digest()[:8]


def note(settings: Settings, entry: Entry) -> None:
    """Write an entry."""
    with engine_for(settings, Login.ACCOUNTS).begin() as connection:
        log.add_entry(connection, entry)


def note_read(
    settings: Settings, account: str, reader: Reader, token: str, layer: str, way: str, *, address: str
) -> None:
    """Write that an account reads a layer by a page or answer, once an hour a session."""
    mark = session_mark(token)
    key = (str(settings.home), mark.hex(), reader.audience, layer, way)
    if _KNOWN.has(key):
        return
    stated = {"account": account, "audience": reader.audience, "area_codes": reader.area_codes, "address": address}
    note(settings, Entry(what=What.READ, layer=layer, way=way, session=mark, **stated))  # type: ignore[arg-type]
    _KNOWN.add(key)


def entries(
    settings: Settings,
    *,
    before: int = LAST,
    limit: int = 200,
    what: str = "",
    account: str = "",
    since: date | datetime | None = None,
    until: datetime | None = None,
) -> list[Entry]:
    """Return the latest entries, as `queries.log.list_entries` has them."""
    asked = {"before": before, "limit": limit, "what": what, "account": account, "since": since, "until": until}
    with engine_for(settings, Login.AUDITOR).connect() as connection:
        return log.list_entries(connection, **asked)  # type: ignore[arg-type]


def forget(settings: Settings, day: date) -> int:
    """Delete what happened before a day, note that, and return how many entries that were.

    Raises:
        InvalidInput: the day is less than half a year ago.
    """
    latest = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).date()
    if day > latest:
        raise InvalidInput(f"entries before {day} may be younger than half a year; wanted is {latest} or earlier")
    with engine_for(settings, Login.OWNER).begin() as connection:
        count = log.forget_before(connection, day)
        log.add_entry(connection, Entry(what=What.FORGOTTEN, detail=f"{count} before {day}"))
    return count
