"""Tell from places that are known in which coordinate system a file's coordinates are."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.crs.conversion import convert, convert_geometries, in_domain
from geodata.crs.metric import to_metric
from geodata.crs.systems import BD09, GCJ02, WGS84

Geometries = NDArray[np.object_]

_CLOSE_ENOUGH_M = 80.0
_CLEARLY_BETTER = 3.0


def residuals_m(
    points: Geometries, known: Geometries, *, source: str, boundary: BaseGeometry, metric_crs: str
) -> dict[str, float]:
    """Say how far places lie from where they are known, in each system that their coordinates may be in.

    Args:
        points: (n,) points in WGS 84, as `source` puts them there; n > 0.
        known: (n,) where the same places are known: shapes in WGS 84.
        source: the system in which the coordinates were taken to be.
        boundary: the deployment's, WGS 84.
        metric_crs: the deployment's metric system.

    Returns:
        System -> median distance in metres: of `source` first, then of WGS 84, GCJ-02 and BD-09, of these only the
        ones in which all coordinates are possible.
    """
    metres = to_metric(known, metric_crs)
    found = {source: float(np.median(shapely.distance(to_metric(points, metric_crs), metres)))}
    written = convert_geometries(points, source=WGS84, target=source, boundary=boundary)
    x, y = shapely.get_coordinates(written).T
    for system in (WGS84, GCJ02, BD09):
        if system == source or not in_domain(x, y, system).all():
            continue
        moved = np.asarray(shapely.points(*convert(x, y, source=system, target=WGS84, boundary=boundary)), dtype=object)
        found[system] = float(np.median(shapely.distance(to_metric(moved, metric_crs), metres)))
    return found


def fits_badly(found: dict[str, float]) -> bool:
    """Tell whether places lie far off in the first of these systems, and three times nearer in another."""
    as_read, *others = found.values()
    return bool(others) and as_read > _CLOSE_ENOUGH_M and as_read >= _CLEARLY_BETTER * min(others)
