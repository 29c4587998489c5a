"""The nodes at an edge's ends: one for most edges, several where a junction is told apart by how one came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.coverage.arrays import Floats, Ints, Mask


@dataclass(frozen=True, eq=False)
class Ends:
    """The nodes from which edges are entered in one direction, or those at which one leaves them.

    Attributes:
        first: (e + 1,) where each edge's nodes begin in the next one; an edge that isn't open that way has none.
        node: (k,) nodes.
    """

    first: Ints
    node: Ints

    def of(self, edges: Ints) -> tuple[Ints, Ints]:
        """Return the nodes of some edges: (k,) the place among `edges`, (k,) the node."""
        counts = self.first[edges + 1] - self.first[edges]
        which = np.repeat(np.arange(len(edges)), counts)
        at = np.repeat(self.first[edges] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        return which, self.node[at]

    def moved(self, to: Ints, count: int, more_edge: Ints, more_node: Ints) -> Ends:
        """Return the ends of edges under other numbers, of `count` edges, with nodes of more of them."""
        which, node = self.of(np.arange(len(to)))
        return _grouped(np.concatenate([to[which], more_edge]), np.concatenate([node, more_node]), count)

    def without(self, is_gone: Mask) -> Ends:
        """Return the same with no nodes at some edges."""
        which, node = self.of(np.arange(len(is_gone)))
        stays = ~is_gone[which]
        return _grouped(which[stays], node[stays], len(is_gone))

    def least(self, times: Floats) -> Floats:
        """Return (e,) the least of the times at each edge's nodes, inf where it has none."""
        found = np.full(len(self.first) - 1, np.inf)
        has_any = np.flatnonzero(np.diff(self.first) > 0)
        if len(has_any):
            # Edges without nodes take no room, so that each stretch ends where the next edge's begins.
            found[has_any] = np.minimum.reduceat(times[self.node], self.first[has_any])
        return found


def ends_of(node: Ints, is_open: Mask, *, more_edge: Ints, more_node: Ints) -> Ends:
    """Return the ends of edges.

    Args:
        node: (e,) each edge's own node.
        is_open: (e,) whether the edge may be travelled in this direction.
        more_edge, more_node: (k,) further nodes of some edges.
    """
    edge = np.concatenate([np.flatnonzero(is_open), more_edge])
    nodes = np.concatenate([node[is_open], more_node])
    return _grouped(edge, nodes, len(node))


def _grouped(edge: Ints, node: Ints, count: int) -> Ends:
    order = np.argsort(edge, kind="stable")
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(edge, minlength=count), out=first[1:])
    return Ends(first, node[order].astype(np.int64))
