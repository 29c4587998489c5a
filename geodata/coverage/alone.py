"""The loops that numba compiles: the search from each post by itself, as far as a limit.

As in `kernels`, but with times of 32 bits alone for labels: nobody else is there who could be as near, so no owner has
to be kept, and half as much memory is walked through.
"""

from __future__ import annotations

import numba
import numpy as np

from geodata.coverage.arrays import Costs, Ints, Nodes
from geodata.coverage.kernels import NONE, WINDOW

NEVER_DS = np.int32(2**31 - 1)


@numba.njit(cache=True)
def _open_window(
    done: int, time_ds: Costs, bucket: Nodes, node_of: Nodes, following: Nodes, later: int
) -> tuple[int, int]:
    """Do as `kernels` does: put what comes first into buckets; return when they begin, and who waits still."""
    begin = np.int64(2**62)
    entry = later
    while entry != NONE:
        at = np.int64(time_ds[node_of[entry]])
        if at >= done:
            begin = min(begin, at)
        entry = following[entry]
    entry, later = later, NONE
    while entry != NONE:
        after = following[entry]
        at = np.int64(time_ds[node_of[entry]])
        if at >= begin + WINDOW:
            following[entry] = later
            later = entry
        elif at >= done:
            following[entry] = bucket[at - begin]
            bucket[at - begin] = entry
        entry = after
    return int(begin), later


@numba.njit(cache=True)
def _search(
    first: Ints, head: Nodes, cost_ds: Costs, nodes: Ints, starts: Ints, limit: int,
    time_ds: Costs, touched: Nodes, bucket: Nodes, node_of: Nodes, following: Nodes,
) -> int:  # fmt: skip
    """Search in rooms that are lent, `time_ds` full of NEVER_DS; return how many nodes of `touched` have a time now."""
    changed, used, spare, later = 0, 0, NONE, NONE
    for number in range(len(nodes)):
        node = nodes[number]
        if starts[number] < time_ds[node] and starts[number] <= limit:
            if time_ds[node] == NEVER_DS:
                touched[changed] = node
                changed += 1
            time_ds[node] = starts[number]
            node_of[used] = node
            following[used] = later
            later = used
            used += 1
    done = 0
    while later != NONE:
        begin, later = _open_window(done, time_ds, bucket, node_of, following, later)
        done = begin + WINDOW
        for place in range(min(WINDOW, limit - begin + 1)):
            entry = bucket[place]
            bucket[place] = NONE
            now = begin + place
            while entry != NONE:
                node = node_of[entry]
                after = following[entry]
                following[entry] = spare
                spare = entry
                entry = after
                if time_ds[node] != now:
                    continue
                for arc in range(first[node], first[node + 1]):
                    at = now + cost_ds[arc]
                    if at > limit:
                        continue
                    other = head[arc]
                    before = time_ds[other]
                    if at >= before:
                        continue
                    if before == NEVER_DS:
                        touched[changed] = other
                        changed += 1
                    time_ds[other] = at
                    if spare != NONE:
                        new = spare
                        spare = following[new]
                    else:
                        new = used
                        used += 1
                    node_of[new] = other
                    if at < done:
                        following[new] = bucket[at - begin]
                        bucket[at - begin] = new
                    else:
                        following[new] = later
                        later = new
    return changed


@numba.njit(cache=True)
def _longer(values: Nodes | Costs, used: int, wanted: int) -> Nodes | Costs:
    """Return an array with room for more, twice as long at the least."""
    more = np.empty(max(2 * len(values), wanted), dtype=np.int32)
    more[:used] = values[:used]
    return more


@numba.njit(cache=True)
def nodes_each(
    first: Ints, head: Nodes, cost_ds: Costs, post_first: Ints, start: Ints, start_ds: Ints, limit: int
) -> tuple[Ints, Nodes, Costs]:
    """Search from each post by itself as far as a limit, and put down the nodes that it comes to.

    Args:
        first, head, cost_ds: the network.
        post_first, start, start_ds: the nodes where each post's search begins, and when.
        limit: inclusive, below NEVER_DS.

    Returns:
        Where each post's nodes begin, the nodes in no order, and their times.
    """
    count, posts = len(first) - 1, len(post_first) - 1
    time_ds = np.full(count, NEVER_DS, dtype=np.int32)
    touched = np.empty(count, dtype=np.int32)
    bucket = np.full(WINDOW, NONE, dtype=np.int32)
    room = len(head) + len(start)
    node_of, following = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
    found_first = np.zeros(posts + 1, dtype=np.int64)
    found, found_ds = np.empty(1024, dtype=np.int32), np.empty(1024, dtype=np.int32)
    total = 0
    for post in range(posts):
        own = slice(post_first[post], post_first[post + 1])
        changed = _search(
            first, head, cost_ds, start[own], start_ds[own], limit, time_ds, touched, bucket, node_of, following
        )
        if total + changed > len(found):
            found, found_ds = _longer(found, total, total + changed), _longer(found_ds, total, total + changed)
        for number in range(changed):
            node = touched[number]
            found[total + number] = node
            found_ds[total + number] = time_ds[node]
            time_ds[node] = NEVER_DS
        total += changed
        found_first[post + 1] = total
    return found_first, found[:total].copy(), found_ds[:total].copy()


@numba.njit(cache=True)
def places_each(
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
        limit: inclusive, below NEVER_DS.

    Returns:
        Where each post's places begin, the places, and their times.
    """
    count, posts = len(first) - 1, len(post_first) - 1
    time_ds = np.full(count, NEVER_DS, dtype=np.int32)
    touched = np.empty(count, dtype=np.int32)
    bucket = np.full(WINDOW, NONE, dtype=np.int32)
    room = len(head) + len(start)
    node_of, following = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
    best = np.full(places, NEVER_DS, dtype=np.int32)
    met = np.empty(places, dtype=np.int32)
    found_first = np.zeros(posts + 1, dtype=np.int64)
    found, found_ds = np.empty(1024, dtype=np.int32), np.empty(1024, dtype=np.int32)
    total = 0
    for post in range(posts):
        seen = 0
        for at in range(direct_first[post], direct_first[post + 1]):
            place, time = direct_place[at], direct_ds[at]
            if time <= limit and time < best[place]:
                if best[place] == NEVER_DS:
                    met[seen] = place
                    seen += 1
                best[place] = time
        own = slice(post_first[post], post_first[post + 1])
        changed = _search(
            first, head, cost_ds, start[own], start_ds[own], limit, time_ds, touched, bucket, node_of, following
        )
        for number in range(changed):
            node = touched[number]
            for at in range(stop_first[node], stop_first[node + 1]):
                place, time = stop_place[at], time_ds[node] + stop_ds[at]
                if time <= limit and time < best[place]:
                    if best[place] == NEVER_DS:
                        met[seen] = place
                        seen += 1
                    best[place] = time
            time_ds[node] = NEVER_DS
        if total + seen > len(found):
            found, found_ds = _longer(found, total, total + seen), _longer(found_ds, total, total + seen)
        for at in range(seen):
            found[total + at] = met[at]
            found_ds[total + at] = best[met[at]]
            best[met[at]] = NEVER_DS
        total += seen
        found_first[post + 1] = total
    return found_first, found[:total].copy(), found_ds[:total].copy()
