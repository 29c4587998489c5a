"""A road network as flat arrays: nodes in Morton order, arcs by the node that they leave, whole deciseconds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geodata.coverage.arrays import Costs, Floats, Ints, Mask, Nodes
from geodata.errors import InvalidInput

LONGEST_DS = 2**30
"""No arc takes longer: a year of walking is less."""


@dataclass(frozen=True, eq=False)
class Network:
    """A directed network of n nodes and m arcs.

    Attributes:
        x_m: (n,) eastings in the deployment's metric system.
        y_m: (n,) northings.
        first: (n + 1,) where each node's leaving arcs begin in the next two.
        head: (m,) the node that an arc leads to.
        cost_ds: (m,) its time in whole deciseconds, at least 1: an arc without any time would be no arc for scipy.
        ids: (n,) each node's number in the arrays that the network was built from; below 0 for one that was added.
            Nodes of one junction share theirs.
    """

    x_m: Floats
    y_m: Floats
    first: Ints
    head: Nodes
    cost_ds: Costs
    ids: Ints

    def __post_init__(self) -> None:
        """Let nobody write into what searches read: laid now or mapped from a file, one kind of array is compiled."""
        for name in ("first", "head", "cost_ds"):
            array = getattr(self, name).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @property
    def node_count(self) -> int:
        """How many nodes there are."""
        return len(self.x_m)

    @property
    def tail(self) -> Nodes:
        """(m,) the node that an arc leaves."""
        return np.repeat(np.arange(self.node_count, dtype=np.int32), np.diff(self.first))

    @cached_property
    def reversed(self) -> Network:
        """The same streets driven the other way: times to the posts in place of times from them."""
        order = np.argsort(self.head, kind="stable")
        first = _offsets(self.head[order], self.node_count)
        return Network(self.x_m, self.y_m, first, self.tail[order], self.cost_ds[order], self.ids)


@dataclass(frozen=True)
class CutOff:
    """What isn't part of the largest component: numbers of nodes, and in how many pieces."""

    nodes: int
    pieces: int


def build_network(
    x_m: npt.ArrayLike, y_m: npt.ArrayLike, tail: npt.ArrayLike, head: npt.ArrayLike, cost_ds: npt.ArrayLike
) -> Network:
    """Return the network of these nodes and arcs; of parallel arcs the quickest stays, loops are left out.

    Args:
        x_m, y_m: (n,) metres.
        tail, head: (m,) indices of nodes.
        cost_ds: (m,) whole deciseconds; 0 counts as 1.

    Raises:
        InvalidInput: shapes differ, an arc names no node, a cost is negative, too long or no whole number, or a node
            isn't finite.
    """
    x, y = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    ends = np.asarray(tail), np.asarray(head)
    _check(x, y, *ends, np.asarray(cost_ds))
    order = np.argsort(_morton(x, y), kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    tails, heads = (place[each.astype(np.int64)] for each in ends)
    tails, heads, cost = _quickest(tails, heads, np.maximum(np.asarray(cost_ds, dtype=np.int64), 1))
    return Network(
        x_m=np.ascontiguousarray(x[order]),
        y_m=np.ascontiguousarray(y[order]),
        first=_offsets(tails, len(order)),
        head=heads.astype(np.int32),
        cost_ds=cost.astype(np.int32),
        ids=order.astype(np.int64),
    )


def keep_largest(network: Network) -> tuple[Network, CutOff]:
    """Return the largest part of which every node can be reached from every other, and what was cut off.

    A street that one can enter and never leave belongs to no such part.
    """
    graph = csr_array(
        (np.ones(len(network.head), dtype=np.int8), network.head, network.first),
        shape=(network.node_count, network.node_count),
    )
    pieces, label = connected_components(graph, directed=True, connection="strong")
    if pieces <= 1:
        return network, CutOff(0, 0)
    is_kept = label == np.bincount(label).argmax()
    return keep_nodes(network, is_kept), CutOff(int((~is_kept).sum()), int(pieces) - 1)


def keep_nodes(network: Network, is_kept: Mask) -> Network:
    """Return the network of some of its nodes, with the arcs between them."""
    place = np.cumsum(is_kept) - 1
    tail = network.tail
    stays = is_kept[tail] & is_kept[network.head]
    kept_tail = place[tail[stays]]
    return Network(
        x_m=network.x_m[is_kept],
        y_m=network.y_m[is_kept],
        first=_offsets(kept_tail, int(is_kept.sum())),
        head=place[network.head[stays]].astype(np.int32),
        cost_ds=network.cost_ds[stays],
        ids=network.ids[is_kept],
    )


def with_arcs(network: Network, tail: Ints, head: Ints, cost_ds: Ints) -> Network:
    """Return the network with more arcs between its nodes; of parallel ones the quickest stays.

    Args:
        network: its nodes keep their numbers.
        tail, head: (k,) nodes.
        cost_ds: (k,) whole deciseconds; 0 counts as 1.

    Raises:
        InvalidInput: as `build_network`.
    """
    _check(network.x_m, network.y_m, tail, head, cost_ds)
    tail = np.concatenate([network.tail.astype(np.int64), tail])
    head = np.concatenate([network.head.astype(np.int64), head])
    cost = np.concatenate([network.cost_ds.astype(np.int64), np.maximum(cost_ds, 1)])
    return _rewired(network, *_quickest(tail, head, cost))


def with_nodes(network: Network, x_m: Floats, y_m: Floats, ids: Ints) -> Network:
    """Return the network with more nodes, in metres, behind its own; no arc joins them yet."""
    return Network(
        x_m=np.concatenate([network.x_m, x_m]),
        y_m=np.concatenate([network.y_m, y_m]),
        first=np.concatenate([network.first, np.full(len(x_m), network.first[-1])]),
        head=network.head,
        cost_ds=network.cost_ds,
        ids=np.concatenate([network.ids, ids]),
    )


def without_arcs(network: Network, tail: Ints, head: Ints) -> Network:
    """Return the network without the arcs between some pairs of nodes."""
    count = network.node_count
    own = network.tail.astype(np.int64) * count + network.head
    stays = ~np.isin(own, np.asarray(tail, dtype=np.int64) * count + head)
    return _rewired(network, network.tail[stays], network.head[stays], network.cost_ds[stays])


def _rewired(network: Network, tail: Ints | Nodes, head: Ints | Nodes, cost_ds: Ints | Costs) -> Network:
    """Return the nodes with other arcs, which are in the order of their tails and heads."""
    return Network(
        x_m=network.x_m,
        y_m=network.y_m,
        first=_offsets(tail, network.node_count),
        head=head.astype(np.int32),
        cost_ds=cost_ds.astype(np.int32),
        ids=network.ids,
    )


def _quickest(tail: Ints, head: Ints, cost: Ints) -> tuple[Ints, Ints, Ints]:
    """Return arcs in the order of their tails and heads, of parallel ones the quickest, without loops."""
    is_way = tail != head
    tail, head, cost = tail[is_way], head[is_way], cost[is_way]
    by_pair = np.lexsort((cost, head, tail))
    tail, head, cost = tail[by_pair], head[by_pair], cost[by_pair]
    is_first = np.ones(len(tail), dtype=np.bool_)
    is_first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return tail[is_first], head[is_first], cost[is_first]


def _check(x_m: Floats, y_m: Floats, tail: Ints, head: Ints, cost_ds: Ints) -> None:
    if len(x_m) != len(y_m) or not (len(tail) == len(head) == len(cost_ds)):
        seen = f"{len(x_m)} and {len(y_m)} coordinates, {len(tail)}, {len(head)} and {len(cost_ds)} ends and costs"
        raise InvalidInput(f"a network of {seen} doesn't add up; wanted is as many of each")
    if len(x_m) >= 2**31:
        raise InvalidInput(f"a network of {len(x_m)} nodes is too large; wanted are less than {2**31}")
    if not (np.isfinite(x_m).all() and np.isfinite(y_m).all()):
        raise InvalidInput("a node of the network lies nowhere; wanted are finite coordinates")
    if not all(_is_whole(each) for each in (tail, head, cost_ds)):
        raise InvalidInput("an arc's ends or its time are no whole numbers; wanted are nodes and deciseconds")
    if len(tail) and (min(tail.min(), head.min()) < 0 or max(tail.max(), head.max()) >= len(x_m)):
        raise InvalidInput(f"an arc names a node that isn't there; wanted are 0 to {len(x_m) - 1}")
    if len(cost_ds) and (cost_ds.min() < 0 or cost_ds.max() > LONGEST_DS):
        raise InvalidInput(f"an arc takes {cost_ds.min()} to {cost_ds.max()} deciseconds; wanted are 0 to {LONGEST_DS}")


def _is_whole(values: npt.NDArray[Any]) -> bool:
    return bool(np.issubdtype(values.dtype, np.integer) or (values == np.floor(values)).all())


def _offsets(sorted_tail: Ints | Nodes, count: int) -> Ints:
    """Return where each node's arcs begin, from the arcs' tails in order."""
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(sorted_tail, minlength=count), out=first[1:])
    return first


def _morton(x_m: Floats, y_m: Floats) -> Ints:
    """Return each node's place on the Morton curve: neighbours on the ground become neighbours in memory."""
    return _spread(_steps(x_m)) | (_spread(_steps(y_m)) << 1)


def _steps(values: Floats) -> Ints:
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    span = float(np.ptp(values)) or 1.0
    steps: Ints = ((values - values.min()) / span * (2**21 - 1)).astype(np.int64)
    return steps


def _spread(bits: Ints) -> Ints:
    """Put a zero between any two bits of numbers below 2**21."""
    bits = (bits | (bits << 16)) & 0x0000FFFF0000FFFF
    bits = (bits | (bits << 8)) & 0x00FF00FF00FF00FF
    bits = (bits | (bits << 4)) & 0x0F0F0F0F0F0F0F0F
    bits = (bits | (bits << 2)) & 0x3333333333333333
    return (bits | (bits << 1)) & 0x5555555555555555
