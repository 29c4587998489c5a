"""The briefing in a real browser: from disk without network and WebGL, served under its policy, hostile names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Dialog, Page, expect

from geodata.publication import publish
from geodata.settings import Settings
from tests.browsing import serving
from tests.chromium import CHROMIUM
from tests.deployments import Deployments
from tests.geodata.queries.staged import put
from tests.signing import client_of
from webmap import create_app
from webmap.briefing.inlining import is_built

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "${alert(1)}`;alert(1);`",
    "'\"><svg onload=alert(1)>",
    "a\u2028alert(1)\u2029b",
    "{{ 7 * 7 }}{% raw %}",
    "</template></style><iframe src=javascript:alert(1)>",
    "javascript:alert(1)//\\",
)
YARD = "MULTIPOLYGON(((112 27.73, 112.002 27.73, 112.002 27.732, 112 27.732, 112 27.73)))"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium in /usr/bin/chromium"),
    pytest.mark.skipif(not is_built(), reason="the front end hasn't been built: ./csmap setup"),
]


@pytest.fixture(scope="module")
def town(deployments: Deployments) -> Settings:
    """A published town in which every text is hostile, with ordinary names beside them."""
    settings = deployments.make("Town", synthetic=True, as_of=date(2025, 10, 31), notice=HOSTILE[1])
    put(settings, "area", [{"source_id": "a", "code": "A", "name": HOSTILE[0], "kind": "community", "geom": YARD}])
    names = ["Garden", *HOSTILE]
    put(settings, "compound", [_row("c", number, name, geom=YARD) for number, name in enumerate(names)])
    aliases = [{"compound_name": "Garden", "name": name, "kind": "popular"} for name in ("锦绣花园", "Café Court")]
    put(settings, "alias", aliases)
    posts = [_row("p", n, name, geom=f"POINT({112 + n / 5000} 27.731)", hours=name) for n, name in enumerate(names)]
    put(settings, "police_post", posts)
    hazards = [
        {"source_id": f"h{n}", "kind": "gas", "found_on": "2025-10-01", "community": name, "geom": "POINT(112 27.731)"}
        for n, name in enumerate(names)
    ]
    put(settings, "hazard", hazards)
    closed = [{"parent_source_id": "h0", "kind": kind, "happened_on": "2025-10-02"} for kind in ("reported", "closed")]
    put(settings, "hazard_event", closed)
    projects = [_row("m", n, name, geom=f"POINT({112 + n / 5000} 27.7305)") for n, name in enumerate(names)]
    put(settings, "micro_project", projects)
    kinds = ("town", "hamlet")
    places = [
        {"name": f"{HOSTILE[n]} {kind}", "kind": kind, "geom": f"POINT({112 + n / 1000} 27.7312)"}
        for n, kind in enumerate(kinds)
    ]
    put(settings, "locality", places)
    line = "MULTILINESTRING((111.99 27.73, 112.01 27.731))"
    put(settings, "road", [{"source_id": "r", "name": HOSTILE[2], "highway": HOSTILE[1], "geom": line}])
    put(settings, "building", [{"source_id": "b", "name": HOSTILE[3], "geom": YARD}])
    publish(settings)
    return settings


def _row(prefix: str, number: int, name: str, **more: object) -> dict[str, object]:
    return {"source_id": f"{prefix}{number}", "name": name, "community": name, "address": name, **more}


@pytest.fixture(scope="module")
def app(town: Settings) -> Flask:
    return create_app(town)


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """Serve the town on loopback."""
    with serving(app) as served:
        yield served


@pytest.fixture
def browser(lone_browser: Browser) -> Browser:
    return lone_browser


class Seen:
    """What a page did that it shouldn't have."""

    def __init__(self, page: Page) -> None:
        self.said: list[str] = []
        self.requested: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", self._dismiss)
        page.on("request", lambda request: self.requested.append(request.url))

    def _dismiss(self, dialog: Dialog) -> None:
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@contextmanager
def _opened(browser: Browser, url: str, *, width: int = 1440, **more: Any) -> Iterator[tuple[Page, Seen]]:
    context = browser.new_context(viewport={"width": width, "height": 900}, **more)
    page = context.new_page()
    seen = Seen(page)
    page.goto(url)
    yield page, seen
    context.close()


def _file(client: FlaskClient, folder: Path, path: str = "/briefing/") -> str:
    """Write a briefing as its reader downloads it and return the address on disk."""
    target = folder / "briefing.html"
    target.write_bytes(client.get(f"{path}?lang=en&download=1").data)
    return target.as_uri()


def _ready(page: Page) -> None:
    page.locator('.folium-map[data-map-state="idle"]').wait_for()


def test_a_file_draws_from_disk_without_network_and_webgl(browser: Browser, app: Flask, tmp_path: Path) -> None:
    url = _file(app.test_client(), tmp_path)
    with _opened(browser, url, offline=True) as (page, seen):
        _ready(page)
        assert page.evaluate("!document.createElement('canvas').getContext('webgl')")
        assert seen.said == []
        assert seen.requested == [url]
        page.evaluate("map_briefing.setView([27.731, 112.001], 17, { animate: false })")
        # Nine posts and nine projects each on a spot of their own, nine hazards on their compound's one.
        assert page.locator(".spot-police_post").count() == 9
        assert page.locator(".spot-micro_project").count() == 9
        assert page.locator(".spot-hazard").count() == 1
        assert page.locator(".spot-hazard .stacked").inner_text() == "9"
        assert page.locator(".leaflet-pane-compound-pane path").count() == 9
        assert page.locator("path.leaflet-interactive").count() == 9 + 1
        assert page.locator(".leaflet-base-pane canvas").count() == 1
        assert page.locator(".folium-map").get_attribute("data-map-features") == str(9 * 4 + 1)
        assert page.locator(".leaflet-control-scale-line").all_inner_texts()[0].endswith("m")
        assert page.locator(".leaflet-control-attribution").count() == 0


def test_hostile_names_stay_text_wherever_they_are_shown(browser: Browser, app: Flask, tmp_path: Path) -> None:
    with _opened(browser, _file(app.test_client(), tmp_path), offline=True) as (page, seen):
        _ready(page)
        for button in page.locator(".name-button").all():
            name = button.evaluate("element => element.textContent")
            button.click()
            popup = page.locator(".leaflet-popup:last-child .told-record h3").first
            assert popup.evaluate("element => element.textContent") == name
        for marker in page.locator(".spot-police_post").all():
            marker.dispatch_event("mouseover")
        assert page.locator(".leaflet-tooltip").count() > 0
        assert page.locator("img, iframe, object, embed").count() == 0
        assert page.locator("svg[onload], [onerror]").count() == 0
        assert page.locator("script").count() == 4
        assert seen.said == []
        assert len(seen.requested) == 1


def test_towns_and_villages_are_named_at_their_zooms(browser: Browser, app: Flask, tmp_path: Path) -> None:
    with _opened(browser, _file(app.test_client(), tmp_path), offline=True) as (page, seen):
        _ready(page)
        for zoom, wanted in ((12, ["town"]), (15, ["town", "hamlet"]), (17, ["hamlet"]), (18, [])):
            page.evaluate(f"map_briefing.setZoom({zoom}, {{ animate: false }})")
            names = page.locator(".place-name:visible").evaluate_all("found => found.map((one) => one.textContent)")
            assert [name.rsplit(" ", 1) for name in names] == [[HOSTILE[kind == "hamlet"], kind] for kind in wanted]
        assert "Place names" in page.locator(".about").inner_text()
        assert seen.said == []


def test_many_points_are_one_number_until_they_are_looked_at(browser: Browser, app: Flask, tmp_path: Path) -> None:
    with _opened(browser, _file(app.test_client(), tmp_path), offline=True) as (page, seen):
        _ready(page)
        page.evaluate("map_briefing.setZoom(13, { animate: false })")
        # By cells of the screen: one of the nine may lie in the next one.
        for layer_id in ("police_post", "micro_project"):
            said = page.locator(f".pill-of-{layer_id}").all_inner_texts()
            assert sum(map(int, said)) + page.locator(f".spot-{layer_id}").count() == 9
            assert len(said) == 1
        expect(page.locator(".spot-hazard .stacked")).to_have_text("9")
        boxes = page.locator(".pill").evaluate_all("all => all.map((one) => one.getBoundingClientRect().top)")
        assert abs(boxes[0] - boxes[1]) > 20, "they move aside for each other"
        page.locator(".pill-of-police_post").click()
        expect(page.locator(".spot-police_post")).to_have_count(9)
        page.locator(".spot-police_post").last.click()
        expect(page.locator(".leaflet-popup .told-record")).to_have_count(1)
        assert seen.said == []


def test_the_layer_control_switches_a_layer_and_keeps_its_place(browser: Browser, app: Flask, tmp_path: Path) -> None:
    with _opened(browser, _file(app.test_client(), tmp_path), offline=True) as (page, _):
        _ready(page)
        box = page.locator('#legend input[data-layer="police_post"]')
        box.focus()
        page.keyboard.press("Space")
        assert page.locator(".spot-police_post").count() == 0
        # A record that the list is asked for brings its layer back, and the legend says so.
        page.locator("#list-police_post ~ .table-frame .name-button").first.press("Enter")
        assert page.locator(".spot-police_post").count() == 9
        assert page.locator('#legend input[data-layer="police_post"]').is_checked()
        assert page.locator("#legend .key li").count() > 0
        assert page.locator(".leaflet-popup").count() == 1
        page.keyboard.press("Escape")
        page.locator(".leaflet-popup").wait_for(state="detached")


def test_the_search_finds_what_the_site_finds_by_keyboard(browser: Browser, app: Flask, tmp_path: Path) -> None:
    client = app.test_client()
    with _opened(browser, _file(client, tmp_path), offline=True) as (page, seen):
        _ready(page)
        field, options = page.get_by_role("combobox"), page.get_by_role("option")
        for typed in ("gar", "jxhy", "锦绣", "cafe", *HOSTILE[:3]):
            found = client.get("/search", query_string={"q": "café" if typed == "cafe" else typed}).get_json()["hits"]
            # Streets and villages have no row in the lists.
            wanted = [
                hit["name"] for hit in found if hit["layer"] in ("compound", "police_post", "micro_project", "area")
            ]
            field.fill(typed)
            expect(options.locator(".place-name")).to_have_text(wanted)
            assert wanted
            assert field.get_attribute("aria-expanded") == "true"
        field.fill("jxhy")
        expect(options.locator(".place-name")).to_have_text(["Garden"])
        field.press("ArrowDown")
        assert page.locator(f"#{field.get_attribute('aria-activedescendant')}").inner_text().startswith("Garden")
        field.press("Enter")
        expect(page.locator(".leaflet-popup h3").first).to_have_text("Garden")
        expect(page.locator("#status")).to_have_text("Shown on the map: Garden")
        expect(page.locator("#hits")).to_be_hidden()
        assert page.evaluate("document.activeElement === map_briefing.getContainer()")
        field.fill("nowhere")
        expect(page.locator("#hits")).to_have_text("Nothing has that name.")
        assert seen.said == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_served_page_keeps_its_policy(browser: Browser, address: str, language: str, width: int) -> None:
    url = f"{address}/briefing/A?lang={language}"
    with _opened(browser, url, width=width) as (page, seen):
        _ready(page)
        assert seen.said == []
        assert seen.requested == [url]
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate("document.documentElement.lang") == language
        assert page.locator(".spot").count() > 0
        title = {"zh-CN": "放大", "en": "Zoom in"}[language]
        assert page.locator(".leaflet-control-zoom-in").get_attribute("title") == title


def test_without_scripts_the_lists_say_the_same(browser: Browser, address: str) -> None:
    with _opened(browser, f"{address}/briefing/A?lang=en", java_script_enabled=False) as (page, _):
        assert page.locator(".stage-map").is_hidden()
        assert page.locator("tbody tr[id^=police_post-]").count() == 9
        assert page.locator("tbody tr[id^=hazard-]").count() == 9
        assert page.locator("noscript").inner_text().startswith("The map needs JavaScript.")
        assert page.locator(".legend-words").is_visible()


def test_paper_has_the_map_and_every_name(browser: Browser, app: Flask, tmp_path: Path) -> None:
    with _opened(browser, _file(app.test_client(), tmp_path), width=794, offline=True) as (page, _):
        _ready(page)
        page.emulate_media(media="print")
        assert page.locator("tbody .name", has_text="Garden").first.is_visible()
        assert page.locator("tbody .name:visible").count() == page.locator("tbody .name").count()
        assert page.locator(".folium-map").is_visible()
        assert not page.locator(".leaflet-control-zoom").is_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing(browser: Browser, address: str, width: int) -> None:
    source = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
    if not source.exists():
        pytest.skip("needs axe-core in node_modules: ./csmap setup --tests")
    with _opened(browser, f"{address}/briefing/A?lang=en", width=width) as (page, _):
        _ready(page)
        page.evaluate(source.read_text("utf-8"))
        found = page.evaluate("axe.run()")["violations"]
        assert json.dumps([(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found]) == "[]"


def test_an_officer_takes_away_only_what_lies_in_the_own_area(town: Settings, browser: Browser, tmp_path: Path) -> None:
    officer = client_of(town, "grid_officer:A")
    with _opened(browser, _file(officer, tmp_path), offline=True) as (page, seen):
        _ready(page)
        # The yard ends at 112.002 E: of the nine posts every 0.0002 degrees from 112 on, all nine lie in it.
        assert page.locator("tbody tr[id^=police_post-]").count() == 9
        assert page.locator("#list-hazard").inner_text().split()[-1] == "9"
        assert seen.said == []
