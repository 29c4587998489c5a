"""The loops that numba compiles: the search on a network's arrays from all posts at once.

A label is one whole number, time * OWNERS + owner: the smaller one is the earlier, and of two posts that are equally
near the one with the smaller number. So ties are decided the same way in every search, whatever the order of arcs.

Times are whole and small, so what waits lies in one bucket for each decisecond (R. B. Dial, Algorithm 360, 1969),
WINDOW of them at a time: three times as quick as a heap (docs/decisions.md). Every arc takes at least one decisecond:
when a bucket's turn comes, the labels in it are final.
"""

from __future__ import annotations

import numba
import numpy as np

from geodata.coverage.arrays import Costs, Ints, Mask, Nodes

OWNER_BITS = 22
OWNERS = 1 << OWNER_BITS
"""So many posts can be told apart."""
NEVER = np.int64(2**62)
WINDOW = 4096
"""So many deciseconds have a bucket: what comes later waits in one chain until its window opens."""
NONE = -1
"""The end of a chain."""


@numba.njit(cache=True)
def _open_window(
    done: int, label: Ints, bucket: Nodes, node_of: Nodes, following: Nodes, later: int
) -> tuple[int, int]:
    """Put what waits in the chain `later` and comes first into buckets; return when they begin, and who waits still.

    A node that has been lowered since, and that its bucket has let go before `done`, falls out of the chain.
    """
    begin = NEVER
    entry = later
    while entry != NONE:
        time = label[node_of[entry]] >> OWNER_BITS
        if time >= done:
            begin = min(begin, time)
        entry = following[entry]
    entry, later = later, NONE
    while entry != NONE:
        after = following[entry]
        time = label[node_of[entry]] >> OWNER_BITS
        if time >= begin + WINDOW:
            following[entry] = later
            later = entry
        elif time >= done:
            following[entry] = bucket[time - begin]
            bucket[time - begin] = entry
        entry = after
    return int(begin), later


@numba.njit(cache=True)
def _search(
    first: Ints, head: Nodes, cost_ds: Costs, nodes: Nodes | Ints, starts: Ints, limit: int,
    label: Ints, is_touched: Mask, touched: Nodes, bucket: Nodes, node_of: Nodes, following: Nodes,
) -> int:  # fmt: skip
    """Do what `relax` does, in rooms that are lent: `bucket` is empty before and after, `is_touched` is left set.

    An entry says that a node waits: node_of[entry], with following[entry] behind it in its chain. A node that is
    lowered waits again, earlier; the entry that has come too late then is passed over.
    """
    changed, used, spare, later = 0, 0, NONE, NONE
    for number in range(len(nodes)):
        node = nodes[number]
        if starts[number] < label[node] and starts[number] <= limit:
            label[node] = starts[number]
            if not is_touched[node]:
                is_touched[node] = True
                touched[changed] = node
                changed += 1
            node_of[used] = node
            following[used] = later
            later = used
            used += 1
    done = 0
    while later != NONE:
        begin, later = _open_window(done, label, bucket, node_of, following, later)
        done = begin + WINDOW
        for place in range(WINDOW):
            entry = bucket[place]
            bucket[place] = NONE
            while entry != NONE:
                node = node_of[entry]
                after = following[entry]
                following[entry] = spare
                spare = entry
                entry = after
                mine = label[node]
                if mine >> OWNER_BITS != begin + place:
                    continue
                for arc in range(first[node], first[node + 1]):
                    other = head[arc]
                    key = mine + np.int64(cost_ds[arc]) * OWNERS
                    before = label[other]
                    if key >= before or key > limit:
                        continue
                    label[other] = key
                    if not is_touched[other]:
                        is_touched[other] = True
                        touched[changed] = other
                        changed += 1
                    time = key >> OWNER_BITS
                    if time == before >> OWNER_BITS:
                        continue
                    if spare != NONE:
                        new = spare
                        spare = following[new]
                    else:
                        new = used
                        used += 1
                    node_of[new] = other
                    if time < done:
                        following[new] = bucket[time - begin]
                        bucket[time - begin] = new
                    else:
                        following[new] = later
                        later = new
    return changed


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
    bucket = np.full(WINDOW, NONE, dtype=np.int32)
    # Each arc lowers its head at most once: there are never more entries than arcs and starts. Only what is used of
    # these rooms takes memory.
    room = len(head) + len(nodes)
    return _search(
        first, head, cost_ds, nodes, starts, limit, label, np.zeros(len(first) - 1, dtype=np.bool_), touched,
        bucket, np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32),
    )  # fmt: skip
