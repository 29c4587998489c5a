"""The tile matrices of WebMercatorQuad, as OGC 17-083r4 (Two Dimensional Tile Matrix Set) has it."""

from __future__ import annotations

from typing import Any

from geodata.crs.systems import TILE_SRID

TILE_CRS = f"http://www.opengis.net/def/crs/EPSG/0/{TILE_SRID}"
WELL_KNOWN_SCALES = "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible"
HALF_EQUATOR_M = 20_037_508.342789244
TILE_SIDE = 256
"""Pixels of the standard's tile; programs draw vector tiles at any size."""
STANDARD_PIXEL_M = 0.000_28
"""The side of a pixel by which scales are told."""


def tile_matrices(highest: int) -> list[dict[str, Any]]:
    """Return the definition of each zoom from 0 on.

    Args:
        highest: the closest zoom.
    """
    found = []
    for z in range(highest + 1):
        cell_m = 2 * HALF_EQUATOR_M / TILE_SIDE / 2**z
        found.append(
            {
                "id": str(z),
                "scaleDenominator": cell_m / STANDARD_PIXEL_M,
                "cellSize": cell_m,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-HALF_EQUATOR_M, HALF_EQUATOR_M],
                "tileWidth": TILE_SIDE,
                "tileHeight": TILE_SIDE,
                "matrixWidth": 2**z,
                "matrixHeight": 2**z,
            }
        )
    return found
