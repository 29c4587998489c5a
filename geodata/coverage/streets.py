"""Roads as a map has them, and the network of one mode that is laid from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.ends import Ends
from geodata.coverage.joins import Passages
from geodata.coverage.modes import Mode
from geodata.coverage.network import CutOff, Network
from geodata.coverage.turns import Turn

KMH_TO_M_PER_DS = 1 / 36
"""A kilometre an hour is so many metres in a decisecond."""
DS_A_MINUTE = 600
"""Times are whole deciseconds."""
SAME_PLACE_M = 0.01
"""What is no farther apart is one spot."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Roads as arrays, for all modes.

    Attributes:
        x_m, y_m: (v,) the corners of all ways, one way after the other, in metres.
        first: (w + 1,) where each way's corners begin.
        node: (v,) numbers of the map's nodes: corners with the same number are one place. Where the map has none, -1:
            corners at one spot on one level are one place then, and a way's ends meet what is at their spot.
        level: (w,) what passes over what; 0 on the ground.
        highway: (w,) class of each way.
        limit_kmh: (w,) speed limit; NaN where none is known.
        tags: for each way, the words about access and direction.
        turns: what junctions forbid, by numbers of ways and of the map's nodes.
        turns_left_out: restrictions of the map that are none of those: how many, by why.
    """

    x_m: Floats
    y_m: Floats
    first: Ints
    node: Ints
    level: Ints
    highway: Sequence[str]
    limit_kmh: Floats
    tags: Sequence[Mapping[str, str | None]]
    turns: Sequence[Turn] = ()
    turns_left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class KeptTurns:
    """What became of the turns that the map forbids.

    Attributes:
        kept: how many restrictions are kept.
        over_ways: those of them with ways in between.
        left_out: how many aren't, by why.
        forbidden: how many pairs of edges may not follow each other, to some who come or to all.
    """

    kept: int
    over_ways: int
    left_out: Mapping[str, int]
    forbidden: int


@dataclass(frozen=True, eq=False)
class Streets:
    """The network of one mode, and the edges that it was made of.

    Attributes:
        mode: who travels.
        network: its nodes and arcs.
        tail, head: (e,) the nodes of each edge, as it is drawn.
        enter_ahead, enter_back: from which nodes each edge is entered along it and against it.
        leave_ahead, leave_back: at which nodes one leaves it then.
        ahead_ds, back_ds: (e,) whole deciseconds along it and against it; 0 where that isn't allowed.
        length_m: (e,).
        way: (e,) the way that it is a stretch of.
        level: (e,) what passes over what; 0 on the ground.
        cut_off: what isn't joined to the rest, and was left out.
        passages: which of its arcs lead elsewhere than to where one leaves their edge: who is on the way over a turn's
            ways minds from where they came.
        bound: the nodes at which one arrives where a sign says how to go on: nothing new is entered from there.
        turns: what became of the turns that the map forbids.
    """

    mode: Mode
    network: Network
    tail: Ints
    head: Ints
    enter_ahead: Ends
    enter_back: Ends
    leave_ahead: Ends
    leave_back: Ends
    ahead_ds: Ints
    back_ds: Ints
    length_m: Floats
    way: Ints
    level: Ints
    cut_off: CutOff
    passages: Passages
    bound: Ints
    turns: KeptTurns

    @cached_property
    def nodes_at(self) -> cKDTree:
        """Finds the nodes at a spot in metres: several where a junction forbids a turn."""
        return cKDTree(np.column_stack([self.network.x_m, self.network.y_m]))

    @cached_property
    def junctions(self) -> Ends:
        """The nodes that are one junction with each node: itself, and its twins where a turn is forbidden there."""
        ids = self.network.ids
        order = np.argsort(ids, kind="stable")
        is_first = np.ones(len(ids), dtype=np.bool_)
        is_first[1:] = ids[order][1:] != ids[order][:-1]
        group = np.empty(len(ids), dtype=np.int64)
        group[order] = np.cumsum(is_first) - 1
        begin = np.append(np.flatnonzero(is_first), len(ids))
        counts = np.diff(begin)[group]
        first = np.concatenate([[0], np.cumsum(counts)])
        at = np.repeat(begin[group] - first[:-1], counts) + np.arange(first[-1])
        return Ends(first, order[at])

    @cached_property
    def lines(self) -> npt.NDArray[np.object_]:
        """(e,) the edges as straight lines in the network's metres."""
        network = self.network
        ends = np.stack([
            np.column_stack([network.x_m[self.tail], network.y_m[self.tail]]),
            np.column_stack([network.x_m[self.head], network.y_m[self.head]]),
        ], axis=1)  # fmt: skip
        return np.asarray(shapely.linestrings(ends), dtype=object)

    @cached_property
    def index(self) -> shapely.STRtree:
        """The index of `lines`."""
        return shapely.STRtree(self.lines)

    @cached_property
    def met_by(self) -> shapely.STRtree:
        """The index of the lines that places may meet: what is a stretch of no way is entered at its ends only."""
        if (self.way >= 0).all():
            return self.index
        lines = self.lines.copy()
        lines[self.way < 0] = None
        return shapely.STRtree(lines)

    @cached_property
    def against(self) -> Streets:
        """The same travelled backwards: what leads to posts in place of what leads away from them."""
        return replace(
            self,
            network=self.network.reversed,
            enter_ahead=self.leave_back,
            enter_back=self.leave_ahead,
            leave_ahead=self.enter_back,
            leave_back=self.enter_ahead,
            ahead_ds=self.back_ds,
            back_ds=self.ahead_ds,
        )
