"""Which compounds lack manager, authority and guards all at once on the deployment's day."""

from __future__ import annotations

from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.settings import Settings


def read_three_nos(settings: Settings) -> dict[int, bool]:
    """Return whether each compound is a three-nos one today; compounds of which not all three are known are absent.

    One that is known not to lack one of the three is none, whatever is unknown of the others.
    """
    query = text(
        """
        SELECT compound_id, bool_or(lacks_manager AND lacks_authority AND lacks_guards)
        FROM live.compound_status
        WHERE compound_id IS NOT NULL AND starts_on <= :today AND coalesce(ends_on >= :today, true)
            AND (lacks_manager AND lacks_authority AND lacks_guards) IS NOT NULL
        GROUP BY compound_id
        """
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query, {"today": settings.today()})}
