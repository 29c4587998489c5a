"""The map's style, made from the registry: what a layer declares is how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from geodata.layers.audience import Audience
from geodata.layers.layer import Layer
from geodata.queries.tiles import HIGHEST_STORED
from webmap import basemap, borders, place_names, points, terrain
from webmap.basemap import (
    FONT_MEDIUM,
    GROUND,
    HALO,
    Expression,
    MapLayer,
    darkened,
    growing,
)
from webmap.colours import ink_of, mixed
from webmap.symbols import Symbol, choice_symbols, coloured_by, plain_symbol

SYMBOLS = "csmap:symbols"
ONEWAY_ARROW = Symbol("arrow", basemap.ROAD_INK, "#ffffff", 11)
LAYER_KEY = "csmap:layer"
SELECTED = "#0b57d0"
SMALL_PX = 10
NOTHING = ["==", ["id"], -1]
"""The filter of the highlight before anything is selected; the page puts the record's id in."""

Part = Callable[[Layer, dict[str, Any]], list[MapLayer]]


def map_style(
    layers: Sequence[Layer],
    *,
    language: str,
    base: str = "",
    boundary: Mapping[str, Any] | None = None,
    audience: Audience = Audience.RESIDENT,
    archives: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return a MapLibre style document.

    Args:
        layers: those that the reader may see, in any order; ones without geometry or style are left out.
        language: of labels that come from declared words.
        base: path under which the application answers, without a trailing slash.
        boundary: the deployment's outline as a GeoJSON (Multi)Polygon; what lies outside is drawn paler.
        audience: whose map it is: what they get at its compound only is drawn just above the compound's spot.
        archives: addresses of PMTiles files by layer id, from which tiles come in place of the application; a layer
            without one isn't drawn.

    Returns:
        a style whose sources are our own tiles. Each layer's metadata names the registry's layer ("csmap:layer"),
        the document's ("csmap:symbols") the images that the page has to draw.
    """
    drawn = sorted((layer for layer in layers if layer.geometry and layer.style), key=_order)
    if archives is not None:
        drawn = [layer for layer in drawn if layer.id in archives]
    sources: dict[str, Any] = {layer.id: _source(layer, base, archives) for layer in drawn}
    placed: list[MapLayer] = [{"id": "ground", "type": "background", "paint": {"background-color": GROUND}}]
    for name in ("selected", borders.HERE):
        sources[name] = {"type": "geojson", "data": {"type": "FeatureCollection", "features": []}}
    symbols = partial(points.symbols, audience=audience)
    for part in (
        _grounds,
        _base,
        _outlines,
        _base_labels,
        _names,
        _place_names,
        _names_above,
        points.clusters,
        symbols,
    ):
        if part is _outlines and boundary is not None:
            sources["outside"] = {"type": "geojson", "data": basemap.outside(boundary)}
            placed += basemap.OUTSIDE_LAYERS
        if part is symbols:
            placed.append(_SELECTED_SPOT)
        for layer in sorted(drawn, key=_named_last) if part is _names else drawn:
            for map_layer in part(layer, {"source": layer.id, "source-layer": layer.id}, language):
                placed.append({**map_layer, "metadata": {LAYER_KEY: layer.id}})
    images = {name: image for layer in drawn for name, image in symbol_images(layer).items()}
    images[basemap.ONEWAY] = _image(ONEWAY_ARROW) | {"flat": True}
    return {"version": 8, "name": "csmap", "metadata": {SYMBOLS: images}, "sources": sources, "layers": placed}


def symbol_images(layer: Layer) -> dict[str, dict[str, Any]]:
    """Return the images of a point layer by name: path, mark, colours and diameter in pixels."""
    plain = plain_symbol(layer)
    if plain is None or layer.geometry != "point" or layer.is_name_only:
        return {}
    looks = {layer.id: plain} | {f"{layer.id}/{value}": look for value, look in choice_symbols(layer).items()}
    images = {name: _image(look) for name, look in looks.items()}
    return images | {points.small(name): {**image, "size": SMALL_PX} for name, image in images.items()}


def _image(look: Symbol) -> dict[str, Any]:
    return {
        "path": look.path,
        "mark": look.mark,
        "colour": look.colour,
        "outline": look.outline,
        "size": look.size_px,
    }


def _order(layer: Layer) -> int:
    return layer.style.order if layer.style else 0


def _named_last(layer: Layer) -> tuple[int, int, int]:
    """Return what sorts layers so that the names that matter most come last: MapLibre places the last ones first.

    Of one zoom the great roads come before parcels, which have room beside their middle, and points before both.
    """
    geometries = ("area", "line", "point")
    rank = geometries.index(layer.geometry) if layer.geometry else 0
    return (-layer.style.label_zoom if layer.style else 0, rank, _order(layer))


def _source(layer: Layer, base: str, archives: Mapping[str, str] | None) -> dict[str, Any]:
    if archives is not None:
        return {"type": "vector", "url": f"pmtiles://{archives[layer.id]}"}
    lowest, highest = layer.zooms
    return {
        "type": "vector",
        "tiles": [f"{base}/ogc/collections/{layer.id}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"],
        "minzoom": lowest,
        "maxzoom": min(highest, HIGHEST_STORED),
    }


_SELECTED_SPOT: MapLayer = {
    "id": "selected-spot",
    "type": "circle",
    "source": "selected",
    "paint": {
        "circle-radius": 18,
        "circle-color": SELECTED,
        "circle-opacity": 0.18,
        "circle-stroke-color": SELECTED,
        "circle-stroke-width": 2.5,
    },
}
"""A ring around the spot of the selected point: the record itself may stand under others of the same spot."""


def _colour(layer: Layer) -> Expression:
    """Return the layer's colour, or the expression that picks it by the choice field."""
    symbols, field = choice_symbols(layer), coloured_by(layer)
    plain = layer.style.colour if layer.style else "#000000"
    if field is None or not symbols:
        return plain
    pairs = [part for value, look in symbols.items() for part in (value, look.colour)]
    return ["match", ["get", field.name], *pairs, plain]


def _grounds(layer: Layer, source: dict[str, Any], _: str) -> list[MapLayer]:
    """Parcels lie under the roads and buildings, so that the town stays readable through them."""
    style = layer.style
    if layer.geometry != "area" or layer.is_base or style is None:
        return []
    paint = {"fill-color": _colour(layer), "fill-opacity": style.opacity}
    # An area without a fill can be clicked on all the same.
    return [{"id": f"{layer.id}-fill", "type": "fill", **source, "paint": paint}]


def _base(layer: Layer, source: dict[str, Any], _: str) -> list[MapLayer]:
    """The base map, each kind of thing as maps draw it."""
    style = layer.style
    if not layer.is_base or style is None:
        return []
    match style.drawing:
        case "road":
            return basemap.road_layers(layer, source)
        case "building":
            return basemap.building_layers(layer, source)
        case "water" | "green":
            return terrain.ground_layers(layer, source, style)
        case "waterway":
            return terrain.waterway_layers(layer, source, style)
        case "railway":
            return terrain.railway_layers(layer, source, style)
        case "barrier":
            return terrain.barrier_layers(layer, source, style)
    if layer.geometry == "area":
        paint = {"fill-color": _colour(layer), "fill-outline-color": style.outline, "fill-opacity": style.opacity}
        return [{"id": f"{layer.id}-fill", "type": "fill", **source, "paint": paint}]
    if layer.geometry == "line":
        return _lines(layer, source)
    return []


def _lines(layer: Layer, source: dict[str, Any]) -> list[MapLayer]:
    size = layer.style.size_px if layer.style else 1
    outline = layer.style.outline if layer.style else "#ffffff"
    layout = {"line-cap": "round", "line-join": "round"}
    cased = {"line-color": outline, "line-width": growing(size + 2)}
    plain = {"line-color": _colour(layer), "line-width": growing(size)}
    return [
        {"id": f"{layer.id}-casing", "type": "line", **source, "layout": layout, "paint": cased},
        {"id": f"{layer.id}-line", "type": "line", **source, "layout": layout, "paint": plain},
    ]


def _outlines(layer: Layer, source: dict[str, Any], _: str) -> list[MapLayer]:
    style = layer.style
    if layer.is_base or style is None or layer.geometry == "point":
        return []
    if layer.geometry == "line":
        drawn = _lines(layer, source)
    elif style.drawing == "border":
        drawn = borders.border_lines(layer, source)
    else:
        paint = {"line-color": style.outline, "line-width": growing(style.size_px), "line-opacity": 0.75}
        drawn = [{"id": f"{layer.id}-outline", "type": "line", **source, "paint": paint}]
    selected = {"line-color": SELECTED, "line-width": growing(3.2)}
    return [*drawn, {"id": f"{layer.id}-selected", "type": "line", **source, "filter": NOTHING, "paint": selected}]


def _base_labels(layer: Layer, source: dict[str, Any], _: str) -> list[MapLayer]:
    style = layer.style
    if not layer.is_base or style is None:
        return []
    if style.drawing == "road":
        return basemap.oneway_arrows(layer, source) + basemap.road_labels(layer, source, great=False)
    return terrain.terrain_labels(layer, source, style) if style.drawing in {"water", "waterway", "green"} else []


def _names(layer: Layer, source: dict[str, Any], language: str) -> list[MapLayer]:
    """Names of what the map is about, and of the great roads between; they make way for every symbol."""
    style = layer.style
    if style is not None and style.drawing == "road":
        return basemap.road_labels(layer, source, great=True)
    if layer.is_base or style is None or style.label is None:
        return []
    name = _said(layer, style.label, language)
    if layer.geometry == "area":
        return _names_inside(layer, source, name)
    if layer.geometry == "line":
        layout = {"text-field": name, "symbol-placement": "line", "symbol-spacing": 420}
    else:
        layout = {"text-field": _later(layer, name), **_BESIDE, **_first_choices(layer), "text-max-width": 10}
    return [_label(layer, source, darkened(style.colour), layout)]


def _names_inside(layer: Layer, source: dict[str, Any], name: Expression) -> list[MapLayer]:
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


def _place_names(layer: Layer, source: dict[str, Any], language: str) -> list[MapLayer]:
    """Names of towns and villages, before those of single things in them; the deployment's own areas come first."""
    return place_names.name_layers(layer, source, language) if layer.is_name_only else []


def _names_above(layer: Layer, _: dict[str, Any], language: str) -> list[MapLayer]:
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
        # What has no name of its own is told by its symbol.
        other = [] if layer.unnamed_by else [["get", "name_text"]]
        return ["coalesce", ["get", name], *other, ""]
    pairs = [part for choice in field.choices for part in (choice.value, choice.label.get(language))]
    return ["match", ["get", name], *pairs, ["coalesce", ["get", name], ""]]
