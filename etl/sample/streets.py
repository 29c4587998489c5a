"""The street plan: arterials over the bent grid, roads along river and railway, and blocks halved by lesser streets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from etl.sample import names
from etl.sample.ground import Ground
from etl.sample.shapes import cut, cut_line, line, polygons, simpler, stretch

# Half the ground that a street takes between walls, and half its carriageway, in metres.
RESERVE_M = {
    "trunk": 23.0,
    "primary": 20.0,
    "secondary": 14.0,
    "tertiary": 10.0,
    "residential": 7.0,
    "living_street": 3.6,
    "pedestrian": 5.0,
    "service": 3.0,
    "footway": 1.5,
    "steps": 1.5,
}
CARRIAGEWAY_M = {
    "trunk": 12.0,
    "primary": 11.0,
    "secondary": 8.0,
    "tertiary": 6.0,
    "residential": 4.0,
    "living_street": 3.0,
    "pedestrian": 4.0,
    "service": 2.5,
    "footway": 1.0,
    "steps": 1.0,
}
_SPEED = {"trunk": "60", "primary": "50", "secondary": "40", "tertiary": "40"}


@dataclass(frozen=True)
class Street:
    """One street with the same facts all along its line; a loose one need not be joined to the others."""

    line: LineString
    highway: str
    name: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    is_loose: bool = False


# key: (class, axis, grid coordinate, from, to, crosses the river, crosses the railway)
_PLAN = (
    ("A1", "trunk", "u", -1130, -3000, 3000, False, True),
    ("A2", "primary", "u", -440, -3000, 900, False, False),
    ("A3", "primary", "u", 190, -2300, 3000, False, True),
    ("A4", "secondary", "u", 1210, -3000, 3000, False, False),
    ("B1", "primary", "v", 1500, -3000, 3000, True, False),
    ("B2", "primary", "v", 270, -3000, 3000, True, False),
    ("B3", "primary", "v", -580, -3000, 3000, True, False),
    ("B4", "trunk", "v", -1380, -3000, 3000, True, False),
    ("", "secondary", "u", -790, -1380, 3000, False, False),
    ("", "secondary", "u", -130, -1380, 900, False, False),
    ("", "secondary", "v", -160, -1130, 3000, False, False),
    ("", "secondary", "v", -980, -3000, 3000, False, False),
    ("", "secondary", "v", -1860, -3000, 3000, False, False),
    ("", "tertiary", "v", 1880, -560, 3000, False, False),
)

# One-way pairs through the centre: class, axis, grid coordinate, from, to; cars go from the first to the second.
_PAIRS = (
    ("tertiary", "u", -285, -640, 330),
    ("tertiary", "u", 30, 330, -640),
    ("tertiary", "v", 70, -850, 250),
    ("tertiary", "v", -370, 250, -850),
)


def plan_majors(ground: Ground, rng: np.random.Generator, words: Iterator[str]) -> list[Street]:
    """Return the arterials and secondary roads, ended at barriers that they don't cross."""
    streets = _beside_barriers(ground)
    keep_out = shapely.union_all([hill.buffer(20) for hill in ground.hills])
    reach = ground.outline.buffer(520)
    for key, highway, axis, at, start, end, over_river, under_rail in _PLAN:
        at_now = at + rng.uniform(-30, 30)
        along = np.arange(start, end + 1, 40.0)
        across = np.full_like(along, at_now)
        plan = np.column_stack([across, along] if axis == "u" else [along, across])
        path: BaseGeometry = line(ground.bend(plan)).simplify(0.4).intersection(reach).difference(keep_out)
        if not over_river:
            path = path.difference(ground.banks)
        if not under_rail:
            path = path.difference(ground.rail_belt)
        name, ref = names.MAJOR_ROADS.get(key, ("", ""))
        tags = {"ref": ref} if ref else {}
        street_name = name or next(words)
        streets += [
            Street(part, highway, street_name, tags)
            for part in shapely.get_parts(path)
            if isinstance(part, LineString) and part.length > 60
        ]
    streets += _one_way_pairs(ground, rng, words)
    for hill in ground.hills:
        streets += _around(hill, streets, next(words))
    return _trim_overhang([part for street in streets for part in _over_and_under(street, ground)])


def _one_way_pairs(ground: Ground, rng: np.random.Generator, words: Iterator[str]) -> list[Street]:
    """The streets of the centre that cars may use in one direction, by twos."""
    found = []
    for highway, axis, at, start, end in _PAIRS:
        along = np.arange(start, end, 40.0 if end > start else -40.0)
        across = np.full_like(along, at + rng.uniform(-22, 22))
        plan = np.column_stack([across, along] if axis == "u" else [along, across])
        found.append(Street(line(ground.bend(plan)), highway, next(words), {"oneway": "yes"}))
    return found


def _around(hill: Polygon, streets: list[Street], name: str) -> list[Street]:
    """The road around a hill and, where no street leads from there to an arterial, the shortest way to one."""
    loop = LineString(simpler(hill.buffer(20), 1).exterior)
    found = [Street(loop, "residential", name)]
    arterials = shapely.union_all([street.line for street in streets if street.highway in ("trunk", "primary")])
    meeting = [street.line for street in streets if street.line.distance(loop) < 0.05]
    if not any(path.distance(arterials) < 0.05 for path in meeting):
        found.append(Street(LineString(shapely.shortest_line(loop, arterials).coords), "residential", name))
    return found


def _beside_barriers(ground: Ground) -> list[Street]:
    """The roads along both banks and along both sides of the railway; neither crosses the other barrier."""
    reach = ground.outline.buffer(300)
    found = []
    for key, highway, path, barrier in (
        ("W", "secondary", ground.bank_lines[1], ground.rail_belt),
        ("E", "tertiary", ground.bank_lines[0], ground.rail_belt),
        ("RN", "tertiary", ground.rail_lines[0], ground.banks),
        ("RS", "secondary", ground.rail_lines[1], ground.banks),
    ):
        parts = path.intersection(reach).difference(barrier)
        found += [
            Street(part, highway, names.MAJOR_ROADS[key][0]) for part in shapely.get_parts(parts) if part.length > 40
        ]
    return found


def _over_and_under(street: Street, ground: Ground) -> list[Street]:
    """The street in pieces: bridges over water, underpasses below the track, the rest on the ground."""
    raised: list[tuple[float, float, dict[str, str]]] = []
    for barrier, tags in (
        (ground.river.buffer(9), {"bridge": "yes", "layer": "1"}),
        (ground.rail.buffer(24), {"tunnel": "yes", "layer": "-1"}),
    ):
        inside = shapely.union_all([street.line.intersection(Polygon(barrier.exterior))])
        for part in shapely.get_parts(shapely.line_merge(inside) if inside.geom_type != "LineString" else inside):
            if isinstance(part, LineString) and part.length > 5:
                ends = sorted(street.line.project(Point(end)) for end in (part.coords[0], part.coords[-1]))
                raised.append((ends[0], ends[1], tags))
    pieces, at = [], 0.0
    for start, end, tags in sorted(raised, key=lambda piece: piece[0]):
        pieces += [(at, start, {}), (start, end, tags)]
        at = end
    pieces.append((at, street.line.length, {}))
    return [
        replace(street, line=stretch(street.line, start, end), tags=street.tags | tags)
        for start, end, tags in pieces
        if end - start > 1
    ]


def _trim_overhang(streets: list[Street]) -> list[Street]:
    """Leave out pieces that meet no other street (an arterial cut off between two barriers)."""
    lines = [street.line for street in streets]
    tree = shapely.STRtree(lines)
    left, right = tree.query(lines, predicate="dwithin", distance=0.05)
    met = set(left[left != right].tolist())
    return [street for number, street in enumerate(streets) if number in met]


def ring_junction(streets: list[Street]) -> list[Street]:
    """Return the streets with a roundabout where the two central arterials meet."""
    first = shapely.union_all([street.line for street in streets if street.name == names.MAJOR_ROADS["A2"][0]])
    second = shapely.union_all([street.line for street in streets if street.name == names.MAJOR_ROADS["B2"][0]])
    centre = first.intersection(second)
    if not isinstance(centre, Point):
        return streets
    disc = centre.buffer(30, quad_segs=8)
    ring = LineString(np.round(shapely.get_coordinates(disc.exterior)[::-1], 2))
    disc = Polygon(ring)
    kept = [
        replace(street, line=part)
        for street in streets
        for part in shapely.get_parts(street.line.difference(disc))
        if part.length > 1
    ]
    return [*kept, Street(ring, "primary", "街心转盘", {"junction": "roundabout", "oneway": "yes"})]


def faces(streets: list[Street], extra: list[BaseGeometry]) -> list[Polygon]:
    """Return the faces between streets and other lines."""
    noded = shapely.union_all([*(street.line for street in streets), *extra], grid_size=0.01)
    return polygons(shapely.polygonize([noded]))


@dataclass(frozen=True)
class Zone:
    """How finely a part of the town is cut, and into what kind of streets."""

    block_m2: float
    bend_m: float
    skew: float
    is_old_town: bool


def zone(point: Point, ground: Ground) -> Zone:
    """Return the zone of a place: the old town's lanes, the dense core, the newer ring, the edge."""
    away = point.distance(ground.centre)
    if point.distance(ground.old_town) < 340:
        return Zone(11_000, 7, 0.10, True)
    if point.distance(ground.market_lanes) < 230:
        return Zone(13_000, 6, 0.08, True)
    if away < 950:
        return Zone(42_000, 6, 0.03, False)
    if away < 1650:
        return Zone(66_000, 12, 0.03, False)
    return Zone(105_000, 22, 0.05, False)


def halve_blocks(streets: list[Street], ground: Ground, rng: np.random.Generator, words: Iterator[str]) -> list[Street]:
    """Return the lesser streets: every face cut across its longer side until it has its zone's size."""
    closed = ground.land.exterior
    keep_out = shapely.union_all([ground.banks, ground.rail_belt, *(hill.buffer(20) for hill in ground.hills)])
    waiting = [
        (face, 0)
        for face in faces(streets, [closed])
        if face.intersection(keep_out).area < 0.5 * face.area and ground.land.buffer(1).contains(face)
    ]
    found: list[Street] = []
    while waiting:
        face, depth = waiting.pop()
        here = zone(face.representative_point(), ground)
        is_estate = depth > 0 and face.area < 190_000 and rng.random() < 0.06
        if face.area < here.block_m2 * rng.uniform(0.8, 1.7) or is_estate:
            continue
        found_cut = _halving(face, here, rng)
        if found_cut:
            path, parts = found_cut
            found.append(_lesser(path, depth, here, rng, words))
            waiting.extend((part, depth + 1) for part in parts)
    return found


def _halving(face: Polygon, here: Zone, rng: np.random.Generator) -> tuple[LineString, list[Polygon]] | None:
    """One street across a face and the two sides that it leaves; None where five tries found none."""
    for _ in range(5):
        bend = float(rng.uniform(-1, 1) * here.bend_m)
        knife = cut_line(face, float(rng.uniform(0.36, 0.64)), bend, float(rng.uniform(-1, 1) * here.skew))
        parts = cut(face, knife)
        path = knife.intersection(face)
        is_clean = len(parts) == 2 and isinstance(path, LineString) and path.length > 45
        if is_clean and min(part.area for part in parts) > 2500:
            return LineString(path.coords), parts
    return None


def _lesser(path: LineString, depth: int, here: Zone, rng: np.random.Generator, words: Iterator[str]) -> Street:
    """One dividing street: its class from its depth, in the old town sometimes a dead end or for walkers only."""
    if not here.is_old_town:
        highway = "tertiary" if depth == 0 and path.length > 260 else "residential"
        is_one_way = highway == "residential" and here.bend_m < 10 and rng.random() < 0.2
        return Street(path, highway, next(words), {"oneway": "yes"} if is_one_way else {})
    if depth < 2:
        return Street(path, "residential", next(words))
    if depth > 3 and rng.random() < 0.28:
        kept = rng.uniform(0.45, 0.75)
        path = stretch(path, 0, kept * path.length)
        return Street(path, "living_street", next(words))
    highway = "pedestrian" if rng.random() < 0.12 else "living_street"
    return Street(path, highway, next(words))


def with_speeds(streets: list[Street]) -> list[Street]:
    """Return the streets with the speed limit of their class."""
    return [
        replace(street, tags=street.tags | {"maxspeed": _SPEED[street.highway]}) if street.highway in _SPEED else street
        for street in streets
    ]
