"""Whom residents call: what comes with csmap, and what a csmap.toml may say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from geodata.calls import Call, calls_of
from geodata.errors import SettingsError
from geodata.layers.text import Text
from geodata.settings import Settings, load_settings, write_settings

HOTLINE = {"number": "0738-831 0000", "title": {"zh": "街道服务热线", "en": "Sub-district's line"}}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, name="Test", metric_crs="EPSG:4546", time_zone="Asia/Shanghai")


def test_where_nothing_is_stated_the_time_zone_tells(settings: Settings) -> None:
    assert [call.number for call in calls_of(settings)] == ["110", "119", "120", "12345"]
    elsewhere = replace(settings, time_zone="Europe/Monaco")
    assert calls_of(elsewhere) == ()
    assert [call.number for call in calls_of(replace(elsewhere, emergency_number="112"))] == ["112"]


def test_what_csmap_toml_states_comes_back_and_takes_the_place_of_all(settings: Settings) -> None:
    write_settings(replace(settings, call=(HOTLINE, {"number": "112", "title": "112"})))
    again = load_settings(settings.home, {})
    assert calls_of(again) == (
        Call("0738-831 0000", Text("街道服务热线", "Sub-district's line")),
        Call("112", Text("112", "112")),
    )


@pytest.mark.parametrize(
    ("stated", "wanted"),
    [
        ({"number": 110, "title": "Police"}, "digits"),
        ({"number": "call me", "title": "Police"}, "digits"),
        ({"number": "+-", "title": "Police"}, "digits"),
        ({"number": "110", "title": ""}, "a text"),
        ({"number": "110", "title": {"zh": "报警"}}, "a text"),
        ({"number": "110"}, "number, title"),
        ({"number": "110", "title": "Police", "icon": "x"}, "number, title"),
    ],
)
def test_what_nobody_can_dial_is_refused(settings: Settings, stated: dict[str, Any], wanted: str) -> None:
    with pytest.raises(SettingsError, match=wanted):
        calls_of(replace(settings, call=(stated,)))


def test_call_has_to_be_tables(settings: Settings) -> None:
    (settings.home / "csmap.toml").write_text(
        'name = "T"\nmetric_crs = "EPSG:4546"\ntime_zone = "Asia/Shanghai"\ncall = "110"\n'
    )
    with pytest.raises(SettingsError, match=r"\[\[call\]\]"):
        load_settings(settings.home, {})
