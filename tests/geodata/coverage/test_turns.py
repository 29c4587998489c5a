"""Turn restrictions: cars keep them, walkers don't, and times equal those of every way tried."""

from __future__ import annotations

import heapq
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from geodata.coverage.isochrone import reachable
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import CAR, WALK
from geodata.coverage.pairs import travel_times
from geodata.coverage.reach import nearest
from geodata.coverage.snapping import Snapped, arrive, snap, sources_of
from geodata.coverage.streets import Streets, Ways
from geodata.coverage.turns import Turn
from geodata.errors import InvalidInput
from tests.geodata.coverage.made import crooked_ways
from tests.geodata.coverage.test_streets import ways

# Four roads meet at node 5: west (1), east (2), south (3), north (4).
CROSS = ways(
    ([(-100, 0), (0, 0)], {}),
    ([(0, 0), (100, 0)], {}),
    ([(0, -100), (0, 0)], {}),
    ([(0, 0), (0, 100)], {}),
    ([(100, 0), (0, 100)], {}),
    nodes=[[1, 5], [5, 2], [3, 5], [5, 4], [2, 4]],
)


def times_between(streets: Streets, start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return the whole deciseconds from one place to another, both beside the streets."""
    posts, places = (snap(streets, np.array([x]), np.array([y]), limit_m=20) for x, y in (start, end))
    return float(arrive(streets, *nearest(streets.network, sources_of(streets, posts)), places, posts)[0][0])


@pytest.mark.parametrize(
    ("turn", "end", "is_longer"),
    [
        (Turn(from_way=0, via=5, to_way=3, is_only=False), (0, 50), True),
        (Turn(from_way=0, via=5, to_way=3, is_only=False), (50, 0), False),
        (Turn(from_way=0, via=5, to_way=1, is_only=True), (0, 50), True),
        (Turn(from_way=0, via=5, to_way=1, is_only=True), (50, 0), False),
        (Turn(from_way=2, via=5, to_way=3, is_only=False), (0, 50), False),
    ],
)
def test_a_forbidden_turn_sends_cars_around(turn: Turn, end: tuple[float, float], *, is_longer: bool) -> None:
    free, kept = lay_streets(CROSS, CAR), lay_streets(replace(CROSS, turns=(turn,)), CAR)
    start = (-50.0, 0.0)
    assert (times_between(kept, start, end) > times_between(free, start, end)) is is_longer
    on_foot = lay_streets(replace(CROSS, turns=(turn,)), WALK)
    assert on_foot.turns.forbidden == 0
    assert times_between(on_foot, start, end) == times_between(lay_streets(CROSS, WALK), start, end)


def test_who_stands_at_a_junction_may_leave_it_by_every_way_and_is_reached_by_all() -> None:
    turns = (Turn(from_way=0, via=5, to_way=3, is_only=False), Turn(from_way=2, via=5, to_way=1, is_only=True))
    free, kept = lay_streets(CROSS, CAR), lay_streets(replace(CROSS, turns=turns), CAR)
    for arm in ((-50.0, 0.0), (50.0, 0.0), (0.0, -50.0), (0.0, 50.0)):
        for start, end in (((0.0, 0.0), arm), (arm, (0.0, 0.0))):
            assert times_between(kept, start, end) == times_between(free, start, end) == 90


def test_backwards_a_turn_is_forbidden_from_the_other_side() -> None:
    turn = Turn(from_way=0, via=5, to_way=3, is_only=False)
    kept = lay_streets(replace(CROSS, turns=(turn,)), CAR)
    there = times_between(kept, (-50.0, 0.0), (0.0, 50.0))
    assert times_between(kept.against, (0.0, 50.0), (-50.0, 0.0)) == there
    assert times_between(kept.against, (-50.0, 0.0), (0.0, 50.0)) < there


def test_turning_round_is_forbidden_only_there() -> None:
    round_ = Turn(from_way=0, via=5, to_way=0, is_only=False)
    kept = lay_streets(replace(CROSS, turns=(round_,)), CAR)
    assert kept.turns.forbidden == 1
    assert times_between(kept, (-50.0, 0.0), (0.0, 50.0)) == times_between(
        lay_streets(CROSS, CAR), (-50.0, 0.0), (0.0, 50.0)
    )


def test_turns_whose_roads_do_not_meet_forbid_nothing() -> None:
    elsewhere = (Turn(from_way=0, via=2, to_way=3, is_only=False), Turn(from_way=0, via=99, to_way=1, is_only=True))
    kept = lay_streets(replace(CROSS, turns=elsewhere), CAR)
    assert kept.turns.forbidden == 0
    assert kept.network.node_count == lay_streets(CROSS, CAR).network.node_count


def with_turns(seed: int) -> Ways:
    """Return a small town with turns forbidden where its streets cross.

    They cross in their middles, as is rare on maps and the hardest: each way has two arms at a junction.
    """
    rng = np.random.default_rng(seed)
    town = crooked_ways(seed)
    way_of = np.repeat(np.arange(len(town.highway)), np.diff(town.first))
    turns = []
    for via in rng.choice(np.unique(town.node), 30):
        meeting = way_of[town.node == via]
        from_way, to_way = rng.choice(meeting, 2)
        turns.append(Turn(int(from_way), int(via), int(to_way), bool(rng.random() < 0.3)))
    return replace(town, turns=tuple(turns))


def tried(streets: Streets, turns: tuple[Turn, ...], posts: Snapped, places: Snapped) -> np.ndarray:
    """Return the times when every way is tried, edge by edge."""
    edge_count = len(streets.tail)
    spot = np.unique(np.column_stack([streets.network.x_m, streets.network.y_m]), axis=0, return_inverse=True)[
        1
    ].ravel()
    arcs = [
        (edge, ahead)
        for edge, ahead in product(range(edge_count), (True, False))
        if (streets.ahead_ds if ahead else streets.back_ds)[edge]
    ]

    def ends(arc: tuple[int, bool]) -> tuple[int, int]:
        tail, head = int(spot[streets.tail[arc[0]]]), int(spot[streets.head[arc[0]]])
        return (tail, head) if arc[1] else (head, tail)

    def cost(arc: tuple[int, bool]) -> int:
        return int((streets.ahead_ds if arc[1] else streets.back_ds)[arc[0]])

    banned = set()
    for turn in turns:
        for come in arcs:
            if ends(come)[1] != turn.via or streets.way[come[0]] != turn.from_way:
                continue
            leave = [arc for arc in arcs if ends(arc)[0] == turn.via]
            if turn.from_way == turn.to_way:
                meant = [arc for arc in leave if arc == (come[0], not come[1])]
            else:
                meant = [arc for arc in leave if streets.way[arc[0]] == turn.to_way]
            if turn.is_only and meant:
                meant = [arc for arc in leave if arc not in meant]
            banned |= {(come, arc) for arc in meant}

    def node_of(at: Snapped, one: np.integer) -> int:
        end = {0: streets.tail, 1: streets.head}.get(at.share[one])
        return -1 if end is None else int(spot[end[at.edge[one]]])

    best = np.full(len(places.edge), np.inf)
    for post in np.flatnonzero(posts.is_joined):
        e, s, door = int(posts.edge[post]), posts.share[post], int(posts.door_ds[post])
        done: dict[tuple[int, bool], int] = {}
        here = node_of(posts, post)
        # From a junction every way is open.
        entered = {arc: door for arc in arcs if here >= 0 and ends(arc)[0] == here}
        heap = [(door + cost(arc), arc) for arc in entered] or [
            (door + round(cost((e, ahead)) * (1 - s if ahead else s)), (e, ahead))
            for ahead in (True, False)
            if (e, ahead) in arcs
        ]
        heapq.heapify(heap)
        while heap:
            time, arc = heapq.heappop(heap)
            if arc in done:
                continue
            done[arc] = time
            for onward in arcs:
                if ends(onward)[0] == ends(arc)[1] and (arc, onward) not in banned:
                    entered[onward] = min(time, entered.get(onward, time))
                    heapq.heappush(heap, (time + cost(onward), onward))
        for place in np.flatnonzero(places.is_joined):
            f, t = int(places.edge[place]), places.share[place]
            found = [
                entered[(f, ahead)] + round(cost((f, ahead)) * (t if ahead else 1 - t))
                for ahead in (True, False)
                if (f, ahead) in entered
            ]
            there = node_of(places, place)
            if there >= 0:
                found = [time for arc, time in done.items() if ends(arc)[1] == there] + [door] * (here == there)
            if e == f and (e, bool(t >= s)) in arcs:
                found.append(door + round(abs(t - s) * cost((e, bool(t >= s)))))
            if found:
                best[place] = min(best[place], min(found) + places.door_ds[place])
    return best


@given(some.integers(0, 10_000))
@settings(max_examples=15)
def test_times_with_turns_equal_those_of_every_way_tried(seed: int) -> None:
    rng = np.random.default_rng(seed)
    town = with_turns(seed)
    try:
        streets = lay_streets(town, CAR)
    except InvalidInput:
        return
    # The test tells nodes by their spots, the town by its numbers.
    x, y = np.unique(np.column_stack([streets.network.x_m, streets.network.y_m]), axis=0).T
    number_at = {(float(a), float(b)): at for at, (a, b) in enumerate(zip(x, y, strict=True))}
    spot_of = {
        int(node): number_at.get((float(a), float(b)), -1)
        for node, a, b in zip(town.node, town.x_m, town.y_m, strict=True)
    }
    turns = tuple(replace(turn, via=spot_of[turn.via]) for turn in town.turns)
    posts = snap(streets, rng.uniform(0, 500, 3), rng.uniform(0, 500, 3), limit_m=60)
    places = snap(streets, rng.uniform(0, 500, 12), rng.uniform(0, 500, 12), limit_m=60)
    times, _ = arrive(streets, *nearest(streets.network, sources_of(streets, posts)), places, posts)
    assert times.tolist() == tried(streets, turns, posts, places).tolist()
    pairs = travel_times(streets, posts, places, limit_ds=10_000).toarray().astype(np.float64)
    pairs[pairs == 0] = np.inf
    assert np.array_equal(pairs.min(axis=1)[times > 0], times[times > 0])


def test_what_is_reached_is_drawn_as_turns_allow() -> None:
    turn = Turn(from_way=0, via=5, to_way=3, is_only=False)
    free, kept = lay_streets(CROSS, CAR), lay_streets(replace(CROSS, turns=(turn,)), CAR)
    for streets, begins in ((free, 0.0), (kept, 1.0)):
        posts = snap(streets, np.array([-50.0]), np.array([0.0]), limit_m=20)
        times, _ = nearest(streets.network, sources_of(streets, posts))
        # 20 km/h: 150 m in 270 deciseconds. Way 3 leads north, and is reached from its far end alone once the turn is
        # forbidden, which takes longer.
        found = reachable(streets, times, posts, limit_ds=270)
        north = np.isin(found.edge, np.flatnonzero(streets.way == 3))
        assert north.any() == (begins == 0.0)
