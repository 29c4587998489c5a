"""The map's style follows from the registry alone, and the tiles hold what it draws."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from math import log, pi, radians, sin
from typing import Any, Literal

import pytest

from geodata.layers import LAYERS, get_layer
from geodata.layers.audience import Audience
from geodata.layers.layer import Layer
from geodata.layers.style import Style
from geodata.layers.text import Text
from geodata.queries.reading import RESIDENT, open_reading
from geodata.queries.tiles import tile
from geodata.settings import PROJECT, Settings
from webmap.cartography.colours import READABLE, contrast
from webmap.cartography.looks import LOOKS, NIGHT_GROUND, SEEN
from webmap.cartography.style import LAYER_KEY, SYMBOLS, map_style

STYLE = map_style(LAYERS, language="zh-CN")
OTHER = map_style(LAYERS, language="zh-CN", look=LOOKS["care-dark"])
IDS = [layer["id"] for layer in STYLE["layers"]]
LINES_AND_AREAS = {each.id for each in LAYERS if each.style and each.geometry in ("line", "area")}


def _words(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from _words(value)
    elif isinstance(part, list):
        for value in part:
            yield from _words(value)


def _columns(part: Any) -> Iterator[str]:
    """Return the properties that an expression reads."""
    if isinstance(part, dict):
        for value in part.values():
            yield from _columns(value)
    elif isinstance(part, list):
        if len(part) == 2 and part[0] in {"get", "has"}:
            yield part[1]
        for value in part:
            yield from _columns(value)


def test_nothing_is_asked_of_another_host() -> None:
    assert not [word for word in _words(STYLE) if "://" in word]
    assert "glyphs" not in STYLE
    assert "sprite" not in STYLE


def test_every_drawn_layer_has_a_source_and_every_map_layer_a_known_one() -> None:
    drawn = {layer.id for layer in LAYERS if layer.geometry and layer.style}
    assert drawn == {layer["metadata"][LAYER_KEY] for layer in STYLE["layers"] if "metadata" in layer}
    assert {layer["source"] for layer in STYLE["layers"] if "source" in layer} <= set(STYLE["sources"])
    assert len(IDS) == len(set(IDS))


def test_town_lies_over_parcels_and_symbols_over_all() -> None:
    in_order = ["ground", "compound-fill", "road-fill", "road-bridge-fill", "building-fill", "compound-outline"]
    in_order += ["compound-label", "area-label-middle", "hazard-symbol"]
    assert [name for name in IDS if name in in_order] == in_order


def test_squares_that_stand_for_many_look_like_none_of_them() -> None:
    """A tile that would be too large counts lines and areas: as a road or a compound a square would be a lie."""
    drawn = [each for each in STYLE["layers"] if each.get("source-layer") in LINES_AND_AREAS]
    squares = [each["id"] for each in drawn if each.get("filter") == ["has", "records"]]
    assert {f"{name}-square" for name in LINES_AND_AREAS} <= set(squares)
    assert {"compound-square-number", "area-square-number"} <= set(squares)
    for each in drawn:
        if each["id"] not in squares and not each["id"].endswith("-selected"):
            assert '["!", ["has", "records"]]' in json.dumps(each.get("filter")), each["id"]


def test_expressions_read_only_what_tiles_hold() -> None:
    for map_layer in STYLE["layers"]:
        layer = get_layer(map_layer["metadata"][LAYER_KEY]) if "metadata" in map_layer else None
        if layer is None:
            continue
        assert layer.style is not None
        listed = {field.name for field in layer.fields if field.is_listed}
        by = layer.field(layer.style.by) if layer.style.by else None
        counts = {f"n_{choice.value}" for choice in by.choices} if by else set()
        known = (
            listed
            | counts
            | {"name_text", "apart_text", "stacked", "records"}
            | ({"amount"} if layer.style.sums else set())
        )
        if layer.style.reads is not None:
            # Its tiles have nothing else (`Style.reads`), and of it nothing below the zoom that is declared.
            lowest = int(map_layer.get("minzoom", 0))
            known = {name for name, zoom in layer.style.reads if zoom <= lowest} & listed | {"records"}
        assert set(_columns(map_layer)) <= known, map_layer["id"]


def test_each_choice_has_its_image_and_the_expression_names_it() -> None:
    images = STYLE["metadata"][SYMBOLS]
    symbol = next(layer for layer in STYLE["layers"] if layer["id"] == "hazard-symbol")
    named = set(_words(symbol["layout"]["icon-image"])) - {"match", "get", "status"}
    field = get_layer("hazard").field("status")
    assert field is not None
    for choice in field.choices:
        assert images[f"hazard/{choice.value}"]["colour"] == choice.colour
        assert f"hazard/{choice.value}" in named
    assert all(name in images for name in named if "/" in name)


@pytest.mark.parametrize(("audience", "is_raised"), [("resident", True), ("planner", True), ("police", False)])
def test_what_is_only_known_to_be_at_its_compound_leaves_the_spot_free(audience: str, is_raised: bool) -> None:
    style = map_style(LAYERS, language="en", audience=Audience(audience))
    offsets = {
        layer["id"]: layer["layout"].get("icon-offset") for layer in style["layers"] if layer["type"] == "symbol"
    }
    assert (offsets["hazard-symbol"] != [0, 0]) is is_raised
    assert offsets["micro_project-symbol"] == [0, 0]


def test_names_of_towns_are_written_without_symbols_the_greatest_first() -> None:
    field = get_layer("locality").field("kind")
    assert field is not None
    mine = [layer for layer in STYLE["layers"] if layer.get("source-layer") == "locality"]
    assert [layer["id"] for layer in mine] == [f"locality-label-{choice.value}" for choice in reversed(field.choices)]
    assert {layer["type"] for layer in mine} == {"symbol"}
    assert not [layer for layer in mine if "icon-image" in layer["layout"]]
    assert not [name for name in STYLE["metadata"][SYMBOLS] if name.startswith("locality")]
    assert IDS.index("service_point-label") < IDS.index("locality-label-city") < IDS.index("area-label-upper")


@pytest.mark.parametrize(("language", "own"), [("zh-CN", "name_zh"), ("en", "name_en")])
def test_towns_are_called_in_the_readers_language_where_they_have_a_name_in_it(language: str, own: str) -> None:
    [city] = [
        layer
        for layer in map_style([get_layer("locality")], language=language)["layers"]
        if layer["id"] == "locality-label-city"
    ]
    assert city["layout"]["text-field"] == ["coalesce", ["get", own], ["get", "name"], ""]


def _colours(layers: list[dict[str, Any]], *properties: str) -> set[str]:
    found = {word for layer in layers for name in properties for word in _words(layer.get("paint", {}).get(name))}
    return {word for word in found if word.startswith("#")}


def test_on_a_dark_map_names_are_read_and_lines_seen() -> None:
    layers = OTHER["layers"]
    inks = _colours(layers, "text-color")
    assert inks
    assert [ink for ink in inks if contrast(ink, NIGHT_GROUND) < READABLE] == []
    assert [halo for halo in _colours(layers, "text-halo-color") if contrast(halo, NIGHT_GROUND) > 1.5] == []
    pill = OTHER["metadata"]["csmap:pill"]
    assert all(contrast(ink, pill["fill"]) >= READABLE for ink in inks)
    subjects = [each for each in layers if each["id"] in {"compound-outline", "area-border", "compound-selected"}]
    assert len(subjects) == 3
    assert [line for line in _colours(subjects, "line-color") if contrast(line, NIGHT_GROUND) < SEEN] == []
    # A road is lighter than what it leads through, by day and by night.
    [road] = [each for each in layers if each["id"] == "road-fill"]
    assert min(map(_lightness, _colours([road], "line-color"))) > _lightness(NIGHT_GROUND)


def _lightness(colour: str) -> float:
    return contrast(colour, "#000000")


def test_in_care_mode_every_name_and_symbol_is_larger() -> None:
    for usual, larger in zip(STYLE["layers"], OTHER["layers"], strict=True):
        sizes, others = (_sizes(layer.get("layout", {}).get("text-size")) for layer in (usual, larger))
        assert [other / size > 1.5 for size, other in zip(sizes, others, strict=True)] == [True] * len(sizes)
    images, larger_images = (style["metadata"][SYMBOLS] for style in (STYLE, OTHER))
    assert all(larger_images[name]["size"] > image["size"] * 1.5 for name, image in images.items())


def _sizes(expression: Any) -> list[float]:
    """Return the sizes of an expression without the zooms, or other values, at which they hold."""
    if isinstance(expression, list):
        return [float(size) for size in expression[4::2]]
    return [] if expression is None else [float(expression)]


def test_nothing_that_is_a_point_is_left_out_for_want_of_room() -> None:
    for layer in STYLE["layers"]:
        if layer["id"].endswith(("-symbol", "-cluster")):
            assert layer["layout"]["icon-allow-overlap"] is True


@pytest.mark.parametrize("geometry", ["point", "line", "area"])
@pytest.mark.parametrize("is_base", [True, False])
def test_a_layer_that_nobody_has_heard_of_is_drawn(geometry: Literal["point", "line", "area"], is_base: bool) -> None:
    shape: dict[str, Any] = {"point": "star", "line": "line", "area": "area"}
    stop = Layer(
        id="bus_stop",
        model=get_layer("police_post").model,
        title=Text("公交站", "Bus stops"),
        meaning=Text("可以上下公交车的地方", "A place where one can catch a bus"),
        geometry=geometry,
        audiences=get_layer("police_post").audiences,
        fields=get_layer("police_post").fields,
        style=Style(shape=shape[geometry], colour="#123456", label="name"),
        is_base=is_base and geometry != "point",
    )
    style = map_style([stop], language="en", base="/csmap")
    mine = [layer for layer in style["layers"] if layer.get("source-layer", "").startswith("bus_stop")]
    assert mine
    assert "#123456" in set(_words(mine)) | set(_words(style["metadata"]))
    name, path = ("base", "base") if stop.is_base else ("bus_stop", "collections/bus_stop")
    assert {layer["source"] for layer in mine} == {name}
    [tiles] = style["sources"][name]["tiles"]
    assert tiles == f"/csmap/ogc/{path}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"
    assert "bounds" not in style["sources"][name]
    style = map_style([stop], language="en", boxes={"bus_stop": (111.9, 27.6, 112.1, 27.8)})
    assert style["sources"][name]["bounds"] == pytest.approx([111.899, 27.599, 112.101, 27.801])
    style = map_style([stop], language="en", archives={"bus_stop": "stops.pmtiles"})
    assert style["sources"]["bus_stop"] == {"type": "vector", "url": "pmtiles://stops.pmtiles"}


@pytest.mark.parametrize("drawing", ["water", "waterway", "green", "railway", "barrier"])
def test_terrain_is_drawn_as_declared(drawing: Any) -> None:
    geometry: Any = "area" if drawing in {"water", "green"} else "line"
    style = Style(shape=geometry, colour="#a9cfe4", outline="#7fb1cc", label="name", drawing=drawing)
    layer = replace(get_layer("road"), id="terrain", geometry=geometry, style=style)
    mine = [
        part
        for part in map_style([layer], language="en")["layers"]
        if part.get("source-layer", "").startswith("terrain")
    ]
    assert mine
    assert ("symbol" in {part["type"] for part in mine}) is (drawing not in {"railway", "barrier"})
    if drawing == "railway":
        track, ties = (next(part for part in mine if part["id"] == f"terrain-{name}") for name in ("track", "ties"))
        assert "line-dasharray" not in track["paint"]
        assert ties["paint"]["line-dasharray"]
        assert mine.index(track) < mine.index(ties)


def test_names_make_way_for_numbers_and_symbols_the_least_first() -> None:
    # MapLibre places what is drawn last first: who stands later here keeps its place.
    wanted = ["micro_project-label", "service_point-label", "compound-label", "police_post-label"]
    wanted += ["area-label-middle", "hazard-cluster", "hazard-symbol"]
    assert [name for name in IDS if name in wanted] == wanted


def test_tunnels_do_not_darken_each_other_and_lie_under_streets() -> None:
    mine = {layer["id"]: layer["paint"] for layer in STYLE["layers"] if layer["id"].startswith("road-tunnel")}
    assert list(mine) == ["road-tunnel", "road-tunnel-fill"]
    assert not [paint for paint in mine.values() if "line-opacity" in paint]
    assert IDS.index("road-tunnel-fill") < IDS.index("road-casing")


def test_the_area_that_one_is_in_is_named_close_up_after_all_other_names() -> None:
    here = next(layer for layer in STYLE["layers"] if layer["id"] == "area-here")
    own = next(layer for layer in STYLE["layers"] if layer["id"] == "area-label-middle")
    assert STYLE["sources"][here["source"]]["type"] == "geojson"
    assert here["layout"]["text-field"] == own["layout"]["text-field"]
    assert here["paint"]["text-opacity"] < own["paint"]["text-opacity"]
    assert IDS.index("area-here") < IDS.index("road-label-main") < IDS.index("area-label-middle")


def test_from_afar_an_area_is_named_inside_it_or_not_at_all() -> None:
    afar, close = (
        next(layer for layer in STYLE["layers"] if layer["id"] == name)
        for name in ("area-label-middle-afar", "area-label-middle")
    )
    assert afar["maxzoom"] == close["minzoom"] == 13
    places, more = (layer["layout"]["text-variable-anchor-offset"] for layer in (afar, close))
    assert max(abs(part) for spot in places[1::2] for part in spot) < 1
    assert more[: len(places)] == places


@pytest.mark.skipif(
    not (PROJECT / "node_modules").exists(), reason="the front end's libraries aren't there: ./csmap setup"
)
def test_the_style_is_as_its_specification_has_it() -> None:
    checked = """
        import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
        import { readFileSync } from "node:fs";
        const found = JSON.parse(readFileSync(0, "utf8")).flatMap((style) => validateStyleMin(style));
        console.log(JSON.stringify(found.map((error) => error.message)));
    """
    node = ["node", "--input-type=module", "--eval", checked]
    told = subprocess.run(
        node, cwd=PROJECT, input=json.dumps([STYLE, OTHER]), capture_output=True, text=True, check=True
    )
    assert json.loads(told.stdout) == []


def test_two_numbers_of_one_compound_stand_each_at_its_symbol() -> None:
    offsets = {layer["id"]: layer["layout"]["text-offset"] for layer in STYLE["layers"] if "symbol" in layer["id"]}
    raised, other = offsets["hazard-symbol"], offsets["micro_project-symbol"]
    # Ems; a line is 1.2 high.
    assert other[1] - raised[1] > 1.2
    assert raised[1] < 0 < other[1]


def test_great_roads_are_named_before_parcels_and_after_posts_streets_after_both() -> None:
    in_order = ["road-label-minor", "road-label-middle", "compound-label", "road-label-main", "police_post-label"]
    assert [name for name in IDS if name in in_order] == in_order
    lowest = {layer["id"]: layer["minzoom"] for layer in STYLE["layers"] if layer["id"].startswith("road-label")}
    assert lowest["road-label-main"] < lowest["road-label-middle"] < lowest["road-label-minor"] <= 15


def test_rivers_are_named_before_and_farther_off_than_brooks() -> None:
    brooks, rivers = (layer for layer in STYLE["layers"] if layer["id"].startswith("waterway-label"))
    assert rivers["minzoom"] < brooks["minzoom"]
    (*_, small), (*_, great) = brooks["filter"], rivers["filter"]
    assert small == ["!", great]
    assert "river" in great[-1][1]


def test_numbers_stand_farther_apart_than_the_labels_behind_them_reach() -> None:
    layers = {layer["id"]: layer["layout"] for layer in STYLE["layers"] if layer["id"].endswith("-cluster")}
    for layout in layers.values():
        assert layout["text-padding"] > max(layout["icon-text-fit-padding"]) * 2
        offsets = layout["text-variable-anchor-offset"][1::2]
        assert offsets[0] == [0, 0]
        assert max(abs(part) for offset in offsets for part in offset) < 4


def test_a_station_is_named_before_a_kiosk() -> None:
    label = next(layer for layer in STYLE["layers"] if layer["id"] == "police_post-label")
    assert label["layout"]["symbol-sort-key"] == ["match", ["get", "kind"], "station", 0, "room", 1, "kiosk", 2, 3]


def test_a_name_beside_its_symbol_has_eight_places_all_clear_of_it() -> None:
    layers = {layer["id"]: layer for layer in STYLE["layers"]}
    places = layers["police_post-label"]["layout"]["text-variable-anchor-offset"]
    anchors, offsets = places[::2], places[1::2]
    assert anchors[0] == "top"  # which is below the symbol
    assert len(set(anchors)) == len(anchors) == 8
    # MapLibre draws a text that stands below or above 7/24 em nearer than it says.
    size_px = layers["police_post-label"]["layout"]["text-size"][4]
    style = get_layer("police_post").style
    assert style is not None
    half_px = 28 / 18 * style.size_px / 2 * 1.05
    for anchor, (x, y) in zip(anchors, offsets, strict=True):
        nearer = 7 / 24 if anchor.startswith(("top", "bottom")) else 0
        assert max(abs(x), abs(y) - nearer) * size_px > half_px, anchor


def test_labels_of_choices_follow_the_language() -> None:
    hazard = get_layer("hazard")
    assert hazard.style is not None
    labelled = replace(hazard, style=replace(hazard.style, label="kind"))
    assert "燃气" in set(_words(map_style([labelled], language="zh-CN")["layers"]))
    assert "Gas" in set(_words(map_style([labelled], language="en")["layers"]))


def test_a_kind_that_is_everywhere_is_named_late() -> None:
    label = next(layer for layer in STYLE["layers"] if layer["id"] == "service_point-label")
    kind, first, *steps = label["layout"]["text-field"][1:]
    assert kind == ["zoom"]
    assert [first[1][2], *(step[1][2] for step in steps[1:-1:2])] == [
        ["literal", ["charging", "aed", "hydrant", "toilet"]],
        ["literal", ["hydrant", "toilet"]],
        ["literal", ["hydrant"]],
    ]
    assert steps[::2] == [18, 19, 20]
    by_street = steps[-1][2]
    assert steps[-1][:2] == ["coalesce", ["get", "name"]]
    assert by_street[:2] == ["case", ["has", "apart_text"]]
    assert [part for part in by_street[2] if part[0] != "match"] == ["concat", "（", ["get", "apart_text"], "）"]


def test_what_lies_outside_is_the_world_less_the_district() -> None:
    ring = [[112, 27.7], [112.1, 27.7], [112.1, 27.8], [112, 27.7]]
    other = [[113, 27.7], [113.1, 27.7], [113.1, 27.8], [113, 27.7]]
    for boundary, holes in (
        ({"type": "Polygon", "coordinates": [ring]}, 1),
        ({"type": "MultiPolygon", "coordinates": [[ring], [other]]}, 2),
    ):
        outside = map_style([], language="en", boundary=boundary)["sources"]["outside"]["data"]
        assert len(outside["geometry"]["coordinates"]) == 1 + holes


def test_an_area_is_named_once_however_many_tiles_it_reaches_over(published: Settings) -> None:
    compound = get_layer("compound")
    zoom = 18
    # The yard is 0.002 degrees wide; a tile of zoom 18 is 0.0014: it reaches over several.
    west, south = _tile_at(112, 27.73, zoom)
    east, north = _tile_at(112.002, 27.732, zoom)
    columns, rows = range(west, east + 1), range(north, south + 1)
    assert len(columns) * len(rows) > 1
    with open_reading(published, RESIDENT) as reading:
        bodies = [tile(reading, compound, zoom, x, y) for x in columns for y in rows]
    holding = [body for body in bodies if b"Garden" in body]
    assert len(holding) == len(bodies)
    assert sum(b"compound_label" in body for body in bodies) == 1


def _tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    sine = sin(radians(lat))
    y = 0.5 - log((1 + sine) / (1 - sine)) / (4 * pi)
    return int((lon / 360 + 0.5) * 2**zoom), int(y * 2**zoom)
