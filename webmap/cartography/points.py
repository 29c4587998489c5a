"""How points are drawn: each with its symbol close up, many as one label with their true number from afar."""

from __future__ import annotations

from typing import Any

from geodata.layers.audience import Audience
from geodata.layers.layer import Layer
from geodata.layers.publishing import AtCompound
from webmap.cartography.basemap import FONT_BOLD, HALO, INK, Expression, MapLayer
from webmap.cartography.symbols import choice_symbols, coloured_by

PILL = "csmap:pill"
"""The image behind a number, which the page draws; it stretches with its text."""
PILL_COLOURS = {"fill": "#ffffff", "edge": "#8d8577"}
NUMBER_INK = "#23211d"
"""Darker than the ink of names: on its label a number is read first."""
IS_CLUSTER = ["has", "records"]
NOTHING = ["==", ["id"], -1]
"""The filter of the highlight before anything is selected; the page puts the record's id in."""
PLACES: tuple[tuple[str, list[float]], ...] = (
    ("center", [0, 0]),
    ("top", [0, 0.9]),
    ("bottom", [0, -0.9]),
    ("left", [0.9, 0]),
    ("right", [-0.9, 0]),
    ("top", [0, 2.6]),
    ("bottom", [0, -2.6]),
    ("top-left", [1.2, 1.4]),
    ("top-right", [-1.2, 1.4]),
    ("bottom-left", [1.2, -1.4]),
    ("bottom-right", [-1.2, -1.4]),
    ("top-left", [0.5, 2.6]),
    ("top-right", [-0.5, 2.6]),
    ("bottom-left", [0.5, -2.6]),
    ("bottom-right", [-0.5, -2.6]),
    ("left", [3.2, 0]),
    ("right", [-3.2, 0]),
    ("top", [0, 0.3]),
    ("bottom", [0, -0.3]),
    ("left", [0.2, 0]),
    ("right", [-0.2, 0]),
    ("top", [0, 1.7]),
    ("bottom", [0, -1.7]),
    ("left", [2, 0]),
    ("right", [-2, 0]),
    ("left", [2, 1.6]),
    ("left", [2, -1.6]),
    ("right", [-2, 1.6]),
    ("right", [-2, -1.6]),
    ("top", [0, 3.4]),
    ("bottom", [0, -3.4]),
)
"""Where a number may stand, the best first: the part of it that lies nearest its spot, and how far off (ems).

Those between the first ones come later: whoever is placed first would leave no room there for the next.
"""
SIZES = ["interpolate", ["linear"], ["zoom"], 9, 0.7, 12, 0.85, 14, 0.92, 16, 1.15, 18, 1.35]
_MIDDLE = {"vertical-align": "center"}


def symbols(layer: Layer, source: dict[str, Any], *, audience: Audience) -> list[MapLayer]:
    """Return the symbols of a point layer, with how many stand on the same spot."""
    style = layer.style
    if layer.geometry != "point" or style is None or layer.is_name_only:
        return []
    is_raised = isinstance(layer.publication(audience), AtCompound)
    several = [">", ["coalesce", ["get", "stacked"], 1], 1]
    layout = {
        "icon-image": _image(layer),
        "icon-size": SIZES,
        # Nothing that is a matter of safety is left out because it is crowded.
        "icon-allow-overlap": True,
        "icon-padding": 0,
        # Whatever else stands at the compound stays in sight under what is only known to be there.
        "icon-offset": [0, -9] if is_raised else [0, 0],
        "text-field": ["case", several, ["to-string", ["get", "stacked"]], ""],
        "text-font": FONT_BOLD,
        "text-size": 11,
        # Beside what is raised, so that each number stands at its own symbol.
        "text-offset": [0.95, -1.5] if is_raised else [1, 0.55],
        "text-allow-overlap": True,
        "text-ignore-placement": True,
    }
    paint = {"text-color": INK, "text-halo-color": HALO, "text-halo-width": 2}
    one = {"id": f"{layer.id}-symbol", "type": "symbol", **source, "filter": ["!", IS_CLUSTER]}
    return [{**one, "layout": layout, "paint": paint}]


def clusters(layer: Layer, source: dict[str, Any], language: str) -> list[MapLayer]:
    """Return the numbers that stand for many points: symbol and number, each shape apart where the style says so."""
    if layer.geometry != "point" or layer.style is None or layer.is_name_only:
        return []
    number = ["get", "records"]
    layout = {
        "icon-image": PILL,
        "icon-text-fit": "both",
        "icon-text-fit-padding": [2, 4, 2, 4],
        "icon-allow-overlap": True,
        "text-field": ["format", *_numbers(layer, language)],
        "text-font": FONT_BOLD,
        "text-size": ["interpolate", ["linear"], ["log10", number], 0, 12, 3, 14],
        # A free place near by where there is one; drawn all the same where there is none.
        "text-variable-anchor-offset": [part for place in PLACES for part in place],
        "text-justify": "center",
        # MapLibre keeps texts apart: the label behind a number reaches so far beyond it.
        "text-padding": 8.5,
        "text-allow-overlap": True,
        "symbol-sort-key": ["-", 0, number],
    }
    paint = {"text-color": NUMBER_INK}
    many = {"id": f"{layer.id}-cluster", "type": "symbol", **source, "filter": IS_CLUSTER}
    return [{**many, "layout": layout, "paint": paint}]


def _image(layer: Layer) -> Expression:
    symbols, field = choice_symbols(layer), coloured_by(layer)
    if field is None or not symbols:
        return layer.id
    pairs = [part for value in symbols for part in (value, f"{layer.id}/{value}")]
    return ["match", ["get", field.name], *pairs, layer.id]


def _numbers(layer: Layer, language: str) -> list[Any]:
    """Return symbols and numbers in turn, as the format expression takes them; a sum where the layer has one."""
    if layer.style is not None and layer.style.sums:
        return [["image", small(layer.id)], _MIDDLE, ["concat", said_number(["get", "amount"], language), " "], _MIDDLE]
    if layer.style is None or not layer.style.counts_shapes_apart:
        return _part(small(layer.id), ["get", "records"])
    shapes: dict[str, list[str]] = {}
    for value, symbol in choice_symbols(layer).items():
        shapes.setdefault(symbol.shape, []).append(value)
    parts: list[Any] = []
    for values in shapes.values():
        first: list[Any] = ["case"]
        for value in values:
            first += [[">", _count(value), 0], small(f"{layer.id}/{value}")]
        parts += _part([*first, ""], ["+", *map(_count, values)])
    stated = ["+", *(_count(value) for values in shapes.values() for value in values)]
    rest = ["-", ["get", "records"], stated]
    return parts + _part(["case", [">", rest, 0], small(layer.id), ""], rest)


def _part(image: Expression, number: Expression) -> list[Any]:
    """Return one symbol with its number; nothing where the number is none."""
    said = ["case", [">", number, 0], ["concat", ["to-string", number], " "], ""]
    return [["image", image], _MIDDLE, said, _MIDDLE]


def said_number(number: Expression, language: str) -> Expression:
    """Return the text of a number: whole, grouped by thousands."""
    return ["number-format", number, {"locale": language, "max-fraction-digits": 0}]


def small(image: str) -> str:
    """Return the name of an image's smaller twin, which stands in a line of text."""
    return f"{image}:small"


def _count(value: str) -> Expression:
    return ["coalesce", ["get", f"n_{value}"], 0]
