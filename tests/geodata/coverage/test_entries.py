"""Ways into places through gates, against networkx on the same small towns, in both directions of travel."""

from __future__ import annotations

import networkx
import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as some
from shapely.geometry import Point, box

from geodata.coverage.arrays import Mask
from geodata.coverage.entries import Entries, nodes_beside, soonest
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import CAR
from geodata.coverage.pairs import site_times
from geodata.coverage.reach import NOBODY, nearest
from geodata.coverage.snapping import Snapped, arrive, snap, sources_of
from geodata.coverage.streets import Streets
from geodata.errors import InvalidInput
from tests.geodata.coverage.made import crooked_ways, ends_of_way

SITES = 12


def scattered(streets: Streets, count: int, rng: np.random.Generator) -> Snapped:
    return snap(streets, rng.uniform(-50, 550, count), rng.uniform(-50, 550, count), limit_m=60.0)


def brute_force(streets: Streets, posts: Snapped, doors: Snapped, *, to_post: bool) -> np.ndarray:
    """(doors, posts) times: every post and door a node of its own, joined to the ends of its edge."""
    graph: networkx.DiGraph[object] = networkx.DiGraph()
    network = streets.network
    graph.add_weighted_edges_from(
        zip(network.tail.tolist(), network.head.tolist(), network.cost_ds.tolist(), strict=True)
    )
    found = np.full((len(doors.edge), len(posts.edge)), np.inf)
    starts, ends = (("door", doors), ("post", posts))[:: 1 if to_post else -1]
    for kind, points in (starts, ends):
        for number in np.flatnonzero(points.is_joined):
            me, door, leaves = (kind, int(number)), int(points.door_ds[number]), kind == starts[0]
            for node, part in ends_of_way(streets, points, number, is_out=leaves):
                graph.add_edge(*((me, node) if leaves else (node, me)), weight=part + door)
    for start in np.flatnonzero(starts[1].is_joined):
        times = networkx.single_source_dijkstra_path_length(graph, (starts[0], int(start)))
        for end in np.flatnonzero(ends[1].is_joined):
            way = times.get((ends[0], int(end)), np.inf)
            edge = starts[1].edge[start]
            if edge == ends[1].edge[end]:
                between = ends[1].share[end] - starts[1].share[start]
                cost = streets.ahead_ds[edge] if between > 0 else streets.back_ds[edge]
                if cost > 0 or between == 0:
                    way = min(way, np.rint(abs(between) * cost) + starts[1].door_ds[start] + ends[1].door_ds[end])
            found[(start, end) if to_post else (end, start)] = way
    return found


@pytest.mark.parametrize("to_post", [True, False])
@given(seed=some.integers(0, 10_000))
@settings(max_examples=40)
def test_the_soonest_open_gate_counts(*, to_post: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    try:
        laid = lay_streets(crooked_ways(seed), CAR)
    except InvalidInput:  # all of this town's streets lead one way only
        reject()
    posts, gates = scattered(laid, 5, rng), scattered(laid, 30, rng)
    site = rng.integers(0, SITES, 30)
    is_open: Mask = rng.random(30) < 0.7
    streets = laid.against if to_post else laid
    times, owners = nearest(streets.network, sources_of(streets, posts))
    none = np.zeros(0, dtype=np.int64)
    entries = Entries(site, gates, none, none).those(is_open, np.zeros(0, dtype=np.bool_))
    best = soonest(streets, times, owners, entries, posts, site_count=SITES)
    every = brute_force(laid, posts, gates, to_post=to_post)
    pairs = site_times(streets, posts, entries, site_count=SITES, limit_ds=10**6).tocoo()
    told = np.full((SITES, 5), np.inf)
    told[pairs.coords] = pairs.data
    for number in range(SITES):
        mine = np.flatnonzero(is_open & (site == number))
        wanted = every[mine].min(initial=np.inf)
        assert best.time_ds[number] == wanted
        assert told[number].tolist() == every[mine].min(axis=0, initial=np.inf).tolist()
        if np.isfinite(wanted):
            assert best.owner[number] == np.flatnonzero((every[mine] == wanted).any(axis=0))[0]
            assert every[np.flatnonzero(is_open)[best.entry[number]], best.owner[number]] == wanted
        else:
            assert (best.owner[number], best.entry[number]) == (NOBODY, -1)


def test_open_areas_are_entered_from_the_nodes_beside_them() -> None:
    streets = lay_streets(crooked_ways(4), CAR)
    network = streets.network
    area = box(150, 150, 250, 250)
    outline, node = nodes_beside(network, np.array([area], dtype=object), within_m=30.0)
    near = [n for n in range(network.node_count) if area.distance(Point(network.x_m[n], network.y_m[n])) <= 30]
    assert near
    assert (outline.tolist(), node.tolist()) == ([0] * len(near), near)
    posts = snap(streets, np.array([500.0]), np.array([500.0]), limit_m=100.0)
    times, owners = nearest(network, sources_of(streets, posts))
    nowhere = snap(streets, np.zeros(0), np.zeros(0), limit_m=1.0)
    entries = Entries(np.zeros(0, dtype=np.int64), nowhere, outline, node)
    best = soonest(streets, times, owners, entries, posts, site_count=1)
    assert best.time_ds[0] == times[near].min()
    assert times[node[best.entry[0]]] == best.time_ds[0]


def test_a_place_at_the_post_is_there_whatever_the_street_allows() -> None:
    streets = lay_streets(crooked_ways(4), CAR)
    one_way = int(np.flatnonzero((streets.ahead_ds == 0) | (streets.back_ds == 0))[0])
    here = Snapped(np.array([one_way]), np.array([0.5]), np.array([3.0]), np.array([24]))
    for way in (streets, streets.against):
        times, owners = nearest(way.network, sources_of(way, here))
        assert arrive(way, times, owners, here, here)[0].tolist() == [48]
