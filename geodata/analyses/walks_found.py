"""The search for the ways on foot from compounds: a few searches for all compounds together, none for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely

from geodata.analyses.coverage.ground import Ground
from geodata.analyses.coverage.places import Places, all_compounds
from geodata.analyses.coverage.question import Asked, mode_of
from geodata.analyses.coverage.stage import GATES
from geodata.analyses.coverage.way_lines import WayLines, tree_of
from geodata.analyses.streets import streets_of
from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.causes import NOTHING
from geodata.coverage.entries import Arrival
from geodata.coverage.modes import WALK
from geodata.coverage.pairs import site_times
from geodata.coverage.reach import nearest
from geodata.coverage.snapping import sources_of
from geodata.coverage.streets import DS_A_MINUTE
from geodata.crs import from_metric
from geodata.errors import InvalidInput
from geodata.layers.hours import ALWAYS
from geodata.layers.text import Text
from geodata.queries.posts import PostRow, read_posts
from geodata.queries.streets import ON_STREET_M, street_names_at
from geodata.queries.walks import BY_OPEN_GATE, POSTS, SERVICES, Walk
from geodata.services import Service
from geodata.settings import Settings

NEAREST = 3
"""So many police posts are told of each compound, and the nearest one that never closes."""
COMPARED_MIN = 60.0
"""So far the second and the third nearest are looked for; the nearest one is told however far it is."""
SERVICE_MIN = 30.0
"""A service farther away on foot isn't near."""
SERVICE_KINDS = (
    "community_office", "party_centre", "clinic", "hospital", "pharmacy", "elder_care", "kindergarten", "school",
    "market", "library", "shelter", "toilet", "fire_station",
)  # fmt: skip
"""What residents walk to. Hydrants aren't theirs, and what stands within a compound's own walls is no way away."""
TO_DOOR = Service(
    id="walk",
    title=Text("步行", "On foot"),
    layer=POSTS,
    mode=WALK.id,
    minutes=(COMPARED_MIN,),
    direction="to_post",
    definition=Text("从小区门口步行到门口", "On foot from the compound's gate to the door"),
)


def find_walks(settings: Settings) -> list[Walk]:
    """Return the ways from each compound: to the nearest police posts with their lines, to the nearest of each service.

    Gates of kinds that let nobody walk through are shut; hours are left out, of gates as of posts: pages say them.
    Where the gate on the nearest way closes, there is another way to a post by a gate that never does. A compound from
    which no way leads to any police post has a row that says why.
    """
    return _found(settings, all_compounds(settings), SERVICE_KINDS, has_open_gates=True)


def find_ways_to_police(settings: Settings, places: Places) -> list[Walk]:
    """Return the ways from each of some places to the nearest police posts; their `compound_id` is the place's id."""
    return _found(settings, places, (), has_open_gates=False)


def _found(settings: Settings, places: Places, service_kinds: Sequence[str], *, has_open_gates: bool) -> list[Walk]:
    police = read_posts(settings, POSTS, ())
    kinds = [read_posts(settings, SERVICES, (("kind", (kind,)),)) for kind in service_kinds]
    asked = Asked(TO_DOOR, mode_of(settings, WALK.id), COMPARED_MIN, None, "compound", "residents", None)
    ids = [row.id for row in places.rows]
    if not ids:
        return []
    try:
        streets_of(settings, asked.mode)
    except InvalidInput:
        return [Walk(each, POSTS, 1, cause="no_roads") for each in ids]
    ground = Ground(settings, asked, [*police, *(post for kind in kinds for post in kind)], places)
    search = _Search(ground, len(police))
    ways = _to_police(search) if police else []
    causes = dict.fromkeys(range(len(ids)), "no_post") if not police else _causes(search, ways)
    walks = [Walk(ids[place], POSTS, 1, cause=cause) for place, cause in causes.items()]
    walks += _told(settings, search, ways, POSTS)
    if has_open_gates:
        open_search = _Search(_NeverClosed(settings, asked, list(police), places), len(police))
        walks += _told(settings, open_search, _by_open_gates(open_search, ways), BY_OPEN_GATE)
    return walks + list(_to_services(search, kinds))


@dataclass(frozen=True)
class _Way:
    """A way from a place to a police post: numbers of both, whole deciseconds, its gate (-1 for none) and line."""

    place: int
    post: int
    time_ds: int
    gate: int
    line: shapely.LineString


class _Search:
    """Searches from some of a ground's posts."""

    def __init__(self, ground: Ground, police: int) -> None:
        self.ground, self.police = ground, police
        self.stage = ground.stage(NOTHING)
        self.is_police = np.arange(len(ground.posts)) < police

    def of(self, is_meant: Mask, limit_ds: int | None = None) -> tuple[tuple[Floats, Ints], Arrival]:
        """Return the times to all nodes from some posts and whose they are, and the soonest way of each place."""
        posts = replace(self.stage.posts, edge=np.where(is_meant, self.stage.posts.edge, -1))
        times = nearest(self.stage.streets.network, sources_of(self.stage.streets, posts), limit_ds=limit_ds)
        return times, self.ground.arrival_from(posts, times)

    def soonest(self, is_meant: Mask) -> tuple[Ints, Ints, Floats]:
        """Return the places with a way to some of the posts, the soonest of these, and the time."""
        best = self.of(is_meant)[1]
        place = np.flatnonzero(np.isfinite(best.time_ds))
        return place, best.owner[place], best.time_ds[place]


class _NeverClosed(Ground):
    """The same with gates shut that close at any hour."""

    @cached_property
    def gate_is_open(self) -> Mask:
        """(g,) whether each gate lets people walk in at all hours; one whose hours nobody has said is taken to."""
        kinds = GATES[self.asked.mode.id]
        return np.array([g.kind in kinds and g.hours in (None, ALWAYS) for g in self.gates], dtype=np.bool_)


def _by_open_gates(search: _Search, ways: Sequence[_Way]) -> list[_Way]:
    """Return the nearest way by a gate that never closes, for the places whose nearest way leaves by one that does."""
    ground, seen, closing = search.ground, set[int](), list[int]()
    for way in ways:
        if way.place not in seen and way.gate >= 0 and not ground.gate_is_open[way.gate]:
            closing.append(way.place)
        seen.add(way.place)
    if not closing:
        return []
    place, post, time_ds = search.soonest(search.is_police)
    kept = np.isin(place, closing)
    return _lined(search, place[kept], post[kept], time_ds[kept])


def _to_police(search: _Search) -> list[_Way]:
    """Return the ways to the nearest police posts, by place and then by time."""
    always = np.array([post.hours == ALWAYS for post in search.ground.posts], dtype=np.bool_) & search.is_police
    found = [_near_pairs(search), search.soonest(search.is_police), search.soonest(always)]
    place, post = (np.concatenate([each[axis] for each in found]) for axis in (0, 1))
    return _lined(search, place, post, np.concatenate([each[2] for each in found]))


def _lined(search: _Search, place: Ints, post: Ints, time_ds: Floats) -> list[_Way]:
    """Return the ways between pairs of a place and a post, each once, by place and then by time."""
    pairs = np.unique(np.column_stack([place, post]), axis=0, return_index=True)
    ways: list[_Way] = []
    for number in np.unique(pairs[0][:, 1]).tolist():
        own = pairs[0][:, 1] == number
        # No farther than to the farthest of its own places.
        limit_ds = int(time_ds[pairs[1][own]].max())
        times, best = search.of(np.arange(len(search.is_police)) == number, limit_ds)
        lines = WayLines(search.ground, tree_of(search.stage.streets, *times), best)
        ways += [
            _Way(each, number, int(best.time_ds[each]), lines.gate(each), lines.to(each))
            for each in pairs[0][own, 0].tolist()
        ]
    return sorted(ways, key=lambda way: (way.place, way.time_ds, way.post))


def _near_pairs(search: _Search) -> tuple[Ints, Ints, Floats]:
    """Return the few nearest police posts of each place, as far as they are compared."""
    ground, limit_ds = search.ground, round(COMPARED_MIN * DS_A_MINUTE)
    entries, site = ground.entries_now()
    posts = np.flatnonzero(search.is_police & search.stage.posts.is_joined)
    starts = search.stage.posts.those(posts)
    times = site_times(search.stage.streets, starts, entries, site_count=ground.site_count, limit_ds=limit_ds)[site]
    pairs = times.tocoo()
    place, post, time_ds = pairs.coords[0].astype(np.int64), posts[pairs.coords[1]], pairs.data.astype(np.float64)
    order = np.lexsort((post, time_ds, place))
    place, post, time_ds = place[order], post[order], time_ds[order]
    first = np.searchsorted(place, place, side="left")
    kept = np.arange(len(place)) - first < NEAREST
    return place[kept], post[kept], time_ds[kept]


def _causes(search: _Search, ways: Sequence[_Way]) -> dict[int, str]:
    """Return why a place has no way to any police post, by its number."""
    ground, reached = search.ground, {way.place for way in ways}
    by_any_gate = _by_any_gate(search)
    missed = [place for place in range(len(ground.places.rows)) if place not in reached]
    return {place: "gate" if by_any_gate[place] else "no_way" for place in missed}


def _by_any_gate(search: _Search) -> Mask:
    """Tell of each place whether a way would lead to a police post, were all gates of all kinds open."""
    ground = search.ground
    alone = Ground(ground.settings, ground.asked, list(ground.posts[: search.police]), ground.places)
    is_reached: Mask = np.isfinite(alone.arrival(frozenset({"gate"})).time_ds)
    return is_reached


def _told(settings: Settings, search: _Search, ways: Sequence[_Way], layer: str) -> Iterator[Walk]:
    """Yield ways as they are kept, numbered by place."""
    ground, rank, before = search.ground, 0, -1
    gates = sorted({way.gate for way in ways if way.gate >= 0})
    spots = [(ground.gates[gate].lon, ground.gates[gate].lat) for gate in gates]
    streets = dict(zip(gates, street_names_at(settings, spots, within_m=ON_STREET_M), strict=True))
    lines = from_metric([way.line for way in ways], settings.metric_crs)
    for way, line in zip(ways, lines, strict=True):
        rank, before = rank + 1 if way.place == before else 1, way.place
        yield Walk(
            compound_id=ground.places.rows[way.place].id,
            layer=layer,
            rank=rank,
            record_id=ground.posts[way.post].id,
            time_ds=way.time_ds,
            length_m=float(way.line.length),
            gate_id=ground.gates[way.gate].id if way.gate >= 0 else None,
            street=streets.get(way.gate) or None,
            line=line,
        )


def _to_services(search: _Search, kinds: Sequence[Sequence[PostRow]]) -> Iterator[Walk]:
    """Yield the ways to the nearest service of each kind, without their lines."""
    ground, found, first = search.ground, list[tuple[int, int, int]](), search.police
    numbers = np.arange(len(ground.posts))
    for kind in kinds:
        place, post, time_ds = search.soonest((numbers >= first) & (numbers < first + len(kind)))
        first += len(kind)
        near = time_ds <= SERVICE_MIN * DS_A_MINUTE
        found += zip(place[near].tolist(), time_ds[near].astype(int).tolist(), post[near].tolist(), strict=True)
    rank, before = 0, -1
    for at, time, number in sorted(found):
        rank, before = rank + 1 if at == before else 1, at
        yield Walk(ground.places.rows[at].id, SERVICES, rank, ground.posts[number].id, time)
