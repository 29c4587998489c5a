"""Causes, room, shares and crossings: small sums by hand, and what holds for all of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as some

from geodata.coverage.arrays import Mask
from geodata.coverage.capacity import served
from geodata.coverage.causes import Lifted, binding
from geodata.coverage.crossings import NEIGHBOURS, crossings, with_crossings
from geodata.coverage.demand import share_out, whole_numbers
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import WALK
from geodata.coverage.network import build_network, with_arcs
from geodata.coverage.paths import arc_ds, path_to
from geodata.coverage.reach import nearest
from geodata.errors import InvalidInput
from tests.geodata.coverage.made import crooked_ways, town


def test_the_fewest_rules_are_told_in_their_order() -> None:
    needs = [{"hours"}, {"barrier", "hours"}, {"gate"}, {"moon"}, set()]
    asked = []

    def is_reached(lifted: Lifted) -> Mask:
        asked.append(lifted)
        return np.array([need <= lifted for need in needs])

    found = binding(np.array([0, 1, 2, 3]), is_reached)
    assert found == {0: ("hours",), 1: ("barrier", "hours"), 2: ("gate",), 3: ()}
    assert len(asked) == len(set(asked)) == 15
    asked.clear()
    # Nothing more is worked out than is asked for.
    assert binding(np.array([2]), is_reached) == {2: ("gate",)}
    assert asked == [frozenset({"gate"})]


def test_room_goes_to_the_nearest_first_and_whole() -> None:
    # Post 0 has room for 10, post 1 for 4. Place 0 (8 people) is nearest to post 0; place 1 (5) doesn't fit any more,
    # place 2 (2) does; place 3 (4) takes post 1.
    place, post = np.array([0, 1, 2, 3, 1]), np.array([0, 0, 0, 1, 1])
    time_ds = np.array([10.0, 20.0, 30.0, 40.0, 50.0])
    people, room = np.array([8.0, 5.0, 2.0, 4.0]), np.array([10.0, 4.0])
    assert served(place, post, time_ds, people, room).tolist() == [True, False, True, True]
    assert served(place, post, time_ds, people, np.array([np.inf, 0])).tolist() == [True, True, True, False]


def test_largest_remainders_are_rounded_up() -> None:
    # 10 by 1 : 1 : 1 are 3.33 each: the first gets one more. 7 by 5 : 2 : 0 are 5 : 2 : 0.
    group, share = np.array([0, 0, 0, 1, 1, 1]), np.array([1.0, 1.0, 1.0, 5.0, 2.0, 0.0])
    assert share_out(np.array([10, 7]), group, share).tolist() == [4, 3, 3, 5, 2, 0]
    # Nothing known of any: evenly.
    assert share_out(np.array([5]), np.zeros(2, dtype=np.int64), np.zeros(2)).tolist() == [3, 2]
    assert whole_numbers(np.array([0.5, 0.5, 0.4])).tolist() == [1, 0, 0]
    with pytest.raises(InvalidInput, match="negative, or no number"):
        share_out(np.array([5]), np.zeros(1, dtype=np.int64), np.array([np.nan]))


@given(
    members=some.lists(some.tuples(some.integers(0, 4), some.floats(0, 1e6)), max_size=60),
    totals=some.lists(some.integers(0, 10**9), min_size=5, max_size=5),
)
def test_shares_add_up_to_the_unit(members: list[tuple[int, float]], totals: list[int]) -> None:
    group = np.array([number for number, _ in members], dtype=np.int64)
    share = np.array([value for _, value in members], dtype=np.float64)
    parts = share_out(np.array(totals), group, share)
    assert (parts >= 0).all()
    for number, total in enumerate(totals):
        mine = group == number
        if mine.any():
            assert parts[mine].sum() == total
            whole = share[mine].sum()
            if whole > 1e-3:
                assert np.abs(parts[mine] - share[mine] / whole * total).max() < 1 + 1e-6 * total


def test_crossings_join_what_a_river_parts() -> None:
    streets = lay_streets(crooked_ways(7), WALK)
    river = np.array([shapely.LineString([(-100, 251), (700, 249)])], dtype=object)
    left, right, length_m = crossings(streets.network, river)
    network = streets.network
    spots = [shapely.Point(x, y) for x, y in zip(network.x_m, network.y_m, strict=True)]
    wanted = {
        (a, b)
        for a in range(network.node_count)
        for b in range(a + 1, network.node_count)
        if spots[a].distance(spots[b]) <= 250
        and shapely.LineString([spots[a], spots[b]]).intersects(river[0])
        and min(spots[a].distance(river[0]), spots[b].distance(river[0])) > 5
    }
    assert {(min(pair), max(pair)) for pair in zip(left.tolist(), right.tolist(), strict=True)} == wanted
    assert length_m == pytest.approx([spots[a].distance(spots[b]) for a, b in zip(left, right, strict=True)])
    before, _ = nearest(network, np.array([0]))
    after, _ = nearest(with_crossings(streets, river, kmh=4.5).network, np.array([0]))
    assert (after <= before).all()
    assert (after < before).any()
    assert with_crossings(streets, river[:0], kmh=4.5).network.cost_ds.tolist() == network.cost_ds.tolist()


def test_dense_streets_have_crossings_where_they_are_short() -> None:
    rng = np.random.default_rng(1)
    spots = rng.uniform(0, 400, (1_500, 2))
    middle = np.array([shapely.LineString([(-10, 200), (410, 200)])], dtype=object)
    network = build_network(spots[:, 0], spots[:, 1], *np.zeros((3, 0), dtype=np.int64))
    left, right, length_m = crossings(network, middle)
    assert 0 < len(left) <= 1_500 * NEIGHBOURS
    # All around a node that is on the other side and nearer than 64 others is joined: the shortest are all there.
    y = network.y_m
    away = np.hypot(network.x_m[:, None] - network.x_m, y[:, None] - y)
    crosses = (y[:, None] < 195) & (y > 205)
    shortest = away[crosses].min()
    assert length_m.min() == pytest.approx(shortest)
    assert ((y[left] - 200) * (y[right] - 200) < 0).all()


def test_more_arcs_are_those_of_a_network_built_with_them() -> None:
    network = town(400, 5)
    rng = np.random.default_rng(5)
    tail, head, cost = (rng.integers(0, n, 60) for n in (network.node_count, network.node_count, 300))
    built = build_network(
        network.x_m,
        network.y_m,
        np.concatenate([network.tail, tail]),
        np.concatenate([network.head, head]),
        np.concatenate([network.cost_ds, cost]),
    )
    more = with_arcs(network, tail, head, cost)
    times, _ = nearest(more, np.array([3]))
    place = int(np.flatnonzero(built.ids == 3)[0])
    assert times[built.ids].tolist() == nearest(built, np.array([place]))[0].tolist()


@given(seed=some.integers(0, 1000))
def test_a_path_takes_what_it_says(seed: int) -> None:
    network = town(100, seed)
    times, owners = nearest(network, np.array([0, 50]))
    node = int(np.flatnonzero(np.isfinite(times))[-1])
    path = path_to(network, times, owners, node)
    assert path[0] == (0, 50)[owners[node]]
    assert path[-1] == node
    steps = [arc_ds(network, np.array([a]), np.array([b])) for a, b in pairwise(path)]
    assert sum(step or 0 for step in steps) == times[node]
    assert arc_ds(network, np.array([node]), np.array([node])) is None
