"""The changes that an answer supposes, as places: the spot, the line or the area of each, for maps and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import geopandas
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.coverage.stated import Change, shape_of
from geodata.crs import STORAGE_SRID
from geodata.errors import NotFound
from geodata.queries.changeable import roads_by_key
from geodata.queries.gates import read_gates
from geodata.queries.posts import PostRow, read_posts, told_apart
from geodata.services import get_service
from geodata.settings import Settings

WORDS = ("service", "post", "name", "hours", "capacity", "gate", "compound", "road", "mode", "road_class", "kmh")
"""What a change may say besides where it is: the columns of its table."""


@dataclass(frozen=True)
class Supposed:
    """One change.

    Attributes:
        number: its place in the scenario, from 1 on.
        change: as it is stated.
        is_counted: False where it isn't about the answer's service or way of travelling.
        post: the post that it is about, as it stands; None for changes of other things, and once it is no more.
        shape: where it is, WGS 84 degrees: a move leads from where the post stands to where it would stand; None for
            speeds, and for what has gone from the data.
    """

    number: int
    change: Change
    is_counted: bool
    post: PostRow | None
    shape: BaseGeometry | None

    @property
    def kind(self) -> str:
        """Which kind of change it is, one of `KINDS`."""
        return str(self.change["change"])

    @property
    def gone(self) -> tuple[float, float] | None:
        """Where a post would stand no longer, degrees; None where none is taken away."""
        if self.post is None or self.kind not in ("close_post", "move_post"):
            return None
        return self.post.lon, self.post.lat


def supposed_of(settings: Settings, answer: Answer) -> list[Supposed]:
    """Return the changes that an answer supposes, in their order; none where it is of things as they are."""
    asked, places = answer.asked, _Places(settings, answer)
    besides = set(asked.changes_left_out)
    found = []
    for number, change in enumerate(asked.changes, start=1):
        post = places.post(change)
        found.append(Supposed(number, change, number not in besides, post, places.shape(change, post)))
    return found


def supposed_frame(settings: Settings, answer: Answer) -> geopandas.GeoDataFrame:
    """Return the changes that an answer supposes, a row each in WGS 84: points, lines and areas, some without any."""
    found = supposed_of(settings, answer)
    columns = {
        "number": [each.number for each in found],
        "change": [each.kind for each in found],
        "is_counted": [each.is_counted for each in found],
        **{word: [each.change.get(word) for each in found] for word in WORDS},
    }
    return geopandas.GeoDataFrame(columns, geometry=[each.shape for each in found], crs=STORAGE_SRID)


class _Places:
    """Where posts, gates and roads are that changes name; each register is read once, when it is needed."""

    def __init__(self, settings: Settings, answer: Answer) -> None:
        self.settings, self.changes = settings, answer.asked.changes
        self._posts = cache(self._read_posts)
        self._gates = cache(lambda: {gate.code: shapely.Point(gate.lon, gate.lat) for gate in read_gates(settings)})
        self._roads = cache(lambda: roads_by_key(settings, [each["road"] for each in self.changes if "road" in each]))

    def post(self, change: Change) -> PostRow | None:
        return self._posts(change["service"]).get(change["post"]) if "post" in change else None

    def shape(self, change: Change, post: PostRow | None) -> BaseGeometry | None:
        if "geometry" in change:
            return shape_of(change["geometry"])
        if "from" in change:
            return shapely.linestrings([change["from"], change["to"]])
        if "lon" in change:
            spot = change["lon"], change["lat"]
            return shapely.Point(spot) if post is None else shapely.LineString([(post.lon, post.lat), spot])
        if "gate" in change:
            return self._gates().get(change["gate"])
        if "road" in change:
            return self._roads().get(change["road"])
        return None if post is None else shapely.Point(post.lon, post.lat)

    def _read_posts(self, service_id: str) -> Mapping[str, PostRow]:
        try:
            service = get_service(self.settings, service_id)
        except NotFound:
            return {}
        rows = read_posts(self.settings, service.layer, service.where)
        return {post.code: post for post in told_apart(rows)}
