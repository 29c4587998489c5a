"""Makes streets one-way so that cars need too long to some compounds, and nobody is locked in or out."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, product

from etl.sample.city import City
from etl.sample.posts import Post
from etl.sample.reach.causes import Reach
from etl.sample.reach.graph import Arcs, travel
from etl.sample.reach.standard import CAR, TIMES
from etl.sample.roads import Network, Way

_MOST_TURNS, _ONE_WAYS = 5, 8
_MAY_TURN = (
    frozenset({"residential", "tertiary"}),
    frozenset({"residential", "tertiary", "secondary", "living_street"}),
)
"""The classes of streets that may become one-way: first the small ones, where these don't do also others."""
Arc = tuple[int, int, float]
Turned = dict[int, bool]
"""The streets that became one-way, by the way's number: whether they lead as they are drawn."""


def without_traps(city: City, posts: Sequence[Post]) -> City:
    """Return the town without one-way streets that lead cars where they can't get out again, or not in."""
    reach = Reach(city, posts, CAR)
    back: Arcs = {}
    for start, arcs in reach.graph.arcs.items():
        for end, seconds in arcs:
            back.setdefault(end, []).append((start, seconds))
    first = reach.seeds(next(iter(TIMES)))[0].node
    trapped = _reached(reach.graph.arcs, first) ^ _reached(back, first)
    ways = [
        Way(way.nodes, replace(way.street, tags={key: tag for key, tag in way.street.tags.items() if key != "oneway"}))
        if "oneway" in way.street.tags and trapped & set(way.nodes)
        else way
        for way in city.network.ways
    ]
    return replace(city, network=Network(city.network.places, ways))


def with_one_ways(city: City, posts: Sequence[Post]) -> City:
    """Return the town with streets made one-way, until some compounds are out of reach of cars for it alone."""
    reach = Reach(city, posts, CAR)
    turned: Turned = {}
    spoilt: set[int] = set()
    for classes, when in product(_MAY_TURN, TIMES):
        streets = _streets(city.network, classes)
        for number in _nearly_out_of_reach(reach, when):
            if len(spoilt) < _ONE_WAYS and number not in spoilt and _turn(reach, number, when, streets, turned):
                spoilt.add(number)
    ways = [_one_way(way, turned[n]) if n in turned else way for n, way in enumerate(city.network.ways)]
    return replace(city, network=Network(city.network.places, ways))


def _streets(network: Network, classes: frozenset[str]) -> dict[tuple[int, int], tuple[int, bool]]:
    """For each step between nodes of a street that may be turned: the way's number, and whether it is drawn so."""
    found = {}
    for number, way in enumerate(network.ways):
        if way.street.highway in classes and "oneway" not in way.street.tags:
            for start, end in pairwise(way.nodes):
                found[start, end] = number, True
                found[end, start] = number, False
    return found


def _nearly_out_of_reach(reach: Reach, when: str) -> list[int]:
    """The compounds that cars do reach in time, those with the least to spare first."""
    found = []
    for number, compound in enumerate(reach.city.compounds):
        best = reach.nearest(number, when)
        if compound.is_counted and best is not None and best[0] < 0.97 * reach.mode.limit_s:
            found.append((-round(best[0], 2), number))
    return [number for _, number in sorted(found)]


def _turn(
    reach: Reach, number: int, when: str, streets: Mapping[tuple[int, int], tuple[int, bool]], turned: Turned
) -> bool:
    """Make streets on the way to a compound one-way against it, as few as put it out of reach; none if that fails."""
    closed: list[Arc] = []
    now: Turned = {}
    for _ in range(_MOST_TURNS + 1):
        times = travel(reach.graph, reach.seeds(when), 1.02 * reach.mode.limit_s)
        # Another gate must not help either.
        places = reach.doors(number, when, frozenset({"gate"}))
        doors = [(times.seconds[node], node) for node in places if node in times.seconds]
        if not doors:
            turned.update(now)
            reach.forget()
            return bool(now)
        path = times.path(min(doors)[1])
        options = dict.fromkeys(streets[step] for step in pairwise(path) if step in streets)
        found = next(
            (turn for turn in reversed(options) if turn[0] not in turned | now and _close(reach, *turn, closed)), None
        )
        if found is None:
            break
        now[found[0]] = not found[1]
    _open(reach, closed)
    return False


def _close(reach: Reach, way: int, is_ahead: bool, closed: list[Arc]) -> bool:
    """Take a way's arcs in one direction out of the graph, unless that would lock anybody in or out."""
    nodes = reach.city.network.ways[way].nodes
    gone: list[Arc] = []
    for start, end in pairwise(nodes if is_ahead else nodes[::-1]):
        arcs = reach.graph.arcs[start]
        gone += [(start, *arc) for arc in arcs if arc[0] == end]
        reach.graph.arcs[start] = [arc for arc in arcs if arc[0] != end]
    # As long as each closed step has a way round it, all get from everywhere to everywhere.
    if all(_has_way(reach.graph.arcs, start, end) for start, end, _ in gone):
        closed += gone
        return True
    _open(reach, gone)
    return False


def _open(reach: Reach, closed: Sequence[Arc]) -> None:
    for start, end, seconds in closed:
        reach.graph.arcs[start].append((end, seconds))


def _has_way(arcs: Arcs, start: int, end: int) -> bool:
    found, waiting = {start}, deque([start])
    while waiting:
        for other, _ in arcs[waiting.popleft()]:
            if other == end:
                return True
            if other not in found:
                found.add(other)
                waiting.append(other)
    return False


def _reached(arcs: Arcs, start: int) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        for other, _ in arcs.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _one_way(way: Way, is_ahead: bool) -> Way:
    """The way with the only direction that is left; it is drawn in it."""
    street = replace(way.street, tags=way.street.tags | {"oneway": "yes"})
    return Way(way.nodes if is_ahead else way.nodes[::-1], street)
