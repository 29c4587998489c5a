"""Water, green, railways and walls in MapLibre's words: the ground on which streets and places are found."""

from __future__ import annotations

from typing import Any

from geodata.layers.layer import Layer
from geodata.layers.style import Style
from webmap.cartography.basemap import FONT, HALO, Expression, MapLayer, growing, has_tag
from webmap.cartography.colours import ink_of, mixed

GREAT_WATERWAYS = ["river", "canal", "tidal_channel"]
LIGHT_RAILWAYS = ["tram", "light_rail", "subway", "monorail", "narrow_gauge", "funicular", "miniature"]
ROUND = {"line-cap": "round", "line-join": "round"}


def ground_layers(layer: Layer, source: dict[str, Any], style: Style) -> list[MapLayer]:
    """Return water or green as a fill, with a shore line close up."""
    shore = {"line-color": style.outline, "line-width": growing(style.size_px)}
    paint = {"fill-color": style.colour, "fill-opacity": style.opacity, "fill-antialias": False}
    return [
        {"id": f"{layer.id}-fill", "type": "fill", **source, "paint": paint},
        {"id": f"{layer.id}-shore", "type": "line", **source, "minzoom": 13, "layout": ROUND, "paint": shore},
    ]


def waterway_layers(layer: Layer, source: dict[str, Any], style: Style) -> list[MapLayer]:
    """Return rivers and brooks, the great ones wider; what runs under ground is dashed."""
    kind = ["in", ["get", "kind"], ["literal", GREAT_WATERWAYS]]
    width: list[Any] = ["interpolate", ["exponential", 1.5], ["zoom"]]
    for zoom, great, small in ((10, 0.8, 0), (13, 1.8, 0.7), (15, 3, 1.4), (18, 9, 4)):
        width += [zoom, ["case", kind, great, small]]
    hidden = has_tag("tunnel")
    paint = {"line-color": style.colour, "line-width": width}
    return [
        {"id": f"{layer.id}-line", "type": "line", **source, "filter": ["!", hidden], "layout": ROUND, "paint": paint},
        {
            "id": f"{layer.id}-tunnel",
            "type": "line",
            **source,
            "minzoom": 14,
            "filter": hidden,
            "paint": {**paint, "line-dasharray": [2, 2], "line-opacity": 0.6},
        },
    ]


def railway_layers(layer: Layer, source: dict[str, Any], style: Style) -> list[MapLayer]:
    """Return railways as maps have them: a dark line, and close up light ties in it; trams and tunnels are quieter."""
    tunnel, bridge = has_tag("tunnel"), has_tag("bridge")
    is_light = ["in", ["get", "kind"], ["literal", LIGHT_RAILWAYS]]
    heavy = ["all", ["!", is_light], ["!", tunnel]]
    dark = {"line-color": style.colour, "line-width": _rail_width(style.size_px)}
    ties = {"line-color": style.outline, "line-width": _rail_width(style.size_px - 1), "line-dasharray": [4, 4]}
    over = {"line-color": mixed(style.colour, "#ffffff", 0.35), "line-width": _rail_width(style.size_px + 2.4)}
    light = {"line-color": mixed(style.colour, "#ffffff", 0.25), "line-width": growing(1)}

    def line(name: str, where: Expression, paint: dict[str, Any], lowest: float) -> MapLayer:
        drawn = {"id": f"{layer.id}-{name}", "type": "line", **source, "minzoom": lowest, "filter": where}
        return {**drawn, "layout": {"line-join": "round"}, "paint": paint}

    return [
        line("tunnel", tunnel, {**light, "line-dasharray": [3, 3], "line-opacity": 0.7}, 13),
        line("light", ["all", is_light, ["!", tunnel]], light, 13),
        line("bridge", ["all", heavy, bridge], over, 14),
        line("track", heavy, dark, 9),
        line("ties", heavy, ties, 12.5),
    ]


def barrier_layers(layer: Layer, source: dict[str, Any], style: Style) -> list[MapLayer]:
    """Return walls and fences as thin lines close up."""
    paint = {
        "line-color": style.colour,
        "line-width": ["interpolate", ["linear"], ["zoom"], 15, 0.5, 18, style.size_px * 1.8],
        "line-opacity": ["interpolate", ["linear"], ["zoom"], 15, 0, 15.6, 1],
    }
    return [{"id": f"{layer.id}-line", "type": "line", **source, "minzoom": 15, "layout": ROUND, "paint": paint}]


def terrain_labels(layer: Layer, source: dict[str, Any], style: Style) -> list[MapLayer]:
    """Return the names of water and green, in the colour of the thing and without taking room from others."""
    if style.label is None:
        return []
    if layer.geometry == "line":
        great = ["in", ["get", "kind"], ["literal", GREAT_WATERWAYS]]
        along = {"symbol-placement": "line", "symbol-spacing": 350, "text-max-angle": 35, "text-padding": 12}
        return [
            _label(layer, source, style, "label-small", 14, along, ["!", great]),
            _label(layer, source, style, "label", 11, along, great),
        ]
    source, lowest = {**source, "source-layer": f"{layer.id}_label"}, max(style.label_zoom - 1, 12)
    return [_label(layer, source, style, "label", lowest, {"text-max-width": 6, "text-padding": 6})]


def _label(
    layer: Layer,
    source: dict[str, Any],
    style: Style,
    name: str,
    lowest: float,
    layout: dict[str, Any],
    where: Expression = True,
) -> MapLayer:
    is_area = layer.geometry == "area"
    common = {
        "text-field": ["coalesce", ["get", style.label], ""],
        "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 13, 11, 17, 13.5],
        "text-letter-spacing": 0.12,
    }
    paint = {
        "text-color": ink_of(style.outline, style.colour) if is_area else ink_of(style.colour, "#ffffff"),
        "text-halo-color": mixed(style.colour, "#ffffff", 0.5) if is_area else HALO,
        "text-halo-width": 1.2,
    }
    drawn = {"id": f"{layer.id}-{name}", "type": "symbol", **source, "minzoom": lowest, "filter": where}
    return {**drawn, "layout": {**common, **layout}, "paint": paint}


def _rail_width(size: float) -> Expression:
    sizes = (9, size * 0.35, 13, size * 0.9, 15, size * 1.3, 18, size * 2.2)
    return ["interpolate", ["exponential", 1.4], ["zoom"], *sizes]
