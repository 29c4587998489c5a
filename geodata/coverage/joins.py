"""Joins edges at their nodes, with the turns between them that are forbidden left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from geodata.coverage.arrays import Ints, Mask
from geodata.coverage.ends import Ends, ends_of
from geodata.coverage.network import Network, build_network
from geodata.coverage.turns import Edges, Turn, Twins, tell_apart


@dataclass(frozen=True, eq=False)
class Passages:
    """Where one leaves edges that were entered with something in mind: not where all others do, or not before the end.

    Attributes:
        edge: (k,).
        enter, leave: (k,) nodes.
        is_ahead: (k,) 1 along the edge, 0 against it.
        is_only: (k,) 1 where a sign says to go on to the edge's end: nobody leaves it before.
    """

    edge: Ints
    enter: Ints
    leave: Ints
    is_ahead: Ints
    is_only: Ints

    def those(self, kept: Mask) -> Passages:
        """Return some of them."""
        return Passages(self.edge[kept], self.enter[kept], self.leave[kept], self.is_ahead[kept], self.is_only[kept])


@dataclass(frozen=True, eq=False)
class Joined:
    """Edges that are joined.

    Attributes:
        network: with a node more for each twin of a junction.
        tail, head: (e,) the nodes of each edge there.
        enter_ahead, enter_back: from which nodes each edge is entered along it and against it.
        leave_ahead, leave_back: at which nodes one leaves it then.
        passages: where the arcs of some edges lead elsewhere than to where one leaves them.
        bound: the twins that nothing new is entered from.
        forbidden: how many pairs of edges may not follow each other.
        idle: the numbers of the turns that forbid nothing.
    """

    network: Network
    tail: Ints
    head: Ints
    enter_ahead: Ends
    enter_back: Ends
    leave_ahead: Ends
    leave_back: Ends
    passages: Passages
    bound: Ints
    forbidden: int
    idle: frozenset[int]


def join(network: Network, edges: Edges, turns: Sequence[Turn]) -> Joined:
    """Return the edges of a network joined as its turns allow.

    Args:
        network: of these very edges, without regard to turns.
        edges: by the network's nodes.
        turns: likewise.
    """
    twins = tell_apart(edges, turns, network.node_count)
    network, number = _with_twins(network, edges, twins)
    none = np.zeros(0, dtype=np.int64)
    is_ahead, is_back = edges.ahead_ds > 0, edges.back_ds > 0
    out_ahead = twins.out_is_ahead > 0
    out_node = number[twins.out_node]
    return Joined(
        network=network,
        tail=number[edges.tail],
        head=number[edges.head],
        enter_ahead=ends_of(
            number[edges.tail], is_ahead, more_edge=twins.out_edge[out_ahead], more_node=out_node[out_ahead]
        ),
        enter_back=ends_of(
            number[edges.head], is_back, more_edge=twins.out_edge[~out_ahead], more_node=out_node[~out_ahead]
        ),
        leave_ahead=ends_of(number[twins.into_head], is_ahead, more_edge=none, more_node=none),
        leave_back=ends_of(number[twins.into_tail], is_back, more_edge=none, more_node=none),
        passages=_passages(twins, number),
        bound=np.sort(number[twins.bound]),
        forbidden=twins.forbidden,
        idle=twins.idle,
    )


def _passages(twins: Twins, number: Ints) -> Passages:
    """Return the arcs that lead from a twin to another one than where others arrive, or may not be left before."""
    usual = np.where(twins.out_is_ahead > 0, twins.into_head[twins.out_edge], twins.into_tail[twins.out_edge])
    own = np.flatnonzero((twins.out_into != usual) | (twins.out_is_only > 0))
    return Passages(
        edge=twins.out_edge[own],
        enter=number[twins.out_node[own]],
        leave=number[twins.out_into[own]],
        is_ahead=twins.out_is_ahead[own],
        is_only=twins.out_is_only[own],
    )


def _with_twins(network: Network, edges: Edges, twins: Twins) -> tuple[Network, Ints]:
    """Return the network with its junctions told apart, and the new number of each node and twin."""
    if not len(twins.twin_of):
        return network, np.arange(network.node_count)
    out_ahead = twins.out_is_ahead > 0
    ahead = np.concatenate([np.flatnonzero(edges.ahead_ds > 0), twins.out_edge[out_ahead]])
    back = np.concatenate([np.flatnonzero(edges.back_ds > 0), twins.out_edge[~out_ahead]])
    tail, head = edges.tail[ahead], edges.head[back]
    into_head, into_tail = twins.into_head[ahead], twins.into_tail[back]
    more_ahead, more_back = len(ahead) - out_ahead.sum(), len(back) - (~out_ahead).sum()
    tail[more_ahead:], into_head[more_ahead:] = twins.out_node[out_ahead], twins.out_into[out_ahead]
    head[more_back:], into_tail[more_back:] = twins.out_node[~out_ahead], twins.out_into[~out_ahead]
    made = build_network(
        np.concatenate([network.x_m, network.x_m[twins.twin_of]]),
        np.concatenate([network.y_m, network.y_m[twins.twin_of]]),
        np.concatenate([tail, head]),
        np.concatenate([into_head, into_tail]),
        np.concatenate([edges.ahead_ds[ahead], edges.back_ds[back]]),
    )
    number = np.empty(made.node_count, dtype=np.int64)
    number[made.ids] = np.arange(made.node_count)
    ids = np.concatenate([network.ids, network.ids[twins.twin_of]])
    return replace(made, ids=ids[made.ids]), number
