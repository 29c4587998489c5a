"""Where names stand on the map, and which of them come first."""

from __future__ import annotations

from string import Formatter
from typing import Any

from geodata.layers.field import Field
from geodata.layers.layer import Layer
from webmap.cartography import basemap, borders, place_names, points, terrain
from webmap.cartography.basemap import FONT_MEDIUM, HALO, Expression, MapLayer, darkened
from webmap.cartography.colours import ink_of, mixed
from webmap.cartography.symbols import coloured_by
from webmap.wording import BY_STREET


def named_last(layer: Layer) -> tuple[int, int]:
    """Return what sorts layers so that the names that matter most come last: MapLibre places the last ones first.

    Of one zoom the great roads come before parcels, which have room beside their middle, and points before both.
    Those alike keep the order in which the map draws them.
    """
    geometries = ("area", "line", "point")
    rank = geometries.index(layer.geometry) if layer.geometry else 0
    return (-layer.style.label_zoom if layer.style else 0, rank)


def base_labels(layer: Layer, source: dict[str, Any], _: str) -> list[MapLayer]:
    """Names of streets, water and green ground, and the arrows of one-ways."""
    style = layer.style
    if not layer.is_base or style is None:
        return []
    if style.drawing == "road":
        return basemap.oneway_arrows(layer, source) + basemap.road_labels(layer, source, great=False)
    return terrain.terrain_labels(layer, source, style) if style.drawing in {"water", "waterway", "green"} else []


def names(layer: Layer, source: dict[str, Any], language: str) -> list[MapLayer]:
    """Names of what the map is about, and of the great roads between; they make way for every symbol."""
    style = layer.style
    if style is not None and style.drawing == "road":
        return basemap.road_labels(layer, source, great=True)
    if layer.is_base or style is None or style.label is None:
        return []
    name = _said(layer, style.label, language)
    if layer.geometry == "area":
        return _inside(layer, source, name)
    if layer.geometry == "line":
        layout = {"text-field": name, "symbol-placement": "line", "symbol-spacing": 420}
    else:
        layout = {"text-field": _later(layer, name), **_BESIDE, **_first_choices(layer), "text-max-width": 10}
    return [_label(layer, source, darkened(style.colour), layout)]


def _inside(layer: Layer, source: dict[str, Any], name: Expression) -> list[MapLayer]:
    """Names of areas, whose tiles carry a point for them."""
    style = layer.style
    if style is None or style.drawing == "border":
        return borders.grid_labels(layer, name)
    source = {**source, "source-layer": f"{layer.id}_label"}
    ink = ink_of(style.outline, mixed(basemap.GROUND, style.colour, style.opacity))
    return [_label(layer, source, ink, {"text-field": name, **_AROUND, "text-max-width": 8})]


def _first_choices(layer: Layer) -> dict[str, Any]:
    """Return the layout by which records of a field's first choices are named before others."""
    field = coloured_by(layer)
    if field is None or not field.choices:
        return {}
    pairs = [part for rank, choice in enumerate(field.choices) for part in (choice.value, rank)]
    return {"symbol-sort-key": ["match", ["get", field.name], *pairs, len(field.choices)]}


def _later(layer: Layer, name: Expression) -> Expression:
    """Return a name that is empty as long as the record's kind isn't named yet."""
    by = coloured_by(layer)
    zooms = {choice.label_zoom for choice in by.choices if choice.label_zoom} if by else set()
    if by is None or not zooms:
        return name
    stepped: list[Any] = ["step", ["zoom"]]
    for zoom in (0, *sorted(zooms)):
        unnamed = [choice.value for choice in by.choices if (choice.label_zoom or 0) > zoom]
        shown = ["case", ["in", ["get", by.name], ["literal", unnamed]], "", name] if unnamed else name
        stepped += [shown] if zoom == 0 else [zoom, shown]
    return stepped


def place_name_layers(layer: Layer, source: dict[str, Any], language: str) -> list[MapLayer]:
    """Names of towns and villages, before those of single things in them; the deployment's own areas come first."""
    return place_names.name_layers(layer, source, language) if layer.is_name_only else []


def names_above(layer: Layer, _: dict[str, Any], language: str) -> list[MapLayer]:
    """Names of communities, before all other names: they are how one finds the way."""
    style = layer.style
    if style is None or style.drawing != "border" or style.label is None:
        return []
    return borders.community_labels(layer, _said(layer, style.label, language))


_AROUND = {"text-variable-anchor-offset": borders.PLACES, "text-justify": "center"}
_CLEAR = 1.45
"""Ems from a symbol's middle: placed first, it leaves no place at all to a name that touches it."""
_SHIFTED = 0.6
_SPOTS: tuple[tuple[str, list[float]], ...] = (
    ("top", [0, _CLEAR]),
    ("left", [_CLEAR, 0]),
    ("right", [-_CLEAR, 0]),
    ("bottom", [0, -_CLEAR]),
    ("top-left", [-_SHIFTED, _CLEAR]),
    ("top-right", [_SHIFTED, _CLEAR]),
    ("bottom-left", [-_SHIFTED, -_CLEAR]),
    ("bottom-right", [_SHIFTED, -_CLEAR]),
)
"""Where the name of a point may stand, the best first: below, beside, above, and those shifted aside."""
_BESIDE = {
    "text-variable-anchor-offset": [part for spot in _SPOTS for part in spot],
    "text-padding": 1,
    "text-justify": "auto",
}


def _label(layer: Layer, source: dict[str, Any], ink: str, layout: dict[str, Any]) -> MapLayer:
    size = ["interpolate", ["linear"], ["zoom"], 14, 11.5, 18, 14.5]
    return {
        "id": f"{layer.id}-label",
        "type": "symbol",
        **source,
        "minzoom": layer.style.label_zoom if layer.style else 14,
        "layout": {"text-font": FONT_MEDIUM, "text-size": size, "text-padding": 3, **layout},
        "paint": {"text-color": ink, "text-halo-color": HALO, "text-halo-width": 1.8},
    }


def _said(layer: Layer, name: str, language: str) -> Expression:
    """Return the label's text: the name as it stands in the tile, or a choice's word."""
    field = layer.field(name)
    if field is not None and field.kind in {"count", "number"}:
        return points.said_number(["get", name], language)
    if field is None or not field.choices:
        other = _by_street(layer.unnamed_by, language) if layer.unnamed_by else ["get", "name_text"]
        return ["coalesce", ["get", name], other, ""]
    return _word(field, language)


def _by_street(kind: Field, language: str) -> Expression:
    """Return what a thing without a name is told by: nothing, as its symbol says what it is, or where, too."""
    parts = Formatter().parse(BY_STREET.get(language))
    gaps = {"kind": _word(kind, language), "street": ["get", "apart_text"]}
    words = [part for text, gap, _, _ in parts for part in (text, gaps.get(gap or "")) if part]
    return ["case", ["has", "apart_text"], ["concat", *words], ""]


def _word(field: Field, language: str) -> Expression:
    """Return the word for a choice; what isn't known is said as it is."""
    pairs = [part for choice in field.choices for part in (choice.value, choice.label.get(language))]
    return ["match", ["get", field.name], *pairs, ["coalesce", ["get", field.name], ""]]
