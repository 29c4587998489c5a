"""Edges divided where something new meets them, such as a crossing or a wall.

streets, nodes = divided(streets, edge, share)     # a node at each spot, and where turns are restricted, its twins
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

import numpy as np

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.joins import Passages
from geodata.coverage.network import with_arcs, with_nodes
from geodata.coverage.streets import Streets
from geodata.errors import InvalidInput


def divided(streets: Streets, edge: Ints, share: Floats) -> tuple[Streets, Ints]:
    """Return the streets with a node at each of some spots, and (k,) the numbers of these nodes.

    No time between two old nodes changes, but over an edge of fewer deciseconds than pieces. Where turns are
    restricted, who comes by keeps in mind from where, and may not turn back: who turned twice would have forgotten.
    Each such passage has a node of its own, which `junctions` finds; at the new node itself arrives who begins there,
    or comes by something that is new.

    Args:
        streets: of one mode, not `against`. Its nodes keep their numbers; the pieces of an edge stand in its place.
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
    ahead_ds, back_ds = (
        _parts(cost, edge, share, before, first, pieces) for cost in (streets.ahead_ds, streets.back_ds)
    )
    is_ahead, is_back = streets.ahead_ds[edge] > 0, streets.back_ds[edge] > 0
    network = streets.network
    one, other = streets.tail[edge], streets.head[edge]
    x_m = network.x_m[one] + share * (network.x_m[other] - network.x_m[one])
    y_m = network.y_m[one] + share * (network.y_m[other] - network.y_m[one])
    twins = _twins(streets, first, pieces)
    spot = np.concatenate([np.arange(more), np.array(twins.spot, dtype=np.int64)])
    enter_ahead, enter_back = twins.enter(is_ahead=True), twins.enter(is_ahead=False)
    made = replace(
        streets,
        network=with_nodes(network, x_m[spot], y_m[spot], -1 - node[spot]),
        tail=tail,
        head=head,
        ahead_ds=ahead_ds,
        back_ds=back_ds,
        length_m=streets.length_m[of] * (end - begin),
        way=streets.way[of],
        level=streets.level[of],
        enter_ahead=streets.enter_ahead.moved(
            first, len(of), *_joined(before[is_ahead] + 1, node[is_ahead], enter_ahead)
        ),
        leave_ahead=streets.leave_ahead.moved(last, len(of), before[is_ahead], node[is_ahead]),
        enter_back=streets.enter_back.moved(last, len(of), *_joined(before[is_back], node[is_back], enter_back)),
        leave_back=streets.leave_back.moved(first, len(of), before[is_back] + 1, node[is_back]),
        passages=twins.passages(streets.passages, first, pieces),
        bound=np.concatenate([streets.bound, np.array(twins.bound, dtype=np.int64)]),
    )
    is_new = np.zeros(len(of), dtype=np.bool_)
    is_new[before], is_new[before + 1] = True, True
    return replace(made, network=with_arcs(made.network, *arcs_of(made, np.flatnonzero(is_new)))), number


def arcs_of(streets: Streets, edges: Ints) -> tuple[Ints, Ints, Ints]:
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


@dataclass(eq=False)
class _Twins:
    """The nodes of those who come by, one for each new node and each way of doing so.

    Attributes:
        spot: of each twin, the number of its spot.
        bound: the numbers of the twins that are left only as a sign says.
        entered: (piece, twin, is ahead) for each piece that is entered from a twin.
        rows: the passages of all pieces.
    """

    spot: list[int] = field(default_factory=list)
    bound: list[int] = field(default_factory=list)
    entered: list[tuple[int, int, bool]] = field(default_factory=list)
    rows: list[tuple[int, int, int, int, int]] = field(default_factory=list)

    def enter(self, *, is_ahead: bool) -> tuple[Ints, Ints]:
        """Return the pieces that are entered from twins in a direction, and from which."""
        found = [(piece, twin) for piece, twin, ahead in self.entered if ahead == is_ahead]
        piece, twin = np.array(found, dtype=np.int64).reshape(-1, 2).T
        return piece, twin

    def passages(self, passages: Passages, to: Ints, pieces: Ints) -> Passages:
        """Return the passages of edges that are still whole, under other numbers, and those of pieces."""
        kept = passages.those(pieces[passages.edge] == 1)
        edge, enter, leave, is_ahead, is_only = np.array(self.rows, dtype=np.int64).reshape(-1, 5).T
        return Passages(
            edge=np.concatenate([to[kept.edge], edge]),
            enter=np.concatenate([kept.enter, enter]),
            leave=np.concatenate([kept.leave, leave]),
            is_ahead=np.concatenate([kept.is_ahead, is_ahead]),
            is_only=np.concatenate([kept.is_only, is_only]),
        )


def _twins(streets: Streets, first: Ints, pieces: Ints) -> _Twins:
    """Return the twins of new nodes: those who leave an edge alike, and may leave it before or not, share theirs.

    Streets without any turn that is forbidden have none: nobody gains there by turning back.

    Args:
        streets: before they are divided.
        first: (e,) the number of each edge's first piece.
        pieces: (e,) how many each edge has.
    """
    found = _Twins()
    if not streets.turns.forbidden:
        return found
    own = streets.passages.those(pieces[streets.passages.edge] > 1)
    alike: dict[tuple[int, int, int, int], list[int]] = defaultdict(list)
    for edge, enter, leave, is_ahead, is_only in zip(
        *(each.tolist() for each in (own.edge, own.enter, own.leave, own.is_ahead, own.is_only)), strict=True
    ):
        alike[edge, leave, is_ahead, is_only].append(enter)
    minding = set(zip(own.edge.tolist(), own.enter.tolist(), own.is_ahead.tolist(), strict=True))
    edges = np.flatnonzero(pieces > 1)
    for is_ahead, enters_of, leave_of in (
        (1, streets.enter_ahead, streets.leave_ahead),
        (0, streets.enter_back, streets.leave_back),
    ):
        which, enter_of = enters_of.of(edges)
        for edge, enter in zip(edges[which].tolist(), enter_of.tolist(), strict=True):
            if (edge, enter, is_ahead) not in minding:
                alike[edge, int(leave_of.node[leave_of.first[edge]]), is_ahead, 0].append(enter)
    # Spots are numbered as pieces are, less one for each edge before.
    begin = first - np.arange(len(first))
    above = streets.network.node_count + int((pieces - 1).sum())
    for (edge, leave, is_ahead, is_only), enters in alike.items():
        parts = (first[edge] + np.arange(pieces[edge])).tolist()
        spots = (begin[edge] + np.arange(pieces[edge] - 1)).tolist()
        if not is_ahead:
            parts, spots = parts[::-1], spots[::-1]
        twins = [above + len(found.spot) + number for number in range(len(spots))]
        found.spot += spots
        found.bound += twins if is_only else []
        found.rows += [(parts[0], enter, twins[0], is_ahead, is_only) for enter in enters]
        onward = zip(parts[1:], twins, [*twins[1:], leave], strict=True)
        found.rows += [(part, enter, later, is_ahead, is_only) for part, enter, later in onward]
        found.entered += [(part, twin, bool(is_ahead)) for part, twin in zip(parts[1:], twins, strict=True)]
    return found


def _joined(edge: Ints, node: Ints, more: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    return np.concatenate([edge, more[0]]), np.concatenate([node, more[1]])


def _parts(cost_ds: Ints, edge: Ints, share: Floats, before: Ints, first: Ints, pieces: Ints) -> Ints:
    """Return what pieces of edges take: together as long as the edge, each at least one; 0 where that is closed.

    Spots are in order of edge and share. A spot so near to an end, or to another one, that there would be no time
    between them is moved by as little as gives each piece its decisecond.

    Args:
        cost_ds: (e,) of each edge.
        edge, share: (k,) of each spot.
        before: (k,) the piece before each spot.
        first, pieces: (e,) the number of each edge's first piece, and how many it has.
    """
    whole, nth = cost_ds[edge], before - first[edge] + 1
    # Edges are kept apart by more than any of them takes, so that one pass over all spots does.
    apart = edge * (int(cost_ds.max(initial=0)) + len(edge) + 1)
    cut = np.maximum.accumulate(np.maximum(np.rint(share * whole).astype(np.int64) - nth, 0) + apart) - apart + nth
    cut = np.minimum(cut, whole - (pieces[edge] - nth))
    of = np.repeat(np.arange(len(cost_ds)), pieces)
    begin, end = np.zeros(len(of), dtype=np.int64), cost_ds[of].astype(np.int64)
    end[before], begin[before + 1] = cut, cut
    return np.where(cost_ds[of] > 0, np.maximum(1, end - begin), 0)
