"""What places are weighted by that is known of areas or compounds only: the elderly, incidents, hazards."""

from __future__ import annotations

from collections.abc import Mapping
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
    """A total of one version of an area: `kind` is its level, `is_held` whether it holds on the deployment's day."""

    id: int
    code: str | None
    name: str
    kind: str
    area_m2: float
    total: int
    is_held: bool = True


Totals = tuple[list[AreaTotal], npt.NDArray[np.object_]]
"""Areas, older versions before newer ones, and their outlines (WGS 84): None where there is none."""


def read_elderly(settings: Settings) -> Totals:
    """Return the people aged 65 and over by area, of each one's newest count that isn't after the deployment's day."""
    return _read(
        settings,
        """
        SELECT DISTINCT ON (area_id) area_id, sum(aged_65) AS total FROM live.area_population
        WHERE aged_65 IS NOT NULL AND counted_on <= :today
        GROUP BY area_id, counted_on ORDER BY area_id, counted_on DESC
        """,
    )


def with_outlines(settings: Settings, totals: Mapping[int, int]) -> Totals:
    """Return totals that are known by an area's id with what is known of the areas."""
    query = "SELECT unnest(CAST(:areas AS integer[])) AS area_id, unnest(CAST(:totals AS bigint[])) AS total"
    return _read(settings, query, areas=list(totals), totals=list(totals.values()))


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


def _read(settings: Settings, query: str, **named: object) -> Totals:
    found = text(
        f"SELECT a.id, a.code, a.name, a.kind, coalesce(ST_Area(a.geom::geography), 0), t.total, "
        f"coalesce(a.valid_from <= :today, true) AND coalesce(a.valid_to > :today, true), ST_AsBinary(a.geom) "
        f"FROM ({query}) t JOIN live.area a ON a.id = t.area_id ORDER BY a.code, a.valid_from NULLS FIRST, a.id"
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        rows = [list(row) for row in connection.execute(found, {"today": settings.today(), **named})]
    outlines = [None if row[-1] is None else bytes(row[-1]) for row in rows]
    return [AreaTotal(*row[:-1]) for row in rows], np.asarray(shapely.from_wkb(outlines), dtype=object)
