"""What coverage answers: for every place its time, its post and its cause, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geodata.analyses.coverage.ground import Ground
from geodata.analyses.coverage.places import Places
from geodata.analyses.coverage.question import Asked
from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.sensitivity import at_speeds
from geodata.coverage.streets import DS_A_MINUTE
from geodata.queries.outlines import AreaOutline
from geodata.queries.posts import PostRow
from geodata.statistics.rates import PERCENT_BASE

BANDS_MIN = (1, 3, 5, 10, 15)
"""Minutes of the bands that every answer has."""


def bands_within(minutes: float) -> tuple[float, ...]:
    """Return the upper ends of the bands up to a limit, minutes: those of BANDS_MIN below it, and the limit itself."""
    return (*(float(each) for each in BANDS_MIN if each < minutes), float(minutes))


NO_DATA = "no_data"
"""Nobody has counted the people of a place."""
CAUSES = (NO_DATA, "unroutable", "gate", "one_way", "barrier", "hours", "distance", "capacity")
"""Why a place isn't covered; capacity is of places that can be reached but not served."""


@dataclass(frozen=True)
class AreaShare:
    """The people of an area in and out of reach; `area` is None for those in no area of that level."""

    area: AreaOutline | None
    demand: float
    covered: float
    unknown_places: int

    @property
    def share(self) -> float | None:
        """The part that is covered, 0..1; None where so few are known to live that nothing is told in percent."""
        return self.covered / self.demand if self.demand >= PERCENT_BASE else None


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer to a question; n places, m posts. Arrays are in the order of `places.rows`.

    Attributes:
        asked: the question.
        places: the demand; `places.people` is NaN where nobody has counted: such a place is counted nowhere.
        posts: those that give the service.
        is_open: (m,) which of them count at the moment.
        time_ds: (n,) whole deciseconds from or to the nearest post that counts; inf where there is no way.
        post: (n,) its number in `posts`; -1 where there is no way.
        snap_m: (n,) how far the entry that is used lies from its street.
        is_covered: (n,) within the limit, inclusive; a place without known people may be covered too.
        is_served: (n,) covered and with room at a post; None where room isn't asked for.
        straight_m: (n,) the straight line to the nearest post that counts, inf where none does.
        straight_limit_m: how far the limit would reach in a straight line.
        cause: (n,) one of `CAUSES`, "" for a place that is covered and served.
        lifted: (n,) all rules that stand in the way, the cause first; () for other causes.
        areas: the answer by areas of the level that was asked for.
        receipt: what the answer stands on.
        ground: streets, posts, gates and places, for questions about this answer.
    """

    asked: Asked
    places: Places
    posts: Sequence[PostRow]
    is_open: Mask
    time_ds: Floats
    post: Ints
    snap_m: Floats
    is_covered: Mask
    is_served: Mask | None
    straight_m: Floats
    straight_limit_m: float
    cause: Sequence[str]
    lifted: Sequence[tuple[str, ...]]
    areas: Sequence[AreaShare]
    receipt: Mapping[str, object]
    ground: Ground

    @property
    def known(self) -> Floats:
        """(n,) people, 0 where nobody has counted: for sums only."""
        return np.nan_to_num(self.places.people, nan=0.0)

    @property
    def demand_total(self) -> float:
        """All people that are known of."""
        return float(self.known.sum())

    @property
    def covered(self) -> float:
        """The people within reach."""
        return float(self.known[self.is_covered].sum())

    @property
    def share(self) -> float:
        """The part of the people that is within reach, 0..1."""
        return self.covered / self.demand_total

    @property
    def straight_line_covered(self) -> float:
        """The people whom a circle around each post would count: shown beside `covered`, never in its place."""
        return float(self.known[self.straight_m <= self.straight_limit_m].sum())

    @property
    def served(self) -> float | None:
        """The people within reach who also find room; None where room isn't asked for."""
        return None if self.is_served is None else float(self.known[self.is_served].sum())

    def by_cause(self) -> dict[str, float]:
        """Return the people by cause; without "capacity" they are all that aren't covered."""
        causes = np.array(self.cause)
        return {cause: float(self.known[causes == cause].sum()) for cause in self._causes}

    def places_by_cause(self) -> dict[str, int]:
        """Return how many places each cause has: "no_data" has no people that anybody knows of."""
        return {cause: list(self.cause).count(cause) for cause in self._causes}

    def told_by_cause(self) -> dict[str, float | None]:
        """Return the people by cause as they are told: None where there are places whose people nobody has counted."""
        places = self.places_by_cause()
        return {
            cause: None if cause == NO_DATA and places[cause] else people for cause, people in self.by_cause().items()
        }

    @property
    def _causes(self) -> tuple[str, ...]:
        return CAUSES if self.is_served is not None else CAUSES[:-1]

    def bands(self) -> dict[float, float]:
        """Return the people within each of BANDS_MIN and the limit itself."""
        minutes = sorted({*BANDS_MIN, self.asked.minutes, *self.asked.service.minutes})
        return {each: float(self.known[self.time_ds <= round(each * DS_A_MINUTE)].sum()) for each in minutes}

    def sensitivity(self) -> dict[str, float]:
        """Return the people covered at 20 % less or more speed, and the share whose answer either of them changes."""
        slower, quicker = at_speeds(self.known, self.time_ds, limit_ds=self.asked.limit_ds, factors=(0.8, 1.2)).values()
        return {
            "slower_20_pct": slower.covered,
            "quicker_20_pct": quicker.covered,
            "changing_share": slower.changed_share + quicker.changed_share,
        }
