"""Whom to thank goes with the data: from the recipe or the call, through the ledger, to what readers are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.choosing import Wish
from etl.command.load import main
from etl.loading import load_file
from geodata.publication import publish
from geodata.queries.facts import layer_facts
from geodata.queries.reading import RESIDENT, STEWARD, Reader, open_reading
from geodata.settings import Settings
from tests.etl.test_loading import GOOD, posts

OSM = """<?xml version="1.0"?>
<osm version="0.6"><node id="1" lon="112.0" lat="27.73" version="1"/><node id="2" lon="112.01" lat="27.73" version="1"/>
<way id="3" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>
"""
THANKS = "© OpenStreetMap contributors (ODbL)"


def credit(settings: Settings, layer: str, reader: Reader = RESIDENT) -> str:
    """Return the credit that a reader is told."""
    with open_reading(settings, reader) as reading:
        return layer_facts(reading)[layer].credit


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """A small file in OpenStreetMap's format."""
    path = tmp_path / "a.osm"
    path.write_text(OSM, "utf-8")
    return path


def test_openstreetmap_is_thanked_without_being_asked(deployment: Settings, extract: Path) -> None:
    load_file(deployment, extract, Wish())
    publish(deployment)
    assert credit(deployment, "road") == credit(deployment, "road", STEWARD) == THANKS


def test_who_loads_may_say_whom_to_thank(deployment: Settings, extract: Path) -> None:
    load_file(deployment, extract, Wish(credit="made up (CC0)"))
    publish(deployment)
    assert credit(deployment, "road") == "made up (CC0)"


def test_a_register_of_our_own_thanks_nobody_unless_told(
    deployment: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_file(deployment, posts(tmp_path, GOOD), Wish(crs="wgs84"))
    publish(deployment)
    assert credit(deployment, "police_post") == ""
    monkeypatch.setenv("CSMAP_HOME", str(deployment.home))
    changed = posts(tmp_path, (*GOOD[:1], "新名", *GOOD[2:]))
    assert main([str(changed), "--crs", "wgs84", "--credit", "Police of Leping", "--json"]) == 0
    assert credit(deployment, "police_post") == "Police of Leping"
