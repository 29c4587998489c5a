"""What a planner asks of new posts."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geodata.analyses.coverage import Question
from geodata.errors import InvalidInput
from geodata.layers import LAYERS, get_layer
from geodata.layers.layer import Layer
from geodata.layers.publishing import Exact

OBJECTIVES = ("mclp", "cmclp", "p-median", "p-center", "lscp")
"""Most people within the limit; most who find room there, too; shortest ways in all; shortest longest way; fewest
posts for everybody."""
EXISTING = ("fixed", "movable")
"""What becomes of the posts that are there: they stay, or stand where they serve best."""
STREETS = "streets"
"""Candidates are junctions all over the place; else the name of a layer of points."""
MOST_CANDIDATES = 2_000


@dataclass(frozen=True)
class SiteQuestion:
    """What is asked.

    Attributes:
        service: whom it is about: service, mode, limit, moment, demand and weight, as for coverage.
        add: how many posts more; with "lscp" it doesn't count.
        objective: one of `OBJECTIVES`.
        candidates: `STREETS`, or a layer of points whose places may become posts, some kinds of it after a colon:
            "service_point:community_office,party_centre".
        existing: one of `EXISTING`.
        capacity: what each new post has, in the unit of the layer's own posts, such as officers; with "cmclp" alone.
        time_limit_s: after so long the best so far is told, with its gap.
    """

    service: Question
    add: int = 3
    objective: str = "mclp"
    candidates: str = STREETS
    existing: str = "fixed"
    capacity: float | None = None
    time_limit_s: float = 60.0

    def check(self) -> None:
        """Raise where it can't be asked so.

        Raises:
            NotFound: no such layer.
            InvalidInput: no such objective, a number below 0, no time, or candidates of a layer that has none.
        """
        for what, word, known in (
            ("objective", self.objective, OBJECTIVES),
            ("use of existing posts", self.existing, EXISTING),
        ):
            if word not in known:
                raise InvalidInput(f"no {what} {word!r}; there are {', '.join(known)}")
        if not 0 <= self.add <= MOST_CANDIDATES:
            raise InvalidInput(f"{self.add} posts to add; wanted are 0 to {MOST_CANDIDATES}")
        if not self.time_limit_s > 0:
            raise InvalidInput(f"a time limit of {self.time_limit_s} s; wanted is more than 0")
        if (self.objective == "cmclp") != (self.capacity is not None):
            raise InvalidInput("a capacity of new posts goes with the objective cmclp, and cmclp with a capacity")
        if self.capacity is not None and not 0 < self.capacity < math.inf:
            raise InvalidInput(f"a capacity of {self.capacity:g}; wanted is more than 0")
        if self.candidates != STREETS:
            _check_candidates(self.candidates)


def candidate_layers() -> list[Layer]:
    """Return the layers at whose places posts can be proposed: points that planners see as they are."""
    return [each for each in LAYERS if each.geometry == "point" and isinstance(each.planner, Exact)]


def _check_candidates(wanted: str) -> None:
    """Raise where a layer's places can't be proposed: a plan tells their names and where they are."""
    name, colon, _ = wanted.partition(":")
    layer = get_layer(name)
    if layer not in candidate_layers():
        known = [each.id for each in candidate_layers()]
        raise InvalidInput(f"no posts are put at the places of {name}; wanted is {STREETS} or {', '.join(known)}")
    if colon and "kind" not in {field.name for field in layer.fields}:
        raise InvalidInput(f"{name} has no kinds; wanted is {name} alone")
