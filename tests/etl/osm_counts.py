"""Counts what an extract of OpenStreetMap holds with pyosmium alone, apart from our readers."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from etl.recipe_files import GENERIC

_SHAPES = osmium.geom.WKBFactory()


class _Counting(osmium.SimpleHandler):
    def __init__(self, wanted: dict[str, dict[str, Any]]) -> None:
        super().__init__()
        self.wanted = wanted
        self.found: Counter[str] = Counter()
        self.named: list[tuple[str, str | None, BaseGeometry]] = []

    def _count(self, thing: Any, *elements: str) -> None:
        for recipe, osm in self.wanted.items():
            if osm["elements"] in elements and self._fits(thing, osm["tags"]):
                self.found[recipe] += 1

    @staticmethod
    def _fits(thing: Any, tags: dict[str, list[str]]) -> bool:
        return any(
            thing.tags.get(key) is not None and (values == ["*"] or thing.tags[key] in values)
            for key, values in tags.items()
        )

    def _name(self, thing: Any, wkb: str) -> None:
        for recipe, osm in self.wanted.items():
            if osm["elements"] == "places" and self._fits(thing, osm["tags"]):
                self.named.append((recipe, thing.tags.get("name"), shapely.from_wkb(wkb)))

    def node(self, node: osmium.osm.Node) -> None:
        self._count(node, "points")
        self._name(node, _SHAPES.create_point(node))

    def way(self, way: osmium.osm.Way) -> None:
        self._count(way, "ways", *(() if way.is_closed() else ("points",)))

    def area(self, area: osmium.osm.Area) -> None:
        self._count(area, "areas", "points")
        self._name(area, _SHAPES.create_multipolygon(area))

    def count_named(self) -> None:
        """Count each named place once: an outline with a node of its name in it is that node's."""
        for recipe, name, shape in self.named:
            nodes = [
                other
                for of, called, other in self.named
                if (of, called) == (recipe, name) and other.geom_type == "Point" and called
            ]
            if shape.geom_type == "Point" or not any(shape.covers(node) for node in nodes):
                self.found[recipe] += 1


def osm_counts(path: Path) -> dict[str, int]:
    """Return, by recipe, how many elements of an extract have one of its tags; recipes without tags are left out."""
    recipes = [tomllib.loads(file.read_text("utf-8")) for file in GENERIC.glob("osm_*.toml")]
    counting = _Counting({recipe["id"]: recipe["osm"] for recipe in recipes if "tags" in recipe["osm"]})
    counting.apply_file(str(path), locations=True)
    counting.count_named()
    return dict(counting.found)
