"""The base map of a briefing: roads and buildings by their looks, packed small, drawn by one Leaflet element."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas
import numpy as np
import shapely
from branca.element import MacroElement
from folium.template import Template
from numpy.typing import NDArray

from geodata.layers.layer import Layer
from webmap.briefing import words
from webmap.cartography import basemap
from webmap.cartography.colours import mixed
from webmap.wording import Wording

UNITS_PER_DEGREE = 1_000_000
"""Shapes are whole millionths of a degree, about 0.1 m, each point as the step from the one before."""
TOLERANCE_DEG = 8e-6
"""Lines lose what bends them by less than about 0.9 m: nothing that shows at the closest zoom."""
MOST_CHARACTERS = 1_500_000
CLASS = "highway"
"""The field of roads that says their rank."""
PATH_WIDTHS = (0.0, 0.3, 0.8, 1.6, 2.6)
CASINGS_PX = (0.6, 0.8, 1.2, 1.8, 2.6)


@dataclass(frozen=True)
class Look:
    """How some shapes are drawn, and the shapes.

    Attributes:
        colour: of the line, or of the area's fill.
        outline: of the line's casing, or of the area's edge; empty for none.
        widths: pixels at the zooms of the base map; for areas of the edge, one value for all.
        is_area: filled.
        parts: lines or rings, packed.
    """

    colour: str
    outline: str
    widths: tuple[float, ...]
    is_area: bool
    parts: list[list[int]]


def base_looks(
    layers: Sequence[tuple[Layer, geopandas.GeoDataFrame]], wording: Wording, notes: list[str]
) -> list[Look]:
    """Return what the base map draws, low first; a layer for which the file has no room is left out and noted."""
    found: dict[str, list[Look]] = {}
    room = MOST_CHARACTERS
    # Lines first: a town is known by its streets; they are drawn above the areas all the same.
    for layer, frame in sorted(layers, key=lambda pair: pair[0].geometry == "area"):
        looks = _looks(layer, frame)
        size = sum(len(json.dumps(look.parts, separators=(",", ":"))) for look in looks)
        if size > room:
            notes.append(wording.fill(words.BASE_LEFT_OUT, wording.say(layer.title), wording.number(len(frame))))
            continue
        room -= size
        found[layer.id] = looks
    areas_first = sorted(layers, key=lambda pair: pair[0].geometry != "area")
    return [look for layer, _ in areas_first for look in found.get(layer.id, [])]


def _looks(layer: Layer, frame: geopandas.GeoDataFrame) -> list[Look]:
    style = layer.style
    if style is None or len(frame) == 0:
        return []
    shapes = np.asarray(frame.geometry.array, dtype=object)
    if layer.geometry == "area":
        # Leaflet's base is opaque: the colour that the ground shining through makes of it.
        fill = mixed(basemap.GROUND, style.colour, style.opacity)
        return [Look(fill, style.outline, (style.size_px,), True, pack(shapes))]
    shapes = shapely.simplify(shapes, TOLERANCE_DEG)
    if CLASS not in frame.columns:
        widths = tuple(style.size_px * factor for factor in (0.3, 0.6, 1, 1.8, 3))
        return [Look(style.colour, style.outline, widths, False, pack(shapes))]
    return _road_looks(frame[CLASS].to_numpy(dtype=object), shapes, style.colour, style.outline)


def _road_looks(classes: NDArray[Any], shapes: NDArray[Any], colour: str, outline: str) -> list[Look]:
    """Return roads by rank, the small ones first, with the widths and colours of the main map."""
    taken = np.zeros(len(shapes), dtype=bool)
    found = []
    for rank, _, widths in basemap.RANKS:
        members = np.isin(classes, basemap.classes(rank))
        taken |= members
        fill, casing = basemap.FILLS.get(rank, colour), basemap.CASINGS.get(rank, outline)
        found.append(Look(fill, casing, widths, False, pack(shapes[members])))
    found.append(Look(basemap.PATH_COLOUR, "", PATH_WIDTHS, False, pack(shapes[~taken])))
    return [look for look in reversed(found) if look.parts]


def pack(shapes: NDArray[Any]) -> list[list[int]]:
    """Return the lines, or the rings of areas without their last point, as lists of lon, lat, step, step ...

    Args:
        shapes: lines or areas, WGS 84 degrees.

    Returns:
        a list a line or ring: the first point, then the step from each point to the next, in millionths of a degree.
    """
    parts = shapely.get_parts(shapes)
    areas = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings = shapely.get_rings(parts[areas])
    lines = parts[~areas]
    return [_packed(line, closed=True) for line in rings] + [_packed(line, closed=False) for line in lines]


def _packed(line: shapely.LineString, *, closed: bool) -> list[int]:
    points = np.rint(shapely.get_coordinates(line) * UNITS_PER_DEGREE).astype(np.int64)
    if closed:
        points = points[:-1]
    steps = np.diff(points, axis=0, prepend=0)
    kept = np.any(steps != 0, axis=1)
    kept[:1] = True
    return [int(value) for value in steps[kept].ravel()]


class BaseMap(MacroElement):
    """Draws packed shapes on a canvas below everything else."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "briefing.drawBase({{ this._parent.get_name() }}, {{ this.zooms|tojson }}, {{ this.casings|tojson }}, "
        "{{ this.looks }});"
        "{% endmacro %}"
    )

    def __init__(self, looks: Sequence[Look]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "BaseMap"
        self.zooms = basemap.ZOOMS
        self.casings = CASINGS_PX
        # Declared colours and whole numbers: nothing in it comes from a file.
        self.looks = json.dumps(
            [
                {
                    "colour": look.colour,
                    "outline": look.outline,
                    "widths": look.widths,
                    "isArea": look.is_area,
                    "parts": look.parts,
                }
                for look in looks
            ],
            separators=(",", ":"),
        )
