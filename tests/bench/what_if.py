"""What another post would change, over HTTP with two workers, while it is dragged over a town of many nodes."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import numpy as np
import shapely

from geodata.settings import PROJECT, Settings
from tests.bench.machine import heading
from tests.deployments import Deployments
from tests.geodata.coverage.made import town_ways
from tests.geodata.queries.staged import put

WEST, SOUTH = 111.8, 27.5
HOMES, POSTS = 10_000, 100
ASKED = 200
PATH = "/api/coverage/patrol?mode=car&minutes=5"
M_A_DEGREE = 111_195.0


def main(rows: int) -> int:
    """Print how long an answer takes while a post is dragged over a town of about so many nodes."""
    side = int(math.sqrt(min(rows, 1_000_000)))
    with tempfile.TemporaryDirectory() as folder:
        deployments = Deployments(Path(folder))
        try:
            settings, count = _town(deployments, side)
            print(f"what-if over HTTP, {count:,} nodes, {HOMES:,} homes, {POSTS} posts: {heading()}")
            with _served(settings) as address:
                _ask(address, side)
        finally:
            deployments.close()
    return 0


def _town(deployments: Deployments, side: int) -> tuple[Settings, int]:
    """Return a deployment with roads, homes and posts, and how many nodes its roads have."""
    ways, rng = town_ways(side, 1), np.random.default_rng(2)
    span_m = side * 90.0
    lon, lat = _degrees(ways.x_m, ways.y_m)
    west_south, east_north = _degrees(np.array([-500.0, span_m + 500]), np.array([-500.0, span_m + 500]))
    settings = deployments.make("Bench", shapely.box(west_south[0], east_north[0], west_south[1], east_north[1]))
    roads = []
    for number, (begin, end) in enumerate(zip(ways.first, ways.first[1:], strict=False)):
        corners = ", ".join(f"{x:.7f} {y:.7f}" for x, y in zip(lon[begin:end], lat[begin:end], strict=True))
        nodes = ",".join(str(node + 1) for node in ways.node[begin:end])
        tags = {"highway": ways.highway[number], "oneway": ways.tags[number]["oneway"]}
        road = {"source_id": f"w{number}", "node_ids": f"{{{nodes}}}", "geom": f"MULTILINESTRING(({corners}))"}
        roads.append(road | {name: word for name, word in tags.items() if word})
    put(settings, "road", roads)
    for layer, total in (("building", HOMES), ("police_post", POSTS)):
        spots = zip(*_degrees(rng.uniform(0, span_m, total), rng.uniform(0, span_m, total)), strict=True)
        put(settings, layer, [_placed(layer, number, x, y) for number, (x, y) in enumerate(spots)])
    return settings, len(np.unique(ways.node))


def _placed(layer: str, number: int, lon: float, lat: float) -> dict[str, object]:
    if layer == "police_post":
        return {"source_id": f"p{number}", "name": f"Post {number}", "geom": f"POINT({lon} {lat})"}
    home = shapely.multipolygons([shapely.box(lon, lat, lon + 1e-4, lat + 1e-4)]).wkt
    return {"source_id": f"h{number}", "residents": 1 + number % 40, "geom": home}


def _degrees(x_m: np.ndarray, y_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return WEST + x_m / (M_A_DEGREE * math.cos(math.radians(SOUTH))), SOUTH + y_m / M_A_DEGREE


@contextmanager
def _served(settings: Settings) -> Iterator[str]:
    """Serve a deployment for planners, as `./csmap serve` does; give the address."""
    environ = {**os.environ, "CSMAP_HOME": str(settings.home)}
    if settings.database_url:
        environ["CSMAP_DATABASE_URL"] = settings.database_url
    words = [sys.executable, "-m", "webmap.command.serve", "--as", "planner", "--port", "0"]
    process = subprocess.Popen(words, env=environ, cwd=PROJECT, text=True, stdout=subprocess.PIPE)
    try:
        line = process.stdout.readline() if process.stdout else ""
        yield line.split("http://")[1].split()[0].rstrip("/")
    finally:
        process.terminate()
        process.wait()


def _ask(address: str, side: int) -> None:
    """Ask for the answer until both workers have it, then drag a post about, and print what that took."""
    rng = np.random.default_rng(3)
    for _ in range(8):
        began = time.perf_counter()
        answer = _said(HTTPConnection(address, timeout=300), "GET", PATH)
        print(f"  the answer itself: {time.perf_counter() - began:.2f} s, {answer['share']:.1%} within reach")
    took = []
    lon, lat = _degrees(*(rng.uniform(side * 30.0, side * 60.0, ASKED) for _ in range(2)))
    for x, y in zip(lon, lat, strict=True):
        connection = HTTPConnection(address, timeout=300)
        began = time.perf_counter()
        _said(connection, "POST", PATH.replace("?", "/what-if?"), {"lon": float(x), "lat": float(y)})
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    print(f"  what-if of {ASKED}: median {statistics.median(took):.0f} ms, p95 {took[int(ASKED * 0.95)]:.0f} ms")


def _said(connection: HTTPConnection, method: str, path: str, body: object = None) -> dict[str, float]:
    connection.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    found: dict[str, float] = json.loads(answer.read())
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {found}")
    return found


if __name__ == "__main__":
    sys.exit(main(200_000))
