"""How the names of towns and villages are written: the greater the place, the larger and the sooner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geodata.layers.field import Choice
from geodata.layers.layer import Layer
from webmap.cartography.basemap import FONT_BOLD, FONT_MEDIUM, HALO, MapLayer, darkened
from webmap.cartography.symbols import coloured_by

SMALLEST_PX = 11.5
LARGER_A_ZOOM_PX = 0.9
LAST_ZOOM = 24
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


@dataclass(frozen=True)
class Written:
    """How the names of a kind of place are written.

    `first` is the zoom from which they are, `last` the one at which they no longer are; text grows from `smallest_px`
    to `largest_px` between them.
    """

    first: float
    last: float
    smallest_px: float
    largest_px: float
    is_great: bool


def how_written(layer: Layer) -> dict[str, Written]:
    """Return how the names of each kind are written, the greatest first; empty where the layer isn't one of names."""
    field, style = coloured_by(layer), layer.style
    if field is None or style is None or style.label is None:
        return {}
    return {choice.value: _written(choice, style.label_zoom) for choice in field.choices}


def _written(choice: Choice, label_zoom: int) -> Written:
    first, last = choice.label_zoom or label_zoom, choice.label_until or LAST_ZOOM
    largest_px = SMALLEST_PX + LARGER_A_ZOOM_PX * (last - first)
    return Written(first, last, SMALLEST_PX, largest_px, is_great=first <= GREAT_FROM)


def name_layers(layer: Layer, source: dict[str, Any], language: str) -> list[MapLayer]:
    """Return a map layer for each kind of place, the greatest last: MapLibre places the last ones first."""
    field, style = coloured_by(layer), layer.style
    if field is None or style is None or style.label is None:
        return []
    own = dict(style.label_in).get(language)
    name = ["coalesce", *([["get", own]] if own else []), ["get", style.label], ""]
    found = [
        {"id": f"{layer.id}-label-{kind}", "filter": ["==", ["get", field.name], kind], **source, **_drawn(written)}
        for kind, written in reversed(how_written(layer).items())
    ]
    for drawn in found:
        drawn["layout"]["text-field"] = name
        drawn["paint"]["text-color"] = darkened(style.colour)
    return found


def _drawn(written: Written) -> MapLayer:
    grown = (written.first, written.smallest_px, written.last, written.largest_px)
    return {
        "type": "symbol",
        "minzoom": written.first,
        "maxzoom": written.last,
        "layout": {
            "text-font": FONT_BOLD if written.is_great else FONT_MEDIUM,
            "text-size": ["interpolate", ["linear"], ["zoom"], *grown],
            "text-letter-spacing": 0.04,
            "text-max-width": 8,
            "text-padding": 4,
            "text-variable-anchor-offset": [part for place in PLACES for part in place],
            "text-justify": "center",
        },
        "paint": {"text-opacity": 1 if written.is_great else 0.85, "text-halo-color": HALO, "text-halo-width": 1.8},
    }
