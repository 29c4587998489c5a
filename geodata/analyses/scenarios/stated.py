"""Changes as JSON states them, understood for one question: posts and gates by their codes, spots in degrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from reprlib import repr as short
from typing import Any, NoReturn

import numpy as np
import shapely

from geodata.analyses.coverage.changes import Changes, Link
from geodata.analyses.coverage.ground import SNAP_LIMIT_M
from geodata.analyses.coverage.question import Asked
from geodata.analyses.scenarios.words import KINDS, shape_of
from geodata.crs import to_metric
from geodata.errors import InvalidInput
from geodata.layers.hours import ALWAYS
from geodata.queries.demand import read_compounds
from geodata.queries.gates import GateRow, read_gates
from geodata.queries.posts import PostRow, read_posts
from geodata.services import get_service
from geodata.settings import Settings

Change = Mapping[str, Any]
Stated = Sequence[Change]
MOST_CHANGES = 200
GATE_AT_WALL_M = 50.0
"""A gate that is drawn by hand may be so far from the outline of the compound that it is to open."""


@dataclass(frozen=True)
class Understood:
    """Changes that can be tried.

    Attributes:
        changes: what coverage is asked with.
        left_out: numbers of changes that aren't about this question: another service's posts, another mode's speeds.
    """

    changes: Changes
    left_out: tuple[int, ...]


def checked(stated: Any) -> list[dict[str, Any]]:
    """Return a list of changes in their one form, whatever they are about.

    Raises:
        InvalidInput: it is no list of changes; says which one is wrong, and what is wanted.
    """
    if not isinstance(stated, list) or len(stated) > MOST_CHANGES:
        raise InvalidInput(
            f'wanted is a list of at most {MOST_CHANGES} changes, such as [{{"change": "close_post", ...}}]',
            zh=f"改动应为列表，最多 {MOST_CHANGES} 项",
        )
    return [_checked(number, each) for number, each in enumerate(stated, start=1)]


def _checked(number: int, stated: Any) -> dict[str, Any]:
    kind = stated.get("change") if isinstance(stated, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise InvalidInput(
            f"change {number} is {short(kind)}; there are {', '.join(KINDS)}",
            zh=f"第 {number} 项改动的类型无法识别：{short(kind)}",
        )
    needed, possible = KINDS[kind]
    given = {name: value for name, value in stated.items() if name != "change" and value is not None}
    missing, unknown = needed.keys() - given.keys(), given.keys() - needed.keys() - possible.keys()
    if missing or unknown:
        word = min(missing or unknown)
        raise InvalidInput(
            f"change {number} ({kind}) {'lacks' if missing else 'has'} {word!r}; wanted are "
            f"{', '.join(needed)}" + (f", and there may be {', '.join(possible)}" if possible else ""),
            zh=f"第 {number} 项改动（{kind}）{'缺少' if missing else '多出'} {word!r}",
        )
    found: dict[str, Any] = {"change": kind}
    for name, value in given.items():
        try:
            found[name] = {**needed, **possible}[name](value)
        except ValueError as error:
            raise InvalidInput(
                f"change {number} ({kind}) has {name} = {short(value)}; wanted is {error}",
                zh=f"第 {number} 项改动（{kind}）的 {name} 有误：{short(value)}",
            ) from None
    return found


def understand_changes(settings: Settings, asked: Asked, stated: Any) -> Understood:
    """Return what changes mean for a question.

    Args:
        settings: the deployment.
        asked: the question.
        stated: as `checked` takes them. Several may be about one post: each goes on from those before it.

    Raises:
        NotFound: no such service.
        InvalidInput: as `checked`, or a change names a post, gate, compound or road that isn't there (any more).
    """
    return _Reading(settings, asked).read(checked(stated))


class _Reading:
    def __init__(self, settings: Settings, asked: Asked) -> None:
        self.settings, self.asked = settings, asked
        self.changes = Changes()
        self.other: dict[int, PostRow] = {}
        self.number = 0

    def read(self, stated: Stated) -> Understood:
        left_out = []
        for number, change in enumerate(stated, start=1):
            self.number = number
            if "service" in change:
                get_service(self.settings, change["service"])
            if (
                change.get("service", self.asked.service.id) != self.asked.service.id
                or change.get("mode", self.asked.mode.id) != self.asked.mode.id
            ):
                left_out.append(number)
            else:
                getattr(self, f"_{change['change']}")(change)
        other = tuple(post for post in self.other.values() if post.id not in self.changes.closed_posts)
        return Understood(replace(self.changes, other_posts=other), tuple(left_out))

    @cached_property
    def posts(self) -> dict[str, PostRow]:
        service = self.asked.service
        return {post.code: post for post in read_posts(self.settings, service.layer, service.where)}

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
        link = Link(change["from"], change["to"], is_one_way=change.get("one_way", False))
        self._more(links=(*self.changes.links, link))

    def _add_barrier(self, change: Change) -> None:
        self._more(barriers=(*self.changes.barriers, shape_of(change["geometry"])))

    def _open_both_ways(self, change: Change) -> None:
        self._more(both_ways=self.changes.both_ways | {change["road"]})

    def _set_speed(self, change: Change) -> None:
        speeds = {**dict(self.changes.speeds), change["road_class"]: change["kmh"]}
        self._more(speeds=tuple(sorted(speeds.items())))
