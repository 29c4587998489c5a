"""The sample town as a deployment, and towns drawn by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely

from etl.choosing import Wish
from etl.loading import load_file
from etl.sample import Sample
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.etl.sample.conftest import written_once

NEEDED = (
    *("areas", "compounds", "gates", "buildings", "police_posts", "service_points", "map.osm"),
    *("hazards", "three_nos", "incidents", "population"),
)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return written_once(tmp_path_factory, "sample")


@pytest.fixture(scope="session")
def truth(sample: Sample) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sample.truth.read_text("utf-8"))["coverage"]
    return found


@pytest.fixture(scope="session")
def sample_town(sample: Sample, deployments: Deployments) -> Settings:
    """The sample, as far as coverage asks for it."""
    feature = json.loads(sample.boundary.read_text("utf-8"))
    boundary = shapely.from_geojson(json.dumps(feature["geometry"]))
    settings = deployments.make("Sample", boundary, synthetic=True, as_of=sample.as_of)
    files = [path for path in sample.files if path.name.startswith(NEEDED)]
    assert len(files) == len(NEEDED)
    for path in files:
        load_file(settings, path, Wish(credit="test"))
    return settings
