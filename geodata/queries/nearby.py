"""What lies near a place, in a straight line: never how far it is to walk, and no coverage."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians

from sqlalchemy import Select, and_, func, select

from geodata.crs import STORAGE_SRID, TILE_SRID
from geodata.layers.layer import Layer, Near
from geodata.queries.features import Row, get, row_columns, row_of
from geodata.queries.reading import Reading


@dataclass(frozen=True)
class Nearby:
    """The nearest records of a layer, each with its straight-line distance in metres, the nearest first."""

    layer: Layer
    found: tuple[tuple[Row, float], ...]


def nearby(reading: Reading, layer: Layer, record_id: int) -> tuple[Nearby, ...]:
    """Return what is declared to be shown near a place: for records with an outline of their own, such as compounds.

    Distances are measured on the ellipsoid from a point on the record.
    """
    if layer.geometry != "area" or layer.is_base or layer.id == "area":
        return ()
    row = get(reading, layer, record_id)
    if row.lon is None or row.lat is None:
        return ()
    found = [
        Nearby(other, _nearest(reading, other, other.near, row.lon, row.lat))
        for other in reading.layers
        if other.near is not None and other.geometry and other.id != layer.id
    ]
    return tuple(each for each in found if each.found)


def _nearest(reading: Reading, layer: Layer, near: Near, lon: float, lat: float) -> tuple[tuple[Row, float], ...]:
    table = reading.table(layer)
    spot = func.ST_SetSRID(func.ST_MakePoint(lon, lat), STORAGE_SRID)
    spot_3857 = func.ST_Transform(spot, TILE_SRID)
    far = table.c.geom_3857.op("<->")(spot_3857)
    # Web Mercator's metres grow with the latitude; the box of the search has to grow with them.
    farthest = near.within_m / cos(radians(lat))
    # Said once more as a box: under row rules only `&&` may use the index.
    box = table.c.geom_3857.bool_op("&&")(func.ST_Expand(spot_3857, farthest))
    within = and_(box, func.ST_DWithin(table.c.geom_3857, spot_3857, farthest))
    distance = func.ST_DistanceSpheroid(table.c.geom, spot).label("distance__")
    query: Select[tuple[object, ...]] = select(*row_columns(reading, layer), distance)
    query = query.where(reading.row_rule(layer), within)
    if near.each is None:
        query = query.order_by(far, table.c.id).limit(near.count)
    else:
        kind = table.c[near.each]
        place = func.row_number().over(partition_by=kind, order_by=(far, table.c.id)).label("place__")
        ranked = query.add_columns(place).subquery()
        query = select(ranked).where(ranked.c.place__ <= near.count)
    rows = reading.connection.execute(query).mappings()
    found = [(row_of(reading, layer, row), float(row["distance__"])) for row in rows]
    return tuple(sorted((pair for pair in found if pair[1] <= near.within_m), key=lambda pair: pair[1]))
