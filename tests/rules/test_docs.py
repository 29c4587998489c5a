"""The papers tell of everything that there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from geodata.layers import LAYERS
from geodata.settings import PROJECT, Settings

NOT_IN_FILE = {"home", "database_url", "statement_timeout_s"}


def _doc(name: str) -> str:
    return (PROJECT / "docs" / name).read_text("utf-8")


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings) if field.name not in NOT_IN_FILE])
def test_every_setting_is_documented(setting: str) -> None:
    assert f"| `{setting}` |" in _doc("settings.md")


@pytest.mark.parametrize("variable", ["CSMAP_HOME", "CSMAP_DATABASE_URL", "CSMAP_BASE_URL"])
def test_every_variable_is_documented(variable: str) -> None:
    assert variable in _doc("settings.md")
    assert variable in (PROJECT / "geodata" / "settings.py").read_text("utf-8")


def test_no_outside_host_is_asked_at_run_time() -> None:
    """Links for people may lead out; nothing that a page loads may."""
    for folder in ("webmap/frontend", "webmap/templates"):
        for path in (PROJECT / folder).rglob("*"):
            if path.is_file() and path.suffix != ".png":
                text = path.read_text("utf-8")
                assert 'src="http' not in text, path
                assert "@import url(http" not in text, path
                assert "fetch('http" not in text, path


def test_nothing_about_leping_outside_the_sample() -> None:
    words = ("乐坪", "Leping", "娄星", "Louxing", "431302")
    for root in ("geodata", "etl", "webmap"):
        for path in (PROJECT / root).rglob("*.py"):
            inside = path.relative_to(PROJECT).as_posix()
            if not inside.startswith("etl/sample/"):
                text = path.read_text("utf-8")
                assert not [word for word in words if word in text], inside


def test_every_layer_is_in_the_glossary() -> None:
    glossary = _doc("glossary.md").lower()
    for layer in LAYERS:
        if not layer.is_base:
            assert layer.id.replace("_", " ").replace("micro ", "micro-") in glossary, layer.id


def test_paths_of_this_project_only() -> None:
    for path in Path(PROJECT / "docs").glob("*.md"):
        assert "/root/" not in path.read_text("utf-8")


def test_decisions_are_numbered_from_one_on() -> None:
    numbers = [int(number) for number in re.findall(r"(?m)^(\d+)\. ", _doc("decisions.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
