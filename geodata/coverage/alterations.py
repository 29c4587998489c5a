"""Streets as they would be: ground closed to everybody, and ways that aren't there.

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
from geodata.coverage.division import arcs_of, divided
from geodata.coverage.ends import Ends
from geodata.coverage.network import with_arcs, without_arcs
from geodata.coverage.streets import Streets


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
    return _closed(made, is_closed, arcs_of(streets, np.unique(edge))[:2])


def with_edges(
    streets: Streets,
    ends: Sequence[tuple[Sequence[int], Sequence[int]]],
    cost_ds: Sequence[int],
    *,
    is_one_way: Sequence[bool],
) -> Streets:
    """Return the streets with straight edges more, after those that there are; they are stretches of no way (-1),
    entered at their ends only, as a bridge is. Who has to go on as a sign says goes into none of them.

    Args:
        streets: of one mode, not `against`; its nodes keep their numbers.
        ends: (k,) the nodes at which each begins and those at which it ends: all of one spot, one or more.
        cost_ds: (k,) whole deciseconds of each, > 0.
        is_one_way: (k,) whether each may be travelled from its beginning to its end only.
    """
    count, more = len(streets.tail), len(ends)
    cost, both = np.array(cost_ds, dtype=np.int64), ~np.array(is_one_way, dtype=np.bool_)
    tail, head = (np.array([each[side][0] for each in ends], dtype=np.int64) for side in (0, 1))
    bound, network = set(streets.bound.tolist()), streets.network
    free = [tuple([node for node in side if node not in bound] for side in each) for each in ends]
    begins, stops = ([(count + edge, node) for edge, each in enumerate(free) for node in each[side]] for side in (0, 1))

    def joined(of: Ends, new: Sequence[tuple[int, int]]) -> Ends:
        edge, node = np.array(new, dtype=np.int64).reshape(-1, 2).T
        return of.moved(np.arange(count), count + more, edge, node)

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
        level=np.concatenate([streets.level, np.zeros(more, dtype=np.int64)]),
        enter_ahead=joined(streets.enter_ahead, begins),
        leave_ahead=joined(streets.leave_ahead, stops),
        enter_back=joined(streets.enter_back, back[0]),
        leave_back=joined(streets.leave_back, back[1]),
    )  # fmt: skip
    pairs = [
        (one, other, ds)
        for (starts, ends_at), ds, is_both in zip(free, cost.tolist(), both.tolist(), strict=True)
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
    one, other, _ = arcs_of(streets, np.flatnonzero(is_closed))
    tail, head = np.concatenate([one, whole[0]]), np.concatenate([other, whole[1]])
    made = replace(
        streets,
        ahead_ds=np.where(is_closed, 0, streets.ahead_ds),
        back_ds=np.where(is_closed, 0, streets.back_ds),
        enter_ahead=streets.enter_ahead.without(is_closed),
        enter_back=streets.enter_back.without(is_closed),
        leave_ahead=streets.leave_ahead.without(is_closed),
        leave_back=streets.leave_back.without(is_closed),
        passages=streets.passages.those(~is_closed[streets.passages.edge]),
    )
    left = without_arcs(streets.network, tail, head)
    arcs = arcs_of(made, np.arange(len(made.tail)))
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
