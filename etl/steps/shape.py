"""Gives geometries the layer's type and mends invalid outlines, keeping the original."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from etl.batch import Geometries
from etl.flow import Flow, Mask, Task
from geodata import crs
from geodata.errors import InvalidInput

LARGEST_CHANGE = 0.01
"""Share of an outline's area that mending may change; past it the outline is somebody's to draw again."""

STAND_IN_RADIUS_M = 25
"""Of the circle that stands for a compound of which only a point is known."""

_POINT, _LINE, _POLYGON, _MULTIPOINT, _MULTILINE, _MULTIPOLYGON, _COLLECTION = 0, 1, 3, 4, 5, 6, 7
_NAMES = {_POINT: "point", _LINE: "line", 2: "ring", _POLYGON: "polygon", _MULTIPOINT: "set of points",
          _MULTILINE: "line", _MULTIPOLYGON: "polygon", _COLLECTION: "collection"}  # fmt: skip
_FITTING = {
    "point": (_POINT, _MULTIPOINT, _POLYGON, _MULTIPOLYGON),
    "line": (_LINE, _MULTILINE),
    "area": (_POLYGON, _MULTIPOLYGON, _COLLECTION),
}


def mend(flow: Flow, task: Task) -> Flow:
    """Mend invalid polygons where that changes next to nothing; send the others, and invalid lines, to quarantine."""
    if flow.geometry is None or task.recipe.geometry is None:
        return flow
    shapes = flow.geometry
    there = ~shapely.is_missing(shapes)
    invalid = np.flatnonzero(there & ~shapely.is_valid(shapes))
    if not len(invalid):
        return flow
    geometry, original = shapes.copy(), flow.original.copy()
    bad = np.zeros(len(shapes), dtype=np.bool_)
    issues = []
    for position in invalid.tolist():
        row = flow.row(position)
        mended, change = mended_outline(shapes[position], task.ground.metric_crs)
        why = explain_validity(shapes[position])
        if change <= LARGEST_CHANGE:
            geometry[position], original[position] = mended, shapes[position]
            message = f"the outline was invalid ({why}) and was mended; its area changed by {change:.2%}"
            issues.append(task.issue("noted", "mended", message, row=row, name="geom"))
        else:
            bad[position] = True
            message = _refusal(shapes[position], why, change)
            issues.append(task.issue("quarantined", "invalid_geometry", message, row=row, name="geom"))
    return replace(flow, geometry=geometry, original=original).said(issues, bad=bad)


def _refusal(shape: BaseGeometry, why: str, change: float) -> str:
    if shapely.get_dimensions(shape) < 2:
        return f"the {_NAMES[int(shapely.get_type_id(shape))]} is invalid ({why}); wanted is one with two ends apart"
    # The halves of a bow tie cancel out: any change is beyond measure.
    much = f"change its area by {change:.0%}" if change <= 1 else "make another shape of it"
    message = f"the outline is invalid ({why}), and mending would {much}"
    return f"{message}; wanted is one that doesn't cross itself: draw it again"


def mended_outline(shape: BaseGeometry, metric_crs: str) -> tuple[BaseGeometry, float]:
    """Return a valid form of a shape, and by what share of its area it differs (inf where it had none)."""
    mended: BaseGeometry = shapely.make_valid(shape)
    try:
        before, after = shapely.area(crs.to_metric([shape, mended], metric_crs))
    except InvalidInput:  # so far off that no metric system reaches it: the extent's check will say so
        before, after = shapely.area([shape, mended])
    if before == 0:
        return mended, float("inf")
    return mended, float(abs(after - before) / before)


def fit_type(flow: Flow, task: Task) -> Flow:
    """Turn each geometry into the layer's own type: a point, a multiline, a multipolygon."""
    if flow.geometry is None or task.recipe.geometry is None:
        return flow
    flow = _stand_in(flow, task)
    shapes = np.asarray(flow.geometry, dtype=object)
    types = shapely.get_type_id(shapes)
    there = ~shapely.is_missing(shapes) & ~flow.is_bad
    wrong = there & ~np.isin(types, _FITTING[task.recipe.geometry])
    if task.recipe.geometry == "point":
        geometry, flow = _points(shapes, types, there & ~wrong, flow, task)
    elif task.recipe.geometry == "line":
        geometry = _multi(shapes, types == _LINE, shapely.multilinestrings)
    else:
        shapes = shapes.copy()
        for position in np.flatnonzero(there & (types == _COLLECTION)):
            shapes[position] = _polygons_of(shapes[position])
        empty = there & shapely.is_empty(shapes)
        wrong |= empty
        geometry = _multi(shapes, shapely.get_type_id(shapes) == _POLYGON, shapely.multipolygons)
    flow = replace(flow, geometry=geometry)
    issues = [
        task.issue("quarantined", "wrong_geometry",
                   f"the place is a {_NAMES.get(int(types[at]), 'shape')}; wanted is a {task.recipe.geometry}"
                   f"{': an outline, not just a point' if task.recipe.geometry == 'area' else ''}",
                   row=flow.row(at), name="geom")
        for at in np.flatnonzero(wrong).tolist()
    ]  # fmt: skip
    return flow.said(issues, bad=wrong)


def _stand_in(flow: Flow, task: Task) -> Flow:
    """Draw a circle around points that stand for compounds: a register with coordinates is what most offices have.

    A map file's point stays wrong: there somebody could have drawn the outline.
    """
    if not task.recipe.has_stand_ins:
        return flow
    shapes = np.asarray(flow.geometry, dtype=object)
    points = (shapely.get_type_id(shapes) == _POINT) & ~shapely.is_empty(shapes) & ~flow.is_bad
    metric_crs = task.ground.metric_crs
    try:
        circles = shapely.buffer(crs.to_metric(shapes[points], metric_crs), STAND_IN_RADIUS_M)
    except InvalidInput:  # one is so far off that no metric system reaches it: the extent's check will say so
        points &= np.asarray(shapely.intersects(task.ground.extent, shapes), dtype=np.bool_)
        circles = shapely.buffer(crs.to_metric(shapes[points], metric_crs), STAND_IN_RADIUS_M)
    if not points.any():
        return flow
    geometry = shapes.copy()
    geometry[points] = crs.from_metric(circles, metric_crs)
    places = flow.places.assign(src_method=flow.places["src_method"].mask(points, "point"))
    note = f"outline unknown: a circle of {STAND_IN_RADIUS_M} m stands for it"
    return replace(flow, geometry=geometry, places=places).said((), notes=(note,))


def _points(shapes: Geometries, types: np.ndarray, there: Mask, flow: Flow, task: Task) -> tuple[Geometries, Flow]:
    geometry = shapes.copy()
    several = np.flatnonzero(there & (types != _POINT)).tolist()
    for position in several:
        geometry[position] = shapely.point_on_surface(shapes[position])
    if not task.is_free_map:
        flow = flow.said(
            task.issue("noted", "point_of_shape", f"the place is a {_NAMES[int(types[at])]}; a point on it was taken",
                       row=flow.row(at), name="geom")
            for at in several
        )  # fmt: skip
    return geometry, flow


def _multi(shapes: Geometries, single: Mask, build: object) -> Geometries:
    geometry = shapes.copy()
    at = np.flatnonzero(single)
    if len(at):
        geometry[at] = build(shapes[at], indices=np.arange(len(at)))  # type: ignore[operator]
    return geometry


def _polygons_of(collection: BaseGeometry) -> BaseGeometry:
    """Return what has an area in a collection, as mending may leave lines and points beside it."""
    parts = shapely.get_parts(shapely.get_parts(collection))
    return shapely.union_all([part for part in parts if part.geom_type == "Polygon"])
