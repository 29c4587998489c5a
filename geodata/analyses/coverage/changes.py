"""What if: posts, gates and links between streets that aren't there, or are open when they aren't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from geodata.coverage.network import with_arcs
from geodata.coverage.streets import KMH_TO_M_PER_DS, Streets
from geodata.crs import to_metric
from geodata.errors import InvalidInput
from geodata.layers.hours import ALWAYS
from geodata.queries.gates import GateRow
from geodata.queries.posts import PostRow

LonLat = tuple[float, float]
_SAME_SPOT_M = 0.5
"""Where a junction forbids a turn, one spot has several nodes."""


@dataclass(frozen=True)
class Link:
    """A straight way between two spots of the streets that isn't there.

    Attributes:
        start, end: spots of the streets.
        is_one_way: from start to end only.
        time_ds: how long it takes, whole deciseconds; None for its length on a residential street.
    """

    start: LonLat
    end: LonLat
    is_one_way: bool = False
    time_ds: int | None = None


@dataclass(frozen=True)
class Changes:
    """What is different from the store.

    Attributes:
        new_posts: posts that aren't there; their ids are negative.
        open_posts: ids of posts that are open all the time.
        closed_posts: ids of posts that don't count.
        new_gates: gates that aren't there; their ids are negative.
        open_gates: ids of gates that let everybody in all the time.
        joined_gates: ids of gates that let everybody in, by a way of their own to the nearest street.
        both_ways: keys of roads that may be used in both directions.
        links: ways that aren't there, such as a crossing.
    """

    new_posts: tuple[PostRow, ...] = ()
    open_posts: frozenset[int] = frozenset()
    closed_posts: frozenset[int] = frozenset()
    new_gates: tuple[GateRow, ...] = ()
    open_gates: frozenset[int] = frozenset()
    joined_gates: frozenset[int] = frozenset()
    both_ways: frozenset[str] = frozenset()
    links: tuple[Link, ...] = ()

    def posts(self, posts: Sequence[PostRow]) -> list[PostRow]:
        """Return the posts as they would be."""
        kept = [post for post in posts if post.id not in self.closed_posts]
        return [*(replace(p, hours=ALWAYS) if p.id in self.open_posts else p for p in kept), *self.new_posts]

    def gates(self, gates: Sequence[GateRow]) -> list[GateRow]:
        """Return the gates as they would be."""
        return [self._gate(gate) for gate in (*gates, *self.new_gates)]

    def _gate(self, gate: GateRow) -> GateRow:
        if gate.id in self.open_gates | self.joined_gates:
            gate = replace(gate, kind="main", hours=ALWAYS)
        return replace(gate, way_m=np.inf) if gate.id in self.joined_gates else gate

    def streets(self, streets: Streets, metric_crs: str) -> Streets:
        """Return the streets as they would be.

        Raises:
            InvalidInput: a link ends farther than half a metre from every node of the streets.
        """
        if not self.links:
            return streets
        ends = [spot for link in self.links for spot in (link.start, link.end)]
        spots = shapely.get_coordinates(to_metric(list(shapely.points(ends)), metric_crs))
        nodes = [streets.nodes_at.query_ball_point(spot, _SAME_SPOT_M) for spot in spots]
        tail, head, cost_ds = [], [], []
        for number, link in enumerate(self.links):
            starts, stops = nodes[2 * number], nodes[2 * number + 1]
            if not starts or not stops:
                raise InvalidInput(f"a link from {link.start} to {link.end} doesn't join streets; wanted are junctions")
            length_m = float(np.hypot(*(spots[2 * number] - spots[2 * number + 1])))
            usual = max(1, round(length_m / (streets.mode.kmh["residential"] * KMH_TO_M_PER_DS)))
            took = usual if link.time_ds is None else link.time_ds
            pairs = [(a, b) for a in starts for b in stops]
            pairs += [] if link.is_one_way else [(b, a) for a, b in pairs]
            tail += [a for a, _ in pairs]
            head += [b for _, b in pairs]
            cost_ds += [took] * len(pairs)
        arcs = (np.array(each, dtype=np.int64) for each in (tail, head, cost_ds))
        return replace(streets, network=with_arcs(streets.network, *arcs))


AS_IT_IS = Changes()
