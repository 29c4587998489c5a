"""Trips along their quickest ways: how long each takes, and how much of it leads over edges of each kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.follow import follow_each
from geodata.coverage.network import LONGEST_DS, Network
from geodata.coverage.snapping import Snapped, arrivals, sources_of
from geodata.coverage.streets import Streets
from geodata.errors import InvalidInput


@dataclass(frozen=True, eq=False)
class Followed:
    """Trips on their quickest ways.

    Attributes:
        time_ds: (k,) whole deciseconds, doors included as `arrive` has them; inf where there is no way.
        length_m: (k, c) how much of each way leads over edges of each kind; 0 where there is no way.
    """

    time_ds: Floats
    length_m: Floats


@dataclass(frozen=True, eq=False)
class _Stops:
    """Where trips meet nodes: in order of trips, with the part of the edge that leads there."""

    first: Ints
    node: Ints
    time_ds: Ints
    part_m: Floats
    edge: Ints


def follow(streets: Streets, begin: Snapped, end: Snapped, kind: Ints, *, kinds: int) -> Followed:
    """Return the quickest way of each trip.

    Args:
        streets: of one mode.
        begin, end: (k,) where each trip begins and ends.
        kind: (e,) of each edge, 0 or more; -1 for edges that aren't told.
        kinds: how many there are.

    Raises:
        InvalidInput: not as many ends as beginnings, or not a kind for each edge.
    """
    if len(begin.edge) != len(end.edge) or len(kind) != len(streets.tail):
        raise InvalidInput(
            f"{len(begin.edge)} beginnings, {len(end.edge)} ends and {len(kind)} kinds of {len(streets.tail)} edges; "
            "wanted is one of each"
        )
    network = streets.network
    begin_rows, end_rows = begin.spread(), end.spread()
    sources = sources_of(streets, begin_rows[0])
    starts = _stops(streets, begin_rows, (sources.owner, sources.nodes.astype(np.int64), sources.offset_ds))
    stops = _stops(streets, end_rows, arrivals(streets, end_rows[0]))
    direct_ds, direct_edge, direct_m = _direct(streets, begin_rows, end_rows)
    time_ds, start, stop, first, arc = follow_each(
        network.first, network.head, network.cost_ds, network.x_m, network.y_m, _quickest(network),
        starts.first, starts.node, starts.time_ds,
        stops.first, stops.node, stops.time_ds, direct_ds, LONGEST_DS,
    )  # fmt: skip
    length_m = np.zeros((len(time_ds), kinds + 1))
    edge = edge_of_arcs(streets)[arc]
    trip = np.repeat(np.arange(len(time_ds)), np.diff(first))
    np.add.at(length_m, (trip, kind[edge]), streets.length_m[edge])
    by_node = np.flatnonzero(start >= 0)
    for part, at in ((starts, start[by_node]), (stops, stop[by_node])):
        np.add.at(length_m, (by_node, kind[part.edge[at]]), part.part_m[at])
    straight = np.flatnonzero((start < 0) & (time_ds < LONGEST_DS))
    np.add.at(length_m, (straight, kind[direct_edge[straight]]), direct_m[straight])
    found = np.where(time_ds < LONGEST_DS, time_ds.astype(np.float64), np.inf)
    return Followed(found, length_m[:, :kinds])


def _quickest(network: Network) -> float:
    """Return how many metres any arc gets on in a decisecond, in a straight line; at least a little."""
    tail, head = network.tail, network.head
    straight_m = np.hypot(network.x_m[tail] - network.x_m[head], network.y_m[tail] - network.y_m[head])
    return float((straight_m / network.cost_ds).max(initial=1e-3))


def edge_of_arcs(streets: Streets) -> Ints:
    """Return (m,) the edge that each arc of the network is; of parallel ones that take as long, the first."""
    network = streets.network
    ends, ahead, back = np.stack([streets.tail, streets.head]), streets.ahead_ds > 0, streets.back_ds > 0
    # Twins of a junction share its number of before they were told apart.
    spot = network.ids
    rows = np.concatenate([
        np.column_stack([*spot[ends[:, ahead]], streets.ahead_ds[ahead], np.flatnonzero(ahead)]),
        np.column_stack([*spot[ends[::-1, back]], streets.back_ds[back], np.flatnonzero(back)]),
    ])  # fmt: skip
    wanted = np.column_stack([spot[network.tail], spot[network.head], network.cost_ds])
    _, number = np.unique(np.concatenate([rows[:, :3], wanted]), axis=0, return_inverse=True)
    number = number.reshape(-1)
    edge = np.full(int(number.max(initial=-1)) + 1, len(streets.tail), dtype=np.int64)
    np.minimum.at(edge, number[: len(rows)], rows[:, 3])
    return edge[number[len(rows) :]]


def _stops(streets: Streets, at: tuple[Snapped, Ints], met: tuple[Ints, Ints, Ints]) -> _Stops:
    """Return the nodes where trips meet the streets, from (row of `at`, node, deciseconds) in any order."""
    rows, trip = at
    order = np.argsort(trip[met[0]], kind="stable")
    row, node, time_ds = (each[order] for each in met)
    count = int(trip.max(initial=-1)) + 1
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(trip[row], minlength=count), out=first[1:])
    edge = rows.edge[row]
    # Along an edge and against it takes as long, where both are open.
    share = (time_ds - rows.door_ds[row]) / np.maximum(streets.ahead_ds[edge], streets.back_ds[edge])
    return _Stops(first, node, time_ds, share * streets.length_m[edge], edge)


def _direct(streets: Streets, begin: tuple[Snapped, Ints], end: tuple[Snapped, Ints]) -> tuple[Ints, Ints, Floats]:
    """Return the way along one edge of trips that begin and end on the same: (k,) deciseconds, the edge, metres.

    LONGEST_DS for trips without such a way; the soonest of several.
    """
    (starts, trip), (stops, _) = begin, end
    edges, count = len(streets.tail), int(trip.max(initial=-1)) + 1
    # A row that isn't joined is on an edge of its own.
    one, other = (
        which * (edges + 2) + np.where(rows.is_joined, rows.edge, edges + own)
        for own, (rows, which) in enumerate((begin, end))
    )
    _, start, stop = np.intersect1d(one, other, assume_unique=True, return_indices=True)
    edge, between = starts.edge[start], stops.share[stop] - starts.share[start]
    cost_ds = np.where(between > 0, streets.ahead_ds[edge], streets.back_ds[edge])
    part_ds = np.rint(np.abs(between) * cost_ds).astype(np.int64) + starts.door_ds[start] + stops.door_ds[stop]
    order = np.flatnonzero((cost_ds > 0) | (between == 0))
    order = order[np.lexsort((part_ds[order], trip[start[order]]))]
    who, first = np.unique(trip[start[order]], return_index=True)
    best = order[first]
    time_ds, on, length_m = np.full(count, LONGEST_DS), np.full(count, -1), np.zeros(count)
    time_ds[who], on[who] = part_ds[best], edge[best]
    length_m[who] = np.abs(between[best]) * streets.length_m[edge[best]]
    return time_ds, on, length_m
