"""One server of the small district for every test in a browser, and what holds for the pages of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata.settings import Settings
from tests import watching
from tests.browsing import serving
from webmap import create_app
from webmap.archive import write_folder


@pytest.fixture(scope="session")
def address(published: Settings) -> Iterator[str]:
    """Return the address of the small district, on loopback."""
    with serving(published) as served:
        yield served


@pytest.fixture(scope="session")
def folder(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Residents' map of the small district as files."""
    found = tmp_path_factory.mktemp("public") / "map"
    with create_app(published).app_context():
        write_folder(published, found)
    return found


@pytest.fixture(autouse=True)
def nothing_unasked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test is about: its pages keep their policy, don't crash or complain, and ask nobody else."""
    watching.heard.clear()
    folder = request.config.getoption("--pictures")
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    watching.pictures[:] = [folder] if folder else []
    yield
    assert watching.heard == []
