"""Incident counts as planners may know them: by community and calendar year, by the publications' own rule."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers.incident_count import LAYER, YEARLY
from geodata.queries.area_links import HOLDS_TODAY, state_zone
from geodata.queries.told_before import LATEST
from geodata.queries.totals import told_totals
from geodata.settings import Settings

_WHOLE_YEARS = """
    SELECT kind, extract(year FROM month)::integer AS year FROM live.incident_count
    WHERE month < date_trunc('year', CAST(:today AS date))
    GROUP BY 1, 2 HAVING count(DISTINCT month) = 12 AND sum(incidents) >= :minimum
"""
"""The kinds and calendar years that may be told: over, counted in each month, and not too few in all."""


@dataclass(frozen=True)
class AreaCount:
    """The incidents of a community in one calendar year.

    Attributes:
        code: its code, else its name; of one that has been split since, its name and the day up to which it held.
        total: also where it may not be told.
        is_withheld: it may not.
        is_whole: every month has been counted: a month without a row isn't a month of 0.
        is_all: the year has no counts of other areas, such as older outlines or wider areas.
    """

    area_id: int
    code: str
    name: str
    total: int
    is_withheld: bool
    is_whole: bool
    is_all: bool


def list_told_kinds(settings: Settings) -> list[str]:
    """Return the kinds of incidents that have a year to be told, in order; a rarer one isn't named."""
    query = text(f"SELECT DISTINCT kind FROM ({_WHOLE_YEARS}) told ORDER BY kind")
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return list(connection.execute(query, _rule(settings)).scalars())


def list_told_years(settings: Settings, kind: str) -> list[int]:
    """Return the calendar years in which a kind may be told, the oldest first."""
    query = text(f"SELECT year FROM ({_WHOLE_YEARS}) told WHERE kind = :kind ORDER BY year")
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return list(connection.execute(query, {**_rule(settings), "kind": kind}).scalars())


def read_year(settings: Settings, kind: str, year: int) -> list[AreaCount]:
    """Return the incidents of a kind in a calendar year by community, in order of code; none where it isn't told.

    What has been published is told as it was, whatever has been put right since: also what is withheld.
    """
    only = "x.kind = :kind AND x.month BETWEEN make_date(:year, 1, 1) AND make_date(:year, 12, 31)"
    query = text(
        f"""
        WITH {told_totals(LAYER, YEARLY, only=only)}, whole AS (
            SELECT community_id FROM placed GROUP BY community_id
            HAVING count(DISTINCT (coalesce(area_code, area_id::text), month))
                = 12 * count(DISTINCT coalesce(area_code, area_id::text))
        ), published AS (
            SELECT area_id, name, total, is_withheld FROM ({LATEST}) latest
            WHERE kept_apart = :kind AND year = :year AND EXISTS (SELECT FROM told)
        ), now AS (
            SELECT * FROM published
            UNION ALL SELECT area_id, name, total, is_withheld FROM told WHERE NOT EXISTS (SELECT FROM published)
        )
        SELECT a.id, CASE WHEN {HOLDS_TODAY} THEN coalesce(a.code, a.name) ELSE now.name END, now.name,
            now.total, now.is_withheld, a.id IN (SELECT community_id FROM whole),
            NOT EXISTS (SELECT FROM placed WHERE community_id IS NULL)
        FROM now JOIN live.area a ON a.id = now.area_id ORDER BY 2, a.id
        """
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        state_zone(connection, settings.time_zone)
        rows = connection.execute(query, {**_rule(settings), "layer": LAYER.id, "kind": kind, "year": year})
        return [AreaCount(*row) for row in rows]


def _rule(settings: Settings) -> dict[str, object]:
    return {"minimum": YEARLY.minimum, "today": settings.today()}
