"""Turns that are forbidden: a junction of which a road may not be left as one likes is told apart by how one came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geodata.coverage.arrays import Ints

Arc = tuple[int, bool]
"""An edge's number, and whether it is travelled as it is drawn."""


@dataclass(frozen=True)
class Turn:
    """What a junction forbids, or all that it allows.

    Attributes:
        from_way: the way on which one comes.
        via: the junction, by the number of its node.
        to_way: the way that may not be taken, or has to be.
        is_only: everything else is forbidden.
    """

    from_way: int
    via: int
    to_way: int
    is_only: bool


@dataclass(frozen=True, eq=False)
class Edges:
    """Edges as they meet: (e,) nodes, times (0 where that direction isn't allowed) and ways."""

    tail: Ints
    head: Ints
    ahead_ds: Ints
    back_ds: Ints
    way: Ints


@dataclass(frozen=True, eq=False)
class Twins:
    """Junctions told apart.

    Attributes:
        twin_of: (t,) the node whose twin each is; a twin has the number of nodes and its own.
        into_head, into_tail: (e,) where one arrives along each edge and against it: at the junction or at a twin.
        out_edge, out_node: (k,) an edge that can be entered from a twin, too.
        out_is_ahead: (k,) in which direction.
        forbidden: how many pairs of edges are forbidden.
        idle: turns that forbid nothing here: their roads don't meet there, or aren't open.
    """

    twin_of: Ints
    into_head: Ints
    into_tail: Ints
    out_edge: Ints
    out_node: Ints
    out_is_ahead: Ints
    forbidden: int
    idle: int


def tell_apart(edges: Edges, turns: Iterable[Turn], node_count: int) -> Twins:
    """Return the junctions with twins for those who come from where not every way on is allowed.

    A twin lets out what is allowed to those who arrive there; all others arrive at the junction itself. Where several
    edges of one junction are forbidden the same ways on, they share a twin.

    Args:
        edges: of one mode.
        turns: what is forbidden, by numbers of nodes and ways as `edges` has them.
        node_count: how many nodes there are.
    """
    wanted = list(turns)
    arriving, leaving = _arcs_at(edges, {turn.via for turn in wanted})
    banned: dict[Arc, set[Arc]] = defaultdict(set)
    idle = 0
    for turn in wanted:
        pairs = list(_forbidden(edges, turn, arriving[turn.via], leaving[turn.via]))
        idle += not pairs
        for arc, onward in pairs:
            banned[arc].add(onward)
    into_head, into_tail = edges.head.copy(), edges.tail.copy()
    twins: dict[tuple[int, frozenset[Arc]], int] = {}
    out: list[tuple[int, int, bool]] = []
    for (edge, is_ahead), ways_on in sorted(banned.items()):
        node = int(edges.head[edge] if is_ahead else edges.tail[edge])
        key = (node, frozenset(ways_on))
        if key not in twins:
            twins[key] = node_count + len(twins)
            out += [(on, twins[key], ahead) for on, ahead in leaving[node] if (on, ahead) not in ways_on]
        (into_head if is_ahead else into_tail)[edge] = twins[key]
    columns = np.array(out, dtype=np.int64).reshape(-1, 3)
    return Twins(
        twin_of=np.array([node for node, _ in twins], dtype=np.int64),
        into_head=into_head,
        into_tail=into_tail,
        out_edge=columns[:, 0],
        out_node=columns[:, 1],
        out_is_ahead=columns[:, 2],
        forbidden=sum(map(len, banned.values())),
        idle=idle,
    )


def _arcs_at(edges: Edges, nodes: set[int]) -> tuple[dict[int, list[Arc]], dict[int, list[Arc]]]:
    """Return the arcs that arrive at some nodes and those that leave them, in the order of their edges."""
    arriving: dict[int, list[Arc]] = defaultdict(list)
    leaving: dict[int, list[Arc]] = defaultdict(list)
    chosen = np.fromiter(nodes, dtype=np.int64, count=len(nodes))
    for edge in np.flatnonzero(np.isin(edges.tail, chosen) | np.isin(edges.head, chosen)).tolist():
        tail, head = int(edges.tail[edge]), int(edges.head[edge])
        for is_open, begin, end, is_ahead in (
            (edges.ahead_ds[edge] > 0, tail, head, True),
            (edges.back_ds[edge] > 0, head, tail, False),
        ):
            if is_open:
                leaving[begin].append((edge, is_ahead))
                arriving[end].append((edge, is_ahead))
    return arriving, leaving


def _forbidden(edges: Edges, turn: Turn, arriving: list[Arc], leaving: list[Arc]) -> Iterable[tuple[Arc, Arc]]:
    """Yield the pairs of arcs that a turn forbids."""
    ways_on = [arc for arc in leaving if edges.way[arc[0]] == turn.to_way]
    for edge, is_ahead in arriving:
        if edges.way[edge] != turn.from_way:
            continue
        onward = ways_on
        if turn.from_way == turn.to_way:
            # To turn round: the way may go on beyond the junction.
            onward = [arc for arc in ways_on if arc == (edge, not is_ahead)]
        if turn.is_only:
            onward = [arc for arc in leaving if arc not in onward] if onward else []
        for arc in onward:
            yield (edge, is_ahead), arc
