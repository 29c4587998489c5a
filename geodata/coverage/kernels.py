"""The loops that numba compiles: a heap and the searches on a network's arrays.

A label is one whole number, time * OWNERS + owner: the smaller one is the earlier, and of two posts that are equally
near the one with the smaller number. So ties are decided the same way in every search, whatever the order of arcs.

Bringing a node into the heap and taking the first one out are written out in each loop: as functions of their own they
made the searches a fifth to a half slower, inlined by numba or not (a million nodes, 2026-11-27).
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


@numba.njit(cache=True)
def search_each(
    first: Ints, head: Nodes, cost_ds: Costs,
    post_first: Ints, start: Ints, start_ds: Ints,
    stop_first: Ints, stop_place: Ints, stop_ds: Ints,
    direct_first: Ints, direct_place: Ints, direct_ds: Ints,
    places: int, limit: int,
) -> tuple[Ints, Nodes, Costs]:  # fmt: skip
    """Search from each post by itself as far as a limit, and put down the places that it comes to.

    After each post only what it touched is reset: a search costs as much as its own ground, however large the network.

    Args:
        first, head, cost_ds: the network.
        post_first, start, start_ds: the nodes where each post's search begins, and when.
        stop_first, stop_place, stop_ds: the places that each node leads to, and how far they are from it.
        direct_first, direct_place, direct_ds: the places that each post leads to without a node in between.
        places: how many there are.
        limit: inclusive.

    Returns:
        Where each post's places begin, the places, and their times.
    """
    count, posts = len(first) - 1, len(post_first) - 1
    label = np.full(count, NEVER, dtype=np.int64)
    heap = np.empty(count, dtype=np.int32)
    seat = np.full(count, -1, dtype=np.int32)
    touched = np.empty(count, dtype=np.int32)
    best = np.full(places, NEVER, dtype=np.int64)
    met = np.empty(places, dtype=np.int32)
    found_first = np.zeros(posts + 1, dtype=np.int64)
    found = np.empty(1024, dtype=np.int32)
    found_ds = np.empty(1024, dtype=np.int32)
    total = 0
    for post in range(posts):
        size, changed, seen = 0, 0, 0
        for at in range(direct_first[post], direct_first[post + 1]):
            place, time = direct_place[at], direct_ds[at]
            if time <= limit and time < best[place]:
                if best[place] == NEVER:
                    met[seen] = place
                    seen += 1
                best[place] = time
        for at in range(post_first[post], post_first[post + 1]):
            node, time = start[at], start_ds[at]
            if time <= limit and time < label[node]:
                label[node] = time
                if seat[node] < 0:
                    touched[changed] = node
                    changed += 1
                    heap[size] = node
                    size += 1
                    _rise(heap, seat, label, size - 1)
                else:
                    _rise(heap, seat, label, seat[node])
        while size:
            node = heap[0]
            size -= 1
            if size:
                heap[0] = heap[size]
                seat[heap[0]] = 0
                _sink(heap, seat, label, size)
            seat[node] = -2
            for at in range(stop_first[node], stop_first[node + 1]):
                place, time = stop_place[at], label[node] + stop_ds[at]
                if time <= limit and time < best[place]:
                    if best[place] == NEVER:
                        met[seen] = place
                        seen += 1
                    best[place] = time
            for arc in range(first[node], first[node + 1]):
                other = head[arc]
                time = label[node] + cost_ds[arc]
                if time < label[other] and time <= limit:
                    label[other] = time
                    if seat[other] < 0:
                        touched[changed] = other
                        changed += 1
                        heap[size] = other
                        size += 1
                        _rise(heap, seat, label, size - 1)
                    else:
                        _rise(heap, seat, label, seat[other])
        if total + seen > len(found):
            room = max(2 * len(found), total + seen)
            more, more_ds = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
            more[:total], more_ds[:total] = found[:total], found_ds[:total]
            found, found_ds = more, more_ds
        for at in range(seen):
            found[total + at] = met[at]
            found_ds[total + at] = best[met[at]]
            best[met[at]] = NEVER
        total += seen
        found_first[post + 1] = total
        for at in range(changed):
            label[touched[at]] = NEVER
            seat[touched[at]] = -1
    return found_first, found[:total].copy(), found_ds[:total].copy()
