"""The streets of a deployment for one mode, laid from its road layer."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt
import shapely

from geodata.analyses.kept_folder import cache_folder
from geodata.analyses.kept_streets import keep, kept
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import Mode
from geodata.coverage.streets import Streets, Ways
from geodata.coverage.turns import NO_NODE, Turn
from geodata.crs import to_metric
from geodata.errors import InvalidInput
from geodata.layers.text import Text
from geodata.queries.ways import TurnRow, WayRow, read_turns, read_ways, roads_known_from, state_of_ways
from geodata.settings import Settings
from geodata.version import code_digest


def streets_of(
    settings: Settings, mode: Mode, *, both_ways: Collection[str] = (), on: datetime | None = None
) -> Streets:
    """Return the streets of a mode, in metres of the deployment's metric system.

    They are laid once for a state of the roads, and kept: in this process, and for others in the deployment's folder.

    Args:
        settings: the deployment.
        mode: who travels.
        both_ways: keys of roads that are taken for open in both directions; such streets aren't kept.
        on: the moment of which the store tells what it knew then, which isn't kept, either; None for now.

    Raises:
        InvalidInput: there are no roads, or none is open to the mode.
    """
    if both_ways or on:
        return _lay(settings, mode, both_ways, on)
    key = _key(settings, mode)
    if key not in _LAID:
        folder = cache_folder(settings, os.geteuid()) / key
        streets = kept(folder, mode)
        if streets is None:
            streets = _lay(settings, mode)
            keep(folder, streets)
        _LAID[key] = streets
        while len(_LAID) > MOST_LAID:
            # Of threads that find too many at once, each takes one out.
            _LAID.pop(next(iter(_LAID)), None)
    return _LAID.get(key) or streets_of(settings, mode)


_LAID: dict[str, Streets] = {}
MOST_LAID = 8
"""So many networks a process holds."""


def _key(settings: Settings, mode: Mode) -> str:
    """Return a name for the streets of a mode: another one wherever roads, speeds, metres or code differ."""
    stated = [str(settings.home), state_of_ways(settings), asdict(mode), settings.metric_crs, code_digest()]
    return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()[:32]


def ways_of(settings: Settings, mode: Mode, *, both_ways: Collection[str] = (), on: datetime | None = None) -> Ways:
    """Return the roads as they are laid for a mode, with the turns that it minds.

    Raises:
        InvalidInput: there are no roads.
    """
    rows, shapes = read_ways(settings, on=on)
    if not rows and on:
        raise InvalidInput(
            f"no roads were known on {on:%Y-%m-%d %H:%M}; {_first_roads(settings).en}",
            zh=f"{on:%Y-%m-%d %H:%M} 时还没有道路数据；{_first_roads(settings).zh}",
        )
    if not rows:
        raise InvalidInput(
            "there are no roads: load an OpenStreetMap extract, or a road file, of this place first",
            zh="没有道路数据：请先导入本地的 OpenStreetMap 或路网文件",
        )
    opened = set(both_ways)
    rows = [replace(row, tags=_without_one_way(row.tags)) if row.key in opened else row for row in rows]
    turns = read_turns(settings, on=on) if mode.keeps_turns else []
    return _ways(rows, to_metric(list(shapes), settings.metric_crs), turns)


def _first_roads(settings: Settings) -> Text:
    """Return from when on roads are known."""
    first = roads_known_from(settings)
    if first is None:
        return Text("请先导入道路", "load roads first")
    told = f"{settings.local(first):%Y-%m-%d %H:%M}"
    return Text(f"最早的道路数据是 {told} 导入的", f"the first were loaded on {told}")


def _lay(settings: Settings, mode: Mode, both_ways: Collection[str] = (), on: datetime | None = None) -> Streets:
    return lay_streets(ways_of(settings, mode, both_ways=both_ways, on=on), mode)


def _without_one_way(tags: Mapping[str, str]) -> dict[str, str]:
    return {name: word for name, word in tags.items() if not name.startswith(("oneway", "junction"))}


def _ways(rows: Sequence[WayRow], shapes: npt.NDArray[np.object_], turns: Sequence[TurnRow]) -> Ways:
    """Return roads as arrays: each line of a road is a way of its own."""
    lines, road = shapely.get_parts(shapes, return_index=True)
    corners, line_of = shapely.get_coordinates(lines, return_index=True)
    counts = np.bincount(line_of, minlength=len(lines))
    parts_of = np.bincount(road, minlength=len(rows))
    nodes = [
        # A road that was cut at the file's edge has other corners than nodes: its spots tell then.
        np.array(rows[number].nodes, dtype=np.int64)
        if parts_of[number] == 1 and len(rows[number].nodes) == count
        else np.full(count, -1, dtype=np.int64)
        for number, count in zip(road.tolist(), counts.tolist(), strict=True)
    ]
    kept, left_out = _turns(turns, {rows[number].key: way for way, number in enumerate(road.tolist())})
    return Ways(
        x_m=np.ascontiguousarray(corners[:, 0]),
        y_m=np.ascontiguousarray(corners[:, 1]),
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        node=np.concatenate(nodes),
        level=np.array([rows[number].level for number in road], dtype=np.int64),
        highway=[rows[number].highway for number in road],
        limit_kmh=np.array([rows[number].limit_kmh for number in road], dtype=np.float64),
        tags=[rows[number].tags for number in road],
        turns=kept,
        turns_left_out=left_out,
    )


UNKNOWN_KIND, UNKNOWN_ROAD, UNCLEAR_VIA = "kind_unknown", "road_not_loaded", "via_unclear"
"""Why a restriction isn't kept: it neither forbids nor demands; a road of it isn't there; nothing says over what."""


def _turns(rows: Sequence[TurnRow], way_of: Mapping[str, int]) -> tuple[tuple[Turn, ...], dict[str, int]]:
    """Return the turns between roads that are here, at one node or over ways in between, and why others are none."""
    found, left_out = [], Counter[str]()
    for row in rows:
        verb, over = row.kind.partition("_")[0], row.via.split()
        at = over[0].removeprefix("node/") if len(over) == 1 else ""
        ways = [row.from_way, row.to_way, *([] if at.isdecimal() else over)]
        if verb not in ("no", "only"):
            left_out[UNKNOWN_KIND] += 1
        elif not at.isdecimal() and not (over and all(each.startswith("way/") for each in over)):
            left_out[UNCLEAR_VIA] += 1
        elif any(each not in way_of for each in ways):
            left_out[UNKNOWN_ROAD] += 1
        else:
            begin, end, *between = (way_of[each] for each in ways)
            via = int(at) if at.isdecimal() else NO_NODE
            found.append(Turn(begin, via, end, is_only=verb == "only", over=tuple(between)))
    return tuple(found), dict(left_out)
