"""What a scenario can open, nearest to a spot: gates, and roads that are one-way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.settings import Settings

MOST = 8
"""So many are told."""


@dataclass(frozen=True)
class OpenableRow:
    """A gate or a one-way road.

    Attributes:
        code: the gate's code or the road's key, as changes name it.
        name: of the gate's compound, or of the road; None where it has none.
        kind: of the gate, or the road's class.
        hours: the gate's weekly hours; None for roads, and where nobody has said.
        away_m: from the spot.
        geometry: GeoJSON in WGS 84.
    """

    code: str
    name: str | None
    kind: str
    hours: str | None
    away_m: float
    geometry: str


_GATES = """
    SELECT g.source_id, c.name, g.kind, g.hours, g.geom FROM live.gate g
    JOIN live.compound c ON c.id = g.compound_id ORDER BY g.geom <-> spot.geom LIMIT :some
"""
# A roundabout isn't meant to be driven both ways.
_ROADS = """
    SELECT r.source_id, r.name, r.highway, NULL, r.geom FROM live.road r
    WHERE r.oneway IN ('yes', 'true', '1', '-1', 'reverse') AND coalesce(r.junction, '') = ''
    ORDER BY r.geom <-> spot.geom LIMIT :some
"""


def gates_near(settings: Settings, lon: float, lat: float) -> list[OpenableRow]:
    """Return the compounds' gates that are nearest to a spot (degrees), the nearest first."""
    return _near(settings, _GATES, lon, lat)


def one_ways_near(settings: Settings, lon: float, lat: float) -> list[OpenableRow]:
    """Return the one-way roads that are nearest to a spot (degrees), the nearest first."""
    return _near(settings, _ROADS, lon, lat)


def roads_by_key(settings: Settings, keys: Collection[str]) -> dict[str, BaseGeometry]:
    """Return the lines of roads, WGS 84, by their keys; those that aren't there are left out."""
    query = text("SELECT r.source_id, ST_AsBinary(r.geom) FROM live.road r WHERE r.source_id = ANY(:keys)")
    with engine_for(settings, Login.ANALYST).connect() as connection:
        rows = connection.execute(query, {"keys": list(keys)})
        return {key: shapely.from_wkb(bytes(line)) for key, line in rows}


def _near(settings: Settings, ranked: str, lon: float, lat: float) -> list[OpenableRow]:
    # The nearest in degrees isn't always the nearest in metres: of twice as many the nearest are taken.
    query = text(
        f"""
        SELECT n.source_id, n.name, n.kind, n.hours,
            ST_Distance(n.geom::geography, spot.geom::geography) AS away_m, ST_AsGeoJSON(n.geom, 6)
        FROM (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS geom) spot
        CROSS JOIN LATERAL ({ranked}) n (source_id, name, kind, hours, geom)
        ORDER BY away_m, n.source_id LIMIT :most
        """
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        told = {"lon": lon, "lat": lat, "some": 2 * MOST, "most": MOST}
        return [OpenableRow(*row) for row in connection.execute(query, told)]
