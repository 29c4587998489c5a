"""Isochrones: their lines are what every way tried says, their outlines hold each other, and nobody counts by them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as some
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.coverage.isochrone import Stretches, isochrones, lines, reachable
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import CAR, WALK, Mode
from geodata.coverage.reach import nearest
from geodata.coverage.snapping import Snapped, arrive, snap, sources_of
from geodata.coverage.streets import Streets
from geodata.errors import InvalidInput
from tests.geodata.coverage.made import crooked_ways, ends_of_way, town_ways
from tests.geodata.coverage.test_streets import ways

seeds = some.integers(0, 10_000)
EVEN = Mode("test", {"residential": 36.0}, (), ("oneway",))


def town_and_posts(seed: int) -> tuple[Streets, Snapped, np.ndarray]:
    try:
        streets = lay_streets(crooked_ways(seed), CAR)
    except InvalidInput:
        assume(False)
    rng = np.random.default_rng(seed)
    posts = snap(streets, rng.uniform(-50, 550, 3), rng.uniform(-50, 550, 3), limit_m=60)
    times, _ = nearest(streets.network, sources_of(streets, posts))
    return streets, posts, times


def is_in(found: Stretches, edge: int, share: float) -> bool:
    own = found.edge == edge
    return bool(((found.begin[own] <= share) & (share <= found.end[own])).any())


def brute(streets: Streets, posts: Snapped, edge: int, share: float) -> float:
    """The time to one spot of one edge, every post and every way in tried, by scipy's times."""
    network = streets.network
    graph = csr_array((network.cost_ds.astype(np.float64), network.head, network.first))
    best = np.inf
    for post in np.flatnonzero(posts.is_joined):
        e, s, door = posts.edge[post], posts.share[post], posts.door_ds[post]
        for node, part in ends_of_way(streets, posts, post, is_out=True):
            times = dijkstra(graph, indices=np.array([node]))[0] + part + door
            if streets.ahead_ds[edge]:
                best = min(best, times[streets.tail[edge]] + streets.ahead_ds[edge] * share)
            if streets.back_ds[edge]:
                best = min(best, times[streets.head[edge]] + streets.back_ds[edge] * (1 - share))
        cost = streets.ahead_ds[e] if share >= s else streets.back_ds[e]
        if e == edge and cost:
            best = min(best, door + cost * abs(share - s))
    return float(best)


@given(seeds, some.integers(20, 1200))
@settings(max_examples=15, deadline=None)
def test_lines_are_what_every_way_tried_says(seed: int, limit_ds: int) -> None:
    streets, posts, times = town_and_posts(seed)
    found = reachable(streets, times, posts, limit_ds=limit_ds)
    rng = np.random.default_rng(seed)
    for edge in rng.choice(len(streets.tail), 8).tolist():
        for share in [0.01, *rng.uniform(0, 1, 3).tolist(), 0.99]:
            time = brute(streets, posts, edge, share)
            # At the limit itself floats decide.
            if abs(time - limit_ds) > 1e-6:
                assert is_in(found, edge, share) == (time < limit_ds)


@given(seeds, some.lists(some.integers(0, 1500), min_size=1, max_size=5))
@settings(max_examples=15, deadline=None)
def test_more_minutes_never_reach_less(seed: int, limits_ds: list[int]) -> None:
    streets, posts, times = town_and_posts(seed)
    found = isochrones(streets, times, posts, limits_ds=limits_ds, buffer_m=25)
    assert [one.limit_ds for one in found] == sorted(set(limits_ds))
    for less, more in pairwise(found):
        assert shapely.area(shapely.difference(less.outline, more.outline)) < 1e-6
        assert lines(streets, less.stretches).length <= lines(streets, more.stretches).length + 1e-9
    for one in found:
        drawn = lines(streets, one.stretches)
        assert one.outline.is_valid
        assert shapely.difference(drawn, one.outline).length < 1e-6
        # Every corner lies 25 m from a line: the outline is theirs and nobody else's.
        corners = shapely.points(shapely.get_coordinates(one.outline))
        assert (shapely.distance(corners, drawn) < 25.01).all()


def test_a_one_way_street_worked_by_hand() -> None:
    # Round a block, one way, at 10 m a second; the post stands 100 m along its first side.
    block = ways(([(0, 0), (360, 0)], {"oneway": "yes"}), ([(360, 0), (360, 400), (0, 400), (0, 0)], {"oneway": "yes"}))
    streets = lay_streets(block, EVEN)
    posts = snap(streets, np.array([100.0]), np.array([0.0]), limit_m=5)
    times, _ = nearest(streets.network, sources_of(streets, posts))

    def length(limit_ds: int) -> float:
        return float(lines(streets, reachable(streets, times, posts, limit_ds=limit_ds)).length)

    # 10 s: 100 m ahead and none back. 36 s: 260 m to the corner and 100 m on. 152 s: all of it, nothing twice.
    assert length(0) == 0
    assert length(100) == pytest.approx(100)
    assert length(360) == pytest.approx(360)
    # From 142 s on the stretch behind the post is reached by going round.
    assert length(1300) == pytest.approx(1300)
    assert length(1520) == pytest.approx(1520)
    assert length(9999) == pytest.approx(1520)


def test_both_ends_of_a_street_meet_in_its_middle() -> None:
    # Two posts at the ends of 200 m; each gets 80 m far: two stretches, and one when they meet.
    streets = lay_streets(ways(([(0, 0), (200, 0)], {})), EVEN)
    posts = snap(streets, np.array([0.0, 200.0]), np.array([0.0, 0.0]), limit_m=5)
    times, _ = nearest(streets.network, sources_of(streets, posts))
    apart = reachable(streets, times, posts, limit_ds=80)
    assert apart.begin.tolist() == pytest.approx([0, 0.6])
    assert apart.end.tolist() == pytest.approx([0.4, 1])
    met = reachable(streets, times, posts, limit_ds=100)
    assert (met.begin.tolist(), met.end.tolist()) == ([0], [1])


# Trap 9.
def test_an_outline_is_not_for_counting_people() -> None:
    # A wall between two streets 20 m apart that meet only far away: across it, the neighbour is minutes off.
    streets = lay_streets(ways(([(0, 0), (2000, 0)], {}), ([(2000, 0), (2000, 20), (0, 20)], {})), EVEN)
    posts = snap(streets, np.array([0.0]), np.array([0.0]), limit_m=5)
    neighbour = snap(streets, np.array([50.0]), np.array([20.0]), limit_m=5)
    times, owners = nearest(streets.network, sources_of(streets, posts))
    (minute,) = isochrones(streets, times, posts, limits_ds=[600], buffer_m=30)
    way_ds, _ = arrive(streets, times, owners, neighbour, posts)
    assert minute.outline.contains(shapely.Point(50, 20))
    assert way_ds[0] == 3970
    assert not is_in(minute.stretches, int(neighbour.edge[0]), float(neighbour.share[0]))


def test_a_town_of_forty_thousand_corners_is_outlined_whole() -> None:
    streets = lay_streets(town_ways(200, 5), WALK)
    posts = snap(streets, np.array([9000.0]), np.array([9000.0]), limit_m=100)
    times, _ = nearest(streets.network, sources_of(streets, posts))
    (found,) = isochrones(streets, times, posts, limits_ds=[9000], buffer_m=20)
    plain = shapely.union_all(shapely.buffer(shapely.get_parts(lines(streets, found.stretches)), 20, quad_segs=2))
    assert found.outline.area == pytest.approx(plain.area)


def test_nothing_reached_is_an_empty_outline() -> None:
    streets = lay_streets(ways(([(0, 0), (100, 0)], {})), WALK)
    nowhere = snap(streets, np.array([0.0]), np.array([900.0]), limit_m=5)
    times, _ = nearest(streets.network, sources_of(streets, nowhere))
    (found,) = isochrones(streets, times, nowhere, limits_ds=[600], buffer_m=20)
    assert found.outline.is_empty
    assert lines(streets, found.stretches).is_empty


def test_a_wrong_call_says_what_is_wanted() -> None:
    streets = lay_streets(ways(([(0, 0), (100, 0)], {})), WALK)
    posts = snap(streets, np.array([0.0]), np.array([0.0]), limit_m=5)
    with pytest.raises(InvalidInput, match="a limit of -1"):
        reachable(streets, np.zeros(2), posts, limit_ds=-1)
    with pytest.raises(InvalidInput, match="3 times for 2 nodes"):
        reachable(streets, np.zeros(3), posts, limit_ds=1)
    with pytest.raises(InvalidInput, match="a buffer of 0 m"):
        isochrones(streets, np.zeros(2), posts, limits_ds=[600], buffer_m=0)
