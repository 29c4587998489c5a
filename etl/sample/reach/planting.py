"""Plants what a town wouldn't have five times by itself: barriers, locked gates and one-ways that cost coverage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import shapely
from shapely.geometry import Point, Polygon

from etl.sample.city import City
from etl.sample.compounds import Compound
from etl.sample.gates import BY_DAY, NEVER
from etl.sample.names import MAJOR_ROADS
from etl.sample.posts import Post
from etl.sample.reach.causes import NOTHING, Lifted, Reach
from etl.sample.reach.graph import snap, travel
from etl.sample.reach.one_ways import with_one_ways, without_traps
from etl.sample.reach.standard import FOOT

WANTED = 6
NIGHT = "Mo 22:30"
_KIOSK = "滨江广场警务亭"
_BANK_ROADS = (MAJOR_ROADS["W"][0], MAJOR_ROADS["E"][0])
_EVERY_M = 110


def plant(city: City, posts: Sequence[Post]) -> tuple[City, list[Post]]:
    """Return the town and its posts, each cause of standing uncovered at least `WANTED` times in them."""
    city = without_traps(city, posts)
    found = with_kiosk_by_the_river(city, posts)
    city = with_locked_gates(city, found)
    return with_one_ways(city, found), found


def with_kiosk_by_the_river(city: City, posts: Sequence[Post]) -> list[Post]:
    """Return the posts, the last kiosk moved to the bank: where most of those opposite are near but for the water."""
    reach = Reach(city, posts[:-1], FOOT)
    apart = [n for n, each in enumerate(city.compounds) if each.is_counted and not reach.is_covered(n, NIGHT)]
    spots = list(_by_the_river(city))

    def covered(spot: Point, lifted: Lifted) -> set[int]:
        graph = reach.graph_with(lifted)
        times = travel(graph, snap(reach.graph, [spot]), FOOT.limit_s)
        return {n for n in apart if any(node in times.seconds for node in reach.doors(n, NIGHT))}

    def gain(spot: Point) -> int:
        return len(covered(spot, frozenset({"barrier"})) - covered(spot, NOTHING))

    local = city.district.localised
    best, road = max(spots, key=lambda spot: gain(spot[0]))
    return [*posts[:-1], replace(posts[-1], name=local(_KIOSK), address=f"{local(road)}18号", place=best)]


def _by_the_river(city: City) -> Iterator[tuple[Point, str]]:
    """Places along both banks, and the roads that they lie at."""
    for way in city.network.ways:
        if way.street.name in _BANK_ROADS:
            path = city.network.line(way)
            for at in range(60, int(path.length), _EVERY_M):
                place = _towards(path.interpolate(at), city.ground.river)
                if city.outline.contains(place):
                    yield place, way.street.name


def _towards(spot: Point, river: Polygon) -> Point:
    """A place a few metres off the road, on the promenade."""
    place = shapely.shortest_line(spot, river).interpolate(11)
    return Point(round(place.x, 2), round(place.y, 2))


def with_locked_gates(city: City, posts: Sequence[Post]) -> City:
    """Return the town with `WANTED` walled compounds near a post that is open at night locked for the night."""
    reach = Reach(city, posts, FOOT)
    near = [
        number
        for number, compound in enumerate(city.compounds)
        if compound.gates and compound.is_counted and reach.is_covered(number, NIGHT)
    ]
    near.sort(key=lambda number: (len(city.compounds[number].gates), number))
    locked = set(near[:WANTED])
    return replace(city, compounds=[_locked(each) if n in locked else each for n, each in enumerate(city.compounds)])


def _locked(compound: Compound) -> Compound:
    """The compound with its gates closed from ten at night until six."""
    return replace(
        compound,
        gates=tuple(gate if gate.hours == NEVER else replace(gate, hours=BY_DAY) for gate in compound.gates),
    )
