"""The commands of docs/your-own-city.md, read from the paper and run one after the other on a real city."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdf
import pytest
import shapely

from etl.recipe_files import read_recipe
from geodata.command.boundary import read_boundary
from geodata.settings import PROJECT

PAPER = (PROJECT / "docs" / "your-own-city.md").read_text("utf-8")
SharedData = Callable[[str], Path]


def commands(block: int) -> list[str]:
    """Return the lines of a block of commands in the paper."""
    return str(re.findall(r"```sh\n(.*?)```", PAPER, re.DOTALL)[block]).strip().splitlines()


def toml(word: str) -> str:
    """Return the paper's block of TOML that has a word."""
    [found] = [block for block in re.findall(r"```toml\n(.*?)```", PAPER, re.DOTALL) if word in block]
    return str(found)


class Shell:
    """Runs the paper's commands in a folder with the four files, the project's command being at hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "HOME": str(folder)}
        self.environment.pop("CSMAP_DATABASE_URL", None)

    def run(self, line: str) -> str:
        """Run one line and return what it said."""
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            self.environment[name] = value.replace("~", str(self.folder))
            return ""
        done = subprocess.run(
            self.words(line), cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def words(self, line: str) -> list[str]:
        """Return the words of a command, ./csmap being the project's own."""
        first, *rest = shlex.split(line)
        assert first == "./csmap", line
        return [str(PROJECT / "csmap"), *rest]


@pytest.fixture
def shell(tmp_path: Path, shared_data: SharedData) -> Iterator[Shell]:
    """A folder with the files of Porto Alegre under the names of the paper."""
    files = {"poa_osm.pbf": "roads.osm.pbf", "poa_points_of_interest.csv": "posts.csv", "poa_hexgrid.csv": "people.csv"}
    for ours, theirs in files.items():
        shutil.copyfile(shared_data(f"br-poa/{ours}"), tmp_path / theirs)
    box = read_boundary(str(tmp_path / "roads.osm.pbf"))
    (tmp_path / "boundary.geojson").write_text(shapely.to_geojson(box), "utf-8")
    shell = Shell(tmp_path)
    yield shell
    subprocess.run(shell.words("./csmap stop"), env=shell.environment, capture_output=True, check=False)


def test_the_paper_makes_a_city(shell: Shell) -> None:
    lines = commands(0)
    said = {line: shell.run(line) for line in lines[:-1]}
    assert lines[-1] == "./csmap serve"
    assert "EPSG:32722" in said[lines[1]]
    loaded = said["./csmap load roads.osm.pbf posts.csv people.csv"]
    assert "Roads: 15,886 read = 15,886 loaded" in loaded
    assert "Services: 15 read = 15 loaded" in loaded
    assert "Population cells: 1,227 read = 1,227 loaded" in loaded
    _asks_for_coverage(shell)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [*shell.words(lines[-1]), "--port", str(port)]
    with subprocess.Popen(words, env=shell.environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert f"http://localhost:{port}" in server.stdout.readline()
            map_page = _get(f"http://127.0.0.1:{port}/")
            assert "My city" in map_page
            assert "townhall</span></a>" in _get(f"http://127.0.0.1:{port}/list?layer=service_point")
        finally:
            server.send_signal(signal.SIGTERM)


def _asks_for_coverage(shell: Shell) -> None:
    with (Path(shell.environment["CSMAP_HOME"]) / "csmap.toml").open("a", encoding="utf-8") as config:
        config.write(f"\n{toml('[[service]]')}")
    lines = commands(1)
    said = {line: shell.run(line) for line in lines}
    reached = said["./csmap coverage office"]
    assert "130,339 of 812,935 residents are within reach: 16.0%" in reached
    assert "205,279 in a straight line of 1,126 m" in reached
    sites = said["./csmap site office --add 3"]
    assert "225,310 with 3 posts more, of 1,847 places to choose from" in sites
    assert "proven: nothing is better" in sites
    for figure in ("812,935", "130,339", "205,279", "681,353", "1,243", "35,158", "30,094", "29,719", "1,847"):
        assert figure in PAPER
        assert figure in reached + sites
    people = (shell.folder / "people.csv").read_text("utf-8").splitlines()
    column = people[0].split(",").index("population")
    assert sum(float(line.split(",")[column]) for line in people[1:]) == 812_935
    files = said["./csmap coverage office --sites 3 --out office.html --out office.xlsx --out office.pdf"]
    for name in ("office.html", "office.xlsx", "office.pdf"):
        assert f"Written to {name}." in files
        assert (shell.folder / name).stat().st_size > 10_000
    pages = pypdf.PdfReader(shell.folder / "office.pdf").pages
    paper = "".join("".join(page.extract_text() for page in pages).split())
    for figure in (
        "812,935",
        "130,339",
        "16.0%",
        "205,279",
        "681,353",
        "1,243",
        "225,310",
        "35,158",
        "30,094",
        "29,719",
    ):
        assert figure in paper


def _get(address: str) -> str:
    for _ in range(50):
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} doesn't answer")


def test_the_papers_recipe_is_one(tmp_path: Path) -> None:
    text = toml("[count]")
    assert tomllib.loads(text)["count"] == {"into": "incidents", "area_kind": "grid"}
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    recipe = read_recipe(path)
    assert recipe.count is not None
    assert recipe.count.area_kind == "grid"


@pytest.mark.parametrize("option", sorted(set(re.findall(r"--[a-z][a-z-]+", PAPER))))
def test_the_papers_options_exist(option: str) -> None:
    sources = [path for room in ("geodata", "webmap", "etl") for path in (PROJECT / room / "command").glob("*.py")]
    assert any(f'"{option}"' in source.read_text("utf-8") for source in sources)
