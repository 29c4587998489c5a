"""What another post would change, over HTTP with two workers, while it is dragged over a town of many nodes."""

from __future__ import annotations

import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection

import numpy as np

from geodata.analyses.kept_folder import cache_folder
from geodata.settings import PROJECT, Settings, load_settings
from tests.bench.grids import sample_row
from tests.bench.machine import heading, run
from tests.bench.rows import HEADING, Row
from tests.bench.towns import degrees, deployments_beside, made_town
from tests.signing import session_of

HOMES, POSTS = 10_000, 100
ASKED = 200
PATH, SAMPLE_PATH = "/api/coverage/patrol?mode=car&minutes=5", "/api/coverage/police_room?mode=walk&minutes=5"
COLD = """
import json, time
from geodata.analyses.streets import streets_of
from geodata.coverage.modes import WALK
from geodata.coverage.reach import nearest
from geodata.settings import load_settings
settings = load_settings()
began, began_cpu = time.perf_counter(), time.process_time()
streets = streets_of(settings, WALK)
nearest(streets.network, [0])
print(json.dumps([time.process_time() - began_cpu, time.perf_counter() - began]))
"""
"""What a process does that is asked first, compiled code kept; it writes seconds of CPU and of the clock."""


def main(rows: int) -> int:
    """Print how long an answer takes while a post is dragged over a town of about so many nodes."""
    print(f"what-if over HTTP, {HOMES:,} homes, {POSTS} posts: {heading()}\n{HEADING}")
    found = list(town_rows(rows))
    print("\n".join(row.line() for row in found))
    return int(any(row.verdict == "short" for row in found))


def town_rows(nodes: int = 200_000) -> Iterator[Row]:
    """Give how long the answer itself and a what-if take on a town of about so many nodes; seconds of the clock."""
    side = int(math.sqrt(min(nodes, 1_000_000)))
    with deployments_beside() as deployments:
        settings = made_town(deployments, side, homes=HOMES, posts=POSTS)
        low, high = np.column_stack(degrees(*[np.array([side * 30.0, side * 60.0])] * 2))
        with _served(settings) as address:
            yield from _asked(address, session_of(settings, "planner"), PATH, f"{nodes:,} nodes", low, high)


def sample_rows() -> Iterator[Row]:
    """Give the same of the sample, its grids, and what a process takes that finds streets kept, or has to lay them."""
    with deployments_beside() as deployments:
        home = deployments.folder / "sample"
        server = deployments.new_database()
        environ = {"CSMAP_HOME": str(home)} | ({"CSMAP_DATABASE_URL": server} if server else {})
        subprocess.run(
            [sys.executable, "-m", "etl.command.demo"],
            env=os.environ | environ, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        settings = load_settings(home, environ)
        deployments.made.append(settings)
        yield from _cold(settings, environ)
        yield sample_row(settings)
        west, south, east, north = settings.boundary.bounds
        middle, size = np.array([west + east, south + north]) / 2, np.array([east - west, north - south]) / 4
        with _served(settings) as address:
            yield from _asked(
                address, session_of(settings, "planner"), SAMPLE_PATH, "the sample", middle - size, middle + size
            )


def _cold(settings: Settings, environ: Mapping[str, str]) -> Iterator[Row]:
    for word in ("the sample's network", "the sample's network kept"):
        if word == "the sample's network":
            shutil.rmtree(cache_folder(settings, os.geteuid()), ignore_errors=True)
        said = run([sys.executable, "-c", COLD], {**environ, "PYTHONPATH": str(PROJECT)}).said
        took_s, wall_s = json.loads(said.splitlines()[-1])
        yield Row(f"cold start, {word}", "", wall_s, None, f"{took_s:.2f} s of CPU", wall_s=wall_s)


@contextmanager
def _served(settings: Settings) -> Iterator[str]:
    """Serve a deployment as `./csmap serve` does; give the address."""
    environ = {**os.environ, "CSMAP_HOME": str(settings.home)}
    if settings.database_url:
        environ["CSMAP_DATABASE_URL"] = settings.database_url
    words = [sys.executable, "-m", "webmap.command.serve", "--port", "0"]
    process = subprocess.Popen(words, env=environ, cwd=PROJECT, text=True, stdout=subprocess.PIPE)
    try:
        line = process.stdout.readline() if process.stdout else ""
        yield line.split("http://")[1].split()[0].rstrip("/")
    finally:
        process.terminate()
        process.wait()


def _asked(address: str, session: str, path: str, where: str, low: np.ndarray, high: np.ndarray) -> Iterator[Row]:
    """Ask for the answer until both workers have it, then drag a post about between two corners."""
    answers = []
    for _ in range(8):
        began = time.perf_counter()
        answer = _said(HTTPConnection(address, timeout=300), session, "GET", path)
        answers.append(time.perf_counter() - began)
    told = f"{answer['share']:.1%} within reach"
    yield Row(f"answer over HTTP, {where}, the first", "", answers[0], None, told)
    yield Row(f"answer over HTTP, {where}, median", "", statistics.median(answers), None, told)
    took = []
    for lon, lat in np.random.default_rng(3).uniform(low, high, (ASKED, 2)).tolist():
        connection = HTTPConnection(address, timeout=300)
        began = time.perf_counter()
        _said(connection, session, "POST", path.replace("?", "/what-if?"), {"lon": lon, "lat": lat})
        took.append(time.perf_counter() - began)
    took.sort()
    for word, took_s in (("median", statistics.median(took)), ("p95", took[int(ASKED * 0.95)])):
        yield Row(f"another post over HTTP, {where}, {word}", "", took_s, None, f"{ASKED} asked")


def _said(connection: HTTPConnection, session: str, method: str, path: str, body: object = None) -> dict[str, float]:
    own = f"http://{connection.host}:{connection.port}"
    headers = {"Content-Type": "application/json", "Cookie": f"session={session}", "Origin": own}
    connection.request(method, f"/staff{path}", json.dumps(body) if body else None, headers)
    answer = connection.getresponse()
    found: dict[str, float] = json.loads(answer.read())
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {found}")
    return found


if __name__ == "__main__":
    sys.exit(main(200_000))
