"""What docs/planning.md shows is so: its Python runs on the sample, its list of changes has every kind."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stdout

import pytest

from geodata.analyses.scenarios import KINDS, checked
from geodata.settings import PROJECT, Settings
from launcher.commands import COMMANDS

pytestmark = pytest.mark.xdist_group("sample town")
PAPER = (PROJECT / "docs" / "planning.md").read_text("utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAPER, re.DOTALL)
    return str(found)


def test_every_kind_of_change_is_shown() -> None:
    stated = json.loads(block("json"))
    assert checked(stated)
    assert {change["change"] for change in stated} == set(KINDS)


def test_every_command_is_one() -> None:
    named = set(re.findall(r"^\./csmap (\w+)", PAPER, re.MULTILINE))
    assert named <= set(COMMANDS)
    said = "coverage site access sensitivity hotspots change rates grids speeds scenario runs"
    assert set(said.split()) <= named


def test_the_python_example_runs(sample_town: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    if sample_town.database_url:
        monkeypatch.setenv("CSMAP_DATABASE_URL", sample_town.database_url)
    with redirect_stdout(io.StringIO()) as printed:
        exec(compile(block("python"), "docs/planning.md", "exec"), {"home": sample_town.home})  # noqa: S102 - the paper is ours
    first, rest = printed.getvalue().split("\n", 1)
    assert re.fullmatch(r"\d+\.\d% are within reach; \d+ places aren't, such as .+", first)
    assert "distance" in rest
    assert "True" in rest
