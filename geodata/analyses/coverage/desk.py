"""Answers that stay in memory while planners look at them: what another post would change is told at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import shapely

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.coverage.cover import cover
from geodata.analyses.coverage.drawn import drawn
from geodata.analyses.coverage.gaps import Gap, gaps_of
from geodata.analyses.coverage.ground import Ground
from geodata.analyses.coverage.kept import said_in_full
from geodata.analyses.coverage.question import Question, layers_read, understand
from geodata.analyses.coverage.stage import SNAP_LIMIT_M
from geodata.analyses.runs import current_versions, worked_out
from geodata.coverage.arrays import Ints, Mask
from geodata.coverage.catchment import Catchment
from geodata.coverage.causes import NOTHING
from geodata.coverage.reach import Incumbent
from geodata.coverage.snapping import snap, sources_of
from geodata.crs import to_metric
from geodata.errors import InvalidInput
from geodata.queries.runs import canonical
from geodata.settings import Settings

TRIED = 20
"""Of so many gaps it is tried what a post there would change."""


@dataclass(frozen=True)
class WhatIf:
    """What one more post would change, or one that stood elsewhere.

    Attributes:
        covered: people within reach then.
        gained: people who are within reach then and aren't now.
        lost: people who are within reach now and wouldn't be.
        demand_total: all people that are known of.
        joined_m: how far the spot lies from its street; None where it is too far from any, and the post reaches nobody.
        street_m: how far the nearest street lies, near enough or not.
        snap_limit_m: what is near enough, inclusive.
    """

    covered: float
    gained: float
    lost: float
    demand_total: float
    joined_m: float | None
    street_m: float
    snap_limit_m: float = SNAP_LIMIT_M

    @property
    def share(self) -> float:
        """The part of the people that is within reach then, 0..1."""
        return self.covered / self.demand_total


@dataclass(frozen=True, eq=False)
class _Standing:
    """Some posts, and (n,) which places are within their reach."""

    posts: Incumbent
    is_covered: Mask


class Desk:
    """A question with its answer, and the ground on which it stands.

    Args:
        answer: to the question.
        versions: of the layers from which it was worked out, as `current_versions` tells them.
    """

    def __init__(self, answer: Answer, versions: Mapping[str, str]) -> None:
        self.answer = answer
        self.ground: Ground = answer.ground
        self.versions = versions
        self._asking = Lock()
        self._without: tuple[int, _Standing] | None = None

    def what_if(self, lon: float, lat: float, *, in_place_of: int | None = None) -> WhatIf:
        """Return what a post at a spot would change; it is open at the moment and has room for all.

        Only the nodes that would be nearer to the new post than to any other are searched, within the limit. For a post
        that moves, its own ground is given to the others first, once for as long as it is the one that moves.

        Args:
            lon, lat: WGS 84 degrees.
            in_place_of: the number of the post that would move there; None for one more.

        Raises:
            InvalidInput: the spot isn't on earth, or there is no such post.
        """
        if not (np.isfinite([lon, lat]).all() and -180 <= lon <= 180 and -90 <= lat <= 90):
            raise InvalidInput(
                f"{lon}, {lat} is no spot; wanted are degrees of longitude and latitude",
                zh=f"{lon}，{lat} 不是有效位置；应为经度和纬度",
            )
        spot = to_metric([shapely.Point(lon, lat)], self.ground.settings.metric_crs)[0]
        streets = self.ground.stage(NOTHING).streets
        post = snap(streets, np.array([spot.x]), np.array([spot.y]), limit_m=SNAP_LIMIT_M)
        with self._asking:
            standing = self._standing if in_place_of is None else self._standing_without(in_place_of)
            then = standing.is_covered | self._catchment.gained(standing.posts, post)[self.ground.place_site]
        people, now = self.answer.known, self.answer.is_covered
        return WhatIf(
            covered=float(people[then].sum()),
            gained=float(people[then & ~now].sum()),
            lost=float(people[now & ~then].sum()),
            demand_total=self.answer.demand_total,
            joined_m=float(post.away_m[0]) if post.is_joined[0] else None,
            street_m=float(post.away_m[0]),
        )

    @cached_property
    def gaps(self) -> tuple[list[Gap], Ints]:
        """The gaps, the most people first, and the gap of each place; -1 for those that are covered."""
        return gaps_of(self.ground.settings, self.answer)

    @cached_property
    def drawn(self) -> dict[str, Any]:
        """Places and posts as GeoJSON."""
        return drawn(self.ground.settings, self.answer, self.gaps[1])

    @cached_property
    def trials(self) -> list[tuple[Gap, WhatIf]]:
        """What one more post would change at the fullest place of each of the largest gaps, the best first.

        A first look at where to look: no other spots are tried.
        """
        found = [(gap, self.what_if(gap.lon, gap.lat)) for gap in self.gaps[0][:TRIED]]
        return sorted((trial for trial in found if trial[1].gained), key=lambda trial: -trial[1].gained)

    @cached_property
    def _catchment(self) -> Catchment:
        return Catchment(
            self.ground.stage(NOTHING).streets,
            self.ground.entries_now()[0],
            site_count=self.ground.site_count,
            limit_ds=self.ground.asked.limit_ds,
        )

    @cached_property
    def _standing(self) -> _Standing:
        streets = self.ground.stage(NOTHING).streets
        return _Standing(
            Incumbent(streets.network, sources_of(streets, self.ground.open_posts())), self.answer.is_covered
        )

    def _standing_without(self, number: int) -> _Standing:
        """Return the other posts; those without the last one that was asked for are kept, as it is being dragged."""
        if not 0 <= number < len(self.answer.posts):
            raise InvalidInput(
                f"no post {number}; wanted are 0 to {len(self.answer.posts) - 1}",
                zh=f"没有序号为 {number} 的服务点；应为 0 至 {len(self.answer.posts) - 1}",
            )
        if self._without is None or self._without[0] != number:
            posts, opened = self._standing.posts.without(number), self.ground.open_posts()
            others = replace(opened, edge=np.where(np.arange(len(opened.edge)) == number, -1, opened.edge))
            reached = self._catchment.reached(posts.times_and_owners[0], others)
            self._without = number, _Standing(posts, reached[self.ground.place_site])
        return self._without[1]


def desk_for(settings: Settings, question: Question) -> Desk:
    """Return the desk of a question, from memory where its data haven't changed.

    Args:
        settings: the deployment.
        question: what is asked.
        changes: what would be different.

    Raises:
        NotFound, InvalidInput: as `cover`.
    """
    asked = understand(settings, question)
    layers = layers_read(asked)
    key = canonical({"home": str(settings.home), "question": said_in_full(settings, asked)})
    found = _ready(key, current_versions(settings, layers))
    if found is not None:
        return found
    with _LAYING:
        # Another one may have been waited for that was asked the same.
        found = _ready(key, current_versions(settings, layers))
        if found is None:
            found = Desk(*worked_out(settings, layers, lambda: cover(settings, question)))
            _put(key, found)
        return found


def _ready(key: str, versions: Mapping[str, str]) -> Desk | None:
    """Return the desk in memory whose data are of these versions, if any."""
    with _HANDLING:
        found = _DESKS.get(key)
        if found is None or found.versions != versions:
            return None
        _DESKS.move_to_end(key)
        return found


def _put(key: str, desk: Desk) -> None:
    """Keep a desk in place of the one of older data; those that were looked at longest ago go."""
    with _HANDLING:
        _DESKS[key] = desk
        _DESKS.move_to_end(key)
        while len(_DESKS) > MOST_DESKS:
            _DESKS.popitem(last=False)


_DESKS: OrderedDict[str, Desk] = OrderedDict()
_HANDLING = Lock()
"""Held for as long as the dictionary is looked at: a desk that is ready waits for no other."""
_LAYING = Lock()
"""One question is worked out at a time: two at once would take as long each, and twice the memory."""
MOST_DESKS = 6
"""So many questions stay in a process's memory."""
