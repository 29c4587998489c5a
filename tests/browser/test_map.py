"""The map page in a real browser: what is drawn, what is said, what is asked of whom."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, Worker, expect

from geodata.publication import publish
from geodata.settings import PROJECT, Settings
from tests import watching
from tests.browsing import PATIENCE_MS, by_tab, serving, wrong_by_tab
from tests.chromium import CHROMIUM
from tests.deployments import Deployments
from tests.district import YARD
from tests.geodata.queries.staged import put

AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
BUILT = PROJECT / "webmap" / "static" / "main.js"
WIDE = {"width": 1440, "height": 900}
DESK = {"width": 1024, "height": 640}
"""Wide enough for map and panel beside each other; each pixel is drawn by the processor."""
PHONE = {"width": 390, "height": 844}
DRAWN = {"compound": 1, "police_post": 26, "hazard": 1, "micro_project": 1, "area": 1}
"""Spots of the small district: its two published hazards stand on one, all else each on its own."""
CLOSE = "z=14.5/27.732/112.001"
"""A view in which each spot is drawn; farther off they are counted."""
PICTURES = """
    const { prototype } = WebGL2RenderingContext, draw = prototype.drawElements;
    prototype.drawElements = function (...asked) {
        document.documentElement.dataset.isPainted = "";
        draw.apply(this, asked);
    };
"""
"""Notes on the page that something has been painted."""

drawn_pages = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium in /usr/bin/chromium"),
    pytest.mark.skipif(not BUILT.exists(), reason="the front end hasn't been built: ./csmap setup"),
]
pytestmark = [*drawn_pages, pytest.mark.xdist_group("small district in a browser")]


class Seen:
    """What a page said and asked for."""

    def __init__(self, page: Page) -> None:
        self.said: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", lambda message: self._hear(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def _hear(self, words: str) -> None:
        # Without a graphics card the browser's own driver remarks on its speed, and Playwright on what it blocks.
        if "GL Driver Message" not in words and "blocked by Playwright" not in words:
            self.said.append(words)


@contextmanager
def _opened(browser: Browser, url: str, size: dict[str, int], **more: Any) -> Iterator[tuple[Page, Seen]]:
    # What a device keeps would come between a page and the server, and between a test and what it asks of both.
    more = {"service_workers": "block", "reduced_motion": "reduce", **more}
    context = browser.new_context(viewport=size, **more)  # type: ignore[arg-type]
    page = context.new_page()
    seen = Seen(page)
    page.goto(url)
    yield page, seen
    context.close()


def _idle(page: Page) -> None:
    page.locator('#map[data-map-state="idle"]').wait_for()


def _turn_to(page: Page, query: str) -> None:
    """Come to another view of an open page as Back and Forward do; to open it anew takes seconds."""
    page.evaluate(
        "query => { history.pushState(null, '', query); dispatchEvent(new PopStateEvent('popstate')); }", query
    )


def _features(page: Page, wanted: int) -> None:
    expect(page.locator("#map")).to_have_attribute("data-map-features", str(wanted), timeout=PATIENCE_MS)


@pytest.mark.parametrize(("size", "language"), [(WIDE, "zh-CN"), (PHONE, "en")], ids=["wide-zh-CN", "phone-en"])
def test_every_layer_is_drawn_and_nobody_else_is_asked(
    browser: Browser, address: str, size: dict[str, int], language: str
) -> None:
    with _opened(browser, f"{address}/?lang={language}&{CLOSE}", size) as (page, seen):
        _idle(page)
        _features(page, sum(DRAWN.values()))
        for layer, count in DRAWN.items():
            _turn_to(page, f"/?lang={language}&layers={layer}&{CLOSE}")
            _features(page, count)
        assert seen.said == []
        assert seen.hosts == {urlsplit(address).netloc}
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_no_page_may_do_is_heard_in_every_test(browser: Browser, address: str) -> None:
    with _opened(browser, f"{address}/healthz", DESK) as (page, _):
        page.evaluate("void fetch('http://elsewhere.invalid').catch(() => setTimeout(() => { throw Error('crash') }))")
        page.wait_for_event("pageerror")
    heard = " ".join(watching.heard)
    watching.heard.clear()
    assert "Content Security Policy" in heard
    assert "crashes: crash" in heard
    context = browser.new_context()
    context.route("**", lambda route: route.abort())
    context.new_page().goto("data:text/html,<img src='http://elsewhere.invalid/'>")
    context.close()
    assert watching.heard == ["asks http://elsewhere.invalid/"]
    watching.heard.clear()


def test_what_is_in_view_is_said_and_counts_what_is_stacked(browser: Browser, address: str) -> None:
    with _opened(browser, f"{address}/?lang=en", WIDE) as (page, _):
        _idle(page)
        expect(page.locator("#status")).to_contain_text("Police posts 26")
        expect(page.locator("#status")).to_contain_text("Safety hazards 2")
        _turn_to(page, "/?lang=en&z=17/27.76/112.04")
        expect(page.locator("#status")).to_have_text("Nothing of the chosen layers is in view.")


def test_the_count_is_the_same_from_afar(browser: Browser, address: str) -> None:
    query = "/?lang=en&layers=police_post,hazard&z={}/27.732/112.001"
    with _opened(browser, address + query.format(9), WIDE) as (page, seen):
        for zoom in (9, 11, 12.4, 13.6, 14.2):
            _turn_to(page, query.format(zoom))
            page.wait_for_timeout(50)
            _idle(page)
            expect(page.locator("#status")).to_have_text("In view: Police posts 26; Safety hazards 2")
            drawn = int(page.locator("#map").get_attribute("data-map-features") or 0)
            assert (drawn == 27) is (zoom > 14), zoom
        assert seen.said == []


def test_who_goes_back_before_the_map_is_there_gets_what_the_address_says(browser: Browser, address: str) -> None:
    with _opened(browser, "about:blank", DESK) as (page, seen):

        def go_back(style: Route) -> None:
            _turn_to(page, f"/?lang=en&layers=hazard&{CLOSE}")
            style.continue_()

        page.route("**/style.json*", go_back)
        page.goto(f"{address}/?lang=en&{CLOSE}")
        _features(page, DRAWN["hazard"])
        expect(page.get_by_role("checkbox", name="Police posts")).not_to_be_checked()
        assert seen.said == []


@pytest.fixture(scope="module")
def one_area(deployments: Deployments) -> Iterator[str]:
    """Serve a district of one area; its tiles are no other test's."""
    settings = deployments.make("One area")
    put(settings, "area", [{"source_id": "n", "code": "N", "name": "North", "kind": "community", "geom": YARD}])
    publish(settings)
    with serving(settings) as served:
        yield served


def test_what_a_tile_only_counts_is_a_square_with_its_number_and_said(
    browser: Browser, one_area: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geodata.queries.tiles.MOST_BYTES", 0)
    with _opened(browser, f"{one_area}/?lang=en&z=15/27.731/112.001", DESK) as (page, seen):
        _idle(page)
        said = "In view: Areas 1 · Too much lies here to draw each shape as it is: come closer."
        expect(page.locator("#status")).to_have_text(said)
        box = page.locator("#map").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.locator(".hint")).to_have_text("Areas: 1 here")
        assert seen.said == []


def test_close_up_the_map_names_the_area_that_one_is_in(browser: Browser, one_area: str) -> None:
    with _opened(browser, f"{one_area}/?lang=en&z=16/27.731/112.001", PHONE) as (page, seen):
        _idle(page)
        drawn = page.locator("#map")
        assert drawn.get_attribute("data-map-here") is None
        # A corner, far from the middle at which its own name stands.
        _turn_to(page, "/?lang=en&z=20/27.7303/112.0003")
        expect(drawn).to_have_attribute("data-map-here", "North", timeout=PATIENCE_MS)
        page.wait_for_timeout(500)
        _idle(page)
        expect(page.locator("#status")).to_have_text("In view: Areas: North")
        assert seen.said == []


def test_a_click_on_a_number_comes_closer_until_records_come_apart(browser: Browser, address: str) -> None:
    with _opened(browser, f"{address}/?lang=en&layers=police_post&z=9/27.7305/112.0012", DESK) as (page, seen):
        _idle(page)
        _features(page, 1)
        box = page.locator("#map").bounding_box()
        assert box is not None
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.move(*middle)
        expect(page.locator(".hint")).to_have_text("Police posts: 26 here")
        page.mouse.click(*middle)
        _features(page, 26)
        expect(page.locator("#status")).to_have_text("In view: Police posts 26")
        expect(page.locator("#profile")).to_be_hidden()
        assert seen.said == []


def test_the_legend_switches_layers_and_back_undoes_it(browser: Browser, address: str) -> None:
    with _opened(browser, f"{address}/?lang=en&{CLOSE}", DESK) as (page, _):
        _idle(page)
        page.get_by_role("checkbox", name="Police posts").uncheck()
        _features(page, sum(DRAWN.values()) - DRAWN["police_post"])
        assert "police_post" not in page.url
        assert "layers=compound,hazard,micro_project,area" in page.url
        shared = page.url
        page.go_back()
        _features(page, sum(DRAWN.values()))
        expect(page.get_by_role("checkbox", name="Police posts")).to_be_checked()
        page.goto(shared)
        _features(page, sum(DRAWN.values()) - DRAWN["police_post"])


def test_a_row_and_a_click_on_the_map_show_the_record(browser: Browser, address: str) -> None:
    with _opened(browser, f"{address}/?lang=en", DESK) as (page, seen):
        _idle(page)
        page.locator('#overview a[data-select^="compound/"]').first.click()
        name = page.locator("#record .record-name")
        expect(name).to_have_text("Garden")
        expect(name).to_be_focused()
        assert "select=compound/" in page.url
        page.get_by_role("button", name="Back to layers and places").click()
        expect(page.locator('#overview a[data-select^="compound/"]').first).to_be_focused()
        # The hazards stand in the middle of the view when it is opened around them.
        _turn_to(page, "/?lang=en&layers=hazard&z=17/27.731/112.001")
        _features(page, 1)
        box = page.locator("#map").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.locator("#record .record-name")).to_have_text("Gas")
        expect(page.locator("#record")).to_contain_text("Others at the same place")
        page.go_back()
        expect(page.locator("#overview")).to_be_visible()
        assert seen.said == []


def test_what_hangs_on_a_compound_opens_by_keyboard_and_leads_to_its_list(browser: Browser, address: str) -> None:
    with _opened(browser, f"{address}/?lang=en", DESK) as (page, seen):
        _idle(page)
        page.locator('#overview a[data-select^="compound/"]').first.click()
        projects = page.locator('#record [data-fold="projects"]')
        expect(projects.locator("table")).to_be_hidden()
        projects.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(projects.locator("tbody")).to_contain_text("¥100.5")
        projects.locator(".more a").click()
        expect(page.locator(".matched")).to_contain_text("1 record")
        expect(page.locator(".owner")).to_contain_text("Garden")
        assert seen.said == []


def test_in_care_mode_the_keyboard_alone_leads_from_an_alias_to_a_page_to_send_on(
    browser: Browser, address: str
) -> None:
    with _opened(browser, f"{address}/?lang=en&care=1", DESK) as (page, _):
        _idle(page)
        search = page.get_by_role("combobox")
        expect(search).to_be_focused()
        for _ in range(2):
            page.keyboard.press("Shift+Tab")
        expect(page.get_by_role("link", name="Skip the map, go to layers and places")).to_be_focused()
        search.focus()
        page.keyboard.type("old gar")
        option = page.get_by_role("option")
        expect(option).to_have_count(1)
        expect(search).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("ArrowDown")
        expect(search).to_have_attribute("aria-activedescendant", "hit-0")
        expect(option).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Enter")
        found = page.locator("#record .record-name")
        expect(found).to_have_text("Garden")
        # What was found has the focus: the keyboard goes on from there.
        expect(found).to_be_focused()
        expect(search).to_have_attribute("aria-expanded", "false")
        search.fill("no such place")
        expect(page.locator("#hits")).to_contain_text("Nothing has that name.")
        # Where nobody answers it isn't said that nothing has that name; whoever pressed Enter isn't left alone either.
        page.route("**/search?*", lambda route: route.fulfill(status=503))
        for ending in (lambda: None, lambda: page.route("**/search?*", lambda route: route.abort())):
            ending()
            search.fill("old gar")
            page.keyboard.press("Enter")
            expect(page.locator("#hits")).to_have_text("The search doesn't answer just now. Try again in a moment.")
            search.fill("")
        page.unroute("**/search?*")
        search.fill("old gar")
        expect(option).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.locator("#hits")).to_be_hidden()
        found.focus()
        by_tab(page, "#record .own-page a")
        page.keyboard.press("Enter")
        expect(page.locator("h1.record-name")).to_have_text("Garden")
        expect(page.locator("html")).to_have_attribute("data-care", "")
        by_tab(page, "button[data-share]")
        page.keyboard.press("Enter")
        expect(page.locator(".share-said")).to_contain_text("link")
        by_tab(page, "[data-fold=areas] summary")
        page.keyboard.press("Enter")
        by_tab(page, "[data-fold=areas] a")
        page.keyboard.press("Enter")
        page.wait_for_url("**/communities/*")


def test_initials_and_enter_give_the_first_answer_and_the_way(browser: Browser, address: str) -> None:
    with _opened(browser, f"{address}/?lang=en", DESK) as (page, seen):
        page.clock.set_fixed_time("2025-10-27T22:00:00+08:00")
        _idle(page)
        page.keyboard.type("jx")
        page.keyboard.press("Enter")
        expect(page.locator("#record .record-name")).to_have_text("Garden")
        lines = page.locator("#record .line:visible")
        assert 1 <= lines.count() <= 5
        expect(lines.first).to_contain_text("min on foot")
        # The page says by its own clock what is open, as it may be read later than it was written.
        expect(lines.first).to_contain_text("closed now, opens tomorrow 09:00")
        expect(lines.first.get_by_role("link", name="emergency: 110")).to_have_attribute("href", "tel:110")
        expect(page.locator("#record [data-line=calls]")).to_contain_text("12345")
        expect(page.locator("#map")).to_have_attribute("data-map-way", re.compile("[1-9]"), timeout=PATIENCE_MS)
        page.clock.set_fixed_time("2025-10-28T10:00:00+08:00")
        page.go_back()
        expect(page.locator("#map")).to_have_attribute("data-map-way", "", timeout=PATIENCE_MS)
        page.go_forward()
        expect(lines.first).to_contain_text("open now, until 17:00")
        assert seen.said == []


def test_a_chinese_name_is_found_by_the_initials_of_its_pinyin(browser: Browser, address: str) -> None:
    with _opened(browser, f"{address}/?lang=zh-CN", DESK) as (page, seen):
        # What isn't the initials of any name finds nothing: it isn't letters anywhere that are looked for.
        page.get_by_role("combobox").fill("jxhx")
        expect(page.locator("#hits")).to_contain_text("没有")
        page.get_by_role("combobox").fill("jxhy")
        expect(page.get_by_role("option")).to_have_count(1)
        page.get_by_role("option").click()
        expect(page.locator("#record .record-name")).to_have_text("Garden")
        expect(page.locator("#record [data-fold=record] .facts")).to_contain_text("锦绣花园")
        assert seen.said == []


def test_old_data_are_said_beside_the_map_and_on_the_record(browser: Browser, published: Settings) -> None:
    # Hazards are expected within 37 days; the newest that residents see is of 1 October.
    later = replace(published, as_of=date(2025, 12, 31))
    with serving(later) as address, _opened(browser, f"{address}/?lang=en", PHONE) as (page, _):
        banner = page.locator("#overview .stale")
        expect(banner).to_be_visible()
        expect(banner).to_contain_text("91 days old")
        page.locator("summary", has_text="Safety hazards").click()
        page.locator('#overview a[data-select^="hazard/"]').first.click()
        expect(page.locator("#record .stale")).to_contain_text("91 days old")


def test_on_a_phone_the_sheet_grows_and_shrinks_by_its_button(browser: Browser, address: str) -> None:
    with _opened(browser, f"{address}/?lang=en", PHONE, has_touch=True, is_mobile=True) as (page, _):
        _idle(page)
        handle, panel = page.locator("#sheet-handle"), page.locator("#panel")
        # The scale stands in the free corner of the map, and what ends a line of the head ends where the others do.
        scale, zoom = (page.locator(f".maplibregl-ctrl-{name}").bounding_box() for name in ("scale", "zoom-in"))
        assert scale is not None
        assert zoom is not None
        assert scale["x"] < 20
        assert abs(scale["y"] - zoom["y"]) < 4
        ends = (page.locator(name).bounding_box() for name in (".search", ".language"))
        assert len({round(box["x"] + box["width"]) for box in ends if box}) == 1
        heights = []
        for sheet in ("half", "full", "peek"):
            expect(panel).to_have_attribute("data-sheet", sheet)
            box = panel.bounding_box()
            assert box is not None
            heights.append(box["height"])
            handle.click()
        assert heights[2] < heights[0] < heights[1]
        handle_box = handle.bounding_box()
        assert handle_box is not None
        assert handle_box["height"] >= 44


def test_what_fails_is_said_and_the_rest_stays(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=DESK, service_workers="block")  # type: ignore[arg-type]
    page = context.new_page()
    tiles, held, workers = "**/ogc/collections/hazard/tiles/**", list[Route](), list[Worker]()
    page.route(tiles, lambda route: held.append(route))
    page.on("worker", lambda worker: workers.append(worker))
    page.add_init_script(PICTURES)
    page.goto(f"{address}/?lang=en&{CLOSE}")
    # What has come is drawn while others are on their way.
    page.locator("html[data-is-painted]").wait_for()
    assert page.locator("#map").get_attribute("data-map-state") == "loading"
    expect(page.locator("#status")).to_have_text("Loading the map …")
    page.route(tiles, lambda route: route.fulfill(status=503))
    for route in held:
        route.fulfill(status=503)
    page.locator('#map[data-map-state="error"]').wait_for()
    expect(page.locator("#status")).to_contain_text("could not be loaded")
    _features(page, sum(DRAWN.values()) - DRAWN["hazard"])
    # The one that the page began before its scripts had come.
    assert len(workers) == 1
    # A record that can't be had, as the server fails or nobody is there; who tries again later gets it.
    endings: tuple[Callable[[Route], None], ...] = (
        lambda route: route.fulfill(status=500),
        lambda route: route.abort(),
    )
    for ending in endings:
        page.route("**/panel/**", ending)
        page.locator('#overview a[data-select^="compound/"]').first.click()
        failed = page.locator("#record > p")
        expect(failed).to_have_text("This record could not be loaded. Try again in a moment.")
        expect(failed).to_be_focused()
        expect(page.locator("#record")).to_have_attribute("aria-busy", "false")
        page.get_by_role("button", name="Back to layers and places").click()
        page.unroute("**/panel/**")
    page.locator('#overview a[data-select^="compound/"]').first.click()
    expect(page.locator("#record .record-name")).to_have_text("Garden")
    context.close()


def test_the_language_changes_at_the_same_place(browser: Browser, address: str) -> None:
    with _opened(browser, f"{address}/?lang=en&z=16/27.731/112.001", DESK) as (page, _):
        _idle(page)
        page.get_by_role("checkbox", name="Police posts").uncheck()
        page.get_by_role("link", name="中文").click()
        _idle(page)
        assert "z=16/27.731/112.001" in page.url.replace("%2F", "/")
        expect(page.get_by_role("checkbox", name="警务点")).not_to_be_checked()
        assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_without_webgl_the_simple_map_comes_by_itself(lone_browser: Browser, address: str) -> None:
    with _opened(lone_browser, f"{address}/?lang=en", WIDE) as (page, seen):
        page.wait_for_url("**/briefing/**")
        page.locator('.folium-map[data-map-state="idle"]').wait_for()
        assert seen.said == []


def test_without_scripts_the_page_is_its_list(browser: Browser, address: str) -> None:
    with _opened(browser, f"{address}/?lang=en", PHONE, java_script_enabled=False) as (page, seen):
        assert not page.locator("#map").is_visible()
        assert not page.locator("#legend").is_visible()
        assert "needs JavaScript" in page.locator(".advice").inner_text()
        page.locator("summary", has_text="Police posts").click()
        rows = page.locator('a[data-select^="police_post/"]')
        assert rows.count() == 20
        assert rows.last.is_visible()
        rows.first.click()
        assert page.locator("h1").inner_text() == "=1+1"
        page.goto(f"{address}/?lang=en")
        page.locator("#search").fill("jxhy")
        page.locator("#search").press("Enter")
        page.wait_for_url("**/compounds/*")
        assert page.locator("h1").inner_text() == "Garden"
        assert page.locator(".line").count() <= 5
        assert "min on foot" in page.locator(".line").first.inner_text()
        assert seen.said == []


LOOKS: tuple[tuple[dict[str, int], Literal["light", "dark"], bool], ...] = (
    (DESK, "light", False),
    (PHONE, "dark", False),
    (PHONE, "light", True),
    (DESK, "dark", True),
)
"""Sizes, themes, and whether in care mode: each page is opened once and walks through them.

Enlarged four times, and with all that unfolds, each is looked at by the walk over all pages (test_crawl.py).
"""
SMALL = """() => [...document.querySelectorAll("main *, header *, footer *")].filter((each) => {
    const isSaid = [...each.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const isSeen = each.checkVisibility() && !each.closest("#map, svg, .visually-hidden");
    return isSaid && isSeen && parseFloat(getComputedStyle(each).fontSize) < 24;
}).map((each) => each.outerHTML.slice(0, 120))"""
NARROW = """() => [...document.querySelectorAll("header a, header summary, main button, main summary, .place")]
    .filter((each) => each.checkVisibility() && !each.closest("#map") && each.getBoundingClientRect().height < 60)
    .map((each) => each.outerHTML.slice(0, 120))"""


def walked(page: Page) -> Iterator[str]:
    """Give an open page one look after another, as the browser and the cookie of care mode do."""
    for size, scheme, is_care in LOOKS:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)
        page.evaluate("care => void document.documentElement.toggleAttribute('data-care', care)", is_care)
        yield f"{size['width']} {scheme} {'care' if is_care else ''}"


@pytest.mark.skipif(not AXE.exists(), reason="axe-core isn't in node_modules: ./csmap setup --tests")
def test_everybody_can_use_each_page_in_each_look(browser: Browser, address: str) -> None:
    with _opened(browser, f"{address}/?lang=en", DESK) as (page, _):
        compound = page.locator('a[data-select^="compound/"]').first.get_attribute("data-select")
        own = str(compound).replace("compound/", "/compounds/")
        pages = ["/", f"/?select={compound}", "/list?layer=hazard", f"/places/{compound}", own, "/find?q=post"]
        for path in [*pages, "/governance", "/governance/hazards", "/about", "/nowhere", "/sign-in"]:
            page.goto(address + path)
            if path.startswith("/?") or path == "/":
                _idle(page)
            if "select" in path:
                page.locator("#record .record").wait_for()
            page.evaluate(AXE.read_text("utf-8"))
            for look in walked(page):
                found = page.evaluate("axe.run()")["violations"]
                assert found == [], f"{path} {look}: {json.dumps(found)[:2000]}"
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} {look}"
                if "care" in look:
                    assert page.evaluate(SMALL) == [], f"{path} {look}"
                    assert page.evaluate(NARROW) == [], f"{path} {look}"
                if look == "390 dark ":
                    assert "\n".join(wrong_by_tab(page)) == "", path


def test_care_mode_is_chosen_on_the_map_and_gives_the_list_more_room_than_the_map(
    browser: Browser, address: str
) -> None:
    with _opened(browser, f"{address}/?lang=en&layers=police_post&{CLOSE}", PHONE, color_scheme="dark") as (page, seen):
        _idle(page)
        assert page.locator("#map").get_attribute("data-look") == "dark"
        page.get_by_role("link", name="Care mode").click()
        page.locator('#map[data-look="care-dark"]').wait_for()
        # The larger part is the list's, under a button in words; above it there is a map.
        expect(page.get_by_text("Show more of the list")).to_have_css("clip-path", "none")
        heights = [page.locator(part).bounding_box() for part in ("#panel", "#map")]
        assert [0.5 < inner["height"] / outer["height"] < 0.7 for inner, outer in [heights] if inner and outer] == [
            True
        ]
        _idle(page)
        # The address is as it was: who is sent it chooses for themselves.
        assert "care" not in page.url
        assert "layers=police_post" in page.url
        _features(page, DRAWN["police_post"])
        page.locator("summary", has_text="Light or dark").click()
        page.get_by_role("link", name="Light", exact=True).click()
        page.locator('#map[data-look="care"]').wait_for()
        assert seen.said == []
        # How many are in view the list tells; that a part is missing is seen on the map.
        _idle(page)
        status = page.locator("#status")
        expect(status).to_have_css("clip-path", "inset(50%)")
        page.route("**/ogc/collections/**/tiles/**", lambda route: route.fulfill(status=503))
        _turn_to(page, "/?lang=en&layers=police_post&z=17/27.731/112.001")
        expect(status).to_contain_text("could not be loaded")
        expect(status).to_have_css("clip-path", "none")
