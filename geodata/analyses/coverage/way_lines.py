"""The way of a place to its post, or from there, as a line from door to door."""

from __future__ import annotations

from dataclasses import dataclass

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
        # Ways of one post leave it by few streets.
        self._left: dict[tuple[int, int], Spot] = {}

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
        stage, tree, streets = self._stage, self._tree, self._tree.streets
        owner = int(self._best.owner[place])
        if entry >= len(stage.gate):
            node, end, on_shared = int(stage.entries.node[entry - len(stage.gate)]), list[Spot](), None
        else:
            at, took = stage.entries.at.those(np.array([entry])), float(self._best.time_ds[place])
            time_ds, node, last = last_node(streets, tree.times, tree.owners, at, owner)
            on_shared = None
            if time_ds > took:  # on an edge of the post's
                node, (on_shared, last) = -1, shared_edge(streets, self._post(owner), at)
            gate = int(stage.gate[entry])
            home = self._ground.gate_points[gate] if gate >= 0 else self._homes[place]
            end = [_on_edge(streets, last), _point(home)]
        nodes = [] if node < 0 else self._nodes(node)
        first = self._first(owner, nodes[0]) if nodes else _on_edge(streets, on_shared or self._post(owner))
        spots = [_point(self._ground.post_points[owner]), first, *map(self._spot, nodes), *end]
        return [spot for number, spot in enumerate(spots) if not number or spot != spots[number - 1]]

    def _post(self, owner: int) -> Snapped:
        return self._stage.posts.those(np.array([owner]))

    def _first(self, owner: int, node: int) -> Spot:
        """Return where a post's way to its first node meets the street."""
        if (owner, node) not in self._left:
            tree = self._tree
            left_by = first_edge(tree.streets, tree.times, self._post(owner), node)
            self._left[owner, node] = _on_edge(tree.streets, left_by)
        return self._left[owner, node]

    def _nodes(self, node: int) -> list[int]:
        """Return the nodes from where the search began to one."""
        found = []
        while node >= 0:
            found.append(node)
            node = int(self._tree.before[node])
        return found[::-1]

    def _spot(self, node: int) -> Spot:
        network = self._tree.streets.network
        return float(network.x_m[node]), float(network.y_m[node])


def _on_edge(streets: Streets, at: Snapped) -> Spot:
    return _point(shapely.line_interpolate_point(streets.lines[at.edge[0]], at.share[0], normalized=True))


def _point(point: npt.NDArray[np.object_] | shapely.Point) -> Spot:
    x, y = shapely.get_coordinates(point)[0].tolist()
    return x, y
