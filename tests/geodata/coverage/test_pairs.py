"""Times of all pairs within a limit: scipy's bit for bit, and in every row the least is the nearest post's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import CAR, Mode
from geodata.coverage.network import LONGEST_DS
from geodata.coverage.pairs import node_times, travel_times
from geodata.coverage.reach import Sources, nearest
from geodata.coverage.snapping import Snapped, arrive, snap, sources_of
from geodata.coverage.streets import Streets
from geodata.errors import InvalidInput
from tests.geodata.coverage.made import crooked_ways, town
from tests.geodata.coverage.test_streets import ways
from tests.geodata.coverage.test_turns import with_turns

seeds = some.integers(0, 10_000)
FOREVER = LONGEST_DS


def dense(found: csr_array) -> np.ndarray:
    """Return the times, inf where none is stored; a stored 0 stays one."""
    table = np.full(found.shape, np.inf)
    rows = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
    table[rows, found.indices] = found.data
    return table


def town_of(seed: int) -> tuple[Streets, Snapped, Snapped]:
    try:
        streets = lay_streets(crooked_ways(seed), CAR)
    except InvalidInput:
        assume(False)
    rng = np.random.default_rng(seed)
    posts = snap(streets, rng.uniform(-50, 550, 5), rng.uniform(-50, 550, 5), limit_m=60)
    places = snap(streets, rng.uniform(-50, 550, 40), rng.uniform(-50, 550, 40), limit_m=60)
    return streets, posts, places


@pytest.mark.parametrize(("nodes", "seed", "limit_ds"), [(2_500, 1, 900), (10_000, 2, 3000), (10_000, 3, 0)])
def test_times_of_nodes_are_those_of_scipy_bit_for_bit(nodes: int, seed: int, limit_ds: int) -> None:
    network = town(nodes, seed, islands=3)
    posts = np.random.default_rng(seed).choice(network.node_count, 20, replace=False)
    graph = csr_array((network.cost_ds.astype(np.float64), network.head, network.first))
    wanted = dijkstra(graph, indices=posts, limit=limit_ds)
    found = node_times(network, Sources.at_nodes(posts), limit_ds=limit_ds)
    assert found.shape == (network.node_count, 20)
    assert dense(found).T.tobytes() == wanted.tobytes()
    assert found.has_sorted_indices


@given(seeds, some.integers(0, 2000))
@settings(max_examples=25, deadline=None)
def test_a_rows_least_time_is_that_of_the_nearest_post(seed: int, limit_ds: int) -> None:
    streets, posts, places = town_of(seed)
    times, owners = arrive(streets, *nearest(streets.network, sources_of(streets, posts)), places, posts)
    found = dense(travel_times(streets, posts, places, limit_ds=limit_ds))
    within = times <= limit_ds
    assert (found.min(axis=1)[within] == times[within]).all()
    assert np.isinf(found[~within]).all()
    assert (found.argmin(axis=1)[within] == owners[within]).all()


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_each_post_has_the_times_that_it_has_alone(seed: int) -> None:
    streets, posts, places = town_of(seed)
    found = dense(travel_times(streets, posts, places, limit_ds=FOREVER))
    for post in range(len(posts.edge)):
        edge = np.where(np.arange(len(posts.edge)) == post, posts.edge, -1)
        alone = Snapped(edge, posts.share, posts.away_m, posts.door_ds)
        times, _ = arrive(streets, *nearest(streets.network, sources_of(streets, alone)), places, alone)
        assert (found[:, post] == times).all()


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_a_rows_least_time_minds_forbidden_turns(seed: int) -> None:
    try:
        streets = lay_streets(with_turns(seed), CAR)
    except InvalidInput:
        assume(False)
    rng = np.random.default_rng(seed)
    posts = snap(streets, rng.uniform(-50, 550, 4), rng.uniform(-50, 550, 4), limit_m=60)
    places = snap(streets, rng.uniform(-50, 550, 30), rng.uniform(-50, 550, 30), limit_m=60)
    for one in (streets, streets.against):
        times, _ = arrive(one, *nearest(one.network, sources_of(one, posts)), places, posts)
        assert (dense(travel_times(one, posts, places, limit_ds=FOREVER)).min(axis=1) == times).all()
    # What leads there from each place is what leads back to it, the other way round.
    there = dense(travel_times(streets, places, posts, limit_ds=FOREVER))
    back = dense(travel_times(streets.against, posts, places, limit_ds=FOREVER))
    assert (back == there.T).all()


def test_a_shared_edge_worked_by_hand() -> None:
    loop = ways(([(0, 0), (360, 0)], {"oneway": "yes"}), ([(360, 0), (360, 400), (0, 400), (0, 0)], {"oneway": "yes"}))
    streets = lay_streets(loop, Mode("test", {"residential": 36.0}, (), ("oneway",)))
    posts = snap(streets, np.array([100.0]), np.array([0.0]), limit_m=50)
    places = snap(streets, np.array([100.0, 150.0, 50.0, 9999.0]), np.zeros(4), limit_m=50)
    found = travel_times(streets, posts, places, limit_ds=1470)
    # Here, 50 m ahead, all the way around, and not joined at all.
    assert dense(found).ravel().tolist() == [0, 50, 1470, np.inf]
    assert found.nnz == 3, "a time of 0 is stored"
    assert travel_times(streets, posts, places, limit_ds=1469).nnz == 2


def test_without_posts_or_places_there_are_no_pairs() -> None:
    streets = lay_streets(ways(([(0, 0), (100, 0)], {})), CAR)
    one, none = snap(streets, np.zeros(1), np.zeros(1), limit_m=5), snap(streets, np.zeros(0), np.zeros(0), limit_m=5)
    assert travel_times(streets, none, one, limit_ds=9).shape == (1, 0)
    assert travel_times(streets, one, none, limit_ds=9).shape == (0, 1)


def test_a_wrong_limit_is_refused() -> None:
    network = town(100, 1)
    for limit_ds, said in ((-1, "a limit of -1"), (2**40, "a limit of 1099511627776")):
        with pytest.raises(InvalidInput, match=said):
            node_times(network, Sources.at_nodes(np.array([0])), limit_ds=limit_ds)
