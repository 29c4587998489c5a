"""Deployments of made-up towns with roads, homes and posts, for what is measured over all of csmap."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import shapely

from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.coverage.made import town_ways
from tests.geodata.queries.staged import put

WEST, SOUTH = 111.8, 27.5
M_A_DEGREE = 111_195.0


@contextmanager
def deployments_beside() -> Iterator[Deployments]:
    """Give a folder of deployments that go when they are left."""
    with tempfile.TemporaryDirectory() as folder:
        deployments = Deployments(Path(folder))
        try:
            yield deployments
        finally:
            deployments.close()


def made_town(deployments: Deployments, side: int, *, homes: int, posts: int, spots: int = 0) -> Settings:
    """Return a deployment with `side` x `side` junctions and their roads, homes, posts, and spots for more of these."""
    ways, rng = town_ways(side, 1), np.random.default_rng(2)
    span_m = side * 90.0
    lon, lat = degrees(ways.x_m, ways.y_m)
    west_south, east_north = degrees(np.array([-500.0, span_m + 500]), np.array([-500.0, span_m + 500]))
    settings = deployments.make("Bench", shapely.box(west_south[0], east_north[0], west_south[1], east_north[1]))
    roads = []
    for number, (begin, end) in enumerate(zip(ways.first, ways.first[1:], strict=False)):
        corners = ", ".join(f"{x:.7f} {y:.7f}" for x, y in zip(lon[begin:end], lat[begin:end], strict=True))
        nodes = ",".join(str(node + 1) for node in ways.node[begin:end])
        tags = {"highway": ways.highway[number], "oneway": ways.tags[number]["oneway"]}
        road = {"source_id": f"w{number}", "node_ids": f"{{{nodes}}}", "geom": f"MULTILINESTRING(({corners}))"}
        roads.append(road | {name: word for name, word in tags.items() if word})
    put(settings, "road", roads)
    for layer, total in (("building", homes), ("police_post", posts), ("service_point", spots)):
        if not total:
            continue
        where = zip(*degrees(rng.uniform(0, span_m, total), rng.uniform(0, span_m, total)), strict=True)
        put(settings, layer, [_placed(layer, number, x, y) for number, (x, y) in enumerate(where)])
    return settings


def _placed(layer: str, number: int, lon: float, lat: float) -> dict[str, object]:
    if layer == "police_post":
        return {"source_id": f"p{number}", "name": f"Post {number}", "geom": f"POINT({lon} {lat})"}
    if layer == "service_point":
        return {"source_id": f"s{number}", "name": f"Spot {number}", "kind": "clinic", "geom": f"POINT({lon} {lat})"}
    home = shapely.multipolygons([shapely.box(lon, lat, lon + 1e-4, lat + 1e-4)]).wkt
    return {"source_id": f"h{number}", "residents": 1 + number % 40, "geom": home}


def degrees(x_m: np.ndarray, y_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return WEST + x_m / (M_A_DEGREE * math.cos(math.radians(SOUTH))), SOUTH + y_m / M_A_DEGREE
