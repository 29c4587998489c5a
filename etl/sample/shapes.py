"""Plane geometry for drawing a town: smooth lines, ribbons, blobs, and polygons cut across their longer side."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

Floats = npt.NDArray[np.float64]


def smooth(points: Floats, rounds: int = 4) -> Floats:
    """Return (m, 2) points of the open line `points` (n, 2) with its corners cut (Chaikin), both ends kept."""
    for _ in range(rounds):
        near = points[:-1] * 0.75 + points[1:] * 0.25
        far = points[:-1] * 0.25 + points[1:] * 0.75
        middle = np.stack([near, far], axis=1).reshape(-1, 2)
        points = np.vstack([points[:1], middle[1:-1], points[-1:]])
    return points


def normals(points: Floats) -> Floats:
    """Return the (n, 2) unit vectors to the left of an open line at each of its points."""
    along = np.gradient(points, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    return np.column_stack([-along[:, 1], along[:, 0]])


def line(points: Floats) -> LineString:
    """Return `points` as a line on the centimetre lattice: differences between processors never reach a file."""
    return LineString(np.round(points, 2))


def blob(centre: tuple[float, float], radii: tuple[float, float], rng: np.random.Generator, wobble: float) -> Polygon:
    """Return a rounded, irregular patch; `wobble` is the share of the radius by which its edge swings."""
    angles = np.linspace(0, 2 * np.pi, 73)[:-1]
    swing = np.ones_like(angles)
    for waves in (2, 3, 5):
        swing += wobble / waves * np.sin(waves * angles + rng.uniform(0, 2 * np.pi))
    x = centre[0] + radii[0] * swing * np.cos(angles)
    y = centre[1] + radii[1] * swing * np.sin(angles)
    return Polygon(np.round(np.column_stack([x, y]), 2))


def polygons(geometry: BaseGeometry, least_m2: float = 0.0) -> list[Polygon]:
    """Return the polygons inside any geometry that are larger than `least_m2`, in a stable order."""
    if isinstance(geometry, Polygon):
        return [geometry] if geometry.area > least_m2 else []
    all_parts = list(shapely.get_parts(geometry))
    parts = [part for part in all_parts if isinstance(part, Polygon)]
    parts += [inner for part in all_parts if isinstance(part, MultiPolygon) for inner in shapely.get_parts(part)]
    return [part for part in parts if part.area > least_m2]


def lines(geometry: BaseGeometry) -> list[LineString]:
    """Return the lines inside any geometry, in a stable order."""
    return [part for part in shapely.get_parts(geometry) if isinstance(part, LineString)]


def largest(geometry: BaseGeometry) -> Polygon:
    """Return the largest polygon inside any geometry; an empty one where there is none."""
    return max(polygons(geometry), key=lambda part: part.area, default=Polygon())


def simpler(shape: Polygon, tolerance_m: float) -> Polygon:
    """Return `shape` without the corners that matter less than `tolerance_m`."""
    return largest(shape.simplify(tolerance_m))


def stretch(path: LineString, start_m: float, end_m: float) -> LineString:
    """Return the part of `path` between two distances from its start."""
    return LineString(substring(path, start_m, end_m).coords)


@dataclass(frozen=True)
class Frame:
    """The tightest rectangle around a shape: a corner, two unit vectors (long side first) and the two lengths."""

    corner: Floats
    along: Floats
    across: Floats
    length_m: float
    width_m: float

    @property
    def angle_deg(self) -> float:
        """The direction of the long side, in degrees from east, in (-90, 90]."""
        angle = float(np.degrees(np.arctan2(self.along[1], self.along[0])))
        return (angle + 90) % 180 - 90


def frame(shape: BaseGeometry) -> Frame:
    """Return the tightest rectangle around `shape`."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(shape))
    first, second = corners[1] - corners[0], corners[3] - corners[0]
    # Added up by hand: what BLAS and hypot give depends on the processor, and so would a square's longer side.
    lengths = tuple(math.sqrt(x * x + y * y) for x, y in (first, second))
    if lengths[0] < lengths[1]:
        first, second, lengths = second, first, lengths[::-1]
    return Frame(corners[0], first / max(lengths[0], 1e-9), second / max(lengths[1], 1e-9), *lengths)


def cut_line(shape: Polygon, share: float, bend_m: float = 0.0, skew: float = 0.0) -> LineString:
    """Return a line across the longer side of `shape`, reaching over both edges.

    Args:
        shape: what will be cut.
        share: where along the longer side, 0..1.
        bend_m: how far the line's middle is pushed aside.
        skew: how far its ends are pushed apart, as a share of the width.
    """
    box = frame(shape)
    middle = box.corner + box.along * box.length_m * share + box.across * box.width_m / 2
    reach = box.across * (box.width_m / 2 + 20)
    lean = box.along * box.width_m * skew
    start, end = middle - reach - lean, middle + reach + lean
    if bend_m == 0:
        return line(np.array([start, end]))
    steps = np.linspace(0, 1, 7)[:, None]
    points = start + (end - start) * steps + box.along * bend_m * np.sin(np.pi * steps)
    return line(points)


def cut(shape: Polygon, knife: LineString) -> list[Polygon]:
    """Return the parts into which `knife` cuts `shape`; the shape itself where it misses."""
    edges = shapely.union(shape.boundary, knife)
    parts = polygons(shapely.polygonize([edges]))
    inside = [part for part in parts if shape.contains(part.representative_point())]
    return inside or [shape]


def halve(shape: Polygon, share: float) -> list[Polygon]:
    """Return the two sides of `shape` cut straight across its longer side (fast; for very many small cuts)."""
    box = frame(shape)
    reach = box.length_m + box.width_m
    middle = box.corner + box.along * box.length_m * share + box.across * box.width_m / 2
    left, right = middle - box.across * reach, middle + box.across * reach
    ahead = box.along * reach
    corners = np.array([[left, right, right + ahead, left + ahead], [left, right, right - ahead, left - ahead]])
    sides = shapely.intersection([shape, shape], shapely.polygons(corners))
    return [part for side in sides for part in polygons(side, 1.0)]


def break_up(shape: Polygon, target_m2: float, rng: np.random.Generator, spread: float = 0.12) -> list[Polygon]:
    """Return `shape` cut again and again until every part is smaller than about `target_m2`."""
    waiting, done = [shape], []
    while waiting:
        part = waiting.pop()
        if part.area <= target_m2 * rng.uniform(0.7, 1.45):
            done.append(part)
            continue
        halves = halve(part, rng.uniform(0.5 - spread, 0.5 + spread))
        if len(halves) < 2:
            done.append(part)
        else:
            waiting.extend(halves)
    return done
