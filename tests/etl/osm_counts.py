"""Counts what an extract of OpenStreetMap holds with pyosmium alone, apart from our readers."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import osmium

from etl.recipe_files import GENERIC


class _Counting(osmium.SimpleHandler):
    def __init__(self, wanted: dict[str, dict[str, Any]]) -> None:
        super().__init__()
        self.wanted = wanted
        self.found: Counter[str] = Counter()

    def _count(self, thing: Any, *elements: str) -> None:
        for recipe, osm in self.wanted.items():
            tags = osm["tags"]
            if osm["elements"] in elements and any(
                thing.tags.get(key) is not None and (values == ["*"] or thing.tags[key] in values)
                for key, values in tags.items()
            ):
                self.found[recipe] += 1

    def node(self, node: osmium.osm.Node) -> None:
        self._count(node, "points")

    def way(self, way: osmium.osm.Way) -> None:
        self._count(way, "ways", *(() if way.is_closed() else ("points",)))

    def area(self, area: osmium.osm.Area) -> None:
        self._count(area, "areas", "points")


def osm_counts(path: Path) -> dict[str, int]:
    """Return, by recipe, how many elements of an extract have one of its tags; recipes without tags are left out."""
    recipes = [tomllib.loads(file.read_text("utf-8")) for file in GENERIC.glob("osm_*.toml")]
    counting = _Counting({recipe["id"]: recipe["osm"] for recipe in recipes if "tags" in recipe["osm"]})
    counting.apply_file(str(path), locations=True)
    return dict(counting.found)
