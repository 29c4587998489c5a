"""The hazards that are open, as the planner may count them: compound by compound."""

from __future__ import annotations

from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.settings import Settings


def count_open_hazards(settings: Settings) -> dict[int | None, int]:
    """Return how many hazards are open on the deployment's day by compound; under None those that have none.

    Open is what is neither closed nor dismissed, hazards on the long list among them.
    """
    query = text(
        """
        SELECT compound_id, count(*) FROM live.hazard
        WHERE status NOT IN ('closed', 'dismissed') AND found_on <= :today GROUP BY compound_id
        """
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return {row[0]: int(row[1]) for row in connection.execute(query, {"today": settings.today()})}
