"""Tiles that would be too large: points of each counted zoom against every one drawn, and the fullest tile of all."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator

from sqlalchemy import func

from geodata.layers.layer import Layer
from geodata.queries import tiles as queries
from geodata.queries.cells import EQUATOR_M, HIGHEST_COUNTED
from geodata.queries.reading import RESIDENT, Reading, open_reading
from tests.bench import tiles as raw_tiles
from tests.bench.rows import Row
from tests.bench.serving.tiles import KINDS, all_s
from tests.bench.serving.town import Town, tiles_in_box

LOWEST = 8
"""Lower zooms are one tile of all points, as this one is."""
Place = tuple[int, int, int]


def rows(town: Town) -> Iterator[Row]:
    """Give the counted tile of each zoom with most points, and the largest of the fullest tiles of all zooms."""
    with open_reading(town.settings, RESIDENT) as reading:
        layer = reading.layer("service_point")
        for zoom in range(LOWEST, HIGHEST_COUNTED + 1):
            yield _counted(reading, layer, _fullest(reading, layer, zoom))
        began, largest = time.perf_counter(), (0, "")
        known = [reading.layer(name) for name in KINDS]
        for zoom in range(min(each.zooms[0] for each in known), queries.HIGHEST_STORED + 1):
            for told, body in _bodies(reading, known, zoom):
                largest = max(largest, (len(gzip.compress(body, 6)), told))
        took_s = time.perf_counter() - began
    yield Row("the largest tile, gzipped", "", took_s, None, largest[1], mb=largest[0] / 1e6)


def _counted(reading: Reading, layer: Layer, place: Place) -> Row:
    raw_s, raw = _timed(lambda: raw_tiles.every_spot(reading, layer, *place))
    own_s, own = _timed(lambda: queries.tile(reading, layer, *place))
    told = f"{len(gzip.compress(own)) / 1000:.1f} kB gzipped, not {len(gzip.compress(raw)) / 1000:,.0f}"
    return Row(f"tile of points, z{place[0]}, counted", "every point drawn", own_s, raw_s, told)


def _bodies(reading: Reading, layers: list[Layer], zoom: int) -> Iterator[tuple[str, bytes]]:
    """Give the fullest tile of each layer at a zoom, some others, and all layers together at the same places."""
    places = {place: None for layer in layers for place in (_fullest(reading, layer, zoom), *tiles_in_box(zoom, 6))}
    for place in places:
        for layer in layers:
            yield f"{KINDS[layer.id]}, z{zoom}", queries.tile(reading, layer, *place)
        yield f"all layers together, z{zoom}", queries.tile_of_all(reading, layers, *place)


def _fullest(reading: Reading, layer: Layer, zoom: int) -> Place:
    """Return the tile in which most records of a layer have a point of theirs."""
    point = func.ST_PointOnSurface(reading.table(layer).c.geom_3857)
    width = EQUATOR_M / 2.0**zoom
    x = func.floor((func.ST_X(point) + EQUATOR_M / 2) / width)
    y = func.floor((EQUATOR_M / 2 - func.ST_Y(point)) / width)
    found = reading.rows(layer, x, y).group_by(x, y).order_by(func.count().desc()).limit(1)
    column, row = reading.connection.execute(found).one()
    return zoom, int(column), int(row)


def _timed(make: Callable[[], bytes]) -> tuple[float, bytes]:
    body = make()
    return all_s(make), body
