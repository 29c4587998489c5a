"""From roads as a map has them to the network of one mode: nodes where ways meet, edges with their length and time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.ends import Ends
from geodata.coverage.joins import Joined, Passages, join
from geodata.coverage.modes import Mode
from geodata.coverage.network import CutOff, Network, build_network, keep_largest, keep_nodes
from geodata.coverage.turns import NO_NODE, Edges, Turn
from geodata.errors import InvalidInput

KMH_TO_M_PER_DS = 1 / 36
"""A kilometre an hour is so many metres in a decisecond."""
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


OFF_NETWORK = "junction_not_joined"
"""Why a turn isn't kept: its junction is no part of the mode's network."""
NO_EFFECT = "nothing_forbidden"
"""Its roads don't meet there, or none that it forbids is open to the mode."""


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


def lay_streets(ways: Ways, mode: Mode) -> Streets:
    """Return the streets that a mode may use.

    Raises:
        InvalidInput: there is none, or none from which one can come back.
    """
    place, x_m, y_m = _places(ways)
    is_open, ahead, back, m_per_ds = _rules(ways, mode)
    way = np.repeat(np.arange(len(ways.first) - 1), np.diff(ways.first))
    is_stretch = (way[:-1] == way[1:]) & is_open[way[:-1]] & (place[:-1] != place[1:])
    begin = np.flatnonzero(is_stretch)
    if not len(begin):
        raise InvalidInput(f"no road is open to {mode.id}; wanted are roads of the classes {', '.join(mode.kmh)}")
    tail, head, own = place[begin], place[begin + 1], way[begin]
    length_m = np.hypot(x_m[tail] - x_m[head], y_m[tail] - y_m[head])
    time_ds = np.maximum(1, np.rint(length_m / m_per_ds[own])).astype(np.int64)
    ahead_ds, back_ds = np.where(ahead[own], time_ds, 0), np.where(back[own], time_ds, 0)
    network = build_network(
        x_m, y_m,
        np.concatenate([tail[ahead_ds > 0], head[back_ds > 0]]),
        np.concatenate([head[ahead_ds > 0], tail[back_ds > 0]]),
        np.concatenate([ahead_ds[ahead_ds > 0], back_ds[back_ds > 0]]),
    )  # fmt: skip
    # Corners of ways that are closed to the mode are none of its nodes, and no piece that was cut off.
    used = np.zeros(len(x_m), dtype=np.bool_)
    used[tail], used[head] = True, True
    network, cut_off = keep_largest(keep_nodes(network, used[network.ids]))
    number = np.full(len(x_m), -1, dtype=np.int64)
    number[network.ids] = np.arange(network.node_count)
    kept = (number[tail] >= 0) & (number[head] >= 0)
    if not kept.any():
        raise InvalidInput(
            f"the {len(begin)} stretches of road that are open to {mode.id} lead one way only, none of them back; "
            "wanted are roads that make a network"
        )
    edges = Edges(number[tail[kept]], number[head[kept]], ahead_ds[kept], back_ds[kept], own[kept])
    turns = _turns(ways, place, number) if mode.keeps_turns else []
    joined = join(network, edges, turns)
    return Streets(
        mode=mode,
        network=joined.network,
        tail=joined.tail,
        head=joined.head,
        enter_ahead=joined.enter_ahead,
        enter_back=joined.enter_back,
        leave_ahead=joined.leave_ahead,
        leave_back=joined.leave_back,
        ahead_ds=edges.ahead_ds,
        back_ds=edges.back_ds,
        length_m=length_m[kept],
        way=edges.way,
        level=ways.level[edges.way],
        cut_off=cut_off,
        passages=joined.passages,
        bound=joined.bound,
        turns=_kept(ways, turns, joined) if mode.keeps_turns else KeptTurns(0, 0, {}, 0),
    )


def _turns(ways: Ways, place: Ints, number: Ints) -> list[Turn]:
    """Return the turns over ways, and those at nodes of the network by their numbers there."""
    vias = [turn.via for turn in ways.turns if not turn.over]
    at = np.flatnonzero(np.isin(ways.node, np.array(vias, dtype=np.int64)))
    node_of = dict(zip(ways.node[at].tolist(), number[place[at]].tolist(), strict=True))
    placed = [turn if turn.over else replace(turn, via=node_of.get(turn.via, NO_NODE)) for turn in ways.turns]
    return [turn for turn in placed if turn.over or turn.via != NO_NODE]


def _kept(ways: Ways, turns: Sequence[Turn], joined: Joined) -> KeptTurns:
    """Return what became of the restrictions: those that the map's reader left out are among them."""
    left_out = Counter(ways.turns_left_out)
    left_out.update({OFF_NETWORK: len(ways.turns) - len(turns), NO_EFFECT: len(joined.idle)})
    kept = [turn for number, turn in enumerate(turns) if number not in joined.idle]
    return KeptTurns(
        kept=len(kept),
        over_ways=sum(1 for turn in kept if turn.over),
        left_out={why: count for why, count in sorted(left_out.items()) if count},
        forbidden=joined.forbidden,
    )


def _places(ways: Ways) -> tuple[Ints, Floats, Floats]:
    """Return each corner's place, numbered from 0, and where the places are."""
    _, label = np.unique(ways.node, return_inverse=True)
    alone = ways.node < 0
    if alone.any():
        label = np.where(alone, _by_spot(ways, label.reshape(-1)), label.reshape(-1))
    _, first, place = np.unique(label, return_index=True, return_inverse=True)
    return place.reshape(-1), ways.x_m[first], ways.y_m[first]


def _by_spot(ways: Ways, number: Ints) -> Ints:
    """Return (v,) labels of places by spot and level, for the corners of which the map has no numbers.

    Within a way a corner meets what is at its spot on its level. Where a way ends it meets what else is there: a bridge
    and its approach are on two levels. It prefers its own, and joins none of several others that don't meet themselves.

    Args:
        ways: roads.
        number: (v,) labels of the corners with numbers: what these have at a spot, corners without meet there.
    """
    spots = np.column_stack([np.rint(ways.x_m / SAME_PLACE_M), np.rint(ways.y_m / SAME_PLACE_M)]).astype(np.int64)
    _, spot = np.unique(spots, axis=0, return_inverse=True)
    level = np.repeat(ways.level, np.diff(ways.first))
    at, storey = np.unique(np.column_stack([spot.reshape(-1), level]), axis=0, return_inverse=True)
    spot, storey = spot.reshape(-1), storey.reshape(-1)
    alone = ways.node < 0
    is_end = np.zeros(len(spot), dtype=np.bool_)
    is_end[ways.first[:-1]], is_end[ways.first[1:] - 1] = True, True
    # Labels: those of numbers, then one for each spot and level, then one for each spot.
    own, nothing = len(spot) + np.arange(len(at)), np.iinfo(np.int64).max
    met = np.full(len(at), nothing)
    np.minimum.at(met, storey, np.where(alone, np.where(is_end, nothing, own[storey]), number))
    count = int(spot.max()) + 1
    least, most = np.full(count, nothing), np.full(count, -1)
    is_met = met < nothing
    np.minimum.at(least, at[is_met, 0], met[is_met])
    np.maximum.at(most, at[is_met, 0], met[is_met])
    elsewhere = np.where(least == most, least, len(spot) + len(at) + np.arange(count))
    return np.where(is_met[storey], met[storey], elsewhere[spot])


def _rules(ways: Ways, mode: Mode) -> tuple[Mask, Mask, Mask, Floats]:
    """Return for each way whether it is open, along and against its drawing, and its metres in a decisecond."""
    count = len(ways.first) - 1
    is_open, ahead, back = (np.zeros(count, dtype=np.bool_) for _ in range(3))
    m_per_ds = np.ones(count)
    for number, (highway, limit, tags) in enumerate(zip(ways.highway, ways.limit_kmh, ways.tags, strict=True)):
        speed = mode.speed_kmh(highway, None if np.isnan(limit) else float(limit))
        if speed is None or not mode.is_open(tags):
            continue
        is_open[number] = True
        ahead[number], back[number] = mode.directions(tags)
        m_per_ds[number] = speed * KMH_TO_M_PER_DS
    return is_open, ahead, back, m_per_ds
