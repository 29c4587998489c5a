"""How many residents areas had on the days on which they were counted, as the analyst reads them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.settings import Settings


def read_residents(settings: Settings) -> dict[int, list[tuple[date, int]]]:
    """Return the days and residents of each area that has been counted, the earliest first; none after today."""
    query = text(
        """
        SELECT area_id, counted_on, sum(residents) FROM live.area_population
        WHERE residents IS NOT NULL AND area_id IS NOT NULL AND counted_on <= :today
        GROUP BY area_id, counted_on ORDER BY area_id, counted_on
        """
    )
    found: dict[int, list[tuple[date, int]]] = {}
    with engine_for(settings, Login.ANALYST).connect() as connection:
        for area_id, day, residents in connection.execute(query, {"today": settings.today()}):
            found.setdefault(area_id, []).append((day, int(residents)))
    return found
