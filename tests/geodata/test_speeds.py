"""Speeds by class: from csmap.toml, from a file for one question, and refused where they can't be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from geodata.analyses.coverage import Question
from geodata.analyses.coverage.question import understand
from geodata.command.asking import speeds_for
from geodata.coverage.modes import CAR, WALK
from geodata.errors import InvalidInput, SettingsError
from geodata.settings import Settings, load_settings, write_settings
from geodata.speeds import as_toml, read_speeds

SLOW = {"car": {"primary": 31.5, "residential": 12.0}}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, name="Test", metric_crs="EPSG:4546", time_zone="Asia/Shanghai")


def test_speeds_of_csmap_toml_count_for_their_mode(settings: Settings) -> None:
    write_settings(replace(settings, speeds=SLOW, service=({"id": "patrol", "minutes": 4},)))
    again = load_settings(settings.home, {})
    assert understand(again, Question("patrol")).mode == CAR.with_speeds(SLOW["car"])
    assert understand(again, Question("police_room")).mode == WALK
    # What is asked for goes before.
    asked = understand(again, Question("patrol", speeds={"primary": 25}))
    assert asked.mode == CAR.with_speeds({"primary": 25, "residential": 12})
    assert again.service[0]["minutes"] == 4


def test_a_file_of_speeds_is_for_the_mode_that_is_asked_for(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "slow.toml"
    path.write_text(as_toml(SLOW), "utf-8")
    assert read_speeds(path) == SLOW
    assert speeds_for(settings, path, service="patrol", mode=None) == SLOW["car"]
    assert speeds_for(settings, None, service="patrol", mode=None) == {}
    with pytest.raises(InvalidInput, match="has speeds for car; police_room is asked for walk"):
        speeds_for(settings, path, service="police_room", mode=None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[speeds.boat]\nprimary = 3", "has .speeds.boat.; wanted are tables named after walk, ebike, car"),
        ("[speeds.car]\nprimry = 3", "has 'primry'; known classes are"),
        ("[speeds.car]\nprimary = 0", "has primary = 0; wanted are km/h from 0.1"),
        ("[speeds.car]\nprimary = nan", "has primary = nan"),
        ("[speeds.car]\nprimary = true", "has primary = True"),
        ("[speeds]\ncar = 3", "wanted are tables named"),
    ],
)
def test_speeds_that_cannot_be_are_a_sentence(settings: Settings, tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "speeds.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidInput, match=sentence):
        read_speeds(path)
    write_settings(settings)
    toml = settings.home / "csmap.toml"
    toml.write_text(toml.read_text("utf-8") + "\n" + text, "utf-8")
    with pytest.raises(SettingsError, match=sentence):
        understand(load_settings(settings.home, {}), Question("patrol"))


@pytest.mark.parametrize(
    ("text", "sentence"), [(None, "isn't there"), ("primary 3", "is not TOML"), ("car = 3", "has no speeds")]
)
def test_what_is_no_file_of_speeds_is_a_sentence(tmp_path: Path, text: str | None, sentence: str) -> None:
    path = tmp_path / "speeds.toml"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(InvalidInput, match=sentence):
        read_speeds(path)
