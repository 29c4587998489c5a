"""Puts into words who isn't covered, why, and what would mend it, as truth.json lists it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from shapely.geometry import Point

from etl.sample.city import City
from etl.sample.earth import degrees
from etl.sample.gates import LETS_IN
from etl.sample.posts import Post
from etl.sample.reach.capacity import without_room
from etl.sample.reach.causes import Finding, Reach, open_at
from etl.sample.reach.standard import FOOT, MODES, TIMES

Fact = Mapping[str, object]


def coverage_truth(city: City, posts: Sequence[Post]) -> tuple[list[Fact], list[Fact]]:
    """Return every uncovered compound with cause and remedy, and those too near to the limit to tell."""
    uncovered: list[Fact] = [
        _fact(city, number, "no_data", None, None) | {"remedy": "count its households and residents"}
        for number, compound in enumerate(city.compounds)
        if not compound.is_counted
    ]
    borderline: list[Fact] = []
    for mode in MODES:
        reach = Reach(city, posts, mode)
        for when in TIMES:
            uncovered += [_uncovered(reach, finding) for finding in reach.findings(when)]
            borderline += [
                {"compound": city.compounds[number].code, "mode": mode.id, "when": when}
                for number in reach.borderline(when)
            ]
            if mode is FOOT:
                uncovered += _full(reach, when)
    return uncovered, borderline


def _fact(city: City, number: int, cause: str, mode: str | None, when: str | None) -> dict[str, object]:
    return {"compound": city.compounds[number].code, "cause": cause, "mode": mode, "when": when}


def _uncovered(reach: Reach, finding: Finding) -> Fact:
    cause, *others = finding.lifted
    facts = _fact(reach.city, finding.compound, cause, reach.mode.id, finding.when)
    return facts | {
        "with": others,
        "minutes": None if finding.seconds is None else round(finding.seconds / 60, 2),
        "post": None if finding.post is None else reach.posts[finding.post].code,
        "remedy": "; ".join(_remedy(reach, finding, lift) for lift in finding.lifted),
    }


def _full(reach: Reach, when: str) -> Iterator[Fact]:
    for number, seconds, post in without_room(reach, when):
        facts = _fact(reach.city, number, "capacity", reach.mode.id, when)
        yield facts | {
            "with": [],
            "minutes": round(seconds / 60, 2),
            "post": reach.posts[post].code,
            "remedy": f"more desks at {reach.posts[post].code}, for {reach.city.compounds[number].residents} residents",
        }


def _remedy(reach: Reach, finding: Finding, lift: str) -> str:
    compound = reach.city.compounds[finding.compound]
    if lift == "unroutable":
        first = compound.gates[0]
        return (
            f"join the lane to the street at gate {first.code}" if first.is_loose else f"a drive to gate {first.code}"
        )
    if lift == "distance":
        lon, lat = _degrees(compound.wall.representative_point(), reach.city)
        return f"a post near {lon:.5f}, {lat:.5f}"
    lifted = frozenset(finding.lifted)
    best = reach.nearest(finding.compound, finding.when, lifted)
    if best is None:
        raise ValueError(f"{compound.code} isn't reached with {finding.lifted} lifted")
    times = reach.times(finding.when, lifted)
    if lift == "hours":
        return f"keep {reach.posts[times.post[best[1]]].code} open"
    if lift == "gate":
        return _gate_remedy(reach, finding, best[1])
    path = times.path(best[1])
    return _one_way_remedy(reach, path) if lift == "one_way" else _crossing_remedy(reach, path)


def _gate_remedy(reach: Reach, finding: Finding, node: int) -> str:
    """Open a gate that is there, where one is reached in time, else a new one."""
    gates = reach.city.compounds[finding.compound].gates
    seconds = reach.times(finding.when, frozenset(finding.lifted)).seconds
    shut = [
        gate.code
        for gate in gates
        if seconds.get(reach.gate_nodes.get(gate.code, -1), float("inf")) <= reach.mode.limit_s
        and not (reach.mode.id in LETS_IN.get(gate.kind, ()) and open_at(gate.hours, finding.when))
    ]
    if shut:
        return f"open gate {shut[0]}"
    lon, lat = _degrees(Point(reach.graph.places[node]), reach.city)
    return f"a gate near {lon:.5f}, {lat:.5f}"


def _one_way_remedy(reach: Reach, path: Sequence[int]) -> str:
    closed = {(edge.end, edge.start): edge.street for edge in reach.graph.edges if edge.back_s is None}
    streets = dict.fromkeys(reach.city.district.localised(closed[step]) for step in pairwise(path) if step in closed)
    return f"let cars use {'、'.join(streets)} in both directions"


def _crossing_remedy(reach: Reach, path: Sequence[int]) -> str:
    """The first step of the path over which no way leads today."""
    for start, end in pairwise(path):
        if all(other != end for other, _ in reach.graph_with(frozenset({"one_way"})).arcs[start]):
            (a, b), (c, d) = (_degrees(Point(reach.graph.places[node]), reach.city) for node in (start, end))
            return f"a crossing from {a:.5f}, {b:.5f} to {c:.5f}, {d:.5f}"
    raise ValueError("the path crosses no barrier where there is no way")


def _degrees(place: Point, city: City) -> tuple[float, float]:
    ((lon, lat),) = degrees([place], "wgs84", city.district.shift_m).tolist()
    return lon, lat
