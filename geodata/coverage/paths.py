"""The way that a shortest time stands for, node by node."""

from __future__ import annotations

import numpy as np

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.network import Network


def path_to(network: Network, times: Floats, node: int) -> list[int]:
    """Return the nodes from where a search began to `node`, both included; of equally quick ways one.

    Args:
        network: the one that was searched.
        times: (n,) as `nearest` gives them.
        node: one that was reached.
    """
    back, found = network.reversed, [node]
    while True:
        into = slice(back.first[found[-1]], back.first[found[-1] + 1])
        before = back.head[into]
        fits = np.flatnonzero(times[before] + back.cost_ds[into] == times[found[-1]])
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
