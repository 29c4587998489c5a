"""Ways on a made-up town: nearest posts, all pairs, another post, an isochrone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from functools import cache, partial

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.coverage.arrays import Floats
from geodata.coverage.isochrone import isochrones
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import CAR
from geodata.coverage.network import Network
from geodata.coverage.pairs import node_times
from geodata.coverage.reach import Incumbent, Sources, nearest
from geodata.coverage.snapping import Snapped, snap, sources_of
from geodata.coverage.streets import Streets
from tests.bench.router import by_router
from tests.bench.rows import Row, agree, cpu, environment, peer
from tests.geodata.coverage.made import town, town_ways

POSTS = 1_000
LIMIT_DS = 6_000
"""Ten minutes."""
SMALL, LARGE = 200_000, 1_000_000
"""Peers that would take minutes and gigabytes are asked on the small town."""
BUFFER_M = 30.0
_SHARES = np.linspace(0.0, 1.0, 9)
"""Spots on every edge, by which an outline is held to what is reached."""


def nearest_rows() -> Iterator[Row]:
    """Give what the nearest post of every node takes, on a town of either size."""
    for nodes in (LARGE, SMALL):
        network, posts = _town(nodes)
        task = f"nearest, {nodes:,} nodes"
        own_s, (times, _) = cpu(partial(nearest, network, posts))
        scipy_s, other = cpu(partial(dijkstra, _graph(network), indices=posts, min_only=True), times=1)
        yield Row(task, "scipy", own_s, scipy_s, agree(times, other))
    given = {"tail": network.tail, "head": network.head, "cost_ds": network.cost_ds, "posts": posts}
    for name, digits in (("networkx", 0.0), ("pandana", 0.51)):
        took_s, build_s, answer = peer(environment(), name, {**given, "x_m": network.x_m, "y_m": network.y_m})
        yield Row(task, name, own_s, took_s, agree(times, answer, within=digits), build_s)
    yield from by_router(network, posts)


def pair_rows() -> Iterator[Row]:
    """Give what the times between posts and all nodes within ten minutes take."""
    network, posts = _town(LARGE)
    few = posts[:10]
    scipy_s, other = cpu(partial(dijkstra, _graph(network), indices=few, limit=LIMIT_DS), times=1)
    for count in (100, POSTS):
        own_s, table = cpu(partial(node_times, network, Sources.at_nodes(posts[:count]), limit_ds=LIMIT_DS))
        own = np.full((network.node_count, len(few)), np.inf)
        first = csr_array(table[:, : len(few)])
        own[np.repeat(np.arange(len(own)), np.diff(first.indptr)), first.indices] = first.data
        # scipy's rows are dense: from ten posts they are 80 MB, and its time is that of ten times as often.
        task = f"pairs within 10 min, {count:,} posts"
        yield Row(task, "scipy", own_s, scipy_s * count / len(few), agree(own.T, other))


def what_if_rows() -> list[Row]:
    """Return what another post takes, in the process that holds the network."""
    network, posts = _town(LARGE)
    standing = Incumbent(network, Sources.at_nodes(posts))
    before, _ = standing.times_and_owners
    took = []
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
        Row(f"another post, {LARGE:,} nodes, {word}", "", took_s, None, told)
        for word, took_s in (("median", statistics.median(took)), ("p95", took[int(len(took) * 0.95)]))
    ]


def isochrone_rows() -> list[Row]:
    """Return what an exact outline of ten minutes by car takes, and whether it holds just what is reached."""
    streets = lay_streets(town_ways(450, 1), CAR)
    x_m, y_m = streets.network.x_m, streets.network.y_m
    posts = snap(streets, np.array([np.median(x_m)]), np.array([np.median(y_m)]), limit_m=200)
    times, _ = nearest(streets.network, sources_of(streets, posts))
    own_s, rings = cpu(partial(isochrones, streets, times, posts, limits_ds=(LIMIT_DS,), buffer_m=BUFFER_M))
    told = _held_to_spots(rings[0].outline, streets, times, posts)
    return [Row(f"isochrone by car, 10 min, {SMALL:,} nodes", "", own_s, None, told)]


def _held_to_spots(outline: shapely.Geometry, streets: Streets, times: Floats, posts: Snapped) -> str:
    """Hold an outline to spots along every edge whose times are worked out one by one."""
    tail, head = streets.tail[:, None], streets.head[:, None]
    ahead = np.where(streets.ahead_ds > 0, streets.ahead_ds, np.inf)[:, None]
    back = np.where(streets.back_ds > 0, streets.back_ds, np.inf)[:, None]
    with np.errstate(invalid="ignore"):  # no share of an edge that isn't open that way
        spot_ds = np.fmin(times[tail] + _SHARES * ahead, times[head] + (1 - _SHARES) * back)
    # Along its own edge a post needs no node: that edge is left out.
    spot_ds[posts.edge[posts.is_joined]] = np.nan
    x_m, y_m = streets.network.x_m, streets.network.y_m
    spot_x, spot_y = (each[tail] + _SHARES * (each[head] - each[tail]) for each in (x_m, y_m))
    is_reached, is_over = spot_ds <= LIMIT_DS, spot_ds > LIMIT_DS
    shapely.prepare(outline)
    lost = int((~shapely.contains_xy(outline, spot_x[is_reached], spot_y[is_reached])).sum())
    tree = shapely.STRtree(np.array(shapely.points(spot_x[is_reached], spot_y[is_reached])))
    step_m = float(streets.length_m.max()) / (len(_SHARES) - 1)
    over = np.array(shapely.points(spot_x[is_over], spot_y[is_over]))
    near, _ = tree.query(over, predicate="dwithin", distance=BUFFER_M + step_m)
    is_far = np.ones(len(over), dtype=np.bool_)
    is_far[near] = False
    more = int(shapely.contains(outline, over[is_far]).sum())
    return f"NO: {lost} reached spots outside, {more} others inside" if lost or more else f"{spot_ds.size:,} spots held"


@cache
def _town(nodes: int) -> tuple[Network, np.ndarray]:
    network = town(nodes, seed=1, islands=3)
    return network, np.sort(np.random.default_rng(2).choice(network.node_count, POSTS, replace=False))


def _graph(network: Network) -> csr_array:
    size = network.node_count
    return csr_array((network.cost_ds.astype(np.float64), network.head, network.first), shape=(size, size))
