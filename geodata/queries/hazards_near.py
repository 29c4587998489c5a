"""What a new hazard is held to before it is recorded: where that is, whose it is, and what is known there already."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, isfinite, radians

from sqlalchemy import ColumnElement, and_, func, or_, select

from geodata.crs import STORAGE_SRID, TILE_SRID
from geodata.errors import InvalidInput, NotFound
from geodata.queries.deadlines import OVER
from geodata.queries.features import Row, list_by, row_columns, row_of
from geodata.queries.reading import Reading

NEAR_M = 60.0
"""A hazard of the same kind this near may be the same one: a phone's position is some tens of metres off."""
MOST_NEAR = 3
MOST_COMPOUNDS = 2000


@dataclass(frozen=True)
class PlaceAt:
    """What lies at a spot: the compound there, if any, and whether the spot lies in the reader's areas."""

    compound_id: int | None
    compound: str
    is_own: bool


@dataclass(frozen=True)
class Near:
    """A hazard that may be the same as the one that is recorded, and its distance in metres."""

    row: Row
    away_m: float


def own_compounds(reading: Reading) -> tuple[Row, ...]:
    """Return the compounds that touch the reader's areas, in order of name."""
    layer = reading.layer("compound")
    touched = reading.table(layer).c.area_ids.overlap(list(reading.area_ids))
    return tuple(sorted(list_by(reading, layer, touched, limit=MOST_COMPOUNDS), key=lambda row: row.name))


def place_at(reading: Reading, lon: float, lat: float) -> PlaceAt:
    """Return what lies at a spot, WGS 84 degrees.

    Raises:
        InvalidInput: it is no spot on Earth.
    """
    spot = _spot(lon, lat)
    compounds, areas = reading.layer("compound"), reading.layer("area")
    found = list_by(reading, compounds, _covers(reading.table(compounds).c.geom, spot), limit=1)
    table = reading.table(areas)
    own = and_(table.c.id.in_(reading.area_ids), _covers(table.c.geom, spot))
    is_own = reading.connection.execute(select(table.c.id).where(own).limit(1)).first() is not None
    return PlaceAt(found[0].id if found else None, found[0].name if found else "", is_own)


def own_spot(reading: Reading, compound_id: int) -> tuple[float, float, bool]:
    """Return where a hazard of a compound stands at first: a point on it, within the reader's areas.

    Returns:
        longitude, latitude, and whether it is the compound's own point, which others place records on, too.

    Raises:
        NotFound: no part of such a compound lies in the reader's areas.
    """
    compound, area = reading.table(reading.layer("compound")), reading.table(reading.layer("area"))
    own = select(func.ST_Union(area.c.geom)).where(area.c.id.in_(reading.area_ids)).scalar_subquery()
    whole = func.ST_PointOnSurface(compound.c.geom)
    part = func.ST_PointOnSurface(func.ST_Intersection(compound.c.geom, own))
    columns = (func.ST_X(whole), func.ST_Y(whole), func.ST_X(part), func.ST_Y(part), func.ST_Intersects(own, whole))
    row = reading.connection.execute(select(*columns).where(compound.c.id == compound_id)).first()
    if row is None or row[2] is None:
        raise NotFound(f"no compound {compound_id} in these areas")
    return (row[0], row[1], True) if row[4] else (row[2], row[3], False)


def hazards_near(reading: Reading, kind: str, lon: float, lat: float, *, compound_id: int | None) -> tuple[Near, ...]:
    """Return the open hazards of a kind near a spot, and those that stand on the same compound; the nearest first.

    Raises:
        InvalidInput: it is no spot on Earth.
    """
    spot, layer = _spot(lon, lat), reading.layer("hazard")
    table = reading.table(layer)
    spot_3857 = func.ST_Transform(spot, TILE_SRID)
    # Web Mercator's metres grow with the latitude.
    is_near: ColumnElement[bool] = func.ST_DWithin(table.c.geom_3857, spot_3857, NEAR_M / cos(radians(lat)))
    here = is_near if compound_id is None else or_(is_near, table.c.compound_id == compound_id)
    away = func.ST_DistanceSpheroid(table.c.geom, spot).label("away")
    query = select(*row_columns(reading, layer), away).where(
        reading.row_rule(layer), table.c.kind == kind, table.c.status.not_in(OVER), here
    )
    rows = reading.connection.execute(query.order_by(away, table.c.id).limit(MOST_NEAR)).mappings()
    return tuple(Near(row_of(reading, layer, row), float(row["away"])) for row in rows)


def _spot(lon: float, lat: float) -> ColumnElement[object]:
    if not (isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 85):
        raise InvalidInput(f"{lon}, {lat} is no spot: wanted are degrees of longitude and latitude", zh="位置无效")
    return func.ST_SetSRID(func.ST_MakePoint(lon, lat), STORAGE_SRID)


def _covers(geom: ColumnElement[object], spot: ColumnElement[object]) -> ColumnElement[bool]:
    return and_(geom.bool_op("&&")(spot), func.ST_Intersects(geom, spot))
