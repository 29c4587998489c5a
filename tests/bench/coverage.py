"""Coverage against networkx, pandana, scipy, PySAL and spopt, on the same made-up town in one run.

The town has one-way streets and costs in whole deciseconds, so that engines have to agree.
"""

from __future__ import annotations

import statistics
import time
from functools import partial
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.coverage.access import stepped, two_step_floating_catchment
from geodata.coverage.network import Network
from geodata.coverage.pairs import node_times
from geodata.coverage.reach import Incumbent, Sources, nearest
from geodata.coverage.siting import solve_mclp
from geodata.statistics.hotspots import hot_spots
from tests.bench.large import large
from tests.bench.machine import heading
from tests.bench.router import by_router
from tests.bench.rows import Row, agree, cpu, environment, peer
from tests.geodata.coverage.made import town

POSTS = 1_000
LIMIT_DS = 6_000
"""Ten minutes."""
STEPS = ((1_000, 1.0), (2_000, 0.68), (3_000, 0.22))
MOST_FOR_PEERS = 250_000
"""Peers that would take minutes and gigabytes are asked on towns up to this size."""


def main(rows: int) -> int:
    """Print what each task takes on a town of so many nodes, and on fixed instances; 1 where answers differ."""
    python = environment()
    network = town(rows, seed=1, islands=3)
    posts = np.sort(np.random.default_rng(2).choice(network.node_count, POSTS, replace=False))
    print(f"coverage, {network.node_count:,} nodes, {len(network.head):,} arcs, {POSTS:,} posts: {heading()}")
    found = [
        *_nearest(python, network, posts),
        *_pairs(network, posts),
        *_what_if(network, posts),
        *_catchments(python),
        *_sites(python),
        *_hot_spots(python),
        *large(),
    ]
    print(f"{'task':36}{'peer':22}{'ours s':>9}{'peer s':>10}{'x':>9}{'+ built s':>11}  agree")
    for row in found:
        peer_s = "-" if row.peer_s is None else f"{row.peer_s:.3f}"
        ratio = "-" if row.ratio is None else f"{row.ratio:.1f}"
        print(f"{row.task:36}{row.peer:22}{row.own_s:9.4f}{peer_s:>10}{ratio:>9}{row.build_s:11.2f}  {row.agrees}")
    return int(any(row.agrees.startswith("NO") for row in found))


def _nearest(python: Path, network: Network, posts: np.ndarray) -> list[Row]:
    own_s, (times, _) = cpu(lambda: nearest(network, posts))
    graph = _graph(network)
    scipy_s, other = cpu(lambda: dijkstra(graph, indices=posts, min_only=True), times=1)
    found = [Row("nearest post of every node", "scipy", own_s, scipy_s, agree(times, other))]
    if network.node_count <= MOST_FOR_PEERS:
        given = {"tail": network.tail, "head": network.head, "cost_ds": network.cost_ds, "posts": posts}
        for name, digits in (("networkx", 0.0), ("pandana", 0.51)):
            took_s, build_s, answer = peer(python, name, {**given, "x_m": network.x_m, "y_m": network.y_m})
            found.append(
                Row("nearest post of every node", name, own_s, took_s, agree(times, answer, within=digits), build_s)
            )
        found += by_router(network, posts)
    return found


def _pairs(network: Network, posts: np.ndarray) -> list[Row]:
    found = []
    graph = _graph(network)
    for count in (100, POSTS):
        some = posts[:count]
        own_s, table = cpu(partial(node_times, network, Sources.at_nodes(some), limit_ds=LIMIT_DS))
        few = some[:10]
        scipy_s, other = cpu(partial(dijkstra, graph, indices=few, limit=LIMIT_DS), times=1)
        own = np.full((network.node_count, 10), np.inf)
        first = csr_array(table[:, :10])
        own[np.repeat(np.arange(len(own)), np.diff(first.indptr)), first.indices] = first.data
        told = agree(own.T, other)
        task = f"all pairs within 10 min, {count} posts"
        found.append(Row(task, "scipy (from 10 posts)", own_s, scipy_s * count / len(few), told))
    return found


def _what_if(network: Network, posts: np.ndarray) -> list[Row]:
    standing = Incumbent(network, Sources.at_nodes(posts))
    before, _ = standing.times_and_owners
    took, told = [], "yes"
    for node in np.random.default_rng(3).choice(network.node_count, 200, replace=False):
        more = Sources(np.array([node], dtype=np.int32), np.zeros(1, dtype=np.int64), np.array([POSTS]))
        began = time.process_time()
        changed, times = standing.with_added(more)
        took.append(time.process_time() - began)
    after = before.copy()
    after[changed] = times
    again, _ = nearest(network, np.append(posts, node))
    told = agree(after, again)
    took.sort()
    return [
        Row("another post, median", "", statistics.median(took), None, told),
        Row("another post, p95", "", took[int(len(took) * 0.95)], None, told),
    ]


def _catchments(python: Path) -> list[Row]:
    rng = np.random.default_rng(4)
    places, posts = 20_000, 200
    where, spots = rng.uniform(0, 20_000, (places, 2)), rng.uniform(0, 20_000, (posts, 2))
    away_ds = np.rint(np.hypot(*(where[:, None] - spots[None]).transpose(2, 0, 1)) / 1.25)
    travel = csr_array(np.where(away_ds <= STEPS[-1][0], away_ds + 1e-9, 0))
    travel.data = np.rint(travel.data).astype(np.int32)
    people, supply = rng.integers(1, 500, places), rng.integers(1, 20, posts)
    own_s, access = cpu(
        lambda: two_step_floating_catchment(people, supply, travel, limit_ds=STEPS[-1][0], decay=stepped(*STEPS))
    )
    place = np.repeat(np.arange(places), np.diff(travel.indptr))
    given = {"place": place, "post": travel.indices, "minutes": travel.data.astype(float), "people": people}
    took_s, build_s, other = peer(python, "access", {**given, "supply": supply, "steps": np.array(STEPS)})
    is_told = ~np.isnan(other)  # where nothing is in reach PySAL says nothing, and we say 0
    told = agree(access[is_told], other[is_told], within=1e-9)
    return [Row(f"E2SFCA, {places:,} x {posts}", "PySAL access", own_s, took_s, told, build_s)]


def _sites(python: Path) -> list[Row]:
    rng = np.random.default_rng(5)
    places, sites, limit = 2_000, 200, 900.0
    where, spots = rng.uniform(0, 10_000, (places, 2)), rng.uniform(0, 10_000, (sites, 2))
    cost, people = np.hypot(*(where[:, None] - spots[None]).transpose(2, 0, 1)), rng.integers(1, 300, places)
    own_s, plan = cpu(lambda: solve_mclp(cost <= limit, people, 10))
    took_s, build_s, best = peer(python, "spopt", {"cost": cost, "people": people, "limit": limit, "p": 10})
    told = agree(np.array([plan.objective]), best) if plan.proven else "NO: not proven"
    return [Row(f"MCLP, {places:,} x {sites}, 10 posts", "spopt with CBC", own_s, took_s, told, build_s)]


def _hot_spots(python: Path) -> list[Row]:
    rng = np.random.default_rng(6)
    found = []
    for count in (20_000, 100_000):
        side_m = 100 * np.sqrt(count)
        x_m, y_m, value = rng.uniform(0, side_m, count), rng.uniform(0, side_m, count), rng.poisson(3.0, count)
        own_s, spots = cpu(partial(hot_spots, x_m, y_m, value, radius_m=400))
        took_s, build_s, told = None, 0.0, "-"
        if count == 20_000:
            given = {"x_m": x_m, "y_m": y_m, "value": value.astype(float), "radius_m": np.array(400.0)}
            took_s, build_s, other = peer(python, "esda", given)
            told = agree(spots.z, other, within=1e-9)
        found.append(Row(f"Gi* with FDR, {count:,} points", "esda" if took_s else "", own_s, took_s, told, build_s))
    return found


def _graph(network: Network) -> csr_array:
    size = network.node_count
    return csr_array((network.cost_ds.astype(np.float64), network.head, network.first), shape=(size, size))
