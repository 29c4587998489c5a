"""Puts buildings on a plot: rows of slabs, towers, old lanes' houses, shop fronts, sheds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from etl.sample.shapes import Floats, break_up, frame, largest, polygons, simpler


@dataclass(frozen=True)
class House:
    """One building: its footprint, OSM's building value, storeys above ground, flats (0 where nobody lives)."""

    outline: Polygon
    kind: str
    levels: int
    flats: int = 0
    name: str = ""


@dataclass(frozen=True)
class Layout:
    """What stands on a plot, and the service ways between it."""

    houses: list[House]
    paths: list[LineString]


@dataclass(frozen=True)
class Rows:
    """How rows of slabs are set: sizes in metres, `stairs_m` for each staircase, `homes` by it on each floor."""

    depth_m: tuple[float, float]
    length_m: tuple[float, float]
    gap_m: tuple[float, float]
    levels: tuple[int, int]
    kind: str
    stairs_m: float = 0.0
    edge_m: float = 5.0
    most: int = 400
    green_m: float = 0.0
    homes: float = 2.0


_STAIRS_OUT_M = 1.3
_TRIES = 8

TERRACES = Rows((9.5, 12), (13, 30), (11.5, 15), (3, 6), "residential", 11.0, 2.0, 60, homes=0.45)
UNIT_YARD = Rows((10.5, 12.5), (34, 58), (15, 20), (5, 7), "apartments", 16.0, 3.5, 6)
SLABS = Rows((11.5, 13), (40, 60), (21, 27), (6, 7), "apartments", 15.0, 6.0, 400, 26.0)
SCHOOL = Rows((13, 16), (45, 80), (24, 30), (4, 5), "school", most=4)
HOSPITAL = Rows((17, 22), (45, 80), (24, 34), (6, 14), "hospital", most=5)
OFFICE = Rows((15, 19), (40, 70), (26, 36), (5, 12), "office", most=3)
SHEDS = Rows((28, 42), (60, 120), (14, 20), (1, 2), "industrial", edge_m=8, most=14)


def facing(plot: BaseGeometry) -> float:
    """The angle of the rows on a plot, degrees from east: along the plot, but never more than 15 from the south."""
    angle = frame(plot).angle_deg
    angle = (angle + 45) % 90 - 45
    return float(np.clip(angle, -15, 15))


def rows(plot: Polygon, style: Rows, rng: np.random.Generator) -> Layout:
    """Return slabs in rows, long side to the south, a service way up the middle and lanes between the rows."""
    angle, origin = facing(plot), plot.centroid
    yard = affinity.rotate(plot, -angle, origin=origin)
    inner = yard.buffer(-style.edge_m, join_style="mitre")
    if inner.is_empty:
        return Layout([], [])
    inner = largest(inner)
    shapely.prepare(inner)
    left, bottom, right, top = inner.bounds
    depth, gap = rng.uniform(*style.depth_m), rng.uniform(*style.gap_m)
    spines = [left + (right - left) * share for share in _spines(right - left, rng)]
    garden = inner.centroid.buffer(style.green_m) if style.green_m and inner.area > 16_000 else Polygon()
    found: list[House] = []
    lanes: list[LineString] = []
    spare = (top - bottom + gap) % (depth + gap)
    y = bottom + spare * rng.uniform(0.3, 0.7)
    while y + depth <= top and len(found) < style.most:
        ends = [left, *spines, right]
        for start, end in pairwise(ends):
            found += _row(inner, (start + 4.5, end - 4.5), (y, depth), style, rng)
        middle = y + depth + (gap + _STAIRS_OUT_M) / 2
        lanes += polylines(LineString([(left, middle), (right, middle)]), inner)
        y += depth + gap
    found = [house for house in found if not house.outline.intersects(garden)][: style.most]
    paths = [part for x in spines for part in polylines(LineString([(x, bottom), (x, top)]), inner)]
    if len(found) > 3:
        step = 1 if gap > 16 else 2
        paths += [lane for lane in lanes[:-1:step] if any(lane.intersects(path) for path in paths)]
    return Layout(
        [replace(house, outline=affinity.rotate(house.outline, angle, origin=origin)) for house in found],
        [affinity.rotate(path, angle, origin=origin) for path in paths],
    )


def polylines(path: LineString, inside: BaseGeometry) -> list[LineString]:
    """Return the parts of `path` inside a shape that are worth drawing."""
    parts = shapely.get_parts(path.intersection(inside))
    return [part for part in parts if isinstance(part, LineString) and part.length > 14]


def _spines(width: float, rng: np.random.Generator) -> list[float]:
    if width < 190:
        return [float(rng.uniform(0.4, 0.6))]
    count = int(width // 150)
    return [(number + float(rng.uniform(0.88, 1.12))) / (count + 1) for number in range(count)]


def _row(
    inner: Polygon, span: tuple[float, float], band: tuple[float, float], style: Rows, rng: np.random.Generator
) -> Iterator[House]:
    """Slabs from left to right in one band (bottom, depth), where they fit."""
    x, (y, depth) = span[0], band
    levels = int(rng.integers(style.levels[0], style.levels[1] + 1))
    while x < span[1] - style.length_m[0] * 0.55:
        length = min(float(rng.uniform(*style.length_m)), span[1] - x)
        slab = box(x, y, x + length, y + depth)
        while length > style.length_m[0] * 0.55 and not inner.contains(slab):
            length -= 6
            slab = box(x, y, x + length, y + depth)
        if length <= style.length_m[0] * 0.55:
            x += 8
            continue
        stairs = round(length / style.stairs_m) if style.stairs_m else 0
        yield House(_with_stairs(slab, stairs), style.kind, levels, round(stairs * style.homes * levels))
        x += length + float(rng.uniform(7, 11))


def _with_stairs(slab: Polygon, stairs: int) -> Polygon:
    """A slab with its staircases standing out a little on the north side."""
    if stairs < 2:
        return slab
    left, bottom, right, top = slab.bounds
    step = (right - left) / stairs
    edge = [(left, bottom), (right, bottom), (right, top)]
    for number in reversed(range(stairs)):
        middle = left + step * (number + 0.5)
        edge += [
            (middle + 2.2, top),
            (middle + 2.2, top + _STAIRS_OUT_M),
            (middle - 2.2, top + _STAIRS_OUT_M),
            (middle - 2.2, top),
        ]
    return Polygon([*edge, (left, top)])


def towers(plot: Polygon, rng: np.random.Generator) -> Layout:
    """Return towers on a loose grid inside a ring of service way."""
    angle, origin = facing(plot), plot.centroid
    yard = affinity.rotate(plot, -angle, origin=origin)
    ring = largest(yard.buffer(-9, join_style="mitre"))
    inner = ring.buffer(-6, join_style="mitre")
    if inner.is_empty:
        return Layout([], [])
    is_point = bool(rng.random() < 0.55)
    size = (26.0, 24.0) if is_point else (float(rng.uniform(38, 45)), 16.0)
    steps = size[0] + float(rng.uniform(22, 32)), size[1] + float(rng.uniform(34, 42))
    levels = int(rng.integers(18, 34))
    shapely.prepare(inner)
    tries = [_tower_grid(inner, size, steps, rng.uniform(0, 1, 2), is_point) for _ in range(_TRIES)]
    found = []
    for tower in max(tries, key=len):
        floors = max(11, levels + int(rng.integers(-3, 3)))
        found.append(House(affinity.rotate(tower, angle, origin=origin), "apartments", floors, floors * 4))
    loop = LineString(simpler(ring, 2).exterior)
    return Layout(found, [affinity.rotate(loop, angle, origin=origin)])


def _tower_grid(
    inner: BaseGeometry, size: tuple[float, float], steps: tuple[float, float], shift: Floats, is_point: bool
) -> list[Polygon]:
    """The towers of a staggered grid, moved by `shift` (shares of a step), that stand wholly inside."""
    left, bottom, right, top = inner.bounds
    found = []
    for number, y in enumerate(np.arange(bottom + shift[1] * steps[1], top - size[1], steps[1])):
        start = left + (shift[0] + (0.5 if number % 2 else 0.0)) % 1 * steps[0]
        towers_here = (_tower(float(x), float(y), *size, is_point) for x in np.arange(start, right - size[0], steps[0]))
        found += [tower for tower in towers_here if inner.contains(tower)]
    return found


def _tower(x: float, y: float, wide: float, deep: float, is_point: bool) -> Polygon:
    """A butterfly plan for point towers, a stepped slab for the others."""
    if is_point:
        wings = [box(x, y, x + wide * 0.4, y + deep), box(x + wide * 0.6, y, x + wide, y + deep)]
        return largest(shapely.union_all([*wings, box(x + 2, y + deep * 0.28, x + wide - 2, y + deep * 0.8)]))
    parts = [box(x, y, x + wide * 0.52, y + deep * 0.86), box(x + wide * 0.48, y + deep * 0.14, x + wide, y + deep)]
    return largest(shapely.union_all(parts))


def cottages(plot: Polygon, size_m2: float, share: float, rng: np.random.Generator) -> Layout:
    """Return small houses packed irregularly, `share` of the places taken, with a dead-end alley into deep plots."""
    alley = _alley(plot, rng)
    rest: BaseGeometry = plot.difference(alley.buffer(3.2)) if alley else plot
    found = []
    for part in polygons(rest, 60):
        for place in break_up(part, size_m2, rng, 0.2):
            house = largest(place.buffer(-float(rng.uniform(0.4, 1.5)), join_style="mitre"))
            shape = frame(house) if house.area > 34 else None
            if shape and shape.width_m > 5 and rng.random() < share:
                levels = int(rng.choice([1, 2, 2, 3, 3, 4, 5]))
                found.append(House(simpler(house, 0.4), "house", levels, 1))
    return Layout(found, [alley] if alley else [])


def _alley(plot: Polygon, rng: np.random.Generator) -> LineString | None:
    """A crooked dead end from one short side two thirds into the plot."""
    shape = frame(plot)
    if shape.width_m < 42:
        return None
    middle = shape.corner + shape.across * shape.width_m * float(rng.uniform(0.4, 0.6))
    shares = np.array([0.0, 0.25, 0.48, float(rng.uniform(0.6, 0.8))]) * shape.length_m
    swing = np.array([0, *rng.uniform(-5, 5, 3)])
    points = middle + shape.along * shares[:, None] + shape.across * swing[:, None]
    parts = polylines(LineString(points), plot.buffer(-1))
    return max(parts, key=lambda part: part.length, default=None)


def scattered(plot: Polygon, count: int, rng: np.random.Generator) -> Layout:
    """Return farmhouses in a loose row near the plot's edge."""
    edge = plot.buffer(-14).simplify(2)
    if edge.is_empty:
        return Layout([], [])
    ring = largest(edge).exterior
    found: list[House] = []
    start = rng.uniform(0, ring.length)
    for number in range(count):
        at = ring.interpolate((start + number * rng.uniform(13, 21)) % ring.length)
        ahead = ring.interpolate((ring.project(at) + 2) % ring.length)
        angle = float(np.degrees(np.arctan2(ahead.y - at.y, ahead.x - at.x))) + rng.uniform(-7, 7)
        wide, deep = rng.uniform(9, 14), rng.uniform(8, 11)
        house = affinity.rotate(box(at.x - wide / 2, at.y - deep / 2, at.x + wide / 2, at.y + deep / 2), angle)
        if plot.contains(house) and all(house.distance(other.outline) > 1.2 for other in found):
            found.append(House(house, "house", int(rng.integers(2, 5)), 1))
    return Layout(found, [])


def shop_fronts(plot: Polygon, kind: str, levels: tuple[int, int], rng: np.random.Generator) -> Layout:
    """Return a broken row of shops around the plot's edge with offices or one larger block inside."""
    deep = float(rng.uniform(11, 15))
    ring = plot.difference(plot.buffer(-deep, join_style="mitre"))
    found = []
    for part in polygons(ring, 60):
        for place in break_up(part, 430, rng):
            shop = largest(place.buffer(-0.7, join_style="mitre"))
            if shop.area > 90 and frame(shop).width_m > 6 and rng.random() < 0.8:
                found.append(House(simpler(shop, 0.3), "retail", int(rng.integers(2, 6))))
    inside = largest(plot.buffer(-deep - 9, join_style="mitre"))
    if kind == "retail" and inside.area > 1500 and rng.random() < 0.6:
        found += rows(inside, OFFICE, rng).houses
    elif inside.area > 700:
        found.append(House(simpler(inside, 1), kind, int(rng.integers(levels[0], levels[1] + 1))))
    return Layout(found, [])


def near(layout: Layout, at: Point) -> LineString | None:
    """Return the layout's way nearest to a point, or None where it has none."""
    return min(layout.paths, key=lambda path: path.distance(at), default=None)
