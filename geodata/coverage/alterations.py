"""Streets as they would be: edges divided where something new meets them, and ground closed to everybody.

streets, nodes = divided(streets, edge, share)     # a node at each spot; no time between two old nodes changes
streets = without_ground(streets, areas)           # nobody travels inside; up to its edge one does
streets = with_edges(streets, ends, cost_ds, is_one_way=...)  # ways that aren't there
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.ends import Ends
from geodata.coverage.joins import Passages
from geodata.coverage.network import with_arcs, with_nodes, without_arcs
from geodata.coverage.streets import Streets
from geodata.errors import InvalidInput


def divided(streets: Streets, edge: Ints, share: Floats) -> tuple[Streets, Ints]:
    """Return the streets with a node at each of some spots, and (k,) the numbers of these nodes.

    Args:
        streets: of one mode, not `against`. Its nodes keep their numbers; the pieces of an edge stand in its place.
            Who comes by a new node on a way in between the ways of a forbidden turn is taken to begin there.
        edge: (k,) edges.
        share: (k,) where along each, 0 at its tail and 1 at its head.

    Raises:
        InvalidInput: there is no such edge, or no such share.
    """
    count, more = len(streets.tail), len(edge)
    if more and not (edge.min() >= 0 and edge.max() < count and share.min() >= 0 and share.max() <= 1):
        raise InvalidInput(f"spots on edges {edge} at {share}; wanted are edges below {count}, shares of 0 to 1")
    order = np.lexsort((share, edge))
    edge, share = edge[order], share[order]
    node = streets.network.node_count + np.arange(more)
    number = np.empty(more, dtype=np.int64)
    number[order] = node
    pieces = 1 + np.bincount(edge, minlength=count)
    last = np.cumsum(pieces) - 1
    first = last - pieces + 1
    of = np.repeat(np.arange(count), pieces)
    # The piece before each spot; the one behind it follows.
    before = edge + np.arange(more)
    begin, end = np.zeros(len(of)), np.ones(len(of))
    end[before], begin[before + 1] = share, share
    tail, head = streets.tail[of], streets.head[of]
    head[before], tail[before + 1] = node, node
    ahead_ds, back_ds = (_parts(cost[of], begin, end) for cost in (streets.ahead_ds, streets.back_ds))
    is_ahead, is_back = streets.ahead_ds[edge] > 0, streets.back_ds[edge] > 0
    network = streets.network
    one, other = streets.tail[edge], streets.head[edge]
    made = replace(
        streets,
        network=with_nodes(
            network,
            network.x_m[one] + share * (network.x_m[other] - network.x_m[one]),
            network.y_m[one] + share * (network.y_m[other] - network.y_m[one]),
        ),
        tail=tail,
        head=head,
        ahead_ds=ahead_ds,
        back_ds=back_ds,
        length_m=streets.length_m[of] * (end - begin),
        way=streets.way[of],
        enter_ahead=_moved(streets.enter_ahead, first, len(of), before[is_ahead] + 1, node[is_ahead]),
        leave_ahead=_moved(streets.leave_ahead, last, len(of), before[is_ahead], node[is_ahead]),
        enter_back=_moved(streets.enter_back, last, len(of), before[is_back], node[is_back]),
        leave_back=_moved(streets.leave_back, first, len(of), before[is_back] + 1, node[is_back]),
        passages=_moved_passages(streets.passages, first, pieces),
    )
    is_new = np.zeros(len(of), dtype=np.bool_)
    is_new[before], is_new[before + 1] = True, True
    return replace(made, network=with_arcs(made.network, *_arcs(made, np.flatnonzero(is_new)))), number


def without_ground(streets: Streets, areas: npt.NDArray[np.object_]) -> Streets:
    """Return the streets with what lies in some areas closed in both directions.

    An edge that leads into an area is divided at its border: up to there it is travelled from outside.

    Args:
        streets: of one mode, not `against`; its nodes keep their numbers.
        areas: polygons in the network's metres.
    """
    if not len(areas):
        return streets
    ground = shapely.union_all(areas)
    touched = streets.index.query(ground, predicate="intersects")
    edge, share = _borders(streets.lines, np.sort(touched), shapely.boundary(ground))
    made, _ = divided(streets, edge, share)
    shapely.prepare(ground)
    middles = shapely.line_interpolate_point(made.lines, 0.5, normalized=True)
    is_closed = shapely.contains(ground, middles)
    return _closed(made, is_closed, _arcs(streets, np.unique(edge))[:2])


def with_edges(
    streets: Streets,
    ends: Sequence[tuple[Sequence[int], Sequence[int]]],
    cost_ds: Sequence[int],
    *,
    is_one_way: Sequence[bool],
) -> Streets:
    """Return the streets with straight edges more, after those that there are; they are stretches of no way (-1),
    entered at their ends only, as a bridge is.

    Args:
        streets: of one mode, not `against`; its nodes keep their numbers.
        ends: (k,) the nodes at which each begins and those at which it ends: all of one spot, one or more.
        cost_ds: (k,) whole deciseconds of each, > 0.
        is_one_way: (k,) whether each may be travelled from its beginning to its end only.
    """
    count, more = len(streets.tail), len(ends)
    cost, both = np.array(cost_ds, dtype=np.int64), ~np.array(is_one_way, dtype=np.bool_)
    tail, head = (np.array([each[side][0] for each in ends], dtype=np.int64) for side in (0, 1))
    begins, stops = ([(count + edge, node) for edge, each in enumerate(ends) for node in each[side]] for side in (0, 1))
    network = streets.network

    def joined(of: Ends, new: Sequence[tuple[int, int]]) -> Ends:
        edge, node = np.array(new, dtype=np.int64).reshape(-1, 2).T
        return _moved(of, np.arange(count), count + more, edge, node)

    back = [[(edge, node) for edge, node in side if both[edge - count]] for side in (stops, begins)]
    made = replace(
        streets,
        tail=np.concatenate([streets.tail, tail]),
        head=np.concatenate([streets.head, head]),
        ahead_ds=np.concatenate([streets.ahead_ds, cost]),
        back_ds=np.concatenate([streets.back_ds, np.where(both, cost, 0)]),
        length_m=np.concatenate([
            streets.length_m, np.hypot(network.x_m[tail] - network.x_m[head], network.y_m[tail] - network.y_m[head])
        ]),
        way=np.concatenate([streets.way, np.full(more, -1, dtype=np.int64)]),
        enter_ahead=joined(streets.enter_ahead, begins),
        leave_ahead=joined(streets.leave_ahead, stops),
        enter_back=joined(streets.enter_back, back[0]),
        leave_back=joined(streets.leave_back, back[1]),
    )  # fmt: skip
    pairs = [
        (one, other, ds)
        for (starts, ends_at), ds, is_both in zip(ends, cost.tolist(), both.tolist(), strict=True)
        for a in starts
        for b in ends_at
        for one, other in ([(a, b), (b, a)] if is_both else [(a, b)])
    ]
    arcs = np.array(pairs, dtype=np.int64).reshape(-1, 3).T
    return replace(made, network=with_arcs(network, arcs[0], arcs[1], arcs[2]))


def _closed(streets: Streets, is_closed: Mask, whole: tuple[Ints, Ints]) -> Streets:
    """Return the streets with some edges closed, and without the arcs of edges as they were before they were divided.

    Another edge between the same nodes stays open.
    """
    one, other, _ = _arcs(streets, np.flatnonzero(is_closed))
    tail, head = np.concatenate([one, whole[0]]), np.concatenate([other, whole[1]])
    made = replace(
        streets,
        ahead_ds=np.where(is_closed, 0, streets.ahead_ds),
        back_ds=np.where(is_closed, 0, streets.back_ds),
        enter_ahead=_without(streets.enter_ahead, is_closed),
        enter_back=_without(streets.enter_back, is_closed),
        leave_ahead=_without(streets.leave_ahead, is_closed),
        leave_back=_without(streets.leave_back, is_closed),
        passages=streets.passages.those(~is_closed[streets.passages.edge]),
    )
    left = without_arcs(streets.network, tail, head)
    arcs = _arcs(made, np.arange(len(made.tail)))
    beside = np.isin(arcs[0], tail)
    return replace(made, network=with_arcs(left, *(each[beside] for each in arcs)))


def _borders(lines: npt.NDArray[np.object_], edges: Ints, border: shapely.Geometry) -> tuple[Ints, Floats]:
    """Return where edges meet a border: (k,) the edge, (k,) the share; at their own ends there is nothing to do."""
    met = shapely.intersection(lines[edges], border)
    # Along the border a stretch is met: its two ends count.
    spots, which = shapely.get_coordinates(met, return_index=True)
    edge = edges[which]
    share = shapely.line_locate_point(lines[edge], shapely.points(spots), normalized=True)
    inside = (share > 0) & (share < 1)
    return edge[inside], share[inside]


def _parts(cost_ds: Ints, begin: Floats, end: Floats) -> Ints:
    """Return what pieces of edges take: together as long as the edge, each at least one; 0 where that is closed."""
    part = (np.rint(end * cost_ds) - np.rint(begin * cost_ds)).astype(np.int64)
    return np.where(cost_ds > 0, np.maximum(1, part), 0)


def _moved(ends: Ends, to: Ints, count: int, more_edge: Ints, more_node: Ints) -> Ends:
    """Return the ends of edges under other numbers, with nodes of more of them."""
    which, node = ends.of(np.arange(len(to)))
    return _ends(np.concatenate([to[which], more_edge]), np.concatenate([node, more_node]), count)


def _moved_passages(passages: Passages, to: Ints, pieces: Ints) -> Passages:
    """Return the passages of edges that are still whole, under other numbers."""
    kept = passages.those(pieces[passages.edge] == 1)
    return replace(kept, edge=to[kept.edge])


def _without(ends: Ends, is_gone: Mask) -> Ends:
    which, node = ends.of(np.arange(len(is_gone)))
    stays = ~is_gone[which]
    return _ends(which[stays], node[stays], len(is_gone))


def _ends(edge: Ints, node: Ints, count: int) -> Ends:
    order = np.argsort(edge, kind="stable")
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(edge, minlength=count), out=first[1:])
    return Ends(first, node[order])


def _arcs(streets: Streets, edges: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the arcs of some edges: from each node that lets one in to the node at which one leaves then."""
    found = []
    for is_ahead, enter, leave, cost_ds in (
        (1, streets.enter_ahead, streets.leave_ahead, streets.ahead_ds),
        (0, streets.enter_back, streets.leave_back, streets.back_ds),
    ):
        which, tail = enter.of(edges)
        head = leave.node[leave.first[edges[which]]]
        own = streets.passages.those(streets.passages.is_ahead == is_ahead)
        elsewhere = dict(zip(zip(own.edge.tolist(), own.enter.tolist(), strict=True), own.leave.tolist(), strict=True))
        for at in np.flatnonzero(np.isin(edges[which], own.edge)).tolist():
            head[at] = elsewhere.get((int(edges[which[at]]), int(tail[at])), head[at])
        found.append((tail, head, cost_ds[edges[which]]))
    tail, head, cost = (np.concatenate(each) for each in zip(*found, strict=True))
    return tail, head, cost
