"""What turn restrictions ask of those who come along their ways: over one junction, or over ways in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from geodata.coverage.arrays import Ints

Arc = tuple[int, bool]
"""An edge's number, and whether it is travelled as it is drawn."""
Step = tuple[int, Arc]
"""An arc of a turn's ways: of the way on which one comes (0), of the first way in between (1), and so on."""
NO_NODE = -1


@dataclass(frozen=True)
class Turn:
    """What a junction forbids, or all that it allows.

    Attributes:
        from_way: the way on which one comes.
        via: the junction, by the number of its node; NO_NODE where ways lie in between.
        to_way: the way that may not be taken, or has to be.
        is_only: everything else is forbidden, from the junction on: also to leave the ways in between earlier.
        over: the ways in between, in order.
    """

    from_way: int
    via: int
    to_way: int
    is_only: bool
    over: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Edges:
    """Edges as they meet: (e,) nodes, times (0 where that direction isn't allowed) and ways."""

    tail: Ints
    head: Ints
    ahead_ds: Ints
    back_ds: Ints
    way: Ints

    def end_of(self, arc: Arc) -> int:
        """Return the node to which an arc leads."""
        return int(self.head[arc[0]] if arc[1] else self.tail[arc[0]])


@dataclass(frozen=True, eq=False)
class Rule:
    """A turn on the edges: from its way over each of those in between, without turning round, into its last one.

    Attributes:
        onward: the steps that follow each step on the way to the end; those that never come there are left out.
        ends: the arcs of the last way that follow a step: they are forbidden, or have to be taken.
        is_only: whether they have to be.
    """

    onward: Mapping[Step, Sequence[Step]]
    ends: Mapping[Step, Sequence[Arc]]
    is_only: bool

    @property
    def begins(self) -> Iterator[Arc]:
        """The arcs on which one comes to where the rule begins."""
        return (arc for place, arc in {**self.onward, **self.ends} if place == 0)


def leaving_arcs(edges: Edges, turns: Iterable[Turn]) -> Mapping[int, Sequence[Arc]]:
    """Return the arcs that leave the nodes which turns are about, in the order of their edges."""
    vias = np.array(sorted({turn.via for turn in turns if not turn.over}), dtype=np.int64)
    ways = np.array(sorted({way for turn in turns if turn.over for way in (turn.from_way, *turn.over)}), dtype=np.int64)
    own = np.isin(edges.way, ways)
    chosen = np.union1d(vias, np.concatenate([edges.tail[own], edges.head[own]]))
    leaving: dict[int, list[Arc]] = defaultdict(list)
    for edge in np.flatnonzero(np.isin(edges.tail, chosen) | np.isin(edges.head, chosen)).tolist():
        if edges.ahead_ds[edge] > 0:
            leaving[int(edges.tail[edge])].append((edge, True))
        if edges.back_ds[edge] > 0:
            leaving[int(edges.head[edge])].append((edge, False))
    return leaving


def rule_of(
    edges: Edges, turn: Turn, arcs_of: Mapping[int, Sequence[Arc]], leaving: Mapping[int, Sequence[Arc]]
) -> Rule:
    """Return what a turn comes to on the edges; nothing where its ways don't lead on from each other, or aren't open.

    Args:
        edges: of one mode.
        turn: by numbers of nodes and ways as `edges` has them.
        arcs_of: the open arcs of each way.
        leaving: as `leaving_arcs` gives them.
    """
    ways = (turn.from_way, *turn.over, turn.to_way)
    is_chain = not turn.over or all(one != other for one, other in pairwise(ways))
    begins = [(0, arc) for arc in arcs_of.get(turn.from_way, ()) if turn.over or edges.end_of(arc) == turn.via]
    onward: dict[Step, list[Step]] = {}
    ends: dict[Step, list[Arc]] = {}
    waiting = begins if is_chain else []
    while waiting:
        step = waiting.pop()
        place, arc = step
        around = (arc[0], not arc[1])
        on = [other for other in leaving.get(edges.end_of(arc), ()) if other != around]
        onward[step] = []
        if place < len(turn.over):
            onward[step] += [(place + 1, other) for other in on if edges.way[other[0]] == ways[place + 1]]
        else:
            # To turn round at a junction: the way may go on beyond it.
            is_around = turn.from_way == turn.to_way and not turn.over
            to = [around] if is_around and around in leaving.get(edges.end_of(arc), ()) else [] if is_around else on
            ends[step] = [other for other in to if edges.way[other[0]] == turn.to_way]
        if place:
            onward[step] += [(place, other) for other in on if edges.way[other[0]] == ways[place]]
        waiting += [other for other in onward[step] if other not in onward]
    alive = _alive(onward, ends)
    return Rule(
        onward={step: [other for other in onward[step] if other in alive] for step in onward if step in alive},
        ends={step: arcs for step, arcs in ends.items() if arcs},
        is_only=turn.is_only,
    )


def _alive(onward: Mapping[Step, Sequence[Step]], ends: Mapping[Step, Sequence[Arc]]) -> set[Step]:
    """Return the steps from which the end can be reached."""
    before: dict[Step, list[Step]] = defaultdict(list)
    for step, others in onward.items():
        for other in others:
            before[other].append(step)
    alive: set[Step] = set()
    waiting = [step for step, arcs in ends.items() if arcs]
    while waiting:
        step = waiting.pop()
        if step not in alive:
            alive.add(step)
            waiting += before[step]
    return alive
