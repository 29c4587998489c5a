"""The base map in MapLibre's words: roads by rank with casings, bridges above, one-ways, buildings close up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geodata.layers.layer import Layer
from webmap.cartography.colours import ink_of, mixed

Expression = Any
MapLayer = dict[str, Any]

GROUND = "#f4f2ed"
OUTSIDE = "#e7e4dd"
INK = "#43403a"
HALO = "#fdfcfa"
ROAD_INK = "#6b655b"

FONT = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]
"""No glyph server: the reader's own fonts draw the labels. The first name tells MapLibre the weight."""
FONT_MEDIUM = ["csmap Medium", *FONT]
FONT_BOLD = ["csmap Bold", *FONT]

ZOOMS = (10, 12, 14, 16, 18)
RANKS: tuple[tuple[str, tuple[str, ...], tuple[float, ...]], ...] = (
    ("trunk", ("motorway", "trunk"), (1.4, 2.6, 6.5, 15, 38)),
    ("primary", ("primary",), (0.9, 2, 5.2, 13, 34)),
    ("secondary", ("secondary",), (0, 1.4, 4.2, 10.5, 28)),
    ("tertiary", ("tertiary",), (0, 1, 3.2, 8, 22)),
    ("street", ("residential", "unclassified", "living_street", "road"), (0, 0.4, 1.9, 5.6, 17)),
    ("service", ("service",), (0, 0, 0.8, 3.2, 10)),
)
"""Rank, OpenStreetMap's classes (links included), and widths in pixels at ZOOMS; what is in none is a path."""

FILLS = {"trunk": "#fbdf9d", "primary": "#fdecc0"}
CASINGS = {"trunk": "#d9a94a", "primary": "#dcbf80"}
PATH_COLOUR = "#b9ae9c"
BRIDGE_COLOUR = "#a59a86"


def darkened(colour: str) -> str:
    """Return the colour as text on the map's ground."""
    return ink_of(colour, GROUND)


def growing(size: float) -> Expression:
    """Return a width that is `size` pixels at zoom 15."""
    return ["interpolate", ["exponential", 1.4], ["zoom"], 10, size * 0.5, 15, size, 18, size * 1.8]


def classes(rank: str) -> list[str]:
    """Return the highway values of a rank."""
    named = next(values for name, values, _ in RANKS if name == rank)
    return [*named, *(f"{value}_link" for value in named)]


def by_rank(values: dict[str, Any], default: Any) -> Expression:
    """Return the expression that picks a value by a road's rank."""
    chosen: list[Any] = ["match", ["get", "highway"]]
    for rank, value in values.items():
        chosen += [classes(rank), value]
    return [*chosen, default]


def _widths(extra: tuple[float, ...]) -> Expression:
    """Return line widths by zoom and rank; `extra` pixels more where there is a road at all."""
    curve: list[Any] = ["interpolate", ["exponential", 1.6], ["zoom"]]
    for index, zoom in enumerate(ZOOMS):
        widths = {rank: width[index] + extra[index] if width[index] else 0 for rank, _, width in RANKS}
        curve += [zoom, by_rank(widths, 0)]
    return curve


def has_tag(name: str) -> Expression:
    """Return whether a property is there and doesn't say no."""
    return ["all", ["has", name], ["!=", ["get", name], "no"]]


def road_layers(layer: Layer, source: dict[str, Any]) -> list[MapLayer]:
    """Return the drawing of roads, low first: tunnels, paths, streets by rank, bridges."""
    style = layer.style
    fill = by_rank(FILLS, style.colour if style else "#ffffff")
    casing = by_rank(CASINGS, style.outline if style else "#c9c4bb")
    ranked = ["in", ["get", "highway"], ["literal", [value for rank, _, _ in RANKS for value in classes(rank)]]]
    order = by_rank({rank: len(RANKS) - place for place, (rank, _, _) in enumerate(RANKS)}, 0)
    layout = {"line-cap": "round", "line-join": "round", "line-sort-key": order}
    widths, cased = _widths((0,) * 5), _widths((0.8, 1, 1.4, 2, 3))

    def line(name: str, where: Expression, paint: dict[str, Any], **more: Any) -> MapLayer:
        drawn = {"id": f"{layer.id}-{name}", "type": "line", **source, "filter": where, "layout": layout}
        return {**drawn, "paint": paint, **more}

    tunnel, bridge = has_tag("tunnel"), has_tag("bridge")
    surface = ["all", ranked, ["!", tunnel], ["!", bridge]]
    path = {
        "line-color": PATH_COLOUR,
        "line-width": ["interpolate", ["linear"], ["zoom"], 14, 0.7, 18, 2.4],
        "line-dasharray": [3, 2],
    }
    # Round ends where roads meet, cut ends where something passes over or under.
    cut = {**layout, "line-cap": "butt"}
    # Opaque: where tunnels meet or lie above each other, what shines through would add up to a dark spot.
    hidden = {"line-color": casing, "line-width": cased, "line-dasharray": [0.4, 0.3]}
    faint = by_rank({rank: mixed(GROUND, colour, 0.5) for rank, colour in FILLS.items()}, GROUND)
    over = {"line-color": BRIDGE_COLOUR, "line-width": cased}
    return [
        line("tunnel", ["all", ranked, tunnel], hidden, layout=cut),
        line("tunnel-fill", ["all", ranked, tunnel], {"line-color": faint, "line-width": widths}, layout=cut),
        line("path", ["!", ranked], path, minzoom=14),
        line("casing", surface, {"line-color": casing, "line-width": cased}),
        line("fill", surface, {"line-color": fill, "line-width": widths}),
        line("bridge-casing", ["all", ranked, bridge], over, layout=cut),
        line("bridge-fill", ["all", ranked, bridge], {"line-color": fill, "line-width": widths}),
    ]


NAMED: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("minor", ("street",), 15),
    ("middle", ("tertiary",), 14),
    ("main", ("trunk", "primary", "secondary"), 12.5),
)
"""Roads by the zoom from which their names are written, the great ones last: they are placed first."""
GREAT_ROADS = ("main",)


def road_labels(layer: Layer, source: dict[str, Any], *, great: bool) -> list[MapLayer]:
    """Return the names along the roads: of the great ones, by which one finds the way, or of all others."""
    return [
        _road_label(layer, source, name, ranks, lowest)
        for name, ranks, lowest in NAMED
        if (name in GREAT_ROADS) is great
    ]


def _road_label(layer: Layer, source: dict[str, Any], name: str, ranks: tuple[str, ...], lowest: float) -> MapLayer:
    wanted = [value for rank in ranks for value in classes(rank)]
    return {
        "id": f"{layer.id}-label-{name}",
        "type": "symbol",
        **source,
        "minzoom": lowest,
        "filter": ["in", ["get", "highway"], ["literal", wanted]],
        "layout": {
            "symbol-placement": "line",
            # Half of it is how far from a tile's edge a name stands at least: much more, and short streets have none.
            "symbol-spacing": 280,
            "text-field": ["coalesce", ["get", "name"], ""],
            "text-font": FONT,
            "text-size": ["interpolate", ["linear"], ["zoom"], 13, 11, 18, 14],
            "text-letter-spacing": 0.07,
            "text-max-angle": 30,
            "text-padding": 6,
        },
        "paint": {"text-color": ROAD_INK, "text-halo-color": "#ffffff", "text-halo-width": 1.6},
    }


ONEWAY = "csmap:oneway"
"""The image of an arrow, which the page draws; it points along the line."""


def oneway_arrows(layer: Layer, source: dict[str, Any]) -> list[MapLayer]:
    """Return the arrows along one-way roads, close up."""
    stated = ["to-string", ["coalesce", ["get", "oneway"], ""]]
    layout = {
        "symbol-placement": "line",
        "symbol-spacing": 130,
        "icon-image": ONEWAY,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 16, 0.8, 18, 1.1],
        "icon-rotate": ["match", stated, "-1", 180, 0],
        "icon-padding": 1,
    }
    wanted = ["in", stated, ["literal", ["yes", "true", "1", "-1"]]]
    arrows = {"id": f"{layer.id}-oneway", "type": "symbol", **source, "minzoom": 16, "filter": wanted}
    return [{**arrows, "layout": layout}]


def building_layers(layer: Layer, source: dict[str, Any]) -> list[MapLayer]:
    """Return the drawing of buildings, which appear as one comes close; the ground shines through."""
    style = layer.style
    if style is None:
        return []
    appears = ["interpolate", ["linear"], ["zoom"], 14.2, 0, 15, style.opacity]
    edge = ["interpolate", ["linear"], ["zoom"], 14.8, 0, 15.6, 0.8]
    return [
        {
            "id": f"{layer.id}-fill",
            "type": "fill",
            **source,
            "minzoom": 14,
            "paint": {"fill-color": style.colour, "fill-opacity": appears, "fill-antialias": False},
        },
        {
            "id": f"{layer.id}-edge",
            "type": "line",
            **source,
            "minzoom": 14.8,
            "paint": {"line-color": style.outline, "line-width": growing(style.size_px), "line-opacity": edge},
        },
    ]


def outside(boundary: Mapping[str, Any]) -> dict[str, Any]:
    """Return the world less the deployment as GeoJSON."""
    polygons = [boundary["coordinates"]] if boundary["type"] == "Polygon" else boundary["coordinates"]
    world = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]]
    shape = {"type": "Polygon", "coordinates": [world, *(polygon[0] for polygon in polygons)]}
    return {"type": "Feature", "properties": {}, "geometry": shape}


OUTSIDE_LAYERS: list[MapLayer] = [
    {
        "id": "outside-fill",
        "type": "fill",
        "source": "outside",
        "paint": {"fill-color": OUTSIDE, "fill-opacity": 0.6, "fill-antialias": False},
    },
    {
        "id": "outside-line",
        "type": "line",
        "source": "outside",
        "paint": {"line-color": "#8d8577", "line-width": 1.4, "line-opacity": 0.7},
    },
]
