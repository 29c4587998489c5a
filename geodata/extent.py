"""Where a deployment's places may lie."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.crs import from_metric, to_metric
from geodata.settings import Settings


def extent(settings: Settings) -> BaseGeometry:
    """Return where places may lie: the boundary widened by margin_m, WGS 84."""
    [metric] = to_metric([settings.boundary], settings.metric_crs)
    [widened] = from_metric([metric.buffer(settings.margin_m)], settings.metric_crs)
    valid: BaseGeometry = shapely.make_valid(widened)
    return valid
