"""Travel times worked out from the sample's files alone, by another method: every edge again until nothing changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import geopandas
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, Point

from geodata.layers.hours import canonical_hours, is_open
from tests.etl.sample.conftest import METRIC, Extract

Floats = npt.NDArray[np.float64]
TIMES = {"Mo 10:00": (0, 10 * 60), "Mo 22:30": (0, 22 * 60 + 30)}
CROSSING_M, ON_IT_M, NEAR_M, SNAP_KMH = 250, 5.0, 30, 4.5


@dataclass(frozen=True)
class Post:
    code: str
    hours: str
    desks: int
    place: Point


@dataclass(frozen=True)
class Place:
    """A compound: residents (NaN where unknown), gates as (node or -1, kind, hours), the nodes near its wall."""

    code: str
    residents: float
    gates: Sequence[tuple[int, str, str]]
    near: Sequence[int]


def opened(hours: str, when: str) -> bool:
    written = canonical_hours(hours)
    assert written is not None
    return is_open(written, *TIMES[when])


class World:
    """One mode's ways, as numbered nodes and arcs (from, to, seconds)."""

    def __init__(self, extract: Extract, mode: Mapping[str, Any]) -> None:
        self.limit_s = mode["limit_min"] * 60
        where: dict[int, tuple[float, float]] = {}
        self.ahead: list[tuple[int, int, float]] = []
        self.against: list[tuple[int, int, float]] = []
        self.steps: list[tuple[int, int, bool, float]] = []
        for tags, nodes, line in extract.roads:
            if tags["highway"] not in mode["kmh"] or tags.get("access") == "private":
                continue
            where |= {node: (x, y) for node, (x, y) in zip(nodes, line.coords, strict=True)}
            is_one_way = mode["keeps_one_ways"] and tags.get("oneway") == "yes"
            for a, b in pairwise(nodes):
                seconds = float(np.hypot(*np.subtract(where[a], where[b]))) * 3.6 / mode["kmh"][tags["highway"]]
                self.ahead.append((a, b, seconds))
                (self.against if is_one_way else self.ahead).append((b, a, seconds))
                self.steps.append((a, b, is_one_way, seconds))
        self.ids = sorted(where)
        self.number = {node: n for n, node in enumerate(self.ids)}
        self.points = np.array([Point(where[node]) for node in self.ids], dtype=object)
        self.lines = [LineString([where[a], where[b]]) for a, b, _, _ in self.steps]
        slow = mode["kmh"]["residential"] / 3.6
        # The two tracks lie 2.3 m from the railway's middle.
        self.bridges = [
            (a, b, metres / slow)
            for barriers, on_it_m in ((extract.rivers, ON_IT_M), (extract.rails, ON_IT_M - 2.3))
            for a, b, metres in self._gaps(barriers, on_it_m)
        ]  # both directions

    def _gaps(self, barriers: Sequence[LineString], on_it_m: float) -> Iterable[tuple[int, int, float]]:
        union = shapely.union_all(barriers)
        shapely.prepare(union)
        is_near = shapely.dwithin(self.points, union, CROSSING_M) & ~shapely.dwithin(self.points, union, on_it_m)
        near = np.flatnonzero(is_near)
        tree = shapely.STRtree(self.points[near])
        left, right = tree.query(self.points[near], predicate="dwithin", distance=CROSSING_M)
        for a, b in zip(near[left], near[right], strict=True):
            way = LineString([self.points[a], self.points[b]])
            if a != b and way.intersects(union):
                yield self.ids[a], self.ids[b], way.length

    def times(self, posts: Sequence[Post], lifted: Iterable[str] = ()) -> Floats:
        """Return the seconds to each node from the nearest of `posts`: inf where there is no way."""
        arcs = list(self.ahead)
        arcs += self.against if "one_way" in lifted else []
        arcs += self.bridges if "barrier" in lifted else []
        start = np.array([self.number[a] for a, _, _ in arcs])
        end = np.array([self.number[b] for _, b, _ in arcs])
        cost = np.array([seconds for _, _, seconds in arcs])
        found = np.full(len(self.ids), np.inf)
        for post in posts:
            for node, seconds in self._entries(post.place, is_free="one_way" in lifted):
                found[self.number[node]] = min(found[self.number[node]], seconds)
        while True:
            before = found.copy()
            np.minimum.at(found, end, before[start] + cost)
            if np.array_equal(before, found):
                return found

    def _entries(self, place: Point, *, is_free: bool) -> Iterable[tuple[int, float]]:
        nearest = int(np.argmin(shapely.distance(np.array(self.lines, dtype=object), place)))
        a, b, is_one_way, seconds = self.steps[nearest]
        share = self.lines[nearest].project(place, normalized=True)
        walk = self.lines[nearest].distance(place) * 3.6 / SNAP_KMH
        yield b, walk + (1 - share) * seconds
        if is_free or not is_one_way:
            yield a, walk + share * seconds


def places_of(
    world: World, extract: Extract, compounds: geopandas.GeoDataFrame, gates: geopandas.GeoDataFrame
) -> list[Place]:
    """The compounds as a mode sees them."""
    ends = {node: Point(at) for _, nodes, line in extract.roads for node, at in zip(nodes, line.coords, strict=True)}
    every, tree = list(ends), shapely.STRtree(list(ends.values()))
    by_compound: dict[str, list[tuple[int, str, str]]] = {}
    columns = ["geometry", "所属小区", "类别", "开放时间"]
    for at, compound, kind, hours in gates[columns].to_numpy().tolist():
        node = every[int(tree.nearest(at))]
        by_compound.setdefault(compound, []).append((node if node in world.number else -1, kind, hours))
    found = []
    columns = ["geometry", "小区编号", "小区名称", "人口数"]
    for wall, code, name, residents in compounds[columns].to_numpy().tolist():
        near = np.flatnonzero(shapely.dwithin(world.points, wall, NEAR_M))
        gates_here = by_compound.get(name, [])
        found.append(Place(code, residents, gates_here, [world.ids[n] for n in near]))
    return found


def posts_of(rows: Sequence[Mapping[str, Any]]) -> list[Post]:
    where = geopandas.GeoSeries(
        geopandas.points_from_xy([row["经度"] for row in rows], [row["纬度"] for row in rows]), crs=4326
    ).to_crs(METRIC)
    return [Post(row["编号"], row["开放时间"], row["警力席位"], place) for row, place in zip(rows, where, strict=True)]
