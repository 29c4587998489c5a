"""What if: posts, gates and links between streets that aren't there, or are open when they aren't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.coverage.alterations import with_edges, without_ground
from geodata.coverage.division import divided
from geodata.coverage.snapping import snap
from geodata.coverage.streets import KMH_TO_M_PER_DS, Streets
from geodata.crs import to_metric
from geodata.errors import InvalidInput
from geodata.layers.hours import ALWAYS
from geodata.queries.gates import GateRow
from geodata.queries.posts import PostRow

LonLat = tuple[float, float]
_SAME_SPOT_M = 0.5
"""Where a junction forbids a turn, one spot has several nodes."""
LINK_SNAP_M = 50.0
"""A new way is drawn by hand: its end may be so far from the street that it is to meet."""
CLOSED_SPOT_M = 8.0
"""A barrier at a spot closes the street that it stands on: so far around it, about a carriageway's width."""
CLOSED_LINE_M = 0.5
"""A barrier along a line is as thin as a wall."""


@dataclass(frozen=True)
class Link:
    """A straight way between two spots of the streets that isn't there.

    Attributes:
        start, end: spots of the streets, at most LINK_SNAP_M from the one that each is to meet.
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
        other_posts: posts that are there, as they would be: elsewhere, with other hours or other room.
        open_posts: ids of posts that are open all the time.
        closed_posts: ids of posts that don't count.
        new_gates: gates that aren't there; their ids are negative.
        open_gates: ids of gates that let everybody in all the time.
        gate_hours: weekly hours by id of gates that let everybody in then.
        joined_gates: ids of gates that let everybody in, by a way of their own to the nearest street.
        both_ways: keys of roads that may be used in both directions.
        links: ways that aren't there, such as a crossing.
        barriers: spots, lines and areas (WGS 84) where nobody gets through; links lead over them.
    """

    new_posts: tuple[PostRow, ...] = ()
    other_posts: tuple[PostRow, ...] = ()
    open_posts: frozenset[int] = frozenset()
    closed_posts: frozenset[int] = frozenset()
    new_gates: tuple[GateRow, ...] = ()
    open_gates: frozenset[int] = frozenset()
    gate_hours: tuple[tuple[int, str], ...] = ()
    joined_gates: frozenset[int] = frozenset()
    both_ways: frozenset[str] = frozenset()
    links: tuple[Link, ...] = ()
    barriers: tuple[BaseGeometry, ...] = ()

    def posts(self, posts: Sequence[PostRow]) -> list[PostRow]:
        """Return the posts as they would be."""
        other = {post.id: post for post in self.other_posts}
        kept = [other.get(post.id, post) for post in posts if post.id not in self.closed_posts]
        return [*(replace(p, hours=ALWAYS) if p.id in self.open_posts else p for p in kept), *self.new_posts]

    def gates(self, gates: Sequence[GateRow]) -> list[GateRow]:
        """Return the gates as they would be."""
        return [self._gate(gate) for gate in (*gates, *self.new_gates)]

    def _gate(self, gate: GateRow) -> GateRow:
        if gate.id in self.open_gates | self.joined_gates:
            gate = replace(gate, kind="main", hours=ALWAYS)
        elif gate.id in (then := dict(self.gate_hours)):
            gate = replace(gate, kind="main", hours=then[gate.id])
        return replace(gate, way_m=np.inf) if gate.id in self.joined_gates else gate

    def streets(self, streets: Streets, metric_crs: str) -> Streets:
        """Return the streets as they would be.

        Raises:
            InvalidInput: a link ends too far from every street.
        """
        closed = without_ground(streets, self.grounds(metric_crs)) if self.barriers else streets
        return _linked(closed, self.links, metric_crs) if self.links else closed

    def grounds(self, metric_crs: str) -> npt.NDArray[np.object_]:
        """Return the barriers as areas, metres."""
        shapes = to_metric(list(self.barriers), metric_crs)
        room_m = [(CLOSED_SPOT_M, CLOSED_LINE_M, 0.0)[shapely.get_dimensions(shape)] for shape in shapes]
        return np.asarray(shapely.buffer(shapes, room_m), dtype=object)


def _linked(streets: Streets, links: Sequence[Link], metric_crs: str) -> Streets:
    """Return the streets with more ways between their nodes; where an end meets none, the street is divided there."""
    ends = [spot for link in links for spot in (link.start, link.end)]
    spots = shapely.get_coordinates(to_metric(list(shapely.points(ends)), metric_crs))
    streets, nodes = _met(streets, spots, ends)
    network, joined, cost_ds = streets.network, list(zip(nodes[::2], nodes[1::2], strict=True)), []
    for link, (starts, stops) in zip(links, joined, strict=True):
        ways = network.x_m[starts[0]] - network.x_m[stops[0]], network.y_m[starts[0]] - network.y_m[stops[0]]
        usual = max(1, round(float(np.hypot(*ways)) / (streets.mode.kmh["residential"] * KMH_TO_M_PER_DS)))
        cost_ds.append(usual if link.time_ds is None else link.time_ds)
    return with_edges(streets, joined, cost_ds, is_one_way=[link.is_one_way for link in links])


def _met(streets: Streets, spots: npt.NDArray[np.float64], ends: Sequence[LonLat]) -> tuple[Streets, list[list[int]]]:
    """Return the streets with a node wherever a link ends, and the nodes of each end."""
    nodes = [streets.nodes_at.query_ball_point(spot, _SAME_SPOT_M) for spot in spots]
    alone = np.array([number for number, found in enumerate(nodes) if not found], dtype=np.int64)
    if not len(alone):
        return streets, nodes
    found = snap(streets, spots[alone, 0], spots[alone, 1], limit_m=LINK_SNAP_M)
    if not found.is_joined.all():
        lon, lat = ends[int(alone[~found.is_joined][0])]
        raise InvalidInput(
            f"a link ends at {lon}, {lat}, which is on no street; wanted is a spot within {LINK_SNAP_M:g} m of one "
            f"that is open to {streets.mode.id}",
            zh=f"新通道的一端（{lon:.5f}，{lat:.5f}）不在可通行的道路上；请放在道路 {LINK_SNAP_M:g} 米以内",
        )
    rows, which = found.spread()
    made, number = divided(streets, rows.edge, rows.share)
    spot, node = made.junctions.of(number)
    for at, one in zip(alone[which][spot].tolist(), node.tolist(), strict=True):
        nodes[at].append(one)
    return made, nodes


AS_IT_IS = Changes()
