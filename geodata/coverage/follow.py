"""The loop that numba compiles to follow trips: a search from each that ends where it arrives, and its way back."""

from __future__ import annotations

import heapq

import numba
import numpy as np

from geodata.coverage.arrays import Costs, Floats, Ints, Nodes


@numba.njit(cache=True)
def left_ds(x_m: Floats, y_m: Floats, node: int, ends: Ints, m_per_ds: float) -> float:
    """Return what is left from a node to the nearest of some ends at the least."""
    least = np.inf
    for end in ends:
        least = min(least, np.hypot(x_m[end] - x_m[node], y_m[end] - y_m[node]))
    # A hair less: what is rounded up could leave out the best.
    return 0.999999 * least / m_per_ds


@numba.njit(cache=True)
def follow_each(
    first: Ints, head: Nodes, cost_ds: Costs, x_m: Floats, y_m: Floats, m_per_ds: float,
    start_first: Ints, start: Ints, start_ds: Ints,
    stop_first: Ints, stop: Ints, stop_ds: Ints,
    direct_ds: Ints, limit: int,
) -> tuple[Ints, Ints, Ints, Ints, Ints]:  # fmt: skip
    """Follow each trip by itself; the search leans towards its end, as no way is quicker than the straight line (A*).

    Args:
        first, head, cost_ds: the network.
        x_m, y_m: (n,) where the nodes are.
        m_per_ds: no arc gets on faster than this, in a straight line.
        start_first, start, start_ds: the nodes where each trip may begin, and when.
        stop_first, stop, stop_ds: the nodes from which each trip's end is reached, and how far it is from there.
        direct_ds: (k,) the way that needs no node; `limit` where there is none.
        limit: longer ways are none.

    Returns:
        (k,) times, `limit` where there is no way; (k,) which start and which stop, -1 where none is passed; where each
        trip's arcs begin in the last one; the arcs, from the end to the beginning.
    """
    trips, count = len(start_first) - 1, len(first) - 1
    time_ds, by_start, by_stop = direct_ds.copy(), np.full(trips, -1), np.full(trips, -1)
    arc_first = np.zeros(trips + 1, dtype=np.int64)
    arcs = np.empty(1024, dtype=np.int64)
    label = np.full(count, limit, dtype=np.int64)
    came = np.full(count, -1, dtype=np.int64)
    before = np.full(count, -1, dtype=np.int64)
    is_done = np.zeros(count, dtype=np.bool_)
    total = 0
    for trip in range(trips):
        heap = [(0.0, np.int64(0)) for _ in range(0)]
        touched = [np.int64(0) for _ in range(0)]
        ends = stop[stop_first[trip] : stop_first[trip + 1]]
        for at in range(start_first[trip], start_first[trip + 1]):
            node = start[at]
            if start_ds[at] < label[node]:
                label[node] = start_ds[at]
                # Of a beginning, which one it was: below any arc's number.
                came[node] = -1 - at
                touched.append(node)
                heapq.heappush(heap, (start_ds[at] + left_ds(x_m, y_m, node, ends, m_per_ds), node))
        best, last, is_found = time_ds[trip], np.int64(-1), False
        while len(heap):
            soonest, node = heapq.heappop(heap)
            if soonest >= best:
                break
            time = label[node]
            if is_done[node]:
                continue
            is_done[node] = True
            for at in range(stop_first[trip], stop_first[trip + 1]):
                if stop[at] == node and time + stop_ds[at] < best:
                    best, last, is_found = time + stop_ds[at], node, True
                    by_stop[trip] = at
            for arc in range(first[node], first[node + 1]):
                other, later = head[arc], time + cost_ds[arc]
                if later < label[other]:
                    label[other] = later
                    came[other] = arc
                    before[other] = node
                    touched.append(np.int64(other))
                    heapq.heappush(heap, (later + left_ds(x_m, y_m, other, ends, m_per_ds), np.int64(other)))
        time_ds[trip] = best
        if is_found:
            while came[last] >= 0:
                if total == len(arcs):
                    more = np.empty(2 * len(arcs), dtype=np.int64)
                    more[:total] = arcs
                    arcs = more
                arcs[total] = came[last]
                total += 1
                last = before[last]
            by_start[trip] = -1 - came[last]
        arc_first[trip + 1] = total
        for node in touched:
            label[node], came[node], before[node], is_done[node] = limit, -1, -1, False
    return time_ds, by_start, by_stop, arc_first, arcs[:total].copy()
