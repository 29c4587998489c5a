"""The sample's files and the truth about who is covered there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from etl.sample import Sample
from tests.etl.sample.conftest import written_once


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return written_once(tmp_path_factory, "sample")


@pytest.fixture(scope="session")
def truth(sample: Sample) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sample.truth.read_text("utf-8"))["coverage"]
    return found
