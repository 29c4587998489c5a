"""What lies under a report's map: streets and water as the public may see them, and the place's outline."""

from __future__ import annotations

import geopandas

from geodata.layers.layer import Layer
from geodata.queries.features import page
from geodata.queries.frames import frame
from geodata.queries.reading import RESIDENT, open_reading
from geodata.settings import Settings

MOST_RECORDS = 40_000
"""A layer with more is left out of a file that is to be mailed."""
WITHOUT = frozenset({"building"})
"""Places are drawn as dots on their buildings: both would be one blur."""


def read_base(settings: Settings) -> list[tuple[Layer, geopandas.GeoDataFrame]]:
    """Return the published layers of the base map with their shapes (WGS 84), low first; none before a publication."""
    with open_reading(settings, RESIDENT) as reading:
        layers = [layer for layer in reading.layers if layer.is_base and layer.style and layer.id not in WITHOUT]
        kept = [layer for layer in layers if layer.geometry in ("line", "area") and not layer.is_name_only]
        fitting = [layer for layer in kept if 0 < page(reading, layer, limit=0).matched <= MOST_RECORDS]
        found = [(layer, frame(reading, layer)) for layer in sorted(fitting, key=_order)]
    return [(layer, shapes[shapes.geometry.notna()]) for layer, shapes in found]


def _order(layer: Layer) -> int:
    return layer.style.order if layer.style else 0
