"""Turn restrictions over ways in between: times equal those of every route tried that keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import permutations
from typing import Any

import networkx as nx
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as some

from geodata.coverage.alterations import without_ground
from geodata.coverage.division import divided
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import CAR, WALK
from geodata.coverage.pairs import travel_times
from geodata.coverage.reach import nearest
from geodata.coverage.rules import NO_NODE, Turn
from geodata.coverage.snapping import Snapped, arrive, snap, sources_of
from geodata.coverage.streets import Streets, Ways
from geodata.errors import InvalidInput
from tests.geodata.coverage.made import with_turns_over_ways
from tests.geodata.coverage.test_streets import ways
from tests.geodata.coverage.test_turns import times_between

# Two carriageways, one-way each, and a short way (2) between them: from west (0) over it back west (3), or on (5, 6).
#   3 <--- 4        0: 1 -> 2, 1: 2 -> 6, 2: 2 -> 5 in two stretches, 3: 5 -> 4, 4: 7 -> 5, 5: 5 -> 8, 6: 2 -> 9
TWO_LANES = ways(
    ([(-200, 0), (0, 0)], {"oneway": "yes"}),
    ([(0, 0), (200, 0)], {"oneway": "yes"}),
    ([(0, 0), (0, 10), (0, 20)], {}),
    ([(0, 20), (-200, 20)], {"oneway": "yes"}),
    ([(200, 20), (0, 20)], {"oneway": "yes"}),
    ([(0, 20), (0, 120)], {}),
    ([(0, 0), (0, -100)], {}),
    ([(-200, 20), (-200, 0)], {}),
    ([(200, 0), (200, 20)], {}),
    ([(0, -100), (200, -100), (200, 0)], {}),
    ([(0, 10), (-30, 10)], {}),
    nodes=[[1, 2], [2, 6], [2, 3, 5], [5, 4], [7, 5], [5, 8], [2, 9], [4, 1], [6, 7], [9, 10, 6], [3, 11]],
)
NO_TURNING_BACK = Turn(from_way=0, via=NO_NODE, to_way=3, is_only=False, over=(2,))
ON_ONLY = Turn(from_way=0, via=NO_NODE, to_way=5, is_only=True, over=(2,))
WEST, BACK_WEST, NORTH, EAST, SOUTH, SIDE = (-100, 0), (-100, 20), (0, 70), (100, 0), (0, -50), (-15, 10)


def are_longer(turn: Turn, start: tuple[float, float]) -> list[bool]:
    """Return whether the ways from a place to west, north, east, south and the side street are longer with a turn."""
    free, kept = lay_streets(TWO_LANES, CAR), lay_streets(replace(TWO_LANES, turns=(turn,)), CAR)
    ends = (BACK_WEST, NORTH, EAST, SOUTH, SIDE)
    return [times_between(kept, start, end) > times_between(free, start, end) for end in ends]


def test_who_comes_from_a_way_may_not_go_over_another_into_a_third() -> None:
    assert are_longer(NO_TURNING_BACK, WEST) == [True, False, False, False, False]
    # From elsewhere one may, also from the way in between itself.
    assert are_longer(NO_TURNING_BACK, SOUTH) == [False] * 5
    assert are_longer(NO_TURNING_BACK, (0, 5)) == [False] * 5
    assert are_longer(NO_TURNING_BACK, SIDE) == [False] * 5


def test_who_has_to_go_over_a_way_into_another_may_go_nowhere_else_on_the_way() -> None:
    assert are_longer(ON_ONLY, WEST) == [True, False, True, True, True]
    assert are_longer(ON_ONLY, SOUTH) == [False] * 5


def test_what_became_of_each_restriction_is_told() -> None:
    turns = (
        NO_TURNING_BACK,
        replace(ON_ONLY, over=(2, 6)),  # its ways don't lead on from each other
        replace(NO_TURNING_BACK, to_way=4),  # against a one-way street
        Turn(from_way=0, via=99, to_way=1, is_only=False),
        Turn(from_way=0, via=2, to_way=1, is_only=False),
    )
    told = lay_streets(replace(TWO_LANES, turns=turns, turns_left_out={"road_not_loaded": 3}), CAR).turns
    assert (told.kept, told.over_ways) == (2, 1)
    assert told.left_out == {"junction_not_joined": 1, "nothing_forbidden": 2, "road_not_loaded": 3}
    walkers = lay_streets(replace(TWO_LANES, turns=turns), WALK).turns
    assert (walkers.kept, walkers.left_out, walkers.forbidden) == (0, {}, 0)


def test_two_restrictions_that_share_their_ways_are_both_kept() -> None:
    """From west neither back nor on; from south, over the same way, not on."""
    turns = (NO_TURNING_BACK, replace(ON_ONLY, is_only=False), Turn(6, NO_NODE, 5, is_only=False, over=(2,)))
    free, kept = lay_streets(TWO_LANES, CAR), lay_streets(replace(TWO_LANES, turns=turns), CAR)
    pairs = [(WEST, BACK_WEST), (WEST, NORTH), (SOUTH, NORTH), (SOUTH, BACK_WEST), (WEST, SIDE)]
    longer = [times_between(kept, *pair) > times_between(free, *pair) for pair in pairs]
    assert longer == [True, True, True, False, False]


def test_ground_that_is_closed_and_new_nodes_elsewhere_leave_turns_as_they_are() -> None:
    kept = lay_streets(replace(TWO_LANES, turns=(NO_TURNING_BACK,)), CAR)
    far = without_ground(kept, np.array([shapely.box(90, -120, 110, -80)]))
    cut, _ = divided(kept, np.flatnonzero(kept.way == 5), np.array([0.5]))
    for made in (far, cut):
        assert times_between(made, WEST, BACK_WEST) == times_between(kept, WEST, BACK_WEST)
    # With a stretch of the way in between closed nobody goes over it, whatever they minded.
    closed = without_ground(kept, np.array([shapely.box(-5, 12, 5, 18)]))
    assert len(kept.passages.edge) == 2
    assert (closed.ahead_ds + closed.back_ds)[closed.passages.edge].all()
    assert times_between(closed, WEST, NORTH) > times_between(kept, WEST, NORTH)
    assert times_between(closed, WEST, SIDE) == times_between(kept, WEST, SIDE)


Arc = tuple[int, bool]


def begun(paths: list[tuple[Arc, ...]]) -> dict[tuple[Arc, ...], tuple[set[Arc], set[Arc]]]:
    """Return, for all that begins some paths, what goes on with one of them, and what ends one."""
    found: dict[tuple[Arc, ...], tuple[set[Arc], set[Arc]]] = {}
    for path in paths:
        for length in range(1, len(path)):
            onward, last = found.setdefault(path[:length], (set(), set()))
            onward.add(path[length])
            if length + 1 == len(path):
                last.add(path[length])
    return found


class Tried:
    """Every route on streets that keeps some turns: a graph of what was driven last, long enough for every turn."""

    def __init__(self, streets: Streets, turns: tuple[Turn, ...], added: Iterable[int] = ()) -> None:
        """Nobody turns back at a node that was added."""
        self.streets = streets
        spots = np.column_stack([streets.network.x_m, streets.network.y_m])
        self.spot = np.unique(spots, axis=0, return_inverse=True)[1].ravel()
        edges = range(len(streets.tail))
        self.arcs = [(edge, ahead) for edge in edges for ahead in (True, False) if self.cost((edge, ahead))]
        self.leaving = {node: [arc for arc in self.arcs if self.ends(arc)[0] == node] for node in self.spot.tolist()}
        self.paths = [(turn.is_only, begun(list(self.paths_of(turn)))) for turn in turns]
        self.graph: Any = nx.DiGraph()
        self.added = {int(self.spot[node]) for node in added}

    def cost(self, arc: Arc) -> int:
        return int((self.streets.ahead_ds if arc[1] else self.streets.back_ds)[arc[0]])

    def ends(self, arc: Arc) -> tuple[int, int]:
        tail, head = (int(self.spot[nodes[arc[0]]]) for nodes in (self.streets.tail, self.streets.head))
        return (tail, head) if arc[1] else (head, tail)

    def paths_of(self, turn: Turn) -> Iterator[tuple[Arc, ...]]:
        """Yield each series of arcs that a turn is about: one of its first way, some of each other, one of its last."""
        wanted = [turn.from_way, *turn.over, turn.to_way]

        def go_on(path: tuple[Arc, ...], place: int) -> Iterator[tuple[Arc, ...]]:
            edge, ahead = path[-1]
            for arc in self.leaving[self.ends(path[-1])[1]]:
                way = self.streets.way[arc[0]]
                if arc == (edge, not ahead):
                    continue
                if place + 1 == len(wanted) - 1:
                    if way == wanted[-1]:
                        yield (*path, arc)
                elif way == wanted[place + 1]:
                    yield from go_on((*path, arc), place + 1)
                if place and way == wanted[place]:
                    yield from go_on((*path, arc), place)

        for arc in self.arcs:
            if self.streets.way[arc[0]] == turn.from_way:
                yield from go_on((arc,), 0)

    def may_follow(self, driven: tuple[Arc, ...], arc: Arc) -> bool:
        if arc == (driven[-1][0], not driven[-1][1]) and self.ends(arc)[0] in self.added:
            return False
        for is_only, paths in self.paths:
            for back in range(1, len(driven) + 1):
                onward, last = paths.get(driven[-back:], ((), ()))
                if is_only and onward and arc not in onward:
                    return False
                if not is_only and arc in last:
                    return False
        return True

    def minded(self, driven: tuple[Arc, ...]) -> tuple[Arc, ...]:
        """Return the end of what was driven that any turn may still be about; at least the last arc."""
        ends = (driven[back:] for back in range(len(driven)))
        return next((end for end in ends if any(end in paths for _, paths in self.paths)), driven[-1:])

    def spread(self, first: list[tuple[Arc, ...]]) -> None:
        """Add all that can be driven from some beginnings to the graph."""
        waiting = list(first)
        while waiting:
            driven = waiting.pop()
            if driven in self.graph and self.graph.nodes[driven].get("done"):
                continue
            self.graph.add_node(driven, done=True)
            for arc in self.leaving[self.ends(driven[-1])[1]]:
                if self.may_follow(driven, arc):
                    then = self.minded((*driven, arc))
                    self.graph.add_edge(driven, then, weight=self.cost(arc))
                    waiting.append(then)

    def times(self, posts: Snapped, places: Snapped) -> np.ndarray:
        """Return (places, posts) whole deciseconds."""
        found = np.full((len(places.edge), len(posts.edge)), np.inf)
        for post in np.flatnonzero(posts.is_joined):
            edge, share, door = int(posts.edge[post]), posts.share[post], int(posts.door_ds[post])
            begin = [(edge, ahead) for ahead in (True, False) if self.cost((edge, ahead))]
            begins = {(arc,): door + round(self.cost(arc) * (1 - share if arc[1] else share)) for arc in begin}
            self.spread(list(begins))
            source = ("post", post)
            for driven, time in begins.items():
                self.graph.add_edge(source, driven, weight=time)
            took = nx.single_source_dijkstra_path_length(self.graph, source) if begins else {}
            for place in np.flatnonzero(places.is_joined):
                found[place, post] = self.least(took, places, int(place), (edge, share, door))
        return found

    def least(self, took: dict[Any, float], places: Snapped, place: int, post: tuple[int, float, int]) -> float:
        edge, share, door = int(places.edge[place]), places.share[place], int(places.door_ds[place])
        best = np.inf
        for ahead in (True, False):
            arc = (edge, ahead)
            if not self.cost(arc):
                continue
            part = round(self.cost(arc) * (share if ahead else 1 - share)) + door
            for driven, time in took.items():
                if driven[0] != "post" and self.ends(driven[-1])[1] == self.ends(arc)[0]:
                    best = min(best, time + part) if self.may_follow(driven, arc) else best
            between = (share - post[1]) * (1 if ahead else -1)
            if edge == post[0] and between >= 0:
                best = min(best, post[2] + door + round(between * self.cost(arc)))
        return best


@given(some.integers(0, 10_000))
@settings(max_examples=8)
def test_times_with_turns_over_ways_equal_those_of_every_route_tried(seed: int) -> None:
    rng = np.random.default_rng(seed)
    town = with_turns_over_ways(seed)
    try:
        streets = lay_streets(town, CAR)
    except InvalidInput:
        return
    tried = Tried(streets, tuple(town.turns))
    # Within their edges: at a junction every way is open.
    posts, places = (snap(streets, *rng.uniform(0, 300, (2, count)), limit_m=60) for count in (2, 12))
    posts, places = (replace(each, share=np.clip(each.share, 0.1, 0.9)) for each in (posts, places))
    expected = tried.times(posts, places)
    times, _ = arrive(streets, *nearest(streets.network, sources_of(streets, posts)), places, posts)
    assert times.tolist() == expected.min(axis=1).tolist()
    back, _ = arrive(
        streets.against, *nearest(streets.against.network, sources_of(streets.against, places)), posts, places
    )
    assert back.tolist() == expected.min(axis=0).tolist()
    pairs = travel_times(streets, posts, places, limit_ds=100_000).toarray().astype(np.float64)
    pairs[pairs == 0] = np.inf
    assert np.array_equal(pairs[expected > 0], expected[expected > 0])


def test_the_towns_that_are_tried_have_what_is_hard() -> None:
    kinds: set[tuple[int, bool]] = set()
    changed = shared = 0
    for seed in range(12):
        town = with_turns_over_ways(seed)
        free, kept = lay_streets(replace(town, turns=()), CAR), lay_streets(town, CAR)
        places = snap(kept, *np.mgrid[25:300:50, 25:300:50].reshape(2, -1).astype(float), limit_m=60)
        times = [travel_times(each, places, places, limit_ds=100_000).toarray() for each in (free, kept)]
        changed += int((times[0] != times[1]).sum())
        kinds |= {(len(turn.over), turn.is_only) for turn in town.turns}
        shared += sum(bool({*one.over} & {*other.over, other.from_way}) for one, other in permutations(town.turns, 2))
    assert kinds == {(number, is_only) for number in (1, 2, 3) for is_only in (True, False)}
    assert changed > 500
    assert shared > 50


def test_ways_that_turn_back_into_themselves_are_no_turn_over_ways() -> None:
    town: Ways = replace(TWO_LANES, turns=(replace(NO_TURNING_BACK, to_way=2), replace(NO_TURNING_BACK, over=(0, 2))))
    assert lay_streets(town, CAR).turns.left_out == {"nothing_forbidden": 2}
