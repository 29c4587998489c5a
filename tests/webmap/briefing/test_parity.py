"""Briefing, tiles and lists tell each reader the same, byte by byte: counts, colours, labels and fields."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient

from geodata.layers import get_layer
from tests.district import Client
from tests.vector_tile import Feature, read_tile
from webmap.briefing.inlining import is_built

READERS = [None, "grid_officer:W", "police:W", "planner", "steward"]
SUBJECTS = ("compound", "police_post", "hazard", "micro_project", "area")
TILES = tuple((column, row) for column in (53156, 53157) for row in (27509, 27510))
"""Where all of the district's subjects lie at zoom 16, from which each point is told by itself."""


@dataclass
class Told:
    """A record as a table tells it: its name, its looks (shape, colour), and its cells by their headings."""

    name: str = ""
    looks: list[tuple[str, str]] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)


class Tables(HTMLParser):
    """The records of a page's tables by layer and id, whether the page is a list or a briefing."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.records: dict[str, Told] = {}
        self._told: Told | None = None
        self._column = ""
        self._kept: dict[str, list[tuple[str, str]]] = {}
        self._keeping = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "tr":
            key = said.get("data-record", said.get("id", ""))
            self._told = self.records.setdefault(key.replace("/", "-"), Told()) if key else None
        elif self._told and tag == "td":
            self._column = said.get("data-label", "")
        elif self._told and tag == "th":
            self._column = "name"
        elif tag == "symbol":
            self._keeping = said["id"]
        elif tag == "path" and (self._keeping or self._told):
            looks = self._kept.setdefault(self._keeping, []) if self._keeping else self._told.looks  # type: ignore[union-attr]
            looks.append((said["d"], said["fill"]))
        elif self._told and tag == "use":
            self._told.looks += self._kept[said["href"].removeprefix("#")]

    def handle_data(self, data: str) -> None:
        if self._told and self._column == "name":
            self._told.name += data
        elif self._told and self._column:
            self._told.cells[self._column] = self._told.cells.get(self._column, "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._column = ""
        elif tag == "tr":
            self._told = None
        elif tag == "symbol":
            self._keeping = ""


def said(expression: Any, feature: Feature) -> Any:
    """Return what an expression of the map's style says of a feature, close up."""
    if not isinstance(expression, list):
        return expression
    name, *given = expression
    match name:
        case "get":
            return feature.properties.get(given[0])
        case "has":
            return given[0] in feature.properties
        case "literal":
            return given[0]
        case "!":
            return not said(given[0], feature)
        case "coalesce":
            return next((found for one in given if (found := said(one, feature)) is not None), None)
        case "match":
            pairs = dict(zip(given[1:-1:2], given[2:-1:2], strict=True))
            return said(pairs.get(said(given[0], feature), given[-1]), feature)
        case "step":
            return said(given[-1], feature)
        case "case":
            cases = zip(given[:-1:2], given[1:-1:2], strict=True)
            return said(next((then for when, then in cases if said(when, feature)), given[-1]), feature)
        case "in":
            return said(given[0], feature) in said(given[1], feature)
    raise AssertionError(f"the style says {name!r}, which this test can't read")


def _tiles(client: FlaskClient) -> dict[str, dict[int, Feature]]:
    """Return what the tiles have, by layer and id."""
    found: dict[str, dict[int, Feature]] = {}
    for column, row in TILES:
        answer = client.get(f"/ogc/tiles/WebMercatorQuad/16/{row}/{column}")
        for name, features in read_tile(answer.data).items():
            found.setdefault(name, {}).update({feature.id: feature for feature in features})
    return found


def _looks(style: dict[str, Any], layer_id: str, feature: Feature) -> list[tuple[str, str]]:
    """Return shape and colour, and the mark in it, with which the map draws a feature."""
    by_id = {layer["id"]: layer for layer in style["layers"]}
    if f"{layer_id}-symbol" in by_id:
        image = style["metadata"]["csmap:symbols"][said(by_id[f"{layer_id}-symbol"]["layout"]["icon-image"], feature)]
        return [(image["path"], image["colour"])] + ([(image["mark"], "#ffffff")] if image["mark"] else [])
    return [("", said(by_id[f"{layer_id}-fill"]["paint"]["fill-color"], feature))]


def _label(style: dict[str, Any], layer_id: str, feature: Feature) -> str:
    """Return what the map writes at a feature close up; empty for nothing."""
    ends = ("-label", "-label-grid")
    texts = [layer["layout"]["text-field"] for layer in style["layers"] if layer["id"] in {layer_id + e for e in ends}]
    return str(said(texts[0], feature)) if texts else ""


def _labelled(page: str, layer_id: str) -> set[int]:
    """Return the records at which a briefing writes names on its map."""
    if get_layer(layer_id).geometry == "point":
        [points] = re.findall(rf"var points_{layer_id} = briefing.points\(map_briefing, (.*?)\);", page)
        told = json.loads(points)
        spots = [records for look in told["looks"] for records in look["records"]]
        return {each[0] if isinstance(each, list) else each for each in spots if told["label"] is not None}
    [features] = re.findall(rf"geo_json_{layer_id}_add\((.*?)\);\n", page)
    stated = [feature["properties"] for feature in json.loads(features)["features"]]
    return {each["records"][0] for each in stated if "at" in each}


@pytest.mark.skipif(not is_built(), reason="the front end hasn't been built: ./csmap setup")
@pytest.mark.parametrize("who", READERS)
def test_a_briefing_tells_what_tiles_and_lists_tell(client: Client, who: str | None) -> None:
    reader = client(who)
    page = reader.get("/briefing/?lang=en").text
    briefed, style, tiles = Tables(page).records, reader.get("/style.json?lang=en").get_json(), _tiles(reader)
    assert {key.rpartition("-")[0] for key in briefed} == set(SUBJECTS)
    for layer_id in SUBJECTS:
        layer = get_layer(layer_id)
        rows = {int(key.rpartition("-")[2]): told for key, told in briefed.items() if key.startswith(f"{layer_id}-")}
        # Counts: the legend's, the tiles', those of OGC API and of the list.
        items = json.loads(reader.get(f"/ogc/collections/{layer_id}/items?limit=1000").data)
        listed = Tables(reader.get(f"/list?layer={layer_id}&lang=en").text).records
        [counted] = re.findall(rf'<h2 id="list-{layer_id}"[^>]*>.*<span class="count">(\d+)</span></h2>', page)
        drawn = sum(feature.properties.get("stacked", 1) for feature in tiles[layer_id].values())
        assert len(rows) == int(counted) == drawn == items["numberMatched"] == len(listed)
        # Names, words and fields: the list's, each of them; of OGC API's fields those that are listed.
        assert rows == {int(key.rpartition("-")[2]): told for key, told in listed.items()}
        shown = [layer.field(name.removesuffix("_band")) for name in items["features"][0]["properties"]]
        labels = {each.label.en for each in shown if each and each.is_listed and each.name != layer.name_field}
        assert {frozenset(told.cells) for told in rows.values()} == {frozenset(labels)}
        # Colours, shapes and labels: the map's.
        labelled = _labelled(page, layer_id)
        for number, feature in tiles[layer_id].items():
            looks = _looks(style, layer_id, feature)
            assert [colour for _, colour in rows[number].looks] == [colour for _, colour in looks]
            assert layer.geometry != "point" or rows[number].looks == looks
            assert _label(style, layer_id, feature) == (rows[number].name if number in labelled else "")
