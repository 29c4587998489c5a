"""What places are weighted by that is known of areas or compounds only: the elderly, incidents, hazards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.settings import Settings


@dataclass(frozen=True)
class AreaTotal:
    """A total of an area: `kind` is its level."""

    id: int
    code: str | None
    name: str
    kind: str
    area_m2: float
    total: int


Totals = tuple[list[AreaTotal], npt.NDArray[np.object_]]


def read_elderly(settings: Settings) -> Totals:
    """Return the people aged 65 and over by area, of the newest count that isn't after the deployment's day."""
    return _read(
        settings,
        """
        SELECT p.area_id AS area_id, sum(p.aged_65) AS total FROM live.area_population p
        WHERE p.aged_65 IS NOT NULL AND p.counted_on = (
            SELECT max(counted_on) FROM live.area_population WHERE aged_65 IS NOT NULL AND counted_on <= :today
        ) GROUP BY p.area_id
        """,
        today=settings.today(),
    )


def list_incident_kinds(settings: Settings) -> list[str]:
    """Return the kinds of incidents that are counted, in order."""
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return list(connection.execute(text("SELECT DISTINCT kind FROM live.incident_count ORDER BY kind")).scalars())


def read_incidents(settings: Settings, kind: str, first: date, last: date) -> Totals:
    """Return the incidents of a kind by area in the months from that of `first` to that of `last`, both included."""
    return _read(
        settings,
        """
        SELECT area_id, sum(incidents) AS total FROM live.incident_count
        WHERE kind = :kind AND month BETWEEN date_trunc('month', CAST(:first AS date)) AND :last GROUP BY area_id
        """,
        kind=kind,
        first=first,
        last=last,
    )


def read_hazards(settings: Settings, first: date, last: date) -> dict[int | None, int]:
    """Return how many hazards were found from `first` to `last` by compound; None for those of no known compound.

    What was no hazard isn't counted.
    """
    query = text(
        "SELECT compound_id, count(*) FROM live.hazard "
        "WHERE found_on BETWEEN :first AND :last AND status <> 'dismissed' GROUP BY compound_id"
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query, {"first": first, "last": last})}


def first_hazard(settings: Settings) -> date | None:
    """Return the day on which the first hazard of the register was found; None for an empty one."""
    with engine_for(settings, Login.ANALYST).connect() as connection:
        found: date | None = connection.execute(text("SELECT min(found_on) FROM live.hazard")).scalar_one()
    return found


def _read(settings: Settings, totals: str, **named: object) -> Totals:
    query = text(
        f"SELECT a.id, a.code, a.name, a.kind, ST_Area(a.geom::geography), t.total, ST_AsBinary(a.geom) "
        f"FROM ({totals}) t JOIN live.area a ON a.id = t.area_id WHERE a.geom IS NOT NULL ORDER BY a.code, a.id"
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        rows = [list(row) for row in connection.execute(query, named)]
    shapes = np.asarray(shapely.from_wkb([bytes(row[-1]) for row in rows]), dtype=object)
    return [AreaTotal(*row[:-1]) for row in rows], shapes
