"""The way that a shortest time stands for, node by node."""

from __future__ import annotations

import numpy as np

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.network import Network
from geodata.coverage.snapping import Snapped, arrivals, on_same_edge, sources_of
from geodata.coverage.streets import Streets


def path_to(network: Network, times: Floats, owners: Ints, node: int) -> list[int]:
    """Return the nodes from where its owner's search began to `node`, both included; of equally quick ways one.

    Args:
        network: the one that was searched.
        times, owners: (n,) as `nearest` gives them.
        node: one that was reached.
    """
    back, found = network.reversed, [node]
    while True:
        into = slice(back.first[found[-1]], back.first[found[-1] + 1])
        before = back.head[into]
        is_step = times[before] + back.cost_ds[into] == times[found[-1]]
        fits = np.flatnonzero(is_step & (owners[before] == owners[node]))
        if not len(fits):
            return found[::-1]
        found.append(int(before[fits[0]]))


def predecessors(network: Network, times: Floats, owners: Ints) -> Ints:
    """Return (n,) the node before each on the way from its post; -1 where a search began, or never came.

    Args:
        network: the one that was searched.
        times, owners: (n,) as `nearest` gives them.
    """
    tail, head = network.tail, network.head
    is_step = (times[tail] + network.cost_ds == times[head]) & (owners[tail] == owners[head]) & np.isfinite(times[tail])
    before = np.full(network.node_count, -1, dtype=np.int64)
    # Of equally quick ways that from the node of the smallest number.
    before[head[is_step][::-1]] = tail[is_step][::-1]
    return before


def arc_ds(network: Network, tail: Ints, head: Ints) -> int | None:
    """Return what the quickest arc takes that leads from one of some nodes to one of others; None where none does."""
    arcs = [slice(network.first[node], network.first[node + 1]) for node in tail.tolist()]
    found = [network.cost_ds[arc][np.isin(network.head[arc], head)] for arc in arcs]
    costs = np.concatenate([*found, np.zeros(0, dtype=np.int32)])
    return int(costs.min()) if len(costs) else None


def last_node(streets: Streets, times: Floats, owners: Ints, at: Snapped, owner: int) -> tuple[float, int, Snapped]:
    """Return the soonest time from an owner to one place over a node, that node, and the place on the edge from there.

    The time is inf and the node -1 where no node of the owner's leads to it.

    Args:
        streets: of one mode.
        times, owners: (n,) as `nearest` gives them.
        at: the place, with all edges that it meets.
        owner: whose way it is.
    """
    rows, _ = at.spread()
    row, nodes, way_ds = arrivals(streets, rows)
    found = np.where(owners[nodes] == owner, times[nodes] + way_ds, np.inf)
    if not np.isfinite(found).any():
        return np.inf, -1, rows.those(np.array([0]))
    best = int(found.argmin())
    return float(found[best]), int(nodes[best]), rows.those(row[[best]])


def first_edge(streets: Streets, times: Floats, post: Snapped, node: int) -> Snapped:
    """Return one post on the edge by which a search left it for its first node."""
    rows, _ = post.spread()
    start = sources_of(streets, rows)
    fits = (start.nodes == node) & (start.offset_ds == times[node])
    return rows.those(start.owner[fits][:1])


def shared_edge(streets: Streets, post: Snapped, at: Snapped) -> tuple[Snapped, Snapped]:
    """Return one post and one place on the edge of both by which one gets there soonest without any node."""
    starts, stops = post.spread()[0], at.spread()[0]
    start, stop, way_ds = on_same_edge(streets, starts, stops)
    best = way_ds.argmin()
    return starts.those(start[[best]]), stops.those(stop[[best]])
