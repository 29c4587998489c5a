"""Where the map's tiles come from: the base map by one source, whatever else there is each by its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geodata.layers.layer import Layer
from geodata.queries.tiles import HIGHEST_STORED

BASE = "base"
"""The source of all that the base map draws: it is always drawn together, and comes in one tile."""
BOX_MARGIN = 0.001
"""Degrees beyond what a layer has, for lines as wide as they are drawn."""


def source_of(layer: Layer, archives: Mapping[str, str] | None) -> str:
    """Return what a layer's source is called: of files each layer has its own."""
    return BASE if layer.is_base and archives is None else layer.id


def tile_sources(
    drawn: Sequence[Layer],
    base: str,
    archives: Mapping[str, str] | None = None,
    boxes: Mapping[str, Sequence[float]] | None = None,
) -> dict[str, Any]:
    """Return the sources of some layers by name, in their order; what is given is as of `map_style`."""
    if archives is not None:
        return {layer.id: {"type": "vector", "url": f"pmtiles://{archives[layer.id]}"} for layer in drawn}
    together: dict[str, list[Layer]] = {}
    for layer in drawn:
        together.setdefault(source_of(layer, archives), []).append(layer)
    return {name: _source(name, layers, base, boxes or {}) for name, layers in together.items()}


def _source(name: str, layers: Sequence[Layer], base: str, boxes: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    path = "base" if name == BASE else f"collections/{name}"
    source = {
        "type": "vector",
        "tiles": [f"{base}/ogc/{path}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"],
        "minzoom": min(layer.zooms[0] for layer in layers),
        "maxzoom": min(max(layer.zooms[1] for layer in layers), HIGHEST_STORED),
    }
    if not all(layer.id in boxes for layer in layers):
        return source
    west, south, east, north = zip(*(boxes[layer.id] for layer in layers), strict=True)
    lowest, highest = (
        (min(west) - BOX_MARGIN, min(south) - BOX_MARGIN),
        (max(east) + BOX_MARGIN, max(north) + BOX_MARGIN),
    )
    return source | {"bounds": [*lowest, *highest]}
