"""A layer's vector tiles as one PMTiles file, which any file server can hand out piece by piece."""

from __future__ import annotations

import gzip
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from math import atan, degrees, pi, sinh
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

from pmtiles.tile import Compression, TileType
from pmtiles.writer import Writer

from geodata.errors import InvalidInput
from geodata.layers.layer import Layer
from geodata.queries.reading import Reading, open_reading
from geodata.queries.tile_contents import tile_layers
from geodata.queries.tile_index import tiles_with
from geodata.queries.tiles import HIGHEST_STORED, tile

_DEGREE = 10_000_000
"""PMTiles states degrees as whole numbers of this part."""
_CONNECTIONS = 2
"""The database works on so many tiles at once: it is what takes the time."""
_AHEAD = 8
"""So many tiles are begun before the first of them is written, at most."""
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

    A few tiles at a time are in memory, and 100 bytes or so for each that has been written.

    Args:
        reading: who reads the file: a resident.
        layer: one that the reader has, with places.
        path: of the file, which is written anew.
        credit: whom to thank, with the notice that belongs to the data.
        name: of the layer, for people.

    Raises:
        InvalidInput: something else has been published meanwhile.
    """
    with path.open("wb") as file:
        writer = Writer(file)
        count, extent = 0, _Extent()
        for spot, packed in _tiles(reading, layer):
            if not packed:
                continue
            writer.write_tile(spot.number, packed)
            extent.hold(spot.z, spot.x, spot.y)
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


class _Spot(NamedTuple):
    """A tile's number in the order of the file, and where it lies."""

    number: int
    z: int
    x: int
    y: int


def _spots(reading: Reading, layer: Layer) -> Iterator[_Spot]:
    for z in range(layer.zooms[0], min(layer.zooms[1], HIGHEST_STORED) + 1):
        for number, x, y in tiles_with(reading, layer, z):
            yield _Spot(number, z, x, y)


def _tiles(reading: Reading, layer: Layer) -> Iterator[tuple[_Spot, bytes]]:
    """Yield tiles in their order, packed, empty ones without a byte; several connections make them."""
    with ExitStack() as stack:
        free: SimpleQueue[Reading] = SimpleQueue()
        for _ in range(_CONNECTIONS):
            own = stack.enter_context(open_reading(reading.settings, reading.reader))
            if own.stamp != reading.stamp:
                raise InvalidInput("something else has been published meanwhile: run it again")
            free.put(own)
        pool = stack.enter_context(ThreadPoolExecutor(_CONNECTIONS))

        def made(spot: _Spot) -> tuple[_Spot, bytes]:
            own = free.get()
            try:
                data = tile(own, layer, spot.z, spot.x, spot.y)
            finally:
                free.put(own)
            return spot, gzip.compress(data, compresslevel=_LEVEL, mtime=0) if data else b""

        waiting: deque[Future[tuple[_Spot, bytes]]] = deque()
        for spot in _spots(reading, layer):
            waiting.append(pool.submit(made, spot))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


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
