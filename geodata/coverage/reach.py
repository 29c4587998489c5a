"""Times from posts to everywhere, and to whom each place belongs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.coverage.arrays import Floats, Ints, Mask, Nodes
from geodata.coverage.kernels import NEVER, OWNER_BITS, OWNERS, relax
from geodata.coverage.network import LONGEST_DS, Network
from geodata.errors import InvalidInput

NOBODY = -1
"""The owner of what no post reaches."""


@dataclass(frozen=True, eq=False)
class Sources:
    """Where a search begins: a post stands at one node, or on an edge a few deciseconds from both of its ends.

    Attributes:
        nodes: (k,) the network's nodes.
        offset_ds: (k,) how long it takes from the post to that node, whole deciseconds.
        owner: (k,) the post's number; of two that are equally near the smaller one counts.
    """

    nodes: Nodes
    offset_ds: Ints
    owner: Ints

    @classmethod
    def at_nodes(cls, nodes: npt.ArrayLike) -> Sources:
        """One post at each node, numbered in their order.

        Args:
            nodes: (k,) their numbers, or (n,) of each node whether a post stands there (a mask).

        Raises:
            InvalidInput: they aren't whole numbers in a row.
        """
        given = np.asarray(nodes)
        if given.dtype == np.bool_:
            given = np.flatnonzero(given)
        if given.ndim != 1 or (len(given) and not np.issubdtype(given.dtype, np.integer)):
            raise InvalidInput(f"nodes of shape {given.shape}, {given.dtype}; wanted is a row of whole numbers")
        # What is no node stays none: a number of more than 32 bits would come round to one.
        numbers = np.where((given >= 0) & (given < 2**31), given, -1).astype(np.int32)
        return cls(numbers, np.zeros(len(numbers), dtype=np.int64), np.arange(len(numbers), dtype=np.int64))


def nearest(network: Network, sources: Sources | npt.ArrayLike, *, limit_ds: int | None = None) -> tuple[Floats, Ints]:
    """Return the time from the nearest source to every node, and whose it is.

    Args:
        network: times run along its arcs: from posts to places. `network.reversed` gives those from places to posts.
        sources: posts; nodes, or a mask of them, stand for one post at each.
        limit_ds: nodes farther away count as unreachable; None for none.

    Returns:
        (n,) times, whole deciseconds as floats, inf where no source leads to; (n,) owners, NOBODY there.

    Raises:
        InvalidInput: a source is no node, or begins before its time.
    """
    found = sources if isinstance(sources, Sources) else Sources.at_nodes(sources)
    label = np.full(network.node_count, NEVER, dtype=np.int64)
    _relax(network, found, label, limit_ds)
    return told(label)


def told(label: Ints) -> tuple[Floats, Ints]:
    """Return times and owners from labels."""
    is_reached = label < NEVER
    times = np.where(is_reached, (label >> OWNER_BITS).astype(np.float64), np.inf)
    owners = np.where(is_reached, label & (OWNERS - 1), NOBODY)
    return times, owners


class Incumbent:
    """Times from the posts that there are, and what another post would change.

    What-if questions are asked while a post is dragged: the answer takes only as long as the new post's own ground is
    large. Nothing is changed by asking, but one asks at a time: the answer is worked out in the incumbent's own room.
    """

    def __init__(self, network: Network, sources: Sources) -> None:
        self.network = network
        self.sources = sources
        self._label = np.full(network.node_count, NEVER, dtype=np.int64)
        _relax(network, sources, self._label, None)
        self._scratch = self._label.copy()

    @property
    def times_and_owners(self) -> tuple[Floats, Ints]:
        """As `nearest` gives them."""
        return told(self._label)

    def with_added(self, more: Sources, *, limit_ds: int | None = None) -> tuple[Nodes, Floats]:
        """Return the nodes that are nearer to one of `more` than to any post, and their new times (whole ds).

        Args:
            more: other posts; their numbers may be those of posts that there are.
            limit_ds: nodes farther away from them stay as they are; None for none.
        """
        changed = _relax(self.network, more, self._scratch, limit_ds)
        times = (self._scratch[changed] >> OWNER_BITS).astype(np.float64)
        self._scratch[changed] = self._label[changed]
        return changed, times

    def without(self, owner: int) -> Incumbent:
        """Return the same without one post: what it owned is searched for anew from the border of its ground."""
        kept = self.sources.owner != owner
        rest = Sources(self.sources.nodes[kept], self.sources.offset_ds[kept], self.sources.owner[kept])
        left: Incumbent = object.__new__(Incumbent)
        left.network, left.sources = self.network, rest
        label = self._label.copy()
        is_orphan = (label < NEVER) & ((label & (OWNERS - 1)) == owner)
        label[is_orphan] = NEVER
        _refill(self.network, rest, is_orphan, label)
        left._label, left._scratch = label, label.copy()
        return left


def _refill(network: Network, rest: Sources, is_orphan: Mask, label: Ints) -> None:
    """Search what one post owned from its neighbours' ground, and from other posts that stand in it."""
    back = network.reversed
    orphans = np.flatnonzero(is_orphan)
    counts = np.diff(back.first)[orphans]
    arcs = np.repeat(back.first[orphans] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    into, source = np.repeat(orphans, counts), back.head[arcs]
    is_border = ~is_orphan[source] & (label[source] < NEVER)
    starts = label[source[is_border]] + back.cost_ds[arcs[is_border]].astype(np.int64) * OWNERS
    inside = is_orphan[rest.nodes]
    own = rest.offset_ds[inside] * OWNERS + rest.owner[inside]
    nodes = np.concatenate([into[is_border], rest.nodes[inside]]).astype(np.int32)
    touched = np.empty(network.node_count, dtype=np.int32)
    relax(
        network.first, network.head, network.cost_ds, nodes, np.concatenate([starts, own]), int(NEVER) - 1, label,
        touched,
    )  # fmt: skip


def _relax(network: Network, sources: Sources, label: Ints, limit_ds: int | None) -> Nodes:
    """Lower the labels from `sources`, in place, and return the nodes that changed."""
    check_sources(network, sources, limit_ds)
    limit = int(NEVER) - 1 if limit_ds is None else (limit_ds + 1) * OWNERS - 1
    touched = np.empty(network.node_count, dtype=np.int32)
    starts = sources.offset_ds.astype(np.int64) * OWNERS + sources.owner
    count = relax(network.first, network.head, network.cost_ds, sources.nodes, starts, limit, label, touched)
    return touched[:count]


def check_sources(network: Network, sources: Sources, limit_ds: int | None) -> None:
    """Raise where a search can't begin so.

    Raises:
        InvalidInput: a source is no node, begins before its time or belongs to nobody, or the limit is negative.
    """
    nodes, offset_ds, owner = sources.nodes, sources.offset_ds, sources.owner
    if not len(nodes) == len(offset_ds) == len(owner):
        raise InvalidInput(f"{len(nodes)} nodes, {len(offset_ds)} offsets and {len(owner)} owners; wanted are as many")
    if len(nodes) and (nodes.min() < 0 or nodes.max() >= network.node_count):
        raise InvalidInput(f"a post stands at node {nodes.min()} or {nodes.max()}; there are {network.node_count}")
    if len(nodes) and (offset_ds.min() < 0 or offset_ds.max() > LONGEST_DS):
        raise InvalidInput(f"offsets of {offset_ds.min()} to {offset_ds.max()}; wanted are 0 to {LONGEST_DS}")
    if len(nodes) and (owner.min() < 0 or owner.max() >= OWNERS):
        raise InvalidInput(f"owners of {owner.min()} to {owner.max()}; wanted are 0 to {OWNERS - 1}")
    if limit_ds is not None and limit_ds < 0:
        raise InvalidInput(f"a limit of {limit_ds} deciseconds; wanted is 0 or more")
