"""Answers that stay in memory while planners look at them: what another post would change is told at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import shapely

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.coverage.changes import AS_IT_IS, Changes
from geodata.analyses.coverage.cover import answer_of, ground_of
from geodata.analyses.coverage.drawn import drawn
from geodata.analyses.coverage.gaps import Gap, gaps_of
from geodata.analyses.coverage.ground import SNAP_LIMIT_M, Ground
from geodata.analyses.coverage.kept import said_in_full
from geodata.analyses.coverage.question import Question, layers_read, understand
from geodata.analyses.runs import current_versions
from geodata.coverage.arrays import Ints, Mask
from geodata.coverage.causes import NOTHING
from geodata.coverage.entries import Entries, soonest
from geodata.coverage.reach import nearest
from geodata.coverage.snapping import Snapped, snap, sources_of
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
    """

    covered: float
    gained: float
    lost: float
    demand_total: float
    joined_m: float | None

    @property
    def share(self) -> float:
        """The part of the people that is within reach then, 0..1."""
        return self.covered / self.demand_total


class Desk:
    """A question with its answer, and the ground on which it stands."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.answer: Answer = answer_of(ground)
        self._without: dict[int, Mask] = {}

    def what_if(self, lon: float, lat: float, *, in_place_of: int | None = None) -> WhatIf:
        """Return what a post at a spot would change; it is open at the moment and has room for all.

        Only the new post's own ground within the limit is searched: the answer takes as long as that is large.

        Args:
            lon, lat: WGS 84 degrees.
            in_place_of: the number of the post that would move there; None for one more.

        Raises:
            InvalidInput: the spot isn't on earth, or there is no such post.
        """
        if not (np.isfinite([lon, lat]).all() and -180 <= lon <= 180 and -90 <= lat <= 90):
            raise InvalidInput(f"{lon}, {lat} is no spot; wanted are degrees of longitude and latitude")
        spot = to_metric([shapely.Point(lon, lat)], self.ground.settings.metric_crs)[0]
        streets = self.ground.stage(NOTHING).streets
        post = snap(streets, np.array([spot.x]), np.array([spot.y]), limit_m=SNAP_LIMIT_M)
        kept = self.answer.is_covered if in_place_of is None else self._covered_without(in_place_of)
        then = kept | self._reached_from(post)
        people, now = self.answer.known, self.answer.is_covered
        return WhatIf(
            covered=float(people[then].sum()),
            gained=float(people[then & ~now].sum()),
            lost=float(people[now & ~then].sum()),
            demand_total=self.answer.demand_total,
            joined_m=float(post.away_m[0]) if post.is_joined[0] else None,
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

    def _covered_without(self, number: int) -> Mask:
        """Return which places are within reach of the other posts."""
        if not 0 <= number < len(self.answer.posts):
            raise InvalidInput(f"no post {number}; wanted are 0 to {len(self.answer.posts) - 1}")
        if number not in self._without:
            opened = self.ground.open_posts()
            others = np.where(np.arange(len(opened.edge)) == number, -1, opened.edge)
            self._without[number] = self._reached_from(Snapped(others, opened.share, opened.away_m, opened.door_ds))
        return self._without[number]

    def _reached_from(self, posts: Snapped) -> Mask:
        """Return (n,) which places are within the limit from some posts."""
        entries, site = self._entries
        streets, limit_ds = self.ground.stage(NOTHING).streets, self.ground.asked.limit_ds
        times, owners = nearest(streets.network, sources_of(streets, posts), limit_ds=limit_ds)
        best = soonest(streets, times, owners, entries, posts, site_count=self.ground.site_count)
        reached: Mask = best.time_ds[site] <= limit_ds
        return reached

    @cached_property
    def _entries(self) -> tuple[Entries, Ints]:
        return self.ground.entries_now()


def desk_for(settings: Settings, question: Question, changes: Changes = AS_IT_IS) -> Desk:
    """Return the desk of a question, from memory where its data haven't changed.

    Args:
        settings: the deployment.
        question: what is asked.
        changes: what would be different.

    Raises:
        NotFound, InvalidInput: as `cover`.
    """
    asked = understand(settings, question)
    versions: Mapping[str, int] = current_versions(settings, layers_read(asked))
    stated = canonical({"home": str(settings.home), "question": said_in_full(settings, asked), "versions": versions})
    key = stated, changes
    with _LAYING:
        if key not in _DESKS:
            _DESKS[key] = Desk(ground_of(settings, question, changes))
        _DESKS.move_to_end(key)
        while len(_DESKS) > MOST_DESKS:
            _DESKS.popitem(last=False)
        return _DESKS[key]


_DESKS: OrderedDict[tuple[str, Changes], Desk] = OrderedDict()
_LAYING = Lock()
"""One question is worked out at a time: two at once would take as long each, and twice the memory."""
MOST_DESKS = 6
"""So many questions stay in a process's memory."""
