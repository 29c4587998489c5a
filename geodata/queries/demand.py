"""The places where people live, as the analyst reads them: buildings, compounds, cells of a population grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.settings import Settings

Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class PlaceRow:
    """One place with people.

    Attributes:
        id: its key in its layer.
        code: its key in the register that it comes from.
        name: None where it has none.
        residents, households: None where nobody has counted.
        compound_id: the compound that it lies in, or is; None for none.
        area_m2: of a cell or a footprint; None where it isn't known.
    """

    id: int
    code: str
    name: str | None
    residents: float | None
    households: float | None
    compound_id: int | None
    area_m2: float | None


def read_buildings(settings: Settings) -> tuple[list[PlaceRow], Shapes]:
    """Return all buildings in order of id, each with the compound that its middle lies in, and points on them."""
    return _read(
        settings,
        """
        SELECT b.id, b.source_id, b.name, b.residents, b.households,
            (SELECT min(c.id) FROM live.compound c WHERE ST_Covers(c.geom, b.spot)),
            ST_Area(b.geom::geography), ST_AsBinary(b.spot)
        FROM (SELECT *, ST_PointOnSurface(geom) AS spot FROM live.building) b ORDER BY b.id
        """,
    )


def read_compounds(settings: Settings) -> tuple[list[PlaceRow], Shapes]:
    """Return the compounds in order of id, and their outlines."""
    return _read(
        settings,
        "SELECT id, source_id, name, residents, households, id, ST_Area(geom::geography), ST_AsBinary(geom) "
        "FROM live.compound ORDER BY id",
    )


def read_cells(settings: Settings) -> tuple[list[PlaceRow], Shapes]:
    """Return the cells of the population grid in order of id, and their middles."""
    return _read(
        settings,
        "SELECT id, source_id, NULL, residents, NULL, NULL, area_m2, ST_AsBinary(geom) "
        "FROM live.population_cell ORDER BY id",
    )


def _read(settings: Settings, query: str) -> tuple[list[PlaceRow], Shapes]:
    with engine_for(settings, Login.ANALYST).connect() as connection:
        rows = [list(row) for row in connection.execute(text(query))]
    places = [PlaceRow(*row[:-1]) for row in rows]
    return places, np.asarray(shapely.from_wkb([bytes(row[-1]) for row in rows]), dtype=object)
