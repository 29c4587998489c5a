"""What all tests share: real deployments, and the real data where it lies beside the project."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from etl.command.demo import main as demo
from geodata.settings import Settings, load_settings
from tests.browsing import browser, lone_browser, playwright
from tests.deployments import Deployments, empty
from tests.district import client, published

__all__ = ["browser", "client", "lone_browser", "playwright", "published"]

# What a test takes says more about what else the machine does than about the code.
# Drawn alike each time, so that a commit is judged by what it changed; `--hypothesis-profile=hunt` draws anew.
hypothesis.settings.register_profile("csmap", deadline=None, derandomize=True)
hypothesis.settings.register_profile("hunt", deadline=None, derandomize=False, print_blob=True)
hypothesis.settings.load_profile("csmap")

# What the tests import and collect stays to their end: to look through it for garbage each time took a quarter of the
# CPU of collecting, and a part of each test's.
gc.set_threshold(50_000, 20, 20)


class _Compiled(BytecodeCache):
    """Compiled templates of the process, by what they say: hundreds of applications are made for tests."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        found = self.known.get((bucket.key, bucket.checksum))
        if found is not None:
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": _Compiled()}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the folder in which pictures of the pages are kept."""
    told = "a folder for what each test in a browser leaves on its pages, as pictures"
    parser.addoption("--pictures", type=Path, metavar="DIR", help=told)


_FIRST = ("sample town", "browser", "slow")
"""What takes longest, by its group or mark."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a module on one worker, which makes what its tests share, and begin with what takes longest."""

    def turn(item: pytest.Item) -> int:
        # Of a mark's arguments the words alone: those of parametrize are whole layers.
        words = {word for mark in item.iter_markers() for word in (mark.name, *mark.args) if isinstance(word, str)}
        return next((number for number, word in enumerate(_FIRST) if word in words), len(_FIRST))

    items.sort(key=turn)
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Look no more for garbage in what has been collected."""
    gc.collect()
    gc.freeze()


SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Return a file of ../shared/data, or skip the test with the reason."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"needs the real file ../shared/data/{name}")
        return path

    return find


@pytest.fixture(scope="session")
def deployments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployments]:
    """Make deployments of its own kind for a test: `deployments.make(name, boundary)`."""
    made = Deployments(tmp_path_factory.mktemp("deployments"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def sample_town(deployments: Deployments, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The sample's deployment, made by ./csmap demo.

    It takes a minute: whoever asks for it says `pytest.mark.xdist_group("sample town")`, as a second worker would make
    it once more, and changes nothing but what it takes back.
    """
    home = tmp_path_factory.mktemp("demo") / "home"
    server = deployments.new_database()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSMAP_HOME", str(home))
        if server:
            patch.setenv("CSMAP_DATABASE_URL", server)
        assert demo([]) == 0
    settings = load_settings(home, {"CSMAP_DATABASE_URL": server or ""})
    deployments.made.append(settings)
    return settings


@pytest.fixture(scope="session")
def _worker_deployment(deployments: Deployments) -> Settings:
    return deployments.make()


@pytest.fixture
def deployment(_worker_deployment: Settings) -> Settings:
    """An empty deployment around Leping, the worker's own: emptied before each test."""
    return empty(_worker_deployment)
