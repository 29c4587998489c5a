"""Puts the sea together from coastlines, which OpenStreetMap draws as lines with the water on their right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

Corners = npt.NDArray[np.float64]


FARTHEST = 0.25
"""Of the frame's shorter side: how far from its edge a coastline may end and still be led there."""


def sea_areas(coastlines: Sequence[LineString], frame: Polygon) -> list[Polygon]:
    """Return the parts of a frame that lie on the right of its coastlines.

    An extract that was cut along a border has coastlines that end near the edge of its box: they are led to the nearest
    edge. Where one ends far from it nobody can tell land from sea.

    Args:
        coastlines: in the direction in which they were drawn, in any pieces.
        frame: the file's box; the sea ends at its edge.

    Returns:
        Polygons in the order of their size, largest first; none where no coastline crosses the frame or one is torn.
    """
    whole = [_to_the_edge(line, frame) for line in _lines(shapely.line_merge(_together(coastlines), directed=True))]
    inside = [part for line in whole if line is not None for part in _lines(line.intersection(frame))]
    if not inside or None in whole:
        return []
    edges = shapely.union_all([*inside, frame.exterior])
    shore = _directed_edges(inside)
    faces = [face for face in shapely.get_parts(shapely.polygonize([edges])) if isinstance(face, Polygon)]
    sea = [face for face in faces if _is_right_of(face, shore)]
    return sorted(sea, key=lambda face: -face.area)


def _together(lines: Sequence[LineString]) -> MultiLineString:
    return MultiLineString([line for line in lines if line.length > 0])


def _to_the_edge(line: LineString, frame: Polygon) -> LineString | None:
    """Return a coastline with its ends led to the frame's edge; None where one lies too far from it."""
    corners = list(line.coords)
    if line.is_closed:
        return line
    west, south, east, north = frame.bounds
    for end in (0, -1):
        point = Point(corners[end])
        if not frame.contains(point):
            continue
        edge = shapely.shortest_line(point, frame.exterior)
        if edge.length > FARTHEST * min(east - west, north - south):
            return None
        corners.insert(0 if end == 0 else len(corners), edge.coords[-1])
    return LineString(corners)


def _lines(shape: BaseGeometry) -> list[LineString]:
    return [part for part in shapely.get_parts(shape) if isinstance(part, LineString) and part.length > 0]


def _directed_edges(lines: Sequence[LineString]) -> set[tuple[float, ...]]:
    """Return every stretch between two corners as (x, y, next x, next y)."""
    return {edge for line in lines for edge in _edges(shapely.get_coordinates(line))}


def _edges(corners: Corners) -> list[tuple[float, ...]]:
    return [tuple(edge) for edge in np.hstack([corners[:-1], corners[1:]]).tolist()]


def _is_right_of(face: Polygon, shore: set[tuple[float, ...]]) -> bool:
    """Tell on which side of its shores a face lies; where pieces disagree, the most decide.

    Walking around a face with it on the left, a coastline that runs the same way has land there.
    """
    face = shapely.orient_polygons(face)
    rings = [face.exterior, *face.interiors]
    edges = [edge for ring in rings for edge in _edges(shapely.get_coordinates(ring))]
    along = sum(edge in shore for edge in edges)
    against = sum((*edge[2:], *edge[:2]) in shore for edge in edges)
    return against > along
