"""Coordinate systems: the only place that knows EPSG codes, and the way from any system to any other."""

from geodata.crs.conversion import convert, convert_geometries, flat_geometries, geometries_in_domain, in_domain
from geodata.crs.fit import fits_badly, residuals_m
from geodata.crs.links import Operation, operation
from geodata.crs.metric import METRES_A_DEGREE, areas_m2, check_metric_crs, from_metric, metric_crs_for, to_metric
from geodata.crs.outlines import better_system, outline_distance_m
from geodata.crs.systems import STORAGE_SRID, TILE_SRID, parse_system, system_name

__all__ = [
    "METRES_A_DEGREE",
    "STORAGE_SRID",
    "TILE_SRID",
    "Operation",
    "areas_m2",
    "better_system",
    "check_metric_crs",
    "convert",
    "convert_geometries",
    "fits_badly",
    "flat_geometries",
    "from_metric",
    "geometries_in_domain",
    "in_domain",
    "metric_crs_for",
    "operation",
    "outline_distance_m",
    "parse_system",
    "residuals_m",
    "system_name",
    "to_metric",
]
