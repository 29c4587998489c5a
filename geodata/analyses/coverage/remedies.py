"""What would mend it: for a place that isn't covered, the step that each cause points at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.coverage.changes import Link, LonLat
from geodata.analyses.coverage.ground import Ground
from geodata.analyses.coverage.room import more_room
from geodata.coverage.arrays import Ints
from geodata.coverage.causes import NOTHING, Lifted
from geodata.coverage.paths import arc_ds, first_edge, last_node, path_to, shared_edge
from geodata.coverage.snapping import Snapped
from geodata.coverage.streets import Streets
from geodata.crs import from_metric
from geodata.queries.gates import GateRow
from geodata.queries.posts import PostRow
from geodata.queries.ways import roads_at

_SAME_SPOT_M = 0.01


@dataclass(frozen=True)
class Remedy:
    """One step.

    Attributes:
        kind: "count_people", "join", "open_gate", "new_gate", "both_ways", "crossing", "keep_open", "new_post" or
            "more_room".
        gate: the gate to join or to open.
        post: the post to keep open, or to give more room.
        spot: where a gate or a post would have to be.
        links: the steps over which no way leads today.
        streets: the names of one-way streets.
        roads: their keys in the road layer.
        people: for whom room is missing.
        room: for how many people more the post needs it, so that they are served: who is nearer comes before them.
    """

    kind: str
    gate: GateRow | None = None
    post: PostRow | None = None
    spot: LonLat | None = None
    links: tuple[Link, ...] = ()
    streets: tuple[str, ...] = ()
    roads: frozenset[str] = frozenset()
    people: float | None = None
    room: float | None = None

    def as_json(self) -> dict[str, object]:
        """Return what is said of it, as JSON can hold it."""
        said: dict[str, object] = {"kind": self.kind}
        if self.gate is not None:
            said["gate"] = self.gate.code
        if self.post is not None:
            said["post"] = self.post.code
        if self.spot is not None:
            said["spot"] = _rounded(self.spot)
        if self.links:
            said["links"] = [[_rounded(link.start), _rounded(link.end)] for link in self.links]
        if self.streets:
            said["streets"] = list(self.streets)
        if self.people is not None:
            said["people"] = self.people
        if self.room is not None:
            said["room"] = self.room
        return said


def remedies_of(answer: Answer, place: int) -> tuple[Remedy, ...]:
    """Return the steps that together would cover a place; () where it is covered and served.

    Args:
        answer: of `cover`.
        place: its number.
    """
    ground, cause = answer.ground, answer.cause[place]
    if cause == "distance":
        return _post_at_the_door(ground, place)
    if cause in _ALONE:
        return (_alone(answer, place),)
    lifted = answer.lifted[place]
    return tuple(_lift(ground, place, lift, frozenset(lifted)) for lift in lifted)


_ALONE = ("no_data", "unroutable", "capacity")


def _alone(answer: Answer, place: int) -> Remedy:
    ground, cause = answer.ground, answer.cause[place]
    if cause == "no_data":
        return Remedy("count_people")
    if cause == "capacity":
        return more_room_at(answer, int(answer.post[place]), np.array([place]))
    spot = _lonlat(ground, [shapely.get_coordinates(answer.places.points[place])[0]])[0]
    gates = [ground.gates[gate] for gate in ground.gates_of(place)]
    return Remedy("join", gate=gates[0] if gates else None, spot=spot)


def more_room_at(answer: Answer, post: int, places: Ints) -> Remedy:
    """Return the step for places whose post is full: room at a post for all of their people."""
    people, room = float(answer.known[places].sum()), more_room(answer.ground, post, places)
    return Remedy("more_room", post=answer.posts[post], people=people, room=room)


def _post_at_the_door(ground: Ground, place: int) -> tuple[Remedy, ...]:
    """A post where the place is entered: at its middle it might be on the wrong side of a wall."""
    entry = int(ground.arrival().entry[place])
    if entry < 0:  # nothing open leads to any post: where it would be, were all rules lifted
        lifted = frozenset(ground.lifts)
        entry = int(ground.arrival(lifted).entry[place])
        opened = _opened(ground, place, lifted, entry)
        return (Remedy("new_post", spot=_entry_spot(ground, lifted, entry)), *opened)
    return (Remedy("new_post", spot=_entry_spot(ground, NOTHING, entry)),)


def _entry_spot(ground: Ground, lifted: Lifted, entry: int) -> LonLat:
    stage = ground.stage(lifted)
    if entry >= len(stage.gate):
        return _lonlat(ground, [_spot(stage.streets, int(stage.entries.node[entry - len(stage.gate)]))])[0]
    edge, share = int(stage.entries.at.edge[entry]), float(stage.entries.at.share[entry])
    tail, head = (np.array(_spot(stage.streets, int(end[edge]))) for end in (stage.streets.tail, stage.streets.head))
    return _lonlat(ground, [tail + share * (head - tail)])[0]


def _lift(ground: Ground, place: int, lift: str, lifted: Lifted) -> Remedy:
    best = ground.arrival(lifted)
    if lift == "hours":
        return Remedy("keep_open", post=ground.posts[best.owner[place]])
    if lift == "gate":
        return _gate(ground, place, lifted)
    stage, path = ground.stage(lifted), _path(ground, place, lifted)
    if lift == "barrier":
        steps = _missing(stage.streets, path, ground.stage(lifted - {"barrier"}).streets)
        return Remedy("crossing", links=_links(ground, stage.streets, steps, is_one_way=False))
    # What barriers don't bar today, one-ways do.
    flat = ground.stage(lifted - {"one_way"}).streets
    steps = _missing(stage.streets, path, flat)
    links = _links(ground, stage.streets, steps, is_one_way=True)
    middles = [((a + c) / 2, (b + d) / 2) for (a, b), (c, d) in ((link.start, link.end) for link in links)]
    roads = roads_at(ground.settings, middles)
    names = dict.fromkeys(name for _, name in roads if name)
    return Remedy("both_ways", links=links, streets=tuple(names), roads=frozenset(key for key, _ in roads))


def _gate(ground: Ground, place: int, lifted: Lifted) -> Remedy:
    """Open a gate that is there, where one is reached in time, else a new one."""
    times = ground.gate_times(lifted)
    shut = [
        gate
        for gate in ground.gates_of(place)
        if times[gate] <= ground.asked.limit_ds and not ground.gate_is_open[gate]
    ]
    if shut:
        return Remedy("open_gate", gate=ground.gates[shut[0]])
    return Remedy("new_gate", spot=_entry_spot(ground, lifted, int(ground.arrival(lifted).entry[place])))


def _opened(ground: Ground, place: int, lifted: Lifted, entry: int) -> tuple[Remedy, ...]:
    """Open the way in that a place would have, were all rules lifted: its gate unless that is open, or a new one."""
    if not ground.gates_of(place):
        return ()
    stage = ground.stage(lifted)
    if entry >= len(stage.gate):
        return (Remedy("new_gate", spot=_entry_spot(ground, lifted, entry)),)
    gate = int(stage.gate[entry])
    return () if ground.gate_is_open[gate] else (Remedy("open_gate", gate=ground.gates[gate]),)


def _path(ground: Ground, place: int, lifted: Lifted) -> list[int]:
    """Return the nodes from the post to the place's entry, as the search has them.

    The edges that both stand on are part of it, with the ends that aren't passed: one may leave a post by a street's
    forbidden direction. Who stands at a node is on no edge.
    """
    stage, (times, owners), best = ground.stage(lifted), ground.times(lifted), ground.arrival(lifted)
    entry, owner, streets = int(best.entry[place]), int(best.owner[place]), stage.streets
    post = stage.posts.those(np.array([owner]))
    if entry >= len(stage.gate):
        path = path_to(streets.network, times, owners, int(stage.entries.node[entry - len(stage.gate)]))
        return [*_other_end(streets, first_edge(streets, times, post, path[0]), path[0]), *path]
    at = stage.entries.at.those(np.array([entry]))
    time_ds, node, last = last_node(streets, times, owners, at, owner)
    if time_ds > best.time_ds[place]:  # on an edge of the post's
        start, stop = shared_edge(streets, post, at)
        ends = [int(streets.tail[start.edge[0]]), int(streets.head[start.edge[0]])]
        return ends if stop.share[0] >= start.share[0] else ends[::-1]
    path = path_to(streets.network, times, owners, node)
    start = first_edge(streets, times, post, path[0])
    return [*_other_end(streets, start, path[0]), *path, *_other_end(streets, last, path[-1])]


def _other_end(streets: Streets, at: Snapped, node: int) -> list[int]:
    """Return the end of a place's edge that isn't at a node's spot; nothing where neither is, or it is at the node."""
    if at.is_at_node[0]:
        return []
    edge = int(at.edge[0])
    ends = [int(streets.tail[edge]), int(streets.head[edge])]
    here = [_spot(streets, end) == _spot(streets, node) for end in ends]
    return [end for end, is_here in zip(ends, here, strict=True) if not is_here] if any(here) else []


def _missing(streets: Streets, path: Sequence[int], today: Streets) -> list[tuple[int, int]]:
    """Return the steps of a path for which other streets have no arc; the two number their nodes differently."""
    spots = np.array([_spot(streets, node) for node in path])
    nodes = [np.array(each, dtype=np.int64) for each in today.nodes_at.query_ball_point(spots, _SAME_SPOT_M)]
    steps = zip(pairwise(path), pairwise(nodes), strict=True)
    return [step for step, (tail, head) in steps if arc_ds(today.network, tail, head) is None]


def _links(ground: Ground, streets: Streets, steps: Sequence[tuple[int, int]], *, is_one_way: bool) -> tuple[Link, ...]:
    """Return steps as links in the direction of travel: a search for ways to posts runs against it."""
    if not steps:
        return ()
    spots = _lonlat(ground, [_spot(streets, node) for step in steps for node in step])
    ends = zip(spots[::2], spots[1::2], strict=True)
    took = [arc_ds(streets.network, np.array([tail]), np.array([head])) for tail, head in steps]
    turned = [pair[::-1] if ground.asked.is_to_post else pair for pair in ends]
    return tuple(Link(*pair, is_one_way, time_ds) for pair, time_ds in zip(turned, took, strict=True))


def _spot(streets: Streets, node: int) -> tuple[float, float]:
    return float(streets.network.x_m[node]), float(streets.network.y_m[node])


def _lonlat(ground: Ground, spots_m: Sequence[Sequence[float]]) -> list[LonLat]:
    points = from_metric([shapely.Point(spot) for spot in spots_m], ground.settings.metric_crs)
    return [(lon, lat) for lon, lat in shapely.get_coordinates(points).tolist()]


def _rounded(spot: LonLat) -> list[float]:
    """Return degrees to the centimetre."""
    return [round(spot[0], 7), round(spot[1], 7)]
