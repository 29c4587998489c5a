"""Coordinate systems as web standards name them: by URI, each with the order of its own axes.

OGC API - Features Part 2. In EPSG:4326 the latitude comes first, in CRS84 the longitude; the store, and all else in the
project, have x before y.
"""

from __future__ import annotations

import re
from functools import cache
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geodata.crs.conversion import convert_geometries
from geodata.crs.links import get_link
from geodata.crs.systems import STORAGE_SRID, TILE_SRID, WGS84, get_crs, parse_system
from geodata.errors import InvalidInput

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG_URI = "http://www.opengis.net/def/crs/EPSG/0/"
_EDGE_PARTS = 16
"""A straight edge of a box isn't straight in another system: it goes over as so many pieces."""
_DOMAIN_PARTS = 512
"""The edge of a zone of 3 degrees, which is up to 37 degrees high, is then told within a metre."""
_LEAST = 1e-6
DEGREE_DIGITS, METRE_DIGITS = 7, 3


@cache
def offered_systems(metric_crs: str) -> tuple[str, ...]:
    """Return the URIs of the systems in which a deployment answers, CRS84 first.

    Args:
        metric_crs: the deployment's own, such as "EPSG:4546"; it is offered with the geographic one beneath it.
    """
    metric = CRS.from_user_input(metric_crs)
    base = metric.geodetic_crs.to_epsg() if metric.geodetic_crs else None
    codes = dict.fromkeys((STORAGE_SRID, TILE_SRID, base, metric.to_epsg()))
    return (CRS84, *(f"{_EPSG_URI}{code}" for code in codes if code is not None))


def check_offered(uri: str, name: str, metric_crs: str) -> str:
    """Return the URI of a system that is offered.

    Raises:
        InvalidInput: it isn't one of those; `name` is the parameter's.
    """
    offered = offered_systems(metric_crs)
    if uri not in offered:
        raise InvalidInput(f"{name} is {uri[:80]!r}; wanted is one of {', '.join(offered)}")
    return uri


def to_storage(shape: BaseGeometry, uri: str) -> BaseGeometry:
    """Return a shape in WGS 84, x before y.

    Raises:
        InvalidInput: it lies where its system isn't valid.
    """
    system, turned = _system(uri)
    flat = turned_round([shape]) if turned else [shape]
    return cast(BaseGeometry, convert_geometries(flat, source=system, target=WGS84)[0])


def box_in_storage(box: tuple[float, float, float, float], uri: str) -> BaseGeometry:
    """Return the area of a box in WGS 84; in degrees it may go over the 180th meridian.

    Of a box that reaches over the edge of its system it is what lies within, empty where nothing does.

    Args:
        box: the least two coordinates, then the greatest two, in the order of the system's axes.
        uri: the system's.

    Raises:
        InvalidInput: it ends before it begins.
    """
    system, turned = _system(uri)
    west, south, east, north = (box[1], box[0], box[3], box[2]) if turned else box
    if south > north or (west > east and not _is_in_degrees(uri)):
        raise InvalidInput(f"a box is {list(box)}; wanted are the least two numbers, then the greatest two")
    parts = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    # Mended, a box without an area is a line or a point: as a polygon it would touch nothing.
    areas = [shapely.make_valid(shapely.box(begins, south, ends, north)) for begins, ends in parts]
    if system != WGS84:
        areas = [_within(area, system) for area in areas]
    return areas[0] if len(areas) == 1 else shapely.GeometryCollection(areas)


def _within(area: BaseGeometry, system: str) -> BaseGeometry:
    """Return what of an area of a system lies where the system is valid, in WGS 84."""
    cut = shapely.intersection(area, _domain(system))
    step = max(_span(cut), _LEAST) / _EDGE_PARTS
    to_wgs84 = get_link(system).to_wgs84
    return shapely.transform(shapely.segmentize(cut, step), lambda xy: np.column_stack(to_wgs84(xy[:, 0], xy[:, 1])))


@cache
def _domain(system: str) -> BaseGeometry:
    """Return where a system is valid, in its own coordinates, x before y."""
    link = get_link(system)
    box = link.box
    ends = [(box.west, box.east)] if box.west <= box.east else [(box.west, 180.0), (-180.0, box.east)]
    parts = [shapely.box(west, box.south, east, box.north) for west, east in ends]
    finely = [shapely.segmentize(part, _span(part) / _DOMAIN_PARTS) for part in parts]
    projected = shapely.transform(finely, lambda xy: np.column_stack(link.from_wgs84(xy[:, 0], xy[:, 1])))
    return shapely.union_all(shapely.make_valid(projected))


def _span(shape: BaseGeometry) -> float:
    west, south, east, north = shapely.bounds(shape)
    return 0.0 if shape.is_empty else float(max(east - west, north - south))


def from_storage(shapes: NDArray[np.object_], uri: str, boundary: BaseGeometry) -> NDArray[np.object_]:
    """Return (n,) shapes of WGS 84 in another system, in the order of its axes, rounded as GeoJSON has them."""
    moved = for_file(shapes, uri, boundary)
    return turned_round(moved) if _system(uri)[1] else moved


def for_file(shapes: NDArray[np.object_], uri: str, boundary: BaseGeometry) -> NDArray[np.object_]:
    """Return (n,) shapes of WGS 84 in another system, x before y as files have them whatever the system, rounded."""
    moved = convert_geometries(shapes, source=WGS84, target=_system(uri)[0], boundary=boundary)
    digits = DEGREE_DIGITS if _is_in_degrees(uri) else METRE_DIGITS
    return shapely.transform(moved, lambda xy: np.round(xy, digits))


def file_system(uri: str) -> str:
    """Return the name under which a file states a system, such as "EPSG:4546"."""
    code = re.fullmatch(rf"{re.escape(_EPSG_URI)}(\d+)", uri)
    return f"EPSG:{code[1]}" if code else f"EPSG:{STORAGE_SRID}"


def turned_round(shapes: NDArray[np.object_] | list[BaseGeometry]) -> NDArray[np.object_]:
    """Return (n,) shapes with y before x."""
    return shapely.transform(np.asarray(shapes, dtype=object), lambda xy: xy[:, ::-1])


@cache
def _system(uri: str) -> tuple[str, bool]:
    """Return a system as the project names it, and whether its first axis is the one that goes north."""
    code = re.fullmatch(rf"{re.escape(_EPSG_URI)}(\d+)", uri)
    if code is None:
        return WGS84, False
    crs = CRS.from_epsg(int(code[1]))
    return parse_system(f"EPSG:{code[1]}"), crs.axis_info[0].direction == "north"


def _is_in_degrees(uri: str) -> bool:
    return get_crs(_system(uri)[0]).is_geographic
