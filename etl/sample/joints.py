"""What leads from one town to the next over the fields between them: arterials, the river, the railway."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry import LineString, Point

from etl.sample.city import City
from etl.sample.districts import District
from etl.sample.earth import Shift, to_wgs84
from etl.sample.extract import Extract, Tags, numbers_before
from etl.sample.names import MAJOR_ROADS
from etl.sample.shapes import Floats, line, lines, normals, polygons, stretch

TRACK: Tags = {"railway": "rail", "usage": "main", "gauge": "1435"}
_ROADS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("A1", "A3", "A4"), ("south", "north")),
    **dict.fromkeys(("B1", "B2", "B3", "B4"), ("west", "east")),
}
_MEETS = {"east": "west", "north": "south"}
_SIDES: Mapping[str, tuple[float, float]] = {"west": (-1, 0), "east": (1, 0), "south": (0, -1), "north": (0, 1)}
_RIVER = "river"
_NODE_EVERY_M, _OVERLAP_M, _HEADING_M = 45.0, 120.0, 60.0
_ONLY_THERE = frozenset({"bridge", "tunnel", "layer", "oneway"})


@dataclass(frozen=True)
class End:
    """Where something that leads on reaches the edge of its town.

    Attributes:
        key: what meets what: a key of MAJOR_ROADS, the river, one of the tracks.
        side: of the town.
        path: the last stretch, outwards, in metres from the town's centre.
        tags: of what leads on.
        node: the town's number of the last place, for roads.
        half_m: half the river's width.
    """

    key: str
    side: str
    path: LineString
    tags: Tags
    node: int = 0
    half_m: float = 0.0


def find_ends(city: City, numbers: Mapping[int, int]) -> list[End]:
    """Return what leads out of a town; `numbers` are the extract's nodes of those of the network."""
    return [*_roads(city, numbers), *_waters_and_tracks(city)]


def _roads(city: City, numbers: Mapping[int, int]) -> Iterator[End]:
    network = city.network
    uses = Counter(node for way in network.ways for node in set(way.nodes))
    for key, sides in _ROADS.items():
        loose = [
            (way.nodes[at], way.street, path if at else path.reverse())
            for way, path in zip(network.ways, network.lines, strict=True)
            for at in (0, -1)
            if way.street.name == MAJOR_ROADS[key][0] and uses[way.nodes[at]] == 1
        ]
        for side in sides:
            ends = [end for end in loose if not city.outline.buffer(200).contains(Point(end[2].coords[-1]))]
            ends = [end for end in ends if _ahead(city, side, end[2]) > 0.5 * max(1.0, end[2].distance(Point(0, 0)))]
            if ends:
                node, street, path = max(ends, key=lambda end: _ahead(city, side, end[2]))
                tags = {"highway": street.highway, "name": city.district.localised(street.name), **street.tags}
                kept = {name: value for name, value in tags.items() if name not in _ONLY_THERE}
                yield End(key, side, path, kept, numbers[node])


def _ahead(city: City, side: str, path: LineString) -> float:
    """How far out on one side of the town a path ends, in metres."""
    turn = city.ground.bend.turn_rad
    (u, v), (x, y) = _SIDES[side], path.coords[-1]
    return float((u * np.cos(turn) - v * np.sin(turn)) * x + (u * np.sin(turn) + v * np.cos(turn)) * y)


def _waters_and_tracks(city: City) -> Iterator[End]:
    ground = city.ground
    river = {"natural": "water", "water": "river", "name": city.district.river}
    for key, course, sides, tags in (
        (_RIVER, ground.river_line, ("north", "south"), river),
        ("track 0", ground.tracks[0], ("west", "east"), TRACK),
        ("track 1", ground.tracks[1], ("west", "east"), TRACK),
    ):
        drawn = lines(course.intersection(ground.reach))
        for path in (drawn[0].reverse(), drawn[-1]):
            side = max(sides, key=lambda one: _ahead(city, one, path))
            half = ground.river.exterior.distance(Point(path.coords[-1])) if key == _RIVER else 0.0
            yield End(key, side, path, tags, half_m=half)


def join(districts: Sequence[District], ends: Sequence[Sequence[End]], sizes: Sequence[tuple[int, int]]) -> Extract:
    """Return what joins neighbouring towns, numbered after all that is in these.

    Args:
        districts: in the order of the towns.
        ends: those of each town.
        sizes: how many nodes and ways each town has.
    """
    *before, (all_nodes, all_ways) = numbers_before(sizes)
    extract = Extract(nodes_before=all_nodes, ways_before=all_ways)
    placed = {
        (district.column, district.row, end.key, end.side): _placed(end, district.shift_m, base)
        for district, (base, _), own in zip(districts, before, ends, strict=True)
        for end in own
    }
    for (column, row, key, side), end in placed.items():
        there = (column + 1, row) if side == "east" else (column, row + 1)
        other = placed.get((*there, key, _MEETS.get(side, "")))
        if other is not None:
            _join(extract, end, other)
    return extract


def _placed(end: End, shift_m: Shift, base: int) -> End:
    """The end in metres from the first town's centre, with its number among all nodes."""
    return replace(end, path=shapely.transform(end.path, lambda xy: xy + np.array(shift_m)), node=end.node + base)


def _join(extract: Extract, end: End, other: End) -> None:
    course = _curve(end.path, other.path)
    if end.key in _ROADS:
        (between,) = to_wgs84([LineString(course.coords[1:-1])])
        extract.add_way([end.node, *extract.add_chain(between), other.node], end.tags)
    elif end.key == _RIVER:
        start, stop = (stretch(one.path, one.path.length - _OVERLAP_M, one.path.length) for one in (end, other))
        whole = LineString([*start.coords[:-1], *course.coords, *stop.coords[::-1][1:]])
        extract.add_areas([(part, end.tags) for part in polygons(_water(whole, end.half_m, other.half_m))])
        extract.add_lines([(course, {"waterway": "river", "name": end.tags["name"]})])
    else:
        extract.add_lines([(course, end.tags)])


def _curve(start: LineString, stop: LineString) -> LineString:
    """The way from the end of one path to that of another, leaving both in their own direction (a Hermite spline)."""
    (first, ahead), (last, back) = (_leaving(path) for path in (start, stop))
    length = float(np.hypot(*(last - first)))
    t = np.linspace(0, 1, max(4, round(length / _NODE_EVERY_M)) + 1)[:, None]
    places = (
        first * (2 * t**3 - 3 * t**2 + 1)
        + ahead * length * (t**3 - 2 * t**2 + t)
        + last * (3 * t**2 - 2 * t**3)
        - back * length * (t**3 - t**2)
    )
    return line(places)


def _leaving(path: LineString) -> tuple[Floats, Floats]:
    """The end of a path and the direction in which it leaves, a unit vector."""
    end = np.array(path.coords[-1])
    way = end - np.array(path.interpolate(max(0.0, path.length - _HEADING_M)).coords[0])
    return end, way / max(float(np.hypot(*way)), 1e-9)


def _water(course: LineString, first_m: float, last_m: float) -> shapely.Polygon:
    """A ribbon along a course whose half width goes from one to the other."""
    places = shapely.get_coordinates(course)
    half = np.linspace(first_m, last_m, len(places))[:, None] * normals(places)
    edge = np.vstack([places + half, (places - half)[::-1]])
    return shapely.Polygon(np.round(edge, 2)).buffer(0)
