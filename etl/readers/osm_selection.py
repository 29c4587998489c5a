"""Says which elements of an OpenStreetMap file make up one part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from geodata.errors import InvalidInput

Elements = Literal["ways", "areas", "points", "places", "restrictions", "sea"]
ANY = "*"


class Tags(Protocol):
    """What an element's tags are asked for."""

    def get(self, key: str) -> str | None:
        """Return a tag's value, None where the element lacks it."""


@dataclass(frozen=True)
class OsmSelection:
    """A theme of an OpenStreetMap file.

    Attributes:
        id: the name that the part gets.
        elements: "ways" (lines with node ids), "areas" (closed ways and multipolygons, as osmium assembles them),
            "points" (nodes, and a point inside each area), "places" (the same for named places: an area in which a
            node has its name is that node once more, and left out), "restrictions" (turn restrictions, without
            geometry), "sea" (what lies on the right of coastlines, inside the file's box).
        tags: key -> wanted values, ("*",) for any; an element needs one of them. Left empty for restrictions.
        keys: the tags that become columns.
    """

    id: str
    elements: Elements
    tags: Mapping[str, tuple[str, ...]]
    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.elements != "restrictions" and not self.tags:
            raise InvalidInput(f"The selection {self.id!r} names no tag: say which elements, such as highway = ['*'].")

    def matches(self, tags: Tags) -> bool:
        """Tell whether an element's tags fit."""
        for key, wanted in self.tags.items():
            value = tags.get(key)
            if value is not None and (ANY in wanted or value in wanted):
                return True
        return not self.tags
