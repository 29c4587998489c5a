"""The sample, written once for all its tests, and read back by other people's libraries."""

from __future__ import annotations

import csv
import fcntl
import json
import os
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import geopandas
import openpyxl
import osmium
import pytest
from osmium.osm import Area, Relation, Way
from shapely.geometry import LineString, shape
from shapely.geometry.base import BaseGeometry

from etl.sample import Sample, write
from tests.etl.sample.clerk import Cells, good_rows
from tests.etl.sample.clerk import file_of as file_of

METRIC = "EPSG:4546"
LARGE_SEED, LARGE_SCALE = 2, 2
Shape = TypeVar("Shape", bound=BaseGeometry)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return written_once(tmp_path_factory, "sample")


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Two districts of another seed."""
    return written_once(tmp_path_factory, "large", seed=LARGE_SEED, scale=LARGE_SCALE)


def written_once(factory: pytest.TempPathFactory, name: str, **made_from: int) -> Sample:
    """A sample for all workers of a run: the first that needs it writes it, the others wait and take it."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    shared.mkdir(exist_ok=True)
    known = shared / "sample.json"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not known.exists():
            (shared / "files" / ".towns-of-a-killed-run").mkdir(parents=True)
            made = write(shared / "files", **made_from)
            names = {name: str(getattr(made, name)) for name in ("boundary", "truth", "places", "as_of")}
            known.write_text(json.dumps(names | {"files": [*map(str, made.files)], "counts": dict(made.counts)}))
    facts = json.loads(known.read_text())
    return Sample(
        files=tuple(map(Path, facts["files"])),
        **{name: Path(facts[name]) for name in ("boundary", "truth", "places")},
        as_of=date.fromisoformat(facts["as_of"]),
        counts=facts["counts"],
    )


def metric(path: Path) -> geopandas.GeoDataFrame:
    """A map file as a frame in metres, read by GDAL and moved by PROJ."""
    frame: geopandas.GeoDataFrame = geopandas.read_file(path)
    return frame.to_crs(METRIC)


def table(path: Path) -> list[dict[str, object]]:
    """A workbook's rows below its title and headings."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    headings = [str(heading) for heading in rows[1]]
    return [dict(zip(headings, row, strict=True)) for row in rows[2:]]


@pytest.fixture(scope="session")
def gates(sample: Sample) -> geopandas.GeoDataFrame:
    return metric(file_of(sample, "gates.gpkg"))


@pytest.fixture(scope="session")
def truth(sample: Sample) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sample.truth.read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def true_places(sample: Sample) -> dict[str, dict[str, tuple[float, float]]]:
    return places_in(sample)


def places_in(sample: Sample) -> dict[str, dict[str, tuple[float, float]]]:
    """Where the truth has each record, by layer and key."""
    found: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    with sample.places.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            found[row["layer"]][row["key"]] = float(row["lon"]), float(row["lat"])
    return found


@pytest.fixture(scope="session")
def survey(sample: Sample) -> geopandas.GeoDataFrame:
    return metric(file_of(sample, "buildings.zip"))


@pytest.fixture(scope="session")
def buildings(survey: geopandas.GeoDataFrame) -> list[BaseGeometry]:
    return list(survey.geometry)


@pytest.fixture(scope="session")
def ledger(sample: Sample) -> list[Cells]:
    """The hazard ledger's rows, without those that mustn't get in."""
    return good_rows(sample, "hazards.csv")


@pytest.fixture(scope="session")
def projects(sample: Sample) -> list[Cells]:
    """The projects' rows, without those that mustn't get in."""
    return good_rows(sample, "micro_projects.xlsx", "微实事")


@pytest.fixture(scope="session")
def compounds(sample: Sample) -> geopandas.GeoDataFrame:
    return metric(file_of(sample, "compounds.geojson"))


@dataclass(frozen=True)
class Extract:
    """The OSM extract in metres.

    Roads are (tags, node ids, line), walls lines, water areas.
    """

    roads: list[tuple[dict[str, str], list[int], LineString]]
    water: list[BaseGeometry]
    rails: list[LineString]
    restrictions: list[tuple[int, int, int]]
    way_nodes: dict[int, list[int]]
    walls: list[LineString]
    rivers: list[LineString]


@pytest.fixture(scope="session")
def extract(sample: Sample) -> Extract:
    return read_extract(sample)


def read_extract(sample: Sample) -> Extract:
    """The sample's extract, read by osmium and moved by PROJ."""
    path = file_of(sample, "map.osm.pbf")
    roads: list[tuple[dict[str, str], list[int], LineString]] = []
    rails: list[LineString] = []
    restrictions: list[tuple[int, int, int]] = []
    way_nodes: dict[int, list[int]] = {}
    walls: list[LineString] = []
    rivers: list[LineString] = []
    water: list[BaseGeometry] = []
    geometries = osmium.geom.GeoJSONFactory()
    for thing in osmium.FileProcessor(str(path)).with_areas():
        if isinstance(thing, Way):
            line = LineString([(node.lon, node.lat) for node in thing.nodes])
            way_nodes[thing.id] = [node.ref for node in thing.nodes]
            if "highway" in thing.tags:
                roads.append((dict(thing.tags), way_nodes[thing.id], line))
            elif thing.tags.get("railway") == "rail":
                rails.append(line)
            elif "waterway" in thing.tags:
                rivers.append(line)
            elif "barrier" in thing.tags:
                walls.append(line)
        elif isinstance(thing, Relation) and thing.tags.get("type") == "restriction":
            members = {member.role: member.ref for member in thing.members}
            restrictions.append((members["from"], members["via"], members["to"]))
        elif isinstance(thing, Area) and "natural" in thing.tags:
            water.append(shape(json.loads(geometries.create_multipolygon(thing))))
    lines = _metric([line for _, _, line in roads])
    return Extract(
        roads=[(tags, nodes, line) for (tags, nodes, _), line in zip(roads, lines, strict=True)],
        water=_metric(water),
        rails=_metric(rails),
        restrictions=restrictions,
        way_nodes=way_nodes,
        walls=_metric(walls),
        rivers=_metric(rivers),
    )


def _metric(shapes: list[Shape]) -> list[Shape]:
    return list(geopandas.GeoSeries(shapes, crs=4326).to_crs(METRIC))
