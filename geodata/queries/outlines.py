"""The outlines of the areas of one level, as the analyst reads them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.settings import Settings


@dataclass(frozen=True)
class AreaOutline:
    """An area by its key, its official code and its name."""

    id: int
    code: str | None
    name: str


def list_levels(settings: Settings) -> set[str]:
    """Return the levels of which there is an area with an outline, at any time."""
    query = text("SELECT DISTINCT kind FROM live.area WHERE geom IS NOT NULL")
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return set(connection.execute(query).scalars())


def read_outlines(settings: Settings, kind: str) -> tuple[list[AreaOutline], npt.NDArray[np.object_]]:
    """Return the areas of a level that hold on the deployment's day, in order of code, and their outlines (WGS 84)."""
    query = text(
        """
        SELECT id, code, name, ST_AsBinary(geom) FROM live.area
        WHERE kind = :kind AND geom IS NOT NULL
            AND coalesce(valid_from <= :today, true) AND coalesce(valid_to > :today, true)
        ORDER BY code, name, id
        """
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        rows = [list(row) for row in connection.execute(query, {"kind": kind, "today": settings.today()})]
    shapes = np.asarray(shapely.from_wkb([bytes(row[-1]) for row in rows]), dtype=object)
    return [AreaOutline(*row[:-1]) for row in rows], shapes
