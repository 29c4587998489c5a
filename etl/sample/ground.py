"""The lie of the land before anyone built: outline, river with an island, railway, two hills, and a bent grid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon

from etl.sample.shapes import Floats, blob, largest, line, normals, simpler, smooth


@dataclass(frozen=True)
class Bend:
    """The town's plan is drawn on a straight (u, v) grid in metres; this turns and bends it into (x, y)."""

    turn_rad: float
    phases: Floats

    def __call__(self, points: Floats) -> Floats:
        """Return the (n, 2) plane coordinates of (n, 2) grid coordinates."""
        u, v = points[:, 0], points[:, 1]
        swing_u = 62 * np.sin(v / 640 + self.phases[0]) + 20 * np.sin((u + 2 * v) / 370 + self.phases[1])
        swing_v = 58 * np.sin(u / 600 + self.phases[2]) + 18 * np.sin((2 * u - v) / 390 + self.phases[3])
        a, b = u + swing_u, v + swing_v
        cos, sin = np.cos(self.turn_rad), np.sin(self.turn_rad)
        return np.round(np.column_stack([a * cos - b * sin, a * sin + b * cos]), 2)

    def point(self, u: float, v: float) -> Point:
        """Return one grid point as a plane point."""
        return Point(self(np.array([[u, v]]))[0])


@dataclass(frozen=True)
class Ground:
    """What nature and the railway left.

    Attributes:
        outline: the sub-district, about 3.5 x 4.5 km; all plane coordinates are metres from its centre.
        land: where the town is drawn: the outline and a strip around it.
        bend: from the plan's grid to the plane.
        river: the water, with the island as a hole; `river_line` is its middle.
        banks: the river with its green banks, up to the middle of the roads on both sides.
        bank_lines: the middles of these roads, west and east.
        rail: the middle of the double track.
        rail_belt: the railway's ground, up to the middle of the roads along it.
        rail_lines: the middles of these roads, north and south.
        hills: the two hills; no street crosses them.
    """

    outline: Polygon
    land: Polygon
    bend: Bend
    river: Polygon
    river_line: LineString
    island: Polygon
    banks: Polygon
    bank_lines: tuple[LineString, LineString]
    rail: LineString
    rail_belt: Polygon
    rail_lines: tuple[LineString, LineString]
    hills: tuple[Polygon, Polygon]

    @cached_property
    def centre(self) -> Point:
        """The middle of the town."""
        return self.bend.point(-60, -40)

    @cached_property
    def old_town(self) -> Point:
        """The middle of the old lanes."""
        return self.bend.point(-90, -230)

    @cached_property
    def market_lanes(self) -> Point:
        """The middle of the other, smaller quarter of lanes."""
        return self.bend.point(330, -830)

    @cached_property
    def reach(self) -> Polygon:
        """How far river and railway are drawn."""
        return self.land.buffer(250)

    @property
    def tracks(self) -> tuple[LineString, LineString]:
        """The two tracks, from the west to the east."""
        right, left = (LineString(self.rail.offset_curve(aside).coords) for aside in (-_TRACK_ASIDE_M, _TRACK_ASIDE_M))
        return right, left


# The plan, in grid coordinates (u east, v north, metres). Seeds move every one of these a little.
_RIVER = ((690, 3100), (640, 2350), (610, 1900), (800, 1350), (800, 700), (500, 180), (500, -420), (840, -950))
_RIVER_SOUTH = ((930, -1650), (760, -2350), (700, -3100))
_HILLS = ((-760, 1990, 300, 190), (1560, -190, 205, 270))
BANK_M = 34.0
_TRACK_ASIDE_M = 2.3
_RAIL_NORTH_M, _RAIL_SOUTH_M = 40.0, 82.0


def lay_ground(rng: np.random.Generator) -> Ground:
    """Return the land that the whole town stands on."""
    bend = Bend(np.radians(rng.uniform(-9, -5)), rng.uniform(0, 2 * np.pi, 4))
    outline = _outline(rng)
    river_points, widths = _river(bend, rng)
    aside = normals(river_points)
    half = widths[:, None] / 2
    banks = [line(river_points + aside * (half + BANK_M) * side) for side in (-1, 1)]
    water = _ribbon(line(river_points + aside * half), line(river_points - aside * half))
    island = _island(river_points, widths, rng)
    rail_points = _rail(bend, rng)
    up = normals(rail_points)
    north, south = line(rail_points + up * _RAIL_NORTH_M), line(rail_points - up * _RAIL_SOUTH_M)
    hills = [
        blob(_xy(bend.point(u + rng.uniform(-30, 30), v + rng.uniform(-30, 30))), (a, b), rng, 0.16)
        for u, v, a, b in _HILLS
    ]
    return Ground(
        outline=outline,
        land=simpler(outline.buffer(240), 5),
        bend=bend,
        river=largest(water.difference(island)),
        river_line=line(river_points),
        island=island,
        banks=_ribbon(*banks),
        bank_lines=(banks[0], banks[1]),
        rail=line(rail_points),
        rail_belt=_ribbon(north, south),
        rail_lines=(north, south),
        hills=(hills[0], hills[1]),
    )


def _xy(point: Point) -> tuple[float, float]:
    return point.x, point.y


def _outline(rng: np.random.Generator) -> Polygon:
    """A boundary as boundaries are: long even stretches, a few bulges, many small kinks."""
    angles = np.linspace(0, 2 * np.pi, 181)[:-1]
    cos, sin = np.cos(angles), np.sin(angles)
    radius = (np.abs(cos / 1730) ** 2.7 + np.abs(sin / 2230) ** 2.7) ** (-1 / 2.7)
    for waves, size in ((3, 0.035), (5, 0.035), (8, 0.025), (13, 0.014), (21, 0.007), (34, 0.003)):
        radius *= 1 + size * np.sin(waves * angles + rng.uniform(0, 2 * np.pi))
    return Polygon(np.round(np.column_stack([radius * cos, radius * sin]), 2))


def _river(bend: Bend, rng: np.random.Generator) -> tuple[Floats, Floats]:
    plan = np.array(_RIVER + _RIVER_SOUTH, dtype=np.float64)
    plan[1:-1] += rng.uniform(-45, 45, (len(plan) - 2, 2))
    points = bend(smooth(plan))
    along = np.linspace(0, 1, len(points))
    widths = 84 + 15 * np.sin(along * 19 + rng.uniform(0, 6)) + 8 * np.sin(along * 47)
    at = int(np.argmin(np.abs(along - 0.56)))
    widths += 42 * np.exp(-(((np.arange(len(points)) - at) / 7.0) ** 2))
    return points, np.clip(widths, 62, 138)


def _island(river: Floats, widths: Floats, rng: np.random.Generator) -> Polygon:
    """A long, thin island where the river is widest."""
    at = int(np.argmax(widths))
    span = river[at - 5 : at + 6]
    halves = 19 * np.sin(np.linspace(0.08, np.pi - 0.08, len(span)))[:, None] * rng.uniform(0.9, 1.1)
    aside = normals(span)
    edge = np.vstack([span + aside * halves, (span - aside * halves)[::-1]])
    closed = Polygon(np.round(edge, 2)).buffer(0)
    return largest(closed.buffer(4).simplify(0.5))


def _rail(bend: Bend, rng: np.random.Generator) -> Floats:
    """A nearly straight track from the western to the eastern edge, with one wide curve."""
    west = bend(np.array([[-2900.0, 780.0 + rng.uniform(-40, 40)]]))[0]
    east = bend(np.array([[2900.0, 1010.0 + rng.uniform(-40, 40)]]))[0]
    share = np.linspace(0, 1, 80)[:, None]
    up = np.array([-(east - west)[1], (east - west)[0]]) / math.hypot(*(east - west))
    points: Floats = west + (east - west) * share + up * 55 * np.sin(share * np.pi * 1.4 - 0.5)
    return points


def _ribbon(left: LineString, right: LineString) -> Polygon:
    edge = np.vstack([shapely.get_coordinates(left), shapely.get_coordinates(right)[::-1]])
    ring = Polygon(edge)
    return ring if ring.is_valid else largest(ring.buffer(0))
