"""Which publication is served now, for who has kept its answers and needs to know no more."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from geodata.database.engine import begun, reading_engine
from geodata.database.logins import Login
from geodata.settings import Settings

_ASKED = "SELECT stamp FROM (VALUES (1)) AS one LEFT JOIN ledger.current_publication ON true"
FRESH_S = 1.0
"""For so long a process takes its word for it: of all who ask within a second one asks the database."""


@dataclass(frozen=True)
class _Known:
    stamp: str | None
    at_s: float


_known: dict[tuple[Path, str | None], _Known] = {}


def current_stamp(settings: Settings) -> str | None:
    """Return the stamp of the current publication, of at most a second ago; None before the first.

    Raises:
        DatabaseUnavailable: the database can't be reached.
    """
    key, now_s = (settings.home, settings.database_url), time.monotonic()
    known = _known.get(key)
    if known is None or now_s - known.at_s > FRESH_S:
        with begun(reading_engine(settings, Login.PUBLIC), _ASKED, {}) as (_, row):
            stamp = row.stamp
        known = _known[key] = _Known(stamp, now_s)
    return known.stamp


def forget_current(settings: Settings) -> None:
    """Ask the database next time, such as after a publication by this process."""
    _known.pop((settings.home, settings.database_url), None)
