"""Tiles of low zooms: counted by cells against every point drawn, in one run over the same points."""

from __future__ import annotations

import gzip
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import asinh, pi, radians, tan
from pathlib import Path

import shapely
from sqlalchemy import text

from geodata.database.cluster import Cluster
from geodata.database.engine import engine_for, forget_engines
from geodata.database.logins import Login
from geodata.deployment import init_deployment
from geodata.layers import get_layer
from geodata.layers.audience import Audience
from geodata.layers.layer import Layer
from geodata.publication import publish
from geodata.queries import tile_drawings, tiles
from geodata.queries.reading import RESIDENT, Reader, Reading, open_reading
from geodata.settings import Settings
from tests.bench.machine import heading
from tests.bench.points import BOX

ZOOMS = (8, 10, 12, 13, 14, 15)
TIMES = 5
HEAVIEST_KB = 200
FILL = """
    INSERT INTO live.police_post (source, source_id, row_hash, load_id, recorded_from, area_ids, name, kind, geom)
    SELECT 'bench', n::text, md5(n::text), :load_id, now(), '{}', 'Post ' || n,
        (ARRAY['station', 'room', 'kiosk'])[1 + n % 3],
        ST_SetSRID(ST_MakePoint(:west + (:east - :west) * random(), :south + (:north - :south) * random()), 4326)
    FROM generate_series(1, :rows) n
"""


@dataclass(frozen=True)
class Measured:
    """One zoom: seconds for its heaviest tile each way, and the gzipped size of that tile in kilobytes."""

    zoom: int
    raw_s: float
    counted_s: float
    live_s: float
    raw_kb: float
    counted_kb: float


def main(rows: int) -> int:
    """Print what the fullest tile of each zoom takes and weighs, drawn and counted; 1 where a goal is missed."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name, _deployment(Path(name)) as settings:
        _fill(settings, rows)
        began = time.perf_counter()
        publish(settings)
        publish_s = time.perf_counter() - began
        measured = [_measure(settings, zoom) for zoom in ZOOMS]
    _print(rows, publish_s, measured)
    is_met = measured[0].raw_s >= 10 * measured[0].counted_s and all(m.counted_kb <= HEAVIEST_KB for m in measured)
    return 0 if is_met else 1


@contextmanager
def _deployment(folder: Path) -> Iterator[Settings]:
    folder.chmod(0o755)
    home = folder / "home"
    settings = init_deployment(home, name="Bench", boundary=shapely.box(*BOX), time_zone="Asia/Shanghai")
    try:
        yield settings
    finally:
        forget_engines(home)
        Cluster.at(home).stop()


def _fill(settings: Settings, rows: int) -> None:
    west, south, east, north = BOX
    load = (
        "INSERT INTO ledger.load (kind, state, layer, who, code_version) "
        "VALUES ('load', 'done', 'police_post', 'bench', 'bench') RETURNING id"
    )
    with engine_for(settings, Login.OWNER).begin() as connection:
        load_id = connection.execute(text(load)).scalar_one()
        edges = {"west": west, "south": south, "east": east, "north": north}
        connection.execute(text(FILL), {"load_id": load_id, "rows": rows, **edges})


def _measure(settings: Settings, zoom: int) -> Measured:
    layer = get_layer("police_post")
    x, y = _middle(zoom)
    with open_reading(settings, RESIDENT) as reading:
        raw_s, raw = _timed(lambda: every_spot(reading, layer, zoom, x, y))
        counted_s, counted = _timed(lambda: tiles.tile(reading, layer, zoom, x, y))
    with open_reading(settings, Reader(Audience.STEWARD)) as reading:
        live_s, _ = _timed(lambda: tiles.tile(reading, layer, zoom, x, y))
    return Measured(zoom, raw_s, counted_s, live_s, _packed_kb(raw), _packed_kb(counted))


def every_spot(reading: Reading, layer: Layer, z: int, x: int, y: int) -> bytes:
    """Return the tile as it would be with every spot in it."""
    query = tile_drawings.mvt(layer.id, tile_drawings.spots(reading, layer, z))
    return bytes(reading.connection.execute(query, {"x": x, "y": y}).scalar_one())


def _timed(make: Callable[[], bytes]) -> tuple[float, bytes]:
    """Return the median of several times, the first not counted, and the tile."""
    body = make()
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        make()
        took.append(time.perf_counter() - began)
    return statistics.median(took), body


def _middle(zoom: int) -> tuple[int, int]:
    west, south, east, north = BOX
    lon, lat = (west + east) / 2, (south + north) / 2
    row = (0.5 - asinh(tan(radians(lat))) / (2 * pi)) * 2**zoom
    return int((lon / 360 + 0.5) * 2**zoom), int(row)


def _packed_kb(body: bytes) -> float:
    return len(gzip.compress(body, 6)) / 1000


def _print(rows: int, publish_s: float, measured: list[Measured]) -> None:
    print(f"tiles of {rows:,} points: {heading()}; publication with the counts {publish_s:.1f} s")
    print(f"{'zoom':6}{'raw ms':>10}{'counted ms':>12}{'x':>8}{'live ms':>10}{'raw kB':>10}{'counted kB':>12}")
    for each in measured:
        ratio = each.raw_s / each.counted_s
        times = f"{each.raw_s * 1000:10.1f}{each.counted_s * 1000:12.2f}{ratio:8.0f}{each.live_s * 1000:10.1f}"
        print(f"{each.zoom:<6}{times}{each.raw_kb:10.0f}{each.counted_kb:12.2f}")
    print(json.dumps([vars(each) for each in measured]), file=sys.stderr)
