"""Knits streets into a road network: shared nodes at junctions, no loose ends by accident, one piece."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from etl.sample.streets import Street

_SAME_PLACE_M = 0.35
_TOUCH_M = 0.06
_STUB_M = 95.0
_MAY_END = frozenset({"living_street", "service", "footway", "steps", "pedestrian"})


@dataclass(frozen=True)
class Way:
    """One OSM way: a street whose vertices are shared nodes."""

    nodes: tuple[int, ...]
    street: Street


@dataclass
class Network:
    """The knitted streets: (n, 2) node places in metres, and the ways over them; a change makes a new one."""

    places: list[tuple[float, float]] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)

    def line(self, way: Way) -> LineString:
        """Return a way's line in metres."""
        return LineString([self.places[node] for node in way.nodes])

    @cached_property
    def lines(self) -> list[LineString]:
        """The ways' lines in metres, in their order."""
        return [self.line(way) for way in self.ways]

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The lines, to be asked what is near."""
        return shapely.STRtree(self.lines)

    def beside(self, shape: BaseGeometry) -> list[int]:
        """Return the numbers of the ways that touch a shape."""
        return [int(way) for way in np.sort(self.tree.query(shape, predicate="dwithin", distance=0.5))]


class _Nodes:
    """Gives the same number to places closer together than `_SAME_PLACE_M`."""

    def __init__(self) -> None:
        self.places: list[tuple[float, float]] = []
        self._cells: dict[tuple[int, int], list[int]] = defaultdict(list)

    def find(self, x: float, y: float) -> int | None:
        """Return the node at a place, or None."""
        column, row = round(x), round(y)
        for cell in ((column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)):
            for node in self._cells[cell]:
                place = self.places[node]
                if (place[0] - x) ** 2 + (place[1] - y) ** 2 < _SAME_PLACE_M**2:
                    return node
        return None

    def add(self, x: float, y: float) -> int:
        """Return the node at a place, a new one where there was none."""
        found = self.find(x, y)
        if found is not None:
            return found
        self.places.append((round(x, 2), round(y, 2)))
        self._cells[round(x), round(y)].append(len(self.places) - 1)
        return len(self.places) - 1


def knit(streets: Sequence[Street]) -> Network:
    """Return the network of `streets`: crossing or touching lines share a node.

    Of its pieces the largest is kept, and the streets that may be loose.
    """
    lines = [street.line for street in streets]
    nodes = _Nodes()
    joints = _joints(lines, nodes)
    ways = []
    for number, street in enumerate(streets):
        chain = _chain(street.line, joints[number], nodes)
        if len(chain) > 1:
            ways.append(Way(tuple(chain), street))
    for _ in range(2):
        ways = _without_stubs(Network(nodes.places, ways))
    return Network(nodes.places, _largest_piece(ways))


def _joints(lines: list[LineString], nodes: _Nodes) -> dict[int, list[tuple[float, int]]]:
    """For each line its junctions: (distance along it, node)."""
    tree = shapely.STRtree(lines)
    left, right = tree.query(lines, predicate="dwithin", distance=_TOUCH_M)
    pairs = sorted({(int(min(a, b)), int(max(a, b))) for a, b in zip(left, right, strict=True) if a != b})
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for a, b in pairs:
        for x, y in _meetings(lines[a], lines[b]):
            node = nodes.add(x, y)
            for number in (a, b):
                found[number].append((lines[number].project(Point(x, y)), node))
    return found


def _meetings(first: LineString, second: LineString) -> list[tuple[float, float]]:
    """The places where two lines cross or where an end of one touches the other."""
    ends = [
        (end, other)
        for path, other in ((first, second), (second, first))
        for end in (path.coords[0], path.coords[-1])
        if Point(end).distance(other) < _TOUCH_M
    ]
    crossings = [part.coords[0] for part in shapely.get_parts(first.intersection(second)) if isinstance(part, Point)]
    return [(place[0], place[1]) for place in [*(end for end, _ in ends), *crossings]]


def _chain(path: LineString, joints: list[tuple[float, int]], nodes: _Nodes) -> list[int]:
    """The nodes along one line: its junctions, and its own vertices between them."""
    taken = np.array([at for at, _ in joints])
    own: list[tuple[float, int]] = []
    for x, y in path.coords:
        at = path.project(Point(x, y))
        if (x, y) == path.coords[-1]:
            at = path.length if not path.is_closed or own else 0.0
        if taken.size == 0 or np.min(np.abs(taken - at)) > 1.0 or nodes.find(x, y) is not None:
            own.append((at, nodes.add(x, y)))
    chain: list[int] = []
    for _, node in sorted([*joints, *own]):
        if not chain or chain[-1] != node:
            chain.append(node)
    if path.is_closed and chain and chain[0] != chain[-1]:
        chain.append(chain[0])
    return chain


def _without_stubs(network: Network) -> list[Way]:
    """Cut the short tails by which an arterial shoots past its last junction."""
    uses = Counter(node for way in network.ways for node in set(way.nodes))
    kept = []
    for way in network.ways:
        chain = list(way.nodes)
        if way.street.highway not in _MAY_END and chain[0] != chain[-1]:
            for _ in range(2):
                chain = _shorter(chain, uses, network.places)[::-1]
        if len(chain) > 1:
            kept.append(Way(tuple(chain), way.street))
    return kept


def _shorter(chain: list[int], uses: Counter[int], places: list[tuple[float, float]]) -> list[int]:
    """The chain without its last stretch, where that is a loose stub."""
    if len(chain) < 2 or uses[chain[-1]] > 1:
        return chain
    last = max((at for at in range(len(chain) - 1) if uses[chain[at]] > 1), default=None)
    if last is None:
        return chain
    tail = LineString([places[node] for node in chain[last:]])
    return chain[: last + 1] if tail.length < _STUB_M else chain


def _largest_piece(ways: list[Way]) -> list[Way]:
    """The ways of the piece with the most ways, and the loose ones."""
    roots: dict[int, int] = {}

    def root(node: int) -> int:
        roots.setdefault(node, node)
        while roots[node] != node:
            roots[node] = roots[roots[node]]
            node = roots[node]
        return node

    for way in ways:
        for node in way.nodes[1:]:
            roots[root(node)] = root(way.nodes[0])
    sizes = Counter(root(way.nodes[0]) for way in ways)
    main = max(sizes, key=lambda piece: (sizes[piece], -piece))
    return [way for way in ways if way.street.is_loose or root(way.nodes[0]) == main]
