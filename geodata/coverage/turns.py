"""Turns that are forbidden: a junction of which a road may not be left as one likes is told apart by how one came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geodata.coverage.arrays import Ints
from geodata.coverage.rules import NO_NODE, Arc, Edges, Rule, Turn, leaving_arcs, rule_of

__all__ = ["NO_NODE", "Edges", "Turn", "Twins", "tell_apart"]

Mark = tuple[int, int]
"""What somebody who travels keeps in mind: the number of a rule, and which of its ways they are on."""


@dataclass(frozen=True, eq=False)
class Twins:
    """Junctions told apart.

    Attributes:
        twin_of: (t,) the node whose twin each is; a twin has the number of nodes and its own.
        into_head, into_tail: (e,) where one arrives along each edge and against it: at the junction or at a twin.
        out_edge, out_node: (k,) an edge that can be entered from a twin, too.
        out_into: (k,) where one arrives then: as others do, or at a twin that minds from where one came.
        out_is_ahead: (k,) in which direction.
        out_is_only: (k,) whether one has to go on to the end of the way then, as a sign says.
        bound: the twins from which one may go on only as a sign says: nothing that is new is entered from there.
        forbidden: how many pairs of edges are forbidden, to some or to all.
        idle: the turns that forbid nothing here: their roads don't meet there, or aren't open.
    """

    twin_of: Ints
    into_head: Ints
    into_tail: Ints
    out_edge: Ints
    out_node: Ints
    out_into: Ints
    out_is_ahead: Ints
    out_is_only: Ints
    bound: Ints
    forbidden: int
    idle: frozenset[int]


def tell_apart(edges: Edges, turns: Iterable[Turn], node_count: int) -> Twins:
    """Return the junctions with twins for those who come from where not every way on is allowed.

    A twin lets out what is allowed to those who arrive there; all others arrive at the junction itself. Who is on the
    way over a turn's ways in between arrives at twins all along, until they leave them. Those to whom the same is
    forbidden, here and farther on, share a twin.

    Args:
        edges: of one mode.
        turns: what is forbidden, by numbers of nodes and ways as `edges` has them.
        node_count: how many nodes there are.
    """
    wanted = list(turns)
    leaving = leaving_arcs(edges, wanted)
    arcs_of = _arcs_of_ways(edges, {turn.from_way for turn in wanted})
    rules = [rule_of(edges, turn, arcs_of, leaving) for turn in wanted]
    begun: dict[Arc, set[Mark]] = defaultdict(set)
    for number, rule in enumerate(rules):
        for arc in rule.begins:
            begun[arc].add((number, 0))
    told = _Told(edges, rules, leaving, node_count)
    into_head, into_tail = edges.head.copy(), edges.tail.copy()
    for arc in sorted(begun):
        (into_head if arc[1] else into_tail)[arc[0]] = told.arrive(arc, begun[arc])
    out: list[tuple[int, int, int, bool, bool]] = []
    for twin, onward in told.onward():
        for arc, marks in onward:
            usual = int((into_head if arc[1] else into_tail)[arc[0]])
            into = told.arrive(arc, marks | begun.get(arc, set())) if marks else usual
            out.append((arc[0], twin, into, arc[1], any(rules[number].is_only for number, _ in marks)))
    columns = np.array(out, dtype=np.int64).reshape(-1, 5)
    return Twins(
        twin_of=np.array(told.nodes, dtype=np.int64),
        into_head=into_head,
        into_tail=into_tail,
        out_edge=columns[:, 0],
        out_node=columns[:, 1],
        out_into=columns[:, 2],
        out_is_ahead=columns[:, 3],
        out_is_only=columns[:, 4],
        bound=np.array(sorted(told.bound), dtype=np.int64),
        forbidden=len(told.forbidden),
        idle=frozenset(number for number, rule in enumerate(rules) if not rule.ends),
    )


class _Told:
    """The twins as they come: each stands for a junction, what is forbidden there, and what is still to be minded."""

    def __init__(
        self, edges: Edges, rules: Sequence[Rule], leaving: Mapping[int, Sequence[Arc]], node_count: int
    ) -> None:
        self.nodes: list[int] = []
        self.forbidden: set[tuple[Arc, Arc]] = set()
        self.bound: set[int] = set()
        self._edges, self._rules, self._leaving, self._count = edges, rules, leaving, node_count
        self._ways_on: list[list[tuple[Arc, frozenset[Mark]]]] = []
        self._twins: dict[object, int] = {}

    def arrive(self, arc: Arc, marks: Iterable[Mark]) -> int:
        """Return the node or twin at which one arrives along an arc with something in mind."""
        node = self._edges.end_of(arc)
        banned: set[Arc] = set()
        minded: dict[Arc, set[Mark]] = defaultdict(set)
        is_bound = False
        for number, place in marks:
            rule = self._rules[number]
            onward, ends = rule.onward.get((place, arc), ()), rule.ends.get((place, arc), ())
            allowed = {*ends, *(other for _, other in onward)}
            banned |= {other for other in self._leaving[node] if other not in allowed} if rule.is_only else set(ends)
            is_bound |= rule.is_only
            for later, other in onward:
                minded[other].add((number, later))
        self.forbidden |= {(arc, other) for other in banned}
        ways_on = [
            (other, frozenset(minded.get(other, ()))) for other in self._leaving.get(node, ()) if other not in banned
        ]
        if not banned and not minded and not is_bound:
            return node
        key = (node, tuple(ways_on), is_bound)
        if key not in self._twins:
            self._twins[key] = self._count + len(self.nodes)
            self.bound |= {self._twins[key]} if is_bound else set()
            self.nodes.append(node)
            self._ways_on.append(ways_on)
        return self._twins[key]

    def onward(self) -> Iterable[tuple[int, list[tuple[Arc, frozenset[Mark]]]]]:
        """Yield each twin with the arcs that leave it and what is minded there, also of twins that come meanwhile."""
        number = 0
        while number < len(self.nodes):
            yield self._count + number, self._ways_on[number]
            number += 1


def _arcs_of_ways(edges: Edges, ways: set[int]) -> Mapping[int, Sequence[Arc]]:
    """Return the open arcs of some ways."""
    found: dict[int, list[Arc]] = defaultdict(list)
    chosen = np.fromiter(ways, dtype=np.int64, count=len(ways))
    for edge in np.flatnonzero(np.isin(edges.way, chosen)).tolist():
        found[int(edges.way[edge])] += [
            (edge, is_ahead)
            for is_ahead, cost in ((True, edges.ahead_ds[edge]), (False, edges.back_ds[edge]))
            if cost > 0
        ]
    return found
