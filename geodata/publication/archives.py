"""A layer's vector tiles as one PMTiles file, which any file server can hand out piece by piece."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from math import atan, degrees, pi, sinh
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, TileType
from pmtiles.writer import Writer

from geodata.layers.layer import Layer
from geodata.queries.reading import Reading
from geodata.queries.tile_contents import tile_layers
from geodata.queries.tile_index import tiles_with
from geodata.queries.tiles import HIGHEST_STORED, tile

_DEGREE = 10_000_000
"""PMTiles states degrees as whole numbers of this part."""
_LEVEL = 6
"""How hard tiles are compressed: they are read far more often than written."""


@dataclass(frozen=True)
class Archive:
    """A file of tiles that has been written.

    Attributes:
        tiles: how many it holds.
        size: of the file, in bytes.
    """

    tiles: int
    size: int


def write_archive(reading: Reading, layer: Layer, path: Path, *, credit: str, name: str) -> Archive:
    """Write the tiles of one layer, from its lowest zoom to the last that isn't drawn from an enlarged one.

    One tile at a time is in memory, and 100 bytes or so for each that has been written.

    Args:
        reading: who reads the file: a resident.
        layer: one that the reader has, with places.
        path: of the file, which is written anew.
        credit: whom to thank, with the notice that belongs to the data.
        name: of the layer, for people.
    """
    with path.open("wb") as file:
        writer = Writer(file)
        count, extent = 0, _Extent()
        for number, z, x, y, data in _tiles(reading, layer):
            writer.write_tile(number, gzip.compress(data, compresslevel=_LEVEL, mtime=0))
            extent.hold(z, x, y)
            count += 1
        if count:
            writer.finalize(_header(extent), _metadata(reading, layer, credit, name))
    return Archive(count, path.stat().st_size)


class _Extent:
    """The ground of the tiles of the highest zoom: readers ask for none outside of what the header states."""

    def __init__(self) -> None:
        self.z = -1
        self.columns, self.rows = (0, 0), (0, 0)

    def hold(self, z: int, x: int, y: int) -> None:
        """Take a tile in; zooms come in their order."""
        if z > self.z:
            self.z, self.columns, self.rows = z, (x, x), (y, y)
        self.columns = min(x, self.columns[0]), max(x, self.columns[1])
        self.rows = min(y, self.rows[0]), max(y, self.rows[1])

    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees."""
        count = 2**self.z
        west, east = (column / count * 360 - 180 for column in (self.columns[0], self.columns[1] + 1))
        north, south = (degrees(atan(sinh(pi - 2 * pi * row / count))) for row in (self.rows[0], self.rows[1] + 1))
        return west, south, east, north


def _tiles(reading: Reading, layer: Layer) -> Iterator[tuple[int, int, int, int, bytes]]:
    for z in range(layer.zooms[0], min(layer.zooms[1], HIGHEST_STORED) + 1):
        for number, x, y in tiles_with(reading, layer, z):
            data = tile(reading, layer, z, x, y)
            if data:
                yield number, z, x, y, data


def _header(extent: _Extent) -> dict[str, Any]:
    west, south, east, north = extent.bounds()
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": int(west * _DEGREE),
        "min_lat_e7": int(south * _DEGREE),
        "max_lon_e7": int(east * _DEGREE),
        "max_lat_e7": int(north * _DEGREE),
        "center_zoom": 12,
        "center_lon_e7": int((west + east) / 2 * _DEGREE),
        "center_lat_e7": int((south + north) / 2 * _DEGREE),
    }


def _metadata(reading: Reading, layer: Layer, credit: str, name: str) -> dict[str, Any]:
    """Return what the file says of itself, as TileJSON names it."""
    zooms = {"minzoom": layer.zooms[0], "maxzoom": min(layer.zooms[1], HIGHEST_STORED)}
    return {
        "name": name,
        "attribution": credit,
        "version": reading.stamp,
        "vector_layers": [
            {"id": each, "fields": fields, **zooms} for each, fields in tile_layers(reading, layer).items()
        ],
    }
