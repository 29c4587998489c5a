"""The way of a place to its post, or from there, as a line from door to door."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely

from geodata.analyses.coverage.ground import Ground
from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.causes import NOTHING
from geodata.coverage.entries import Arrival
from geodata.coverage.paths import first_edge, last_node, predecessors, shared_edge
from geodata.coverage.snapping import Snapped
from geodata.coverage.streets import Streets

Spot = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Tree:
    """What all ways of one search share: the streets as they are searched, the times, and the node before each."""

    streets: Streets
    times: Floats
    owners: Ints
    before: Ints
    left: dict[tuple[int, int], Spot] = field(default_factory=dict)
    """Where posts' ways to their first nodes meet the street: ways of one post leave it by few streets."""

    def on_streets(self, owner: int, post: Snapped, at: Snapped, took_ds: float) -> list[Spot]:
        """Return where the way from a post to a place leads on the streets, metres; doors aren't among it.

        Args:
            owner: the post's number in the search.
            post: the one post, where it meets the streets.
            at: the one place, likewise.
            took_ds: the time from the post to the place.
        """
        time_ds, node, last = last_node(self.streets, self.times, self.owners, at, owner)
        if time_ds > took_ds:  # on an edge of the post's
            first, last = shared_edge(self.streets, post, at)
            return [_on_edge(self.streets, first), _on_edge(self.streets, last)]
        return [*self.from_post(owner, post, node), _on_edge(self.streets, last)]

    def from_post(self, owner: int, post: Snapped, node: int) -> list[Spot]:
        """Return where the way from a post to a node leads on the streets, metres."""
        network, nodes = self.streets.network, self._nodes(node)
        return [self._first(owner, post, nodes[0]), *((float(network.x_m[n]), float(network.y_m[n])) for n in nodes)]

    def _first(self, owner: int, post: Snapped, node: int) -> Spot:
        if (owner, node) not in self.left:
            self.left[owner, node] = _on_edge(self.streets, first_edge(self.streets, self.times, post, node))
        return self.left[owner, node]

    def _nodes(self, node: int) -> list[int]:
        """Return the nodes from where the search began to one."""
        found = []
        while node >= 0:
            found.append(node)
            node = int(self.before[node])
        return found[::-1]


def tree_of(streets: Streets, times: Floats, owners: Ints) -> Tree:
    """Return the tree of a search.

    Args:
        streets: that were searched.
        times, owners: (n,) as `nearest` gives them.
    """
    return Tree(streets, times, owners, predecessors(streets.network, times, owners))


class WayLines:
    """The ways of one search, those of one entry once."""

    def __init__(self, ground: Ground, tree: Tree, best: Arrival) -> None:
        """Take what the ways lie on.

        Args:
            ground: places, gates and posts; the ways run in the direction of its question.
            tree: of a search from its posts, or from some of them by the same numbers.
            best: the soonest way to each place in that search, as the ground has it.
        """
        self._ground, self._tree, self._best = ground, tree, best
        self._stage = ground.stage(NOTHING)
        self._homes = ground.places.points
        self._known: dict[int, shapely.LineString] = {}
        self._posts: dict[int, Snapped] = {}

    def to(self, place: int) -> shapely.LineString:
        """Return the way of a place that has one, in metres."""
        entry = int(self._best.entry[place])
        if entry not in self._known:
            spots = self._spots(place, entry)
            turned = spots[::-1] if self._ground.asked.is_to_post else spots
            self._known[entry] = shapely.LineString(turned if len(turned) > 1 else turned * 2)
        return self._known[entry]

    def gate(self, place: int) -> int:
        """Return the number of the gate that the way leads through, in the ground's `gates`; -1 for none."""
        entry = int(self._best.entry[place])
        return int(self._stage.gate[entry]) if 0 <= entry < len(self._stage.gate) else -1

    def _spots(self, place: int, entry: int) -> list[Spot]:
        """Return where the way leads from the post's door to the entry, each spot once."""
        stage, tree, owner = self._stage, self._tree, int(self._best.owner[place])
        post, door = self._post(owner), _point(self._ground.post_points[owner])
        if entry >= len(stage.gate):
            node = int(stage.entries.node[entry - len(stage.gate)])
            return _once([door, *tree.from_post(owner, post, node)])
        gate = int(stage.gate[entry])
        home = self._ground.gate_points[gate] if gate >= 0 else self._homes[place]
        at, took = stage.entries.at.those(np.array([entry])), float(self._best.time_ds[place])
        return _once([door, *tree.on_streets(owner, post, at, took), _point(home)])

    def _post(self, owner: int) -> Snapped:
        if owner not in self._posts:
            self._posts[owner] = self._stage.posts.those(np.array([owner]))
        return self._posts[owner]


def _once(spots: list[Spot]) -> list[Spot]:
    return [spot for number, spot in enumerate(spots) if not number or spot != spots[number - 1]]


def _on_edge(streets: Streets, at: Snapped) -> Spot:
    return _point(shapely.line_interpolate_point(streets.lines[at.edge[0]], at.share[0], normalized=True))


def _point(point: npt.NDArray[np.object_] | shapely.Point) -> Spot:
    x, y = shapely.get_coordinates(point)[0].tolist()
    return x, y
