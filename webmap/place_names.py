"""How the names of towns and villages are written: the greater the place, the larger and the sooner."""

from __future__ import annotations

from typing import Any

from geodata.layers.field import Choice
from geodata.layers.layer import Layer
from webmap.basemap import FONT_BOLD, FONT_MEDIUM, HALO, Expression, MapLayer, darkened
from webmap.symbols import coloured_by

SMALLEST_PX = 11.5
LARGER_A_ZOOM_PX = 0.9
GREAT_FROM = 10
"""Kinds that are named at this zoom already are written bold."""
PLACES: tuple[tuple[str, list[float]], ...] = (
    ("center", [0, 0]),
    ("top", [0, 0.8]),
    ("bottom", [0, -0.8]),
    ("left", [0.8, 0]),
    ("right", [-0.8, 0]),
    ("top", [0, 2]),
    ("bottom", [0, -2]),
)
"""Where a name may stand, the best first: on its spot, else beside it (ems)."""


def name_layers(layer: Layer, source: dict[str, Any], language: str) -> list[MapLayer]:
    """Return a map layer for each kind of place, the greatest last: MapLibre places the last ones first."""
    field, style = coloured_by(layer), layer.style
    if field is None or style is None or style.label is None:
        return []
    own = dict(style.label_in).get(language)
    name = ["coalesce", *([["get", own]] if own else []), ["get", style.label], ""]
    return [_written(layer, source, field.name, choice, name) for choice in reversed(field.choices)]


def _written(layer: Layer, source: dict[str, Any], by: str, choice: Choice, name: Expression) -> MapLayer:
    style = layer.style
    first = choice.label_zoom or (style.label_zoom if style else 14)
    last = choice.label_until or 24
    largest = SMALLEST_PX + LARGER_A_ZOOM_PX * (last - first)
    is_great = first <= GREAT_FROM
    return {
        "id": f"{layer.id}-label-{choice.value}",
        "type": "symbol",
        **source,
        "minzoom": first,
        "maxzoom": last,
        "filter": ["==", ["get", by], choice.value],
        "layout": {
            "text-field": name,
            "text-font": FONT_BOLD if is_great else FONT_MEDIUM,
            "text-size": ["interpolate", ["linear"], ["zoom"], first, SMALLEST_PX, last, largest],
            "text-letter-spacing": 0.04,
            "text-max-width": 8,
            "text-padding": 4,
            "text-variable-anchor-offset": [part for place in PLACES for part in place],
            "text-justify": "center",
        },
        "paint": {
            "text-color": darkened(style.colour if style else "#000000"),
            "text-opacity": 1 if is_great else 0.85,
            "text-halo-color": HALO,
            "text-halo-width": 1.8,
        },
    }
