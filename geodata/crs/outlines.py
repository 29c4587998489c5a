"""Tell from a known outline in which coordinate system a file's outline of the same place was drawn."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.crs.china_offset import Floats
from geodata.crs.conversion import convert_geometries, geometries_in_domain
from geodata.crs.metric import to_metric
from geodata.crs.systems import BD09, GCJ02, WGS84

_SPACING_M = 50.0
_SAME_PLACE_SHARE = 0.5
_CLEARLY_BETTER = 3.0


def better_system(
    geometry: BaseGeometry, boundary: BaseGeometry, *, metric_crs: str
) -> tuple[str, float, float] | None:
    """Say in which system an outline fits the deployment's boundary clearly better than as WGS 84.

    Args:
        geometry: a polygon or multipolygon, read as WGS 84.
        boundary: the deployment's, WGS 84.
        metric_crs: the deployment's metric system.

    Returns:
        ("gcj02" or "bd09", distance as read in metres, distance under that system in metres), the distance being
        `outline_distance_m`. None where the two cover different places (common area at most half of the area of both
        together), or no system fits at least 3 times better.
    """
    if not shapely.intersects(shapely.box(*geometry.bounds), shapely.box(*boundary.bounds)):
        return None
    as_read, known = to_metric([geometry, boundary], metric_crs)
    if _common_share(as_read, known) <= _SAME_PLACE_SHARE:
        return None
    as_read_m = outline_distance_m(as_read, known)
    found: list[tuple[float, str]] = []
    for system in (GCJ02, BD09):
        if geometries_in_domain([geometry], system).all():
            moved = convert_geometries([geometry], source=system, target=WGS84)
            found.append((outline_distance_m(to_metric(moved, metric_crs)[0], known), system))
    if not found:
        return None
    best_m, system = min(found)
    return (system, as_read_m, best_m) if best_m * _CLEARLY_BETTER <= as_read_m and best_m < as_read_m else None


def outline_distance_m(one: BaseGeometry, other: BaseGeometry) -> float:
    """Return how far apart two outlines run.

    Args:
        one: a polygon or multipolygon with an area, in metres.
        other: the same.

    Returns:
        The median distance of points every 50 m along each outline to the other outline, metres: the larger of the
        two ways, so that neither outline has a long stretch that the other lacks.
    """
    return max(_one_way_m(one, other), _one_way_m(other, one))


def _one_way_m(one: BaseGeometry, other: BaseGeometry) -> float:
    tree = shapely.STRtree(_segments(other))
    _, distances = tree.query_nearest(shapely.points(_points_along(one)), return_distance=True, all_matches=False)
    return float(np.median(distances))


def _rings(area: BaseGeometry) -> list[Floats]:
    rings = shapely.get_rings(shapely.get_parts(area))
    return [shapely.get_coordinates(ring) for ring in rings]


def _segments(area: BaseGeometry) -> NDArray[np.object_]:
    """Return the straight pieces of all rings, as lines of two points."""
    pairs = [np.stack([ring[:-1], ring[1:]], axis=1) for ring in _rings(area)]
    return np.asarray(shapely.linestrings(np.concatenate(pairs)), dtype=object)


def _points_along(area: BaseGeometry) -> Floats:
    """Return (n, 2) points every 50 m along all rings, the first at each ring's start."""
    found = []
    for ring in _rings(area):
        travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(ring, axis=0).T))])
        stops = np.arange(0.0, travelled[-1], _SPACING_M)
        found.append(np.column_stack([np.interp(stops, travelled, ring[:, axis]) for axis in (0, 1)]))
    return np.concatenate(found)


def _common_share(one: BaseGeometry, other: BaseGeometry) -> float:
    """Return the area that both cover over the area that either covers, 0..1."""
    one, other = shapely.make_valid(one), shapely.make_valid(other)
    either_m2 = float(shapely.area(shapely.union(one, other)))
    return float(shapely.area(shapely.intersection(one, other))) / either_m2 if either_m2 > 0 else 0.0
