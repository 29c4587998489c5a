"""Changes as they are stated, understood for one question: posts and gates by their codes, spots in degrees."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import cached_property
from typing import Any, NoReturn

import numpy as np
import shapely

from geodata.analyses.coverage.changes import AS_IT_IS, Changes, Link
from geodata.analyses.coverage.question import Asked
from geodata.analyses.coverage.stage import SNAP_LIMIT_M
from geodata.analyses.coverage.stated import Change, Stated, left_out, shape_of
from geodata.coverage.modes import WALK
from geodata.crs import to_metric
from geodata.errors import InvalidInput, NotFound
from geodata.layers.hours import ALWAYS
from geodata.queries.changeable import roads_by_key
from geodata.queries.demand import read_compounds
from geodata.queries.gates import GateRow, read_gates
from geodata.queries.posts import PostRow, read_posts, told_apart
from geodata.services import Service, get_service
from geodata.settings import Settings

LEAST_LINK_M = 1.0
"""Two spots that are nearer to each other are one: no crossing leads from one to the other."""
GATE_AT_WALL_M = 50.0
"""A gate that is drawn by hand may be so far from the outline of the compound that it is to open."""


def understand_changes(settings: Settings, asked: Asked) -> Changes:
    """Return what a question's changes mean; its mode has their speeds already.

    Several may be about one post: each goes on from those before it.

    Raises:
        InvalidInput: a change names a service, post, gate, compound or road that isn't there (any more).
    """
    if not asked.changes:
        return AS_IT_IS
    return _Reading(settings, asked.service).read(asked.changes, asked.changes_left_out)


def understand_ways(settings: Settings, changes: Stated) -> Changes:
    """Return what changes mean where no service's posts and nobody's speeds matter: gates, crossings, barriers.

    Raises:
        InvalidInput: as `understand_changes`.
    """
    return _Reading(settings, None).read(changes, ways_left_out(changes)) if changes else AS_IT_IS


def check_services(settings: Settings, changes: Stated) -> None:
    """Raise where a change is about a service that there isn't.

    Raises:
        InvalidInput: says which change, and which services there are.
    """
    for number, change in enumerate(changes, start=1):
        if "service" not in change:
            continue
        try:
            get_service(settings, change["service"])
        except NotFound as error:
            raise InvalidInput(f"change {number}: {error}", zh=f"第 {number} 项改动：{error.told('zh-CN')}") from None


def ways_left_out(changes: Stated) -> tuple[int, ...]:
    """Return the numbers of the changes that `understand_ways` leaves out."""
    speeds = {number for number, change in enumerate(changes, start=1) if change["change"] == "set_speed"}
    return tuple(sorted({*left_out(changes, service=None, mode=WALK.id), *speeds}))


class _Reading:
    def __init__(self, settings: Settings, service: Service | None) -> None:
        self.settings, self.service = settings, service
        self.changes = AS_IT_IS
        self.other: dict[int, PostRow] = {}
        self.number = 0

    def read(self, changes: Stated, besides: Collection[int]) -> Changes:
        check_services(self.settings, changes)
        for self.number, change in enumerate(changes, start=1):
            if self.number not in besides:
                getattr(self, f"_{change['change']}")(change)
        other = tuple(post for post in self.other.values() if post.id not in self.changes.closed_posts)
        return replace(self.changes, other_posts=other)

    @cached_property
    def posts(self) -> dict[str, PostRow]:
        if self.service is None:
            return {}
        rows = read_posts(self.settings, self.service.layer, self.service.where)
        return {post.code: post for post in told_apart(rows)}

    @cached_property
    def gates(self) -> dict[str, GateRow]:
        return {gate.code: gate for gate in read_gates(self.settings)}

    def _more(self, **fields: Any) -> None:
        self.changes = replace(self.changes, **fields)

    def _post(self, change: Change) -> PostRow:
        post = self.posts.get(change["post"])
        if post is None:
            self._refuse("post", "服务点", change["post"])
        return self.other.get(post.id, post)

    def _refuse(self, what: str, zh: str, code: str) -> NoReturn:
        raise InvalidInput(
            f"change {self.number} is about the {what} {code!r}, which isn't there; wanted is the code of one that is",
            zh=f"第 {self.number} 项改动所指的{zh} {code!r} 已不在数据中",
        )

    def _add_post(self, change: Change) -> None:
        new = self.changes.new_posts
        name, hours, capacity = change.get("name"), change.get("hours", ALWAYS), change.get("capacity")
        post = PostRow(-1 - len(new), f"+{len(new) + 1}", name, hours, capacity, change["lon"], change["lat"])
        self._more(new_posts=(*new, post))

    def _move_post(self, change: Change) -> None:
        post = self._post(change)
        self.other[post.id] = replace(post, lon=change["lon"], lat=change["lat"])

    def _close_post(self, change: Change) -> None:
        self._more(closed_posts=self.changes.closed_posts | {self._post(change).id})

    def _set_hours(self, change: Change) -> None:
        post = self._post(change)
        self.other[post.id] = replace(post, hours=change["hours"])

    def _set_staff(self, change: Change) -> None:
        post = self._post(change)
        self.other[post.id] = replace(post, capacity=change["capacity"])

    def _add_gate(self, change: Change) -> None:
        new = self.changes.new_gates
        spot, hours = (change["lon"], change["lat"]), change.get("hours", ALWAYS)
        # Whoever makes a gate makes the way to it: it joins the nearest street within the usual limit.
        gate = GateRow(-1 - len(new), f"+{len(new) + 1}", self._compound(change), "main", hours, *spot, SNAP_LIMIT_M)
        self._more(new_gates=(*new, gate))

    def _compound(self, change: Change) -> int:
        rows, outlines = read_compounds(self.settings)
        if "compound" in change:
            found = next((row.id for row in rows if row.code == change["compound"]), None)
            if found is None:
                self._refuse("compound", "小区", change["compound"])
            return found
        if rows:
            shapes = to_metric(list(outlines), self.settings.metric_crs)
            spot = to_metric([shapely.Point(change["lon"], change["lat"])], self.settings.metric_crs)[0]
            away_m = shapely.distance(shapely.boundary(shapes), spot)
            if away_m.min() <= GATE_AT_WALL_M:
                return rows[int(np.argmin(away_m))].id
        raise InvalidInput(
            f"change {self.number} makes a gate at {change['lon']}, {change['lat']}, where no compound is; wanted is a "
            f"spot within {GATE_AT_WALL_M:g} m of a compound's outline",
            zh=f"第 {self.number} 项改动：此处没有小区；出入口应距小区边界 {GATE_AT_WALL_M:g} 米以内",
        )

    def _open_gate(self, change: Change) -> None:
        gate = self.gates.get(change["gate"])
        if gate is None:
            self._refuse("gate", "出入口", change["gate"])
        then = {**dict(self.changes.gate_hours), gate.id: change.get("hours", ALWAYS)}
        self._more(gate_hours=tuple(sorted(then.items())))

    def _add_crossing(self, change: Change) -> None:
        (west, south), (east, north) = change["from"], change["to"]
        begin, end = to_metric([shapely.Point(west, south), shapely.Point(east, north)], self.settings.metric_crs)
        if begin.distance(end) < LEAST_LINK_M:
            raise InvalidInput(
                f"change {self.number} begins and ends at the same spot: a crossing leads from one spot to another, at "
                f"least {LEAST_LINK_M:g} m away",
                zh=f"第 {self.number} 项改动的起点与终点相同：新通道的两端应相距至少 {LEAST_LINK_M:g} 米",
            )
        link = Link((west, south), (east, north), is_one_way=change.get("one_way", False))
        self._more(links=(*self.changes.links, link))

    def _add_barrier(self, change: Change) -> None:
        self._more(barriers=(*self.changes.barriers, shape_of(change["geometry"])))

    def _open_both_ways(self, change: Change) -> None:
        if not roads_by_key(self.settings, [change["road"]]):
            self._refuse("road", "道路", change["road"])
        self._more(both_ways=self.changes.both_ways | {change["road"]})

    def _set_speed(self, change: Change) -> None:
        """Nothing is to be done: the question's mode has these speeds."""
