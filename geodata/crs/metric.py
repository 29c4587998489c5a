"""The deployment's metric system: which one fits a place, and geometries into metres and back."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.crs.conversion import Geometries
from geodata.crs.links import Change, bounds_of, get_link
from geodata.crs.systems import TILE_SRID, get_crs, parse_system, system_name
from geodata.errors import InvalidInput

METRES_A_DEGREE = 111_320.0
"""Of latitude, about."""
_MAX_WIDTH_DEG = 12
_EQUAL_AREA = "EPSG:6933"
_UTM_NORTH, _UTM_SOUTH = 32600, 32700
_UTM_SOUTHMOST, _UTM_NORTHMOST = -80, 84
# EPSG numbers the 3-degree Gauss-Kruger systems of CGCS2000 (without zone prefix) from the central meridian 75 E.
_GAUSS_KRUGER_75E = 4534

# Where a Gauss-Kruger zone of CGCS2000 is proposed, drawn by hand with a ruler. It is no border and states none: it
# only chooses between two systems that measure a place near its edge equally well, and --metric-crs overrules it.
_MAINLAND = shapely.from_wkt(
    "POLYGON(("
    "134.8 48.4, 133.2 45.1, 131.8 45.3, 131.0 44.8, 131.3 43.5, 130.6 42.4, 129.9 43.0, 129.0 42.0, 128.2 41.4, "
    "126.9 41.75, 125.5 40.6, 124.38 40.09, 124.2 39.5, 122.5 38.5, 123.2 37.4, 121.0 34.5, 123.3 31.2, "
    "123.0 29.5, 120.8 26.6, 119.95 25.6, 118.2 24.35, 117.3 23.2, 114.6 22.4, 114.25 22.56, 114.03 22.5, "
    "113.87 22.42, 113.54 22.215, 113.53 22.1, 113.6 21.6, 111.3 20.8, 111.2 19.3, 109.6 17.9, 108.4 18.7, "
    "108.6 20.9, 107.98 21.54, 106.7 21.97, 106.65 22.6, 105.4 23.35, 104.8 22.9, 103.95 22.51, 102.5 22.7, "
    "101.7 22.4, 101.7 21.15, 101.1 21.7, 100.2 21.5, 99.2 22.2, 99.2 22.9, 98.7 23.9, 97.7 23.85, 97.6 24.7, "
    "98.6 25.9, 98.3 27.6, 97.3 28.2, 91.7 27.75, 89.5 28.0, 88.9 27.3, 86.0 27.95, 84.2 28.9, 81.2 30.1, "
    "78.8 31.5, 78.2 34.5, 76.0 35.9, 74.6 37.1, 73.6 39.4, 74.0 40.2, 76.6 40.5, 80.2 42.1, 80.3 45.0, "
    "82.5 45.3, 82.93 47.1, 85.5 47.1, 85.7 48.4, 87.8 49.1, 90.5 47.2, 91.0 45.2, 95.4 44.2, 96.4 42.7, "
    "101.8 42.5, 105.0 41.6, 107.3 42.4, 110.0 42.6, 111.8 43.68, 111.8 45.0, 113.6 44.8, 116.2 46.3, "
    "119.7 46.7, 118.5 47.9, 115.6 47.9, 116.6 49.8, 117.8 49.55, 119.2 50.2, 120.7 52.0, 120.9 53.2, "
    "123.5 53.5, 126.0 52.6, 127.5 50.28, 128.0 49.6, 130.7 48.8, 131.0 47.8, 134.8 48.4))"
)


def metric_crs_for(boundary: BaseGeometry) -> str:
    """Return a projected system in metres that fits a place.

    Args:
        boundary: a polygon or multipolygon, WGS 84 degrees.

    Returns:
        "EPSG:n": in mainland China the 3-degree Gauss-Kruger system of CGCS2000 around the nearest central meridian,
        without zone prefix; elsewhere the WGS 84 UTM zone.

    Raises:
        InvalidInput: not an area in degrees, near a pole, or too wide for one zone (as it is across the antimeridian).
    """
    if shapely.get_dimensions(boundary) != 2 or shapely.is_empty(boundary):
        raise InvalidInput(f"the boundary is a {boundary.geom_type}, empty or without area; wanted is a polygon")
    west, south, east, north = _checked_bounds(boundary)
    middle = shapely.Point((west + east) / 2, (south + north) / 2)
    if shapely.intersects(_MAINLAND, middle):
        # The easternmost 0.3 degrees of the country belong to the zone of 135 E: rounding gives just that.
        return f"EPSG:{_GAUSS_KRUGER_75E + round(middle.x / 3) - 25}"
    zone = min(int((middle.x + 180) // 6) + 1, 60)
    return f"EPSG:{(_UTM_NORTH if middle.y >= 0 else _UTM_SOUTH) + zone}"


def check_metric_crs(text: str | int) -> str:
    """Return the parsed system if lengths and areas can be measured in it.

    Raises:
        InvalidInput: not projected, not in metres (many American systems are in feet), or web Mercator, which
            stretches a metre to two at 60 degrees; or as `parse_system`.
    """
    system = parse_system(text)
    seen = system_name(system)
    wanted = "wanted is a projected system in metres, such as EPSG:4546; leave it out to have a fitting one derived"
    crs = get_crs(system) if ":" in system or "[" in system or "=" in system else None
    if crs is None or not crs.is_projected:
        raise InvalidInput(f"{seen} isn't projected: lengths can't be measured in it; {wanted}")
    if any(axis.unit_conversion_factor != 1 for axis in crs.axis_info):
        raise InvalidInput(f"{seen} is in {crs.axis_info[0].unit_name}; {wanted}")
    if system == f"EPSG:{TILE_SRID}":
        raise InvalidInput(f"{seen} stretches lengths by 1 / cos(latitude); {wanted}")
    return system


def to_metric(geometries: Geometries, metric_crs: str) -> NDArray[np.object_]:
    """Project geometries from WGS 84 degrees to metres.

    A shape that reaches out of the zone is measured all the same: the deployment's system was chosen for its boundary.

    Args:
        geometries: (n,) shapely geometries or None, WGS 84.
        metric_crs: as `check_metric_crs` allows it.

    Returns:
        (n,) geometries without Z and M; None stays None.

    Raises:
        InvalidInput: coordinates that aren't finite or have no place in the system, or an unfit system.
    """
    return _moved(geometries, get_link(check_metric_crs(metric_crs)).from_wgs84, metric_crs)


def areas_m2(geometries: Geometries) -> NDArray[np.float64]:
    """Return (n,) the areas of WGS 84 geometries on the ellipsoid, square metres; 0 for points and lines, NaN for None.

    Sides along parallels and meridians are exact, others straight in a cylindrical equal-area projection.
    """
    return np.asarray(shapely.area(_moved(geometries, get_link(_EQUAL_AREA).from_wgs84, _EQUAL_AREA)))


def from_metric(geometries: Geometries, metric_crs: str) -> NDArray[np.object_]:
    """Unproject geometries from metres to WGS 84 degrees: the inverse of `to_metric`, with the same errors."""
    return _moved(geometries, get_link(check_metric_crs(metric_crs)).to_wgs84, metric_crs)


def _moved(geometries: Geometries, change: Change, metric_crs: str) -> NDArray[np.object_]:
    flat = shapely.force_2d(np.asarray(geometries, dtype=object))
    coordinates, owner = shapely.get_coordinates(flat, return_index=True)
    moved = np.column_stack(change(coordinates[:, 0], coordinates[:, 1]))
    finite = np.isfinite(moved).all(axis=1) & np.isfinite(coordinates).all(axis=1)
    if not finite.all():
        first = int(np.argmin(finite))
        x, y = coordinates[first]
        raise InvalidInput(
            f"the geometry at index {owner[first]} has a point at x={x:.10g}, y={y:.10g}, "
            f"which has no place in {system_name(metric_crs)}; wanted are finite coordinates near it"
        )
    return shapely.set_coordinates(flat, moved)


def _checked_bounds(boundary: BaseGeometry) -> tuple[float, float, float, float]:
    west, south, east, north = bounds_of(boundary)
    if south < _UTM_SOUTHMOST or north > _UTM_NORTHMOST:
        raise InvalidInput(
            f"the boundary reaches from latitude {south:g} to {north:g}; a metric system is derived only between "
            f"{_UTM_SOUTHMOST} and {_UTM_NORTHMOST}: name one with --metric-crs"
        )
    if east - west > _MAX_WIDTH_DEG:
        raise InvalidInput(
            f"the boundary is {east - west:g} degrees of longitude wide ({west:g} to {east:g}); a metric system is "
            f"derived for at most {_MAX_WIDTH_DEG}: name one with --metric-crs (across the antimeridian too)"
        )
    return west, south, east, north
