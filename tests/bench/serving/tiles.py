"""Tiles: from the database against others, asked again, unchanged, and under row rules."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from http.client import HTTPConnection

import psycopg
from sqlalchemy import text

from geodata.database.engine import WORKS_ALONE
from geodata.layers import get_layer
from geodata.layers.audience import Audience
from geodata.queries.reading import RESIDENT, Reader, open_reading
from tests.bench.rows import Row
from tests.bench.serving import pgbench, servers
from tests.bench.serving.asking import Asked, ask, warmed
from tests.bench.serving.town import PEER, Town, tiles_in_box

KINDS = {"service_point": "points", "building": "polygons", "road": "lines"}
ZOOMS = (12, 14, 16)
MOST = 100
"""So many tiles of a zoom are asked, each as often as the others."""
TIMES = 15
AS_BROWSERS = {"Accept-Encoding": "gzip"}
"""What each server is asked with: browsers take tiles packed, and packing is a good part of the work."""
Start = Callable[[Town], AbstractContextManager[list[str]]]
PathOf = Callable[[str, int, int, int], str]


def dynamic_rows(town: Town) -> Iterator[Row]:
    """Give tiles of each kind of shape from the database, against its own limit, tipg and MapServer."""
    own, limit, others = {}, {}, {}
    with servers.csmap(town, keeps=False) as addresses:
        for layer, zoom in _each():
            asked_of = [_path(layer, *each) for each in tiles_in_box(zoom, MOST)]
            own[layer, zoom] = warmed(addresses, asked_of, headers=AS_BROWSERS)
    for layer, zoom in _each():
        asked = pgbench.statements(town, RESIDENT, layer, tiles_in_box(zoom, MOST))
        limit[layer, zoom] = pgbench.each_s(town, asked, seconds=3)
    paths: dict[str, tuple[Start, PathOf]] = {
        "tipg": (servers.tipg, _tipg_path),
        "MapServer": (servers.mapserver, partial(servers.mapserver_path, town)),
    }
    for name, (start, path_of) in paths.items():
        try:
            with start(town) as addresses:
                for layer, zoom in _each():
                    asked_of = [path_of(layer, *each) for each in tiles_in_box(zoom, MOST)]
                    others[name, layer, zoom] = warmed(addresses, asked_of, headers=AS_BROWSERS)
        except servers.Missing as reason:
            print(f"{name} skipped: {reason}", flush=True)
    for layer, zoom in _each():
        found, task = own[layer, zoom], f"tile of {KINDS[layer]}, z{zoom}"
        yield Row(task, "pgbench", found.each_s, limit[layer, zoom], _size(found))
        for name in paths:
            other = others.get((name, layer, zoom))
            if other is not None:
                yield Row(task, name, found.each_s, other.each_s, f"theirs {_size(other)}")


def kept_rows(town: Town) -> Iterator[Row]:
    """Give tiles that have been asked before against the same from the database, and answers that nothing changed."""
    paths = [_path("service_point", *each) for each in tiles_in_box(14, MOST)]
    with servers.csmap(town, keeps=False) as addresses:
        dynamic = warmed(addresses, paths, headers=AS_BROWSERS)
    with servers.csmap(town) as addresses:
        again = warmed(addresses, paths, headers=AS_BROWSERS)
        unchanged = ask(addresses, paths, headers={**AS_BROWSERS, "If-None-Match": _etag(addresses[0], paths[0])})
    yield Row("tile asked again, z14", "the same from the database", again.each_s, dynamic.each_s, _size(again))
    told = "304 alone" if unchanged.statuses == (304,) else f"NO: {unchanged.statuses}"
    yield Row("tile unchanged, z14", "the same from the database", unchanged.each_s, dynamic.each_s, told)


def staff_rows(town: Town) -> Iterator[Row]:
    """Give a tile of the police's hazards under the database's row rules against the same statement without them."""
    reader = Reader(Audience.POLICE, ("A1",))
    asked = tiles_in_box(14, 20)
    (said, *_) = zip(*pgbench.statements(town, reader, "hazard", asked), strict=True)
    with open_reading(town.settings, reader) as reading:
        run = reading.connection.exec_driver_sql
        own_s = all_s(lambda: [run(each.replace("%", "%%")).all() for each in said])
        plan = "\n".join(row[0] for row in run(f"EXPLAIN {said[0]}".replace("%", "%%")))
    with psycopg.connect(town.url, options=WORKS_ALONE) as connection:
        connection.execute(text("SELECT 1").text)
        peer_s = all_s(lambda: [connection.execute(each.encode()).fetchall() for each in said])
    told = "by the spatial index" if "geom_3857" in plan and "Index" in plan else "NO: without the spatial index"
    yield Row("police tile under row rules", "the same without", own_s / len(said), peer_s / len(said), told)


def _each() -> list[tuple[str, int]]:
    """Return layers with the zooms at which they have tiles."""
    return [(layer, zoom) for layer in KINDS for zoom in ZOOMS if zoom >= get_layer(layer).zooms[0]]


def _path(layer: str, z: int, x: int, y: int) -> str:
    return f"/ogc/collections/{layer}/tiles/WebMercatorQuad/{z}/{y}/{x}"


def _tipg_path(layer: str, z: int, x: int, y: int) -> str:
    return f"/collections/{PEER}.{layer}/tiles/WebMercatorQuad/{z}/{x}/{y}"


def _size(asked: Asked) -> str:
    return f"{asked.size / asked.count / 1000:.1f} kB"


def _etag(address: str, path: str) -> str:
    connection = HTTPConnection(address, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.headers["ETag"] or ""


def all_s(make: Callable[[], object]) -> float:
    """Return the median seconds of several times, the first not counted."""
    took = []
    for _ in range(TIMES + 1):
        began = time.perf_counter()
        make()
        took.append(time.perf_counter() - began)
    return statistics.median(took[1:])
