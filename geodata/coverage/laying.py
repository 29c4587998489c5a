"""From roads as a map has them to the network of one mode: nodes where ways meet, edges with their length and time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.joins import Joined, join
from geodata.coverage.modes import Mode
from geodata.coverage.network import build_network, keep_largest, keep_nodes
from geodata.coverage.streets import KMH_TO_M_PER_DS, SAME_PLACE_M, KeptTurns, Streets, Ways
from geodata.coverage.turns import NO_NODE, Edges, Turn
from geodata.errors import InvalidInput

OFF_NETWORK = "junction_not_joined"
"""Why a turn isn't kept: its junction is no part of the mode's network."""
NO_EFFECT = "nothing_forbidden"
"""Its roads don't meet there, or none that it forbids is open to the mode."""


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
