"""The named street that things stand by: of any spots, and beside each record of the layers that tell it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from geodata.crs import STORAGE_SRID, TILE_SRID
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers import LAYERS
from geodata.layers.layer import Layer
from geodata.settings import Settings

ON_STREET_M = 200.0
"""A street that is farther says nothing of where a thing is."""


def nearest_street(spot: str, within_m: str = str(ON_STREET_M)) -> str:
    """Return the SQL of the name of the named street that is nearest to a point of WGS 84; NULL where none is near.

    Args:
        spot: the SQL of the point.
        within_m: that of how far a street may be, in metres on the ground.
    """
    # In degrees a street to the east would have to be nearer than one to the north. Web Mercator's metres are as long
    # in either direction, and grow with the latitude.
    # Each is a query of its own, so that it is worked out once a point and not once a street.
    at, within = f"(SELECT ST_Transform({spot}, {TILE_SRID}))", f"(SELECT {within_m} / cos(radians(ST_Y({spot}))))"
    nearest = f"ORDER BY r.geom_3857 <-> {at}, r.id LIMIT 1"
    return (
        "CASE WHEN (SELECT EXISTS (SELECT FROM live.road)) THEN (SELECT r.name FROM live.road r "
        f"WHERE r.name <> '' AND ST_DWithin(r.geom_3857, {at}, {within}) {nearest}) END"
    )


def has_street(layer: Layer) -> bool:
    """Say whether the layer's records tell by which street they stand."""
    return layer.field("street") is not None


def follow_streets(connection: Connection) -> None:
    """Let all records that tell their street tell it by the roads as they are now, after a load of these.

    Nothing goes to history by that: the street is a fact of the roads, whose own history tells what they were called.
    """
    for layer in filter(has_street, LAYERS):
        connection.exec_driver_sql(
            f"""
            UPDATE live.{layer.id} live SET street = found.street
            FROM (SELECT x.id, {nearest_street("x.geom")} AS street FROM live.{layer.id} x) found
            WHERE found.id = live.id AND live.street IS DISTINCT FROM found.street
            """
        )


def street_names_at(settings: Settings, spots: Sequence[tuple[float, float]], *, within_m: float) -> list[str]:
    """Return the name of the named street that is nearest to each spot (lon, lat); "" where none is near enough."""
    if not spots:
        return []
    query = text(
        f"""
        SELECT {nearest_street("spot.geom", "CAST(:within_m AS float8)")}
        FROM (
            SELECT number, ST_SetSRID(ST_MakePoint(lon, lat), {STORAGE_SRID}) AS geom
            FROM unnest(CAST(:lon AS float8[]), CAST(:lat AS float8[])) WITH ORDINALITY AS given (lon, lat, number)
        ) AS spot ORDER BY number
        """
    )
    lon, lat = ([spot[axis] for spot in spots] for axis in (0, 1))
    with engine_for(settings, Login.ANALYST).connect() as connection:
        names = connection.execute(query, {"lon": lon, "lat": lat, "within_m": within_m})
        return [str(name or "") for name in names.scalars()]
