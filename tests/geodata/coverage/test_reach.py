"""Times from posts: bit for bit what scipy says, hop for hop what networkx says, and true under every change."""

from __future__ import annotations

from dataclasses import replace

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.coverage.network import Network, build_network
from geodata.coverage.reach import NOBODY, Incumbent, Sources, nearest
from geodata.errors import InvalidInput
from tests.geodata.coverage.made import town

seeds = some.integers(0, 10_000)


def posts_of(network: Network, count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).choice(network.node_count, size=count, replace=False).astype(np.int32)


def all_times(network: Network, posts: np.ndarray) -> np.ndarray:
    """Every post's own times, by networkx."""
    graph: networkx.DiGraph[int] = networkx.DiGraph()
    graph.add_nodes_from(range(network.node_count))
    graph.add_weighted_edges_from(
        zip(network.tail.tolist(), network.head.tolist(), network.cost_ds.tolist(), strict=True)
    )
    times = np.full((len(posts), network.node_count), np.inf)
    for number, post in enumerate(posts.tolist()):
        for node, time in networkx.single_source_dijkstra_path_length(graph, post).items():
            times[number, node] = time
    return times


@pytest.mark.parametrize(("nodes", "seed"), [(2_500, 1), (10_000, 2), (40_000, 3)])
def test_times_are_those_of_scipy_bit_for_bit(nodes: int, seed: int) -> None:
    network = town(nodes, seed, islands=3)
    posts = posts_of(network, 40, seed)
    graph = csr_array((network.cost_ds.astype(np.float64), network.head, network.first))
    wanted, _, sources = dijkstra(graph, indices=posts, min_only=True, return_predecessors=True)
    times, owners = nearest(network, posts)
    assert times.tobytes() == wanted.tobytes()
    assert ((owners == NOBODY) == np.isinf(times)).all()
    # scipy breaks ties as it comes: a post of its choice is as near as ours.
    own = all_times(network, posts)[owners[owners >= 0], np.flatnonzero(owners >= 0)]
    assert (own == times[owners >= 0]).all()
    assert (posts[owners[owners >= 0]] == sources[owners >= 0]).mean() > 0.9


@given(seeds)
@settings(max_examples=25)
def test_long_ways_and_late_starts_wait_for_their_turn(seed: int) -> None:
    draw = np.random.default_rng(seed)
    made = town(60, seed, islands=1)
    network = replace(made, cost_ds=(made.cost_ds * draw.choice([1, 300, 40_000], made.cost_ds.size)).astype(np.int32))
    posts = posts_of(network, 5, seed)
    offset_ds = draw.choice([0, 9_000, 5_000_000], 5).astype(np.int64)
    wanted = all_times(network, posts) + offset_ds[:, None]
    times, owners = nearest(network, Sources(posts, offset_ds, np.arange(5)))
    assert (times == wanted.min(axis=0)).all()
    reached = np.isfinite(times)
    assert (owners[reached] == wanted.argmin(axis=0)[reached]).all()


@given(seeds)
@settings(max_examples=25)
def test_times_and_owners_are_those_of_networkx(seed: int) -> None:
    network = town(60, seed, islands=1)
    posts = posts_of(network, 5, seed)
    wanted = all_times(network, posts)
    times, owners = nearest(network, posts)
    assert (times == wanted.min(axis=0)).all()
    # Of two that are equally near, the first.
    assert (owners == np.where(np.isinf(times), NOBODY, wanted.argmin(axis=0))).all()


# Trap 2.
def test_a_line_worked_by_hand() -> None:
    # 0 --20--> 1 --30--> 2, and back 2 --5--> 1 only.
    x = np.array([0.0, 10.0, 20.0])
    network = build_network(x, x * 0, np.array([0, 1, 2]), np.array([1, 2, 1]), np.array([20, 30, 5]))
    place = {int(number): at for at, number in enumerate(network.ids)}
    times, owners = nearest(network, np.array([place[0], place[2]]))
    assert [times[place[n]] for n in range(3)] == [0, 5, 0]
    assert [owners[place[n]] for n in range(3)] == [0, 1, 1]
    times, _ = nearest(network.reversed, np.array([place[0]]))
    assert [times[place[n]] for n in range(3)] == [0, np.inf, np.inf]


# Trap 7.
def test_a_limit_counts_its_last_decisecond() -> None:
    network = town(2_500, seed=8)
    posts = posts_of(network, 3, 8)
    times, owners = nearest(network, posts)
    limit = int(np.sort(times[np.isfinite(times)])[400])
    limited, limited_owners = nearest(network, posts, limit_ds=limit)
    within = times <= limit
    assert (limited[within] == times[within]).all()
    assert np.isinf(limited[~within]).all()
    assert (limited_owners[within] == owners[within]).all()
    assert (times == limit).any()


def test_a_post_on_an_edge_begins_at_both_ends_with_its_part_of_the_way() -> None:
    network = town(400, seed=11)
    one, other = int(network.tail[0]), int(network.head[0])
    times, _ = nearest(network, Sources(np.array([one, other], dtype=np.int32), np.array([7, 3]), np.array([0, 0])))
    from_one, _ = nearest(network, np.array([one]))
    from_other, _ = nearest(network, np.array([other]))
    assert (times == np.minimum(from_one + 7, from_other + 3)).all()


@given(seeds)
@settings(max_examples=25)
def test_another_post_never_makes_a_place_farther_and_what_if_says_what_a_new_search_says(seed: int) -> None:
    network = town(300, seed, islands=1)
    posts = posts_of(network, 6, seed)
    now = Incumbent(network, Sources.at_nodes(posts[:5]))
    before, _ = now.times_and_owners
    changed, new = now.with_added(Sources(posts[5:], np.array([0]), np.array([5])))
    after, owners = nearest(network, posts)
    assert (after <= before).all()
    expected = before.copy()
    expected[changed] = new
    assert (expected == after).all()
    assert set(np.flatnonzero(owners == 5)) == set(changed.tolist())
    assert (now.times_and_owners[0] == before).all(), "asking changes nothing"


@given(seeds, some.integers(0, 4))
@settings(max_examples=25)
def test_without_a_post_its_ground_falls_to_the_others(seed: int, gone: int) -> None:
    network = town(300, seed, islands=1)
    posts = posts_of(network, 5, seed)
    left = Incumbent(network, Sources.at_nodes(posts)).without(gone)
    others = np.delete(np.arange(5), gone)
    times, owners = nearest(network, Sources(posts[others], np.zeros(4, dtype=np.int64), others))
    assert (left.times_and_owners[0] == times).all()
    assert (left.times_and_owners[1] == owners).all()


def test_without_posts_nothing_is_reached() -> None:
    network = town(100, seed=1)
    times, owners = nearest(network, np.zeros(0, dtype=np.int32))
    assert np.isinf(times).all()
    assert (owners == NOBODY).all()


@pytest.mark.parametrize(
    ("sources", "limit", "said"),
    [
        (np.array([100_000]), None, "stands at node"),
        (np.array([-1]), None, "stands at node"),
        (np.array([0]), -1, "a limit of -1"),
        (Sources(np.array([0], dtype=np.int32), np.array([-5]), np.array([0])), None, "offsets of -5 to -5"),
        (Sources(np.array([0], dtype=np.int32), np.array([2**50]), np.array([0])), None, "wanted are 0 to"),
        (Sources(np.array([0], dtype=np.int32), np.array([0]), np.array([-1])), None, "owners of -1 to -1"),
        (Sources(np.array([0], dtype=np.int32), np.array([0, 1]), np.array([0])), None, "as many"),
    ],
)
def test_a_wrong_call_says_what_is_wanted(sources: object, limit: int | None, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        nearest(town(100, seed=1), sources, limit_ds=limit)  # type: ignore[arg-type]
