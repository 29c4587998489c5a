"""Incident counts of areas in a period, with the months that were counted: a month without a row isn't a month of 0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.settings import Settings


@dataclass(frozen=True)
class AreaCount:
    """The incidents of one version of an area: `months` of the period have a row."""

    area_id: int
    code: str
    name: str
    total: int
    months: int


def counted_months(settings: Settings, kind: str) -> tuple[date, date] | None:
    """Return the first and the last month in which a kind has been counted, each by its first day; None for none."""
    query = text("SELECT min(month), max(month) FROM live.incident_count WHERE kind = :kind")
    with engine_for(settings, Login.ANALYST).connect() as connection:
        first, last = connection.execute(query, {"kind": kind}).one()
    return None if first is None else (first, last)


def read_area_counts(settings: Settings, kind: str, level: str, first: date, last: date) -> list[AreaCount]:
    """Return the incidents of a kind by area of a level, in the months from that of `first` to that of `last`."""
    query = text(
        """
        SELECT a.id, coalesce(a.code, a.name), a.name, sum(i.incidents), count(DISTINCT i.month)
        FROM live.incident_count i JOIN live.area a ON a.id = i.area_id
        WHERE i.kind = :kind AND a.kind = :level
            AND i.month BETWEEN date_trunc('month', CAST(:first AS date)) AND :last
        GROUP BY a.id ORDER BY 2, a.id
        """
    )
    named = {"kind": kind, "level": level, "first": first, "last": last}
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return [AreaCount(row[0], row[1], row[2], int(row[3]), int(row[4])) for row in connection.execute(query, named)]
