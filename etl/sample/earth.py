"""From metres around the town's centre to coordinates on the earth, in the systems that offices use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely import affinity
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from etl.sample.shapes import Floats
from geodata.crs import convert, convert_geometries

_CENTRE_LON, _CENTRE_LAT = 112.0, 27.73
METRIC_CRS = "EPSG:4546"
_DEGREE_DIGITS = 7
Shift = tuple[float, float]
"""How far a district's centre lies east and north of the first one's, metres."""
NOWHERE: Shift = (0.0, 0.0)


@cache
def origin(shift_m: Shift = NOWHERE) -> tuple[float, float]:
    """Return the easting and northing of a district's centre, whole metres."""
    x, y = convert([_CENTRE_LON], [_CENTRE_LAT], source="wgs84", target=METRIC_CRS)
    return float(np.round(x[0])) + shift_m[0], float(np.round(y[0])) + shift_m[1]


def to_wgs84(shapes: Sequence[BaseGeometry], shift_m: Shift = NOWHERE) -> list[BaseGeometry]:
    """Return the shapes of a district `shift_m` east and north in degrees (WGS 84), rounded to about a centimetre."""
    east, north = origin(shift_m)
    moved = [affinity.translate(shape, east, north) for shape in shapes]
    return _rounded(convert_geometries(moved, source=METRIC_CRS, target="wgs84"))


def places(points: Sequence[Point], system: str, shift_m: Shift = NOWHERE) -> list[tuple[float, float]]:
    """Return (longitude, latitude) of each point in "wgs84", "gcj02" or "bd09", rounded to 6 digits (about 0.1 m)."""
    return [(float(x), float(y)) for x, y in np.round(degrees(points, system, shift_m), 6)]


def as_written(points: Sequence[Point], shift_m: Shift = NOWHERE) -> list[Point]:
    """Return where points lie, in metres, once they went through a list with 6 digits of WGS 84."""
    east, north = origin(shift_m)
    written = np.array(places(points, "wgs84", shift_m)).reshape(-1, 2)
    x, y = convert(written[:, 0], written[:, 1], source="wgs84", target=METRIC_CRS)
    return [Point(pair) for pair in zip(x - east, y - north, strict=True)]


def degrees(points: Sequence[Point], system: str, shift_m: Shift = NOWHERE) -> Floats:
    """Return the (n, 2) longitudes and latitudes of points in `system`, rounded to about a centimetre."""
    east, north = origin(shift_m)
    flat = shapely.get_coordinates(list(points)) + np.array([east, north])
    lon, lat = convert(flat[:, 0], flat[:, 1], source=METRIC_CRS, target=system)
    pairs: Floats = np.column_stack([lon, lat])
    return np.round(pairs, _DEGREE_DIGITS)


def _rounded(shapes: npt.NDArray[np.object_]) -> list[BaseGeometry]:
    return list(shapely.transform(shapes, lambda pairs: np.round(pairs, _DEGREE_DIGITS)))
