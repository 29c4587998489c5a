"""The town's ways as a graph for one mode, and shortest times over it from the police posts."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry import LineString, Point

from etl.sample.reach.standard import CROSSING_M, ON_BARRIER_M, SNAP_KMH, Mode
from etl.sample.roads import Network

Arcs = dict[int, list[tuple[int, float]]]


@dataclass(frozen=True)
class Edge:
    """A stretch between two nodes: seconds each way (None where it is one-way), and the street's name."""

    start: int
    end: int
    ahead_s: float
    back_s: float | None
    street: str


@dataclass
class Graph:
    """The ways that one mode may use. Arcs lead away from the posts; those who walk to a post mind no direction.

    Attributes:
        mode: who travels.
        places: node -> metres from the town's centre.
        edges: all stretches.
        arcs: node -> (other node, seconds), one-ways kept as the mode keeps them.
    """

    mode: Mode
    places: Mapping[int, tuple[float, float]]
    edges: list[Edge]
    arcs: Arcs = field(default_factory=dict)

    def __post_init__(self) -> None:
        for edge in self.edges:
            for start, end, seconds in ((edge.start, edge.end, edge.ahead_s), (edge.end, edge.start, edge.back_s)):
                self.arcs.setdefault(start, [])
                if seconds is not None:
                    self.arcs[start].append((end, seconds))

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The edges as lines, in their order."""
        return shapely.STRtree([LineString([self.places[edge.start], self.places[edge.end]]) for edge in self.edges])

    def both_ways(self) -> Graph:
        """Return the graph as if nothing were one-way."""
        return Graph(self.mode, self.places, [replace(edge, back_s=edge.ahead_s) for edge in self.edges])

    def with_crossings(self, barriers: Sequence[LineString]) -> Graph:
        """Return the graph with a straight way over a barrier wherever nodes on both sides are near enough."""
        speed = self.mode.kmh["residential"] / 3.6
        found = [
            Edge(a, b, metres / speed, metres / speed, "") for a, b, metres in _over(self.arcs, self.places, barriers)
        ]
        return Graph(self.mode, self.places, [*self.edges, *found])


def build_graph(network: Network, mode: Mode) -> Graph:
    """Return the public ways that a mode may use."""
    edges = []
    for way in network.ways:
        speed = mode.kmh.get(way.street.highway)
        if speed is None or way.street.tags.get("access") == "private":
            continue
        is_one_way = mode.keeps_one_ways and way.street.tags.get("oneway") == "yes"
        for start, end in pairwise(way.nodes):
            (x, y), (a, b) = network.places[start], network.places[end]
            seconds = float(np.hypot(a - x, b - y)) / speed * 3.6
            edges.append(Edge(start, end, seconds, None if is_one_way else seconds, way.street.name))
    return Graph(mode, dict(enumerate(network.places)), edges)


def _over(
    nodes: Arcs, places: Mapping[int, tuple[float, float]], barriers: Sequence[LineString]
) -> list[tuple[int, int, float]]:
    """Pairs of nodes on both sides of a barrier, and how far they are apart."""
    numbers = sorted(nodes)
    coordinates = np.array([places[number] for number in numbers])
    points = np.asarray(shapely.points(coordinates), dtype=object)
    found = []
    for barrier in barriers:
        away = shapely.distance(points, barrier)
        near = np.flatnonzero((away < CROSSING_M) & (away > ON_BARRIER_M))
        left, right = shapely.STRtree(points[near]).query(points[near], predicate="dwithin", distance=CROSSING_M)
        once = left < right
        left, right = near[left[once]], near[right[once]]
        ends = np.stack([coordinates[left], coordinates[right]], axis=1)
        ways = np.asarray(shapely.linestrings(ends), dtype=object)
        shapely.prepare(barrier)
        crosses = shapely.intersects(ways, barrier)
        found += [
            (numbers[a], numbers[b], float(metres))
            for a, b, metres in zip(left[crosses], right[crosses], shapely.length(ways[crosses]), strict=True)
        ]
    return sorted(found)


@dataclass(frozen=True)
class Seed:
    """Where a post's travel starts: a node, the seconds until there, the post's number."""

    node: int
    seconds: float
    post: int


def snap(graph: Graph, posts: Sequence[Point]) -> list[Seed]:
    """Return the nodes that each post reaches first, over the nearest point of the nearest way."""
    seeds = []
    for number, post in enumerate(posts):
        nearest = int(graph.tree.nearest(post))
        edge, line = graph.edges[nearest], graph.tree.geometries[nearest]
        before = post.distance(line) / SNAP_KMH * 3.6
        share = line.project(post) / line.length
        seeds.append(Seed(edge.end, before + edge.ahead_s * (1 - share), number))
        if edge.back_s is not None:
            seeds.append(Seed(edge.start, before + edge.back_s * share, number))
    return seeds


@dataclass(frozen=True)
class Times:
    """The seconds to each node that can be reached, the post that is nearest, and the node before."""

    seconds: dict[int, float]
    post: dict[int, int]
    before: dict[int, int]

    def path(self, node: int) -> list[int]:
        """Return the nodes from the post to `node`."""
        found = [node]
        while found[-1] in self.before:
            found.append(self.before[found[-1]])
        return found[::-1]


def travel(graph: Graph, seeds: Sequence[Seed], within_s: float = np.inf) -> Times:
    """Return the shortest times up to `within_s` from the nearest post; of two equally near the one listed first."""
    seconds: dict[int, float] = {}
    owner: dict[int, int] = {}
    before: dict[int, int] = {}
    queue = [(seed.seconds, seed.post, seed.node, -1) for seed in seeds]
    heapq.heapify(queue)
    while queue:
        at, post, node, last = heapq.heappop(queue)
        if at > within_s:
            break
        if node in seconds:
            continue
        seconds[node], owner[node] = at, post
        if last >= 0:
            before[node] = last
        for other, step in graph.arcs.get(node, ()):
            if other not in seconds:
                heapq.heappush(queue, (at + step, post, other, node))
    return Times(seconds, owner, before)
