"""Trips along their quickest ways: how long each takes, and how much of it leads over edges of each kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.coverage.arrays import Floats, Ints, Mask
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
    sources = sources_of(streets, begin)
    starts = _stops(streets, begin, (sources.owner, sources.nodes.astype(np.int64), sources.offset_ds))
    stops = _stops(streets, end, arrivals(streets, end))
    direct_ds, direct_m = _direct(streets, begin, end)
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
    np.add.at(length_m, (straight, kind[begin.edge[straight]]), direct_m[straight])
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


def _stops(streets: Streets, at: Snapped, met: tuple[Ints, Ints, Ints]) -> _Stops:
    """Return the nodes where trips meet the streets, from (trip, node, deciseconds) in any order."""
    order = np.argsort(met[0], kind="stable")
    trip, node, time_ds = (each[order] for each in met)
    first = np.zeros(len(at.edge) + 1, dtype=np.int64)
    np.cumsum(np.bincount(trip, minlength=len(at.edge)), out=first[1:])
    edge = at.edge[trip]
    # Along an edge and against it takes as long, where both are open.
    share = (time_ds - at.door_ds[trip]) / np.maximum(streets.ahead_ds[edge], streets.back_ds[edge])
    return _Stops(first, node, time_ds, share * streets.length_m[edge], edge)


def _direct(streets: Streets, begin: Snapped, end: Snapped) -> tuple[Ints, Floats]:
    """Return the way along one edge of trips that begin and end on the same; LONGEST_DS for the others."""
    between = end.share - begin.share
    cost_ds = np.where(between > 0, streets.ahead_ds[begin.edge], streets.back_ds[begin.edge])
    is_way: Mask = begin.is_joined & (begin.edge == end.edge) & ((cost_ds > 0) | (between == 0))
    part_ds = np.rint(np.abs(between) * cost_ds).astype(np.int64) + begin.door_ds + end.door_ds
    return np.where(is_way, part_ds, LONGEST_DS), np.abs(between) * streets.length_m[begin.edge]
