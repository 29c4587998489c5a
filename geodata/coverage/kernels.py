"""The loops that numba compiles: a heap and three searches on a network's arrays.

A label is one whole number, time * OWNERS + owner: the smaller one is the earlier, and of two posts that are equally
near the one with the smaller number. So ties are decided the same way in every search, whatever the order of arcs.
"""

from __future__ import annotations

import numba
import numpy as np

from geodata.coverage.arrays import Costs, Ints, Nodes

OWNER_BITS = 22
OWNERS = 1 << OWNER_BITS
"""So many posts can be told apart."""
NEVER = np.int64(2**62)


@numba.njit(cache=True)
def _rise(heap: Nodes, place: Nodes, label: Ints, at: int) -> None:
    node = heap[at]
    key = label[node]
    while at > 0:
        above = (at - 1) >> 2
        if label[heap[above]] <= key:
            break
        heap[at] = heap[above]
        place[heap[at]] = at
        at = above
    heap[at] = node
    place[node] = at


@numba.njit(cache=True)
def _sink(heap: Nodes, place: Nodes, label: Ints, size: int) -> None:
    node = heap[0]
    key = label[node]
    at = 0
    while True:
        child = 4 * at + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if label[heap[other]] < label[heap[least]]:
                least = other
        if label[heap[least]] >= key:
            break
        heap[at] = heap[least]
        place[heap[at]] = at
        at = least
    heap[at] = node
    place[node] = at


@numba.njit(cache=True)
def relax(
    first: Ints, head: Nodes, cost_ds: Costs, nodes: Nodes, starts: Ints, limit: int, label: Ints, touched: Nodes
) -> int:
    """Lower the labels of all nodes that can be reached sooner from `nodes`, whose own labels are `starts`.

    Nodes that are no better off are never looked at: from labels of NEVER it is Dijkstra's search, from those of other
    posts it costs as much as the new post's own ground.

    Args:
        first, head, cost_ds: the network.
        nodes, starts: where the search begins.
        limit: labels above it are never given.
        label: (n,) changed in place.
        touched: (n,) filled with the nodes whose label changed, each once.

    Returns:
        How many nodes changed.
    """
    count = len(first) - 1
    heap = np.empty(count, dtype=np.int32)
    place = np.full(count, -1, dtype=np.int32)
    size = 0
    changed = 0
    for number in range(len(nodes)):
        node = nodes[number]
        if starts[number] < label[node] and starts[number] <= limit:
            label[node] = starts[number]
            if place[node] < 0:
                touched[changed] = node
                changed += 1
                heap[size] = node
                size += 1
                _rise(heap, place, label, size - 1)
            else:
                _rise(heap, place, label, place[node])
    while size:
        node = heap[0]
        size -= 1
        if size:
            heap[0] = heap[size]
            place[heap[0]] = 0
            _sink(heap, place, label, size)
        # Done with: nothing that comes later can be earlier.
        place[node] = -2
        for arc in range(first[node], first[node + 1]):
            other = head[arc]
            key = label[node] + cost_ds[arc] * OWNERS
            if key < label[other] and key <= limit:
                label[other] = key
                if place[other] < 0:
                    touched[changed] = other
                    changed += 1
                    heap[size] = other
                    size += 1
                    _rise(heap, place, label, size - 1)
                else:
                    _rise(heap, place, label, place[other])
    return changed
