"""How lines and areas are drawn that a tile only counts: a quiet square, and on it how many it stands for."""

from __future__ import annotations

from typing import Any

from geodata.layers.layer import Layer
from webmap.cartography.basemap import FONT_BOLD, MapLayer
from webmap.cartography.points import IS_CLUSTER, NOTHING, NUMBER_INK, PILL, said_number


def without_squares(layer: Layer, map_layer: MapLayer) -> MapLayer:
    """Return the drawing of a layer's own lines or areas, which a square isn't: it would look like one of them.

    What is drawn of squares, or of one record by its id, is as it was.
    """
    stated = map_layer.get("filter", True)
    if layer.geometry == "point" or map_layer.get("source-layer") != layer.id or stated in (IS_CLUSTER, NOTHING):
        return map_layer
    alone = ["!", IS_CLUSTER]
    return {**map_layer, "filter": alone if stated is True else ["all", alone, stated]}


def squares(layer: Layer, source: dict[str, Any], _language: str) -> list[MapLayer]:
    """Return the ground of the squares, the darker the more each stands for."""
    style = layer.style
    if layer.geometry == "point" or style is None:
        return []
    opacity = ["interpolate", ["linear"], ["log10", ["get", "records"]], 0, 0.2, 2, 0.6]
    paint = {"fill-color": style.colour, "fill-opacity": opacity, "fill-outline-color": style.outline}
    return [{"id": f"{layer.id}-square", "type": "fill", **source, "filter": IS_CLUSTER, "paint": paint}]


def square_numbers(layer: Layer, source: dict[str, Any], language: str) -> list[MapLayer]:
    """Return the numbers of squares of what the map is about, the greatest first and as far as there is room.

    Squares are small and many; the pointer tells each. Of streets and houses nobody asks how many there are.
    """
    if layer.geometry == "point" or layer.style is None or layer.is_base:
        return []
    number = ["get", "records"]
    layout = {
        "icon-image": PILL,
        "icon-text-fit": "both",
        "icon-text-fit-padding": [2, 4, 2, 4],
        "text-field": said_number(number, language),
        "text-font": FONT_BOLD,
        "text-size": 12,
        "symbol-sort-key": ["-", 0, number],
    }
    many = {"id": f"{layer.id}-square-number", "type": "symbol", **source, "filter": IS_CLUSTER, "layout": layout}
    return [{**many, "paint": {"text-color": NUMBER_INK}}]
