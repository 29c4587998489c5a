"""How the borders of areas are drawn: quiet lines and wide names, grids only close up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geodata.layers.layer import Layer
from webmap.cartography.basemap import FONT_BOLD, FONT_MEDIUM, HALO, INK, Expression, MapLayer, darkened, growing

UPPER = ["province", "city", "county", "street"]
KIND = ["get", "kind"]
IS_GRID = ["==", KIND, "grid"]
IS_UPPER = ["in", KIND, ["literal", UPPER]]
HERE = "here"
"""The source of the spot at which the page writes the name of an area whose own label is out of sight."""


def border_lines(layer: Layer, source: dict[str, Any]) -> list[MapLayer]:
    """Return the borders: grids dotted and only close up, all others as strokes and dots."""
    colour = layer.style.outline if layer.style else INK
    grid = {"line-color": colour, "line-width": 0.8, "line-opacity": 0.55, "line-dasharray": [2, 2]}
    other = {"line-color": colour, "line-width": growing(1.5), "line-opacity": 0.7, "line-dasharray": [6, 2, 1.5, 2]}
    return [
        {"id": f"{layer.id}-grid", "type": "line", **source, "minzoom": 14, "filter": IS_GRID, "paint": grid},
        {"id": f"{layer.id}-border", "type": "line", **source, "filter": ["!", IS_GRID], "paint": other},
    ]


def grid_labels(layer: Layer, name: Expression) -> list[MapLayer]:
    """Return the names of grids, and of the area that one is in; both make way for everything else."""
    grids = _label(layer, name, "grid", where=IS_GRID, zooms=(15.5, 24), size=11, font=FONT_MEDIUM)
    around = _label(layer, name, "here", where=["!", IS_GRID], zooms=(13, 24), size=13, font=FONT_BOLD)
    around = {**around, "id": f"{layer.id}-here", "source": HERE}
    del around["source-layer"]
    return [{**around, "paint": {**around["paint"], "text-opacity": 0.65}}, grids]


_PLACES: tuple[tuple[str, list[float]], ...] = (
    ("center", [0, 0]),
    ("top", [0, 0.9]),
    ("bottom", [0, -0.9]),
    ("top", [0, 2.2]),
    ("bottom", [0, -2.2]),
    ("top-left", [1, 1.4]),
    ("top-right", [-1, 1.4]),
    ("bottom-left", [1, -1.4]),
    ("bottom-right", [-1, -1.4]),
    ("left", [1, 0]),
    ("right", [-1, 0]),
)
PLACES = [part for place in _PLACES for part in place]
"""Where the name of an area may stand, the best first: in its middle, above or below what stands there (ems).

Beside it comes last: there it would look like the name of the symbol.
"""
_NEAR = [part for place in _PLACES[:3] for part in place]
"""From afar an area is small: farther off its name would stand in the next one, or outside of the deployment."""


def community_labels(layer: Layer, name: Expression) -> list[MapLayer]:
    """Return the names of communities, and from afar those of the levels above; they make way for symbols only."""
    middle = ["all", ["!", IS_GRID], ["!", IS_UPPER]]
    return [
        _label(layer, name, "upper", where=IS_UPPER, zooms=(6, 12), size=14, font=FONT_BOLD),
        _label(layer, name, "middle-afar", where=middle, zooms=(10, 13), size=13, font=FONT_BOLD, places=_NEAR),
        _label(layer, name, "middle", where=middle, zooms=(13, 18), size=13, font=FONT_BOLD),
    ]


def _label(
    layer: Layer,
    name: Expression,
    level: str,
    *,
    where: Expression,
    zooms: tuple[float, float],
    size: float,
    font: list[str],
    places: Sequence[Any] = PLACES,
) -> MapLayer:
    return {
        "id": f"{layer.id}-label-{level}",
        "type": "symbol",
        "source": layer.id,
        "source-layer": f"{layer.id}_label",
        "minzoom": zooms[0],
        "maxzoom": zooms[1],
        "filter": where,
        "layout": {
            "text-field": name,
            "text-font": font,
            "text-size": ["interpolate", ["linear"], ["zoom"], 12, size - 2, 14, size],
            "text-letter-spacing": 0.2,
            "text-max-width": 8,
            "text-padding": 3,
            "text-variable-anchor-offset": places,
            "text-justify": "center",
        },
        "paint": {
            "text-color": darkened(layer.style.outline if layer.style else INK),
            "text-opacity": 0.85,
            "text-halo-color": HALO,
            "text-halo-width": 1.6,
        },
    }
