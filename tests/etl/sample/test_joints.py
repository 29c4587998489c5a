"""What joins two towns: it starts where one's road or river ends, in its direction, and ends where the other's does."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import LineString, Point

from etl.sample.districts import lay_districts
from etl.sample.earth import to_wgs84
from etl.sample.joints import End, join

NORTH = LineString([(0, 2300), (0, 2700)])
SOUTH = LineString([(150, -2400), (150, -2800)])
SIZES = [(100, 20), (50, 10), (50, 10), (50, 10)]


def of_two_above_each_other(key: str, tags: dict[str, str], half_m: float = 0.0) -> list[list[End]]:
    """The first district's end in the north, and that of the third, which lies north of it, in the south."""
    first, last = End(key, "north", NORTH, tags, 7, half_m), End(key, "south", SOUTH, tags, 9, half_m)
    return [[first], [], [last], []]


def test_a_road_joins_the_towns_own_nodes() -> None:
    districts = lay_districts(4)
    joints = join(districts, of_two_above_each_other("A1", {"highway": "trunk", "ref": "S209"}), SIZES)
    [(refs, tags)] = joints.ways
    assert (refs[0], refs[-1]) == (7, 100 + 50 + 9)
    assert refs[1:-1] == [number + 250 for number in range(1, len(refs) - 1)]
    assert tags == {"highway": "trunk", "ref": "S209"}


def test_the_river_flows_on_in_its_width() -> None:
    districts = lay_districts(4)
    joints = join(districts, of_two_above_each_other("river", {"natural": "water", "name": "R"}, 40.0), SIZES)
    water, course = (shapely.LineString([joints.nodes[ref - 251][:2] for ref in refs]) for refs, _ in joints.ways)
    start, stop = NORTH.coords[-1], np.array(SOUTH.coords[-1]) + np.array(districts[2].shift_m)
    first, last = to_wgs84([Point(start), Point(stop)])
    assert first.distance(Point(course.coords[0])) < 1e-6
    assert last.distance(Point(course.coords[-1])) < 1e-6
    # 80 m wide, as long as the way between and 120 m into both towns.
    square_m = 111_320**2 * np.cos(np.radians(27.73))
    length_m = np.hypot(*(stop - np.array(start))) + 240
    assert 0.95 < shapely.Polygon(water).area * square_m / (80 * length_m) < 1.15


def test_nothing_is_joined_to_where_no_town_lies() -> None:
    joints = join(lay_districts(4), [[End("A1", "south", SOUTH, {}, 1)], [], [], []], SIZES)
    assert (joints.nodes, joints.ways, joints.relations) == ([], [], [])
