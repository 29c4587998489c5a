"""The map's style, made from the registry: what a layer declares is how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from geodata.layers.audience import Audience
from geodata.layers.layer import Layer
from webmap.cartography import basemap, borders, labels, points, squares, terrain
from webmap.cartography.basemap import (
    GROUND,
    Expression,
    MapLayer,
    growing,
)
from webmap.cartography.looks import Look, looked_at
from webmap.cartography.points import NOTHING
from webmap.cartography.sources import source_of, tile_sources
from webmap.cartography.symbols import Symbol, choice_symbols, coloured_by, plain_symbol

SYMBOLS = "csmap:symbols"
ONEWAY_ARROW = Symbol("arrow", basemap.ROAD_INK, "#ffffff", 11)
LAYER_KEY = "csmap:layer"
SELECTED = "#0b57d0"
SMALL_PX = 10

Part = Callable[[Layer, dict[str, Any]], list[MapLayer]]


def map_style(
    layers: Sequence[Layer],
    *,
    language: str,
    base: str = "",
    boundary: Mapping[str, Any] | None = None,
    audience: Audience = Audience.RESIDENT,
    archives: Mapping[str, str] | None = None,
    boxes: Mapping[str, Sequence[float]] | None = None,
    look: Look | None = None,
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
        boxes: west, south, east, north by layer id, as far as known: no tile is asked for beyond.
        look: dark, with larger names and symbols, or both; None for the plain map.

    Returns:
        a style whose sources are our own tiles. Each layer's metadata names the registry's layer ("csmap:layer"),
        the document's ("csmap:symbols", "csmap:pill") the images that the page has to draw.
    """
    drawn = sorted((layer for layer in layers if layer.geometry and layer.style), key=_order)
    if archives is not None:
        drawn = [layer for layer in drawn if layer.id in archives]
    sources = tile_sources(drawn, base, archives, boxes)
    placed: list[MapLayer] = [{"id": "ground", "type": "background", "paint": {"background-color": GROUND}}]
    for name in ("selected", borders.HERE):
        sources[name] = {"type": "geojson", "data": {"type": "FeatureCollection", "features": []}}

    def symbols(layer: Layer, source: dict[str, Any], _language: str) -> list[MapLayer]:
        return points.symbols(layer, source, audience=audience)

    for part in (
        _grounds,
        _base,
        _outlines,
        squares.squares,
        labels.base_labels,
        labels.names,
        labels.place_name_layers,
        labels.names_above,
        squares.square_numbers,
        points.clusters,
        symbols,
    ):
        if part is _outlines and boundary is not None:
            sources["outside"] = {"type": "geojson", "data": basemap.outside(boundary)}
            placed += basemap.OUTSIDE_LAYERS
        if part is symbols:
            placed.append(_SELECTED_SPOT)
        for layer in sorted(drawn, key=labels.named_last) if part is labels.names else drawn:
            for map_layer in part(layer, {"source": source_of(layer, archives), "source-layer": layer.id}, language):
                placed.append({**squares.without_squares(layer, map_layer), "metadata": {LAYER_KEY: layer.id}})
    images = {name: image for layer in drawn for name, image in symbol_images(layer).items()}
    images[basemap.ONEWAY] = _image(ONEWAY_ARROW) | {"flat": True}
    metadata = {SYMBOLS: images, points.PILL: dict(points.PILL_COLOURS)}
    style = {"version": 8, "name": "csmap", "metadata": metadata, "sources": sources, "layers": placed}
    ground = {layer.id for layer in drawn if layer.is_base}
    looked_at(style, look or Look(), ground, layer_key=LAYER_KEY, images=SYMBOLS)
    return style


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
