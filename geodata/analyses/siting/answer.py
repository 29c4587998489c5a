"""Where posts belong, how good that is, and what each of them brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geodata.analyses.coverage.question import Asked
from geodata.analyses.siting.question import SiteQuestion


@dataclass(frozen=True)
class Site:
    """A place for a post.

    Attributes:
        lon, lat: WGS 84 degrees.
        name: what the place is called, where candidates have names.
        area: the community that it lies in.
        street: the named street that is nearest, where one is near enough to say where the place is.
        gain: how many more are within the limit with it than with those before it.
    """

    lon: float
    lat: float
    name: str | None
    area: str | None
    street: str | None
    gain: float

    @property
    def about(self) -> str | None:
        """Where it is, in words: community and street, as far as they are known."""
        return " · ".join(word for word in (self.area, self.street) if word) or None


@dataclass(frozen=True)
class ClosedPost:
    """A post that would stand elsewhere, or close: its code, its name, what lists call it, and WGS 84 degrees."""

    code: str
    name: str | None
    called: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Unreached:
    """Neighbours whom nothing reaches.

    Attributes:
        name: of their compound; outside of compounds the community and the street by the fullest place; where none of
            these has a name, latitude and longitude.
        people: how many; None where they may not be told place by place.
        places: in how many.
        lon, lat: the fullest place, WGS 84 degrees.
    """

    name: str
    people: float | None
    places: int
    lon: float
    lat: float


@dataclass(frozen=True)
class Step:
    """A step of the curve: with so many posts more, so many are within the limit; proven or with its gap.

    Below 0 they are so many fewer. With capacities they are those who find room there, too. Where the shortest ways are
    wanted `minutes` says how long they are, on average or the longest, and the proof is of that.
    """

    add: int
    covered: float
    gain: float
    proven: bool
    gap: float
    minutes: float | None = None


@dataclass(frozen=True)
class Plan:
    """A siting.

    Attributes:
        question: what was asked.
        asked: of the service, with the usual filled in.
        sites: the new places; the one that brings the most first.
        closed_posts: those that would stand elsewhere, or close.
        demand_total: all people who are known.
        covered_before, covered_after: how many of them are within the limit.
        objective, bound, gap, proven: as the solver says: people (in reach, or served), decisecond x people,
            deciseconds, or posts.
        before: the objective with the posts that are there, for the shortest ways; None for the others, and where some
            have no way today.
        curve: each number of posts up to the one that was asked for, for the shortest ways as far as time was left;
            empty for the fewest posts.
        unreachable: people whom none of the candidates or posts reaches (within the limit, where all are to be).
        unreachable_places: in how many places.
        unreached: the fullest of these, neighbours together.
        candidates: how many there were.
        receipt: what the answer stands on.
    """

    question: SiteQuestion
    asked: Asked
    sites: Sequence[Site]
    closed_posts: Sequence[ClosedPost]
    demand_total: float
    covered_before: float
    covered_after: float
    objective: float
    bound: float
    gap: float
    proven: bool
    before: float | None
    curve: Sequence[Step]
    unreachable: float
    unreachable_places: int
    unreached: Sequence[Unreached]
    candidates: int
    receipt: Mapping[str, object]

    @property
    def closed(self) -> list[str]:
        """The codes of the posts that would stand elsewhere, or close."""
        return [post.code for post in self.closed_posts]
