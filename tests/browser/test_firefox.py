"""What is taken away and what is served, in Debian's Firefox without WebGL: from a disk, and with no other host.

All else is tested in Chromium. Another engine draws, says what is wrong and guards files in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from geodata.settings import Settings
from tests.firefox import FIREFOX, Firefox, started
from tests.signing import client_of
from webmap import create_app
from webmap.briefing.inlining import is_built

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("small district in a browser"),
    pytest.mark.skipif(not FIREFOX.exists(), reason="needs Debian's Firefox in /usr/bin/firefox-esr"),
    pytest.mark.skipif(not is_built(), reason="the front end hasn't been built: ./csmap setup"),
]

BY_DAY = "?at=Mo+10:00&minutes=5&lang=en"
DRAWN = '.folium-map[data-map-state="idle"]'


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with started(tmp_path_factory.mktemp("firefox")) as found:
        yield found


@pytest.fixture(scope="module")
def app(published: Settings) -> Flask:
    return create_app(published)


def _is_alone(firefox: Firefox) -> bool:
    """Tell whether a page has complained of nothing and asked for nothing but what stands in itself."""
    return firefox.said == [] and all(url.startswith("data:") for url in firefox.asked)


def test_a_briefing_from_disk_draws_and_finds(firefox: Firefox, app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "briefing.html"
    file.write_bytes(app.test_client().get("/briefing/?lang=en&download=1").data)
    firefox.open(file.as_uri())
    firefox.text(DRAWN)
    assert firefox.evaluate("!document.createElement('canvas').getContext('webgl')")
    assert firefox.evaluate("document.querySelector('.folium-map').dataset.mapFeatures") == "31"
    firefox.click("#search")
    firefox.press("jxhy", "Enter")
    assert firefox.text(".leaflet-popup h3") == "Garden"
    assert firefox.text("#status") == "Shown on the map: Garden"
    assert _is_alone(firefox)


def test_a_coverage_from_disk_draws_and_answers(
    firefox: Firefox, published: Settings, app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "coverage.html"
    planner = client_of(published, "planner", app)
    file.write_bytes(planner.get(f"/staff/api/coverage/police_room/report.html{BY_DAY}").data)
    firefox.open(file.as_uri())
    firefox.text(DRAWN)
    assert firefox.text(".figures dd") == "100.0%"
    name = firefox.text("#post-2 .name")
    firefox.click("#post-2 .name-button")
    assert firefox.text(".leaflet-popup h3") == name
    assert firefox.text("#status") == f"Shown on the map: {name}"
    assert _is_alone(firefox)


def test_the_map_page_from_disk_leads_to_the_simple_map(firefox: Firefox, folder: Path) -> None:
    firefox.open((folder / "index.html").as_uri())
    firefox.text(DRAWN)
    assert firefox.evaluate("location.pathname").endswith(".zh-CN.html")
    # That its module isn't read the browser says, whatever the page does.
    assert all("file:///" in said and "CORS request not http" in said for said in firefox.said)
    assert all(url.startswith("data:") for url in firefox.asked)


def test_a_compound_from_disk_tells_and_leads_on(firefox: Firefox, folder: Path) -> None:
    firefox.open(next((folder / "compounds").glob("*.en.html")).as_uri())
    assert firefox.text("h1.record-name") == "Garden"
    assert "2 min on foot" in firefox.text("[data-line=post]")
    firefox.click("[data-fold=projects] summary")
    assert "Lamps" in firefox.text("[data-fold=projects]")
    firefox.click(".trail a:nth-of-type(2)")
    assert firefox.text(".leaflet-popup h3") == "Garden"
    assert all(url.startswith("data:") for url in firefox.asked)


def test_a_resident_finds_the_compound_and_changes_the_language(firefox: Firefox, address: str) -> None:
    firefox.open(f"{address}/?lang=en")
    firefox.text(DRAWN)
    firefox.click("#search")
    firefox.press("jxhy", "Enter")
    assert firefox.text(".leaflet-popup h3") == "Garden"
    firefox.click(".language[lang=zh-CN]")
    firefox.text(f"[lang=zh-CN] {DRAWN}")
    assert firefox.said == []
    assert all(url.startswith((f"{address}/", "data:")) for url in firefox.asked)
