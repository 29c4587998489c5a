"""What a device keeps: pages without a network for residents, a named few for officers, nothing after signing out."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import text

from geodata.crs.china_offset import gcj02_from_wgs84
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers.audience import Audience
from geodata.queries.hazard_writing import open_writing, take_back_edit
from geodata.queries.reading import Reader
from geodata.settings import Settings
from tests.browser.test_map import CLOSE, DESK, PHONE, _idle, pytestmark
from tests.browsing import PATIENCE_MS, held_back
from tests.signing import session_of
from webmap import sheets

__all__ = ["pytestmark"]

KEPT = """async () => {
    const found = [];
    for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys()) found.push([name, new URL(request.url).pathname]);
    return found;
}"""
"""The caches and paths of all that the device keeps."""
IS_KEPT = """async (path) => {
    for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys())
            if (new URL(request.url).pathname === path) return true;
    return false;
}"""
TURN = """async (hours) => {
    const name = (await caches.keys()).find((each) => each.endsWith(" clock")), cache = await caches.open(name);
    const { until } = await (await cache.match("/clock")).json();
    const [over, seen] = hours.map((each) => until + each * 3_600_000);
    await cache.put("/clock", new Response(JSON.stringify({ until: over, newest: seen })));
}"""
"""Moves by hours until when what is kept is shown, and the newest moment seen from there, as if these had passed."""
NO_SESSION = "async () => !(await caches.keys()).some((name) => name.includes('session-'))"


@contextmanager
def _device(browser: Browser, size: dict[str, int] = DESK) -> Iterator[tuple[BrowserContext, Page]]:
    """Open a browser that keeps what it is told to keep."""
    context = browser.new_context(viewport=size, reduced_motion="reduce", locale="en")  # type: ignore[arg-type]
    yield context, context.new_page()
    context.close()


def _sign_in(context: BrowserContext, address: str, settings: Settings, who: str) -> None:
    context.add_cookies([{"name": "session", "value": session_of(settings, who), "url": address}])


def _with_worker(page: Page, url: str) -> None:
    """Open a page, and again once the worker is there: from then on it sees to what is asked."""
    page.goto(url)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.reload()
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def _kept(page: Page) -> list[tuple[str, str]]:
    return [(name, path) for name, path in page.evaluate(KEPT)]


def test_a_resident_without_a_network_sees_pages_as_they_were(browser: Browser, address: str) -> None:
    with _device(browser) as (context, page):
        page.goto(f"{address}/healthz")
        page.evaluate("caches.open('csmap / shell 0').then((cache) => cache.put('/list', new Response('old')))")
        _with_worker(page, f"{address}/list?lang=en&layer=police_post")
        page.wait_for_function("async () => !(await caches.keys()).includes('csmap / shell 0')")
        map_page = f"{address}/?lang=en&layers=police_post&{CLOSE}"
        page.goto(map_page)
        _idle(page)
        drawn = page.locator("#map").get_attribute("data-map-features")
        assert drawn not in (None, "0")
        page.wait_for_function(IS_KEPT, arg="/style.json")
        context.set_offline(True)
        banner = page.locator("#offline")
        expect(banner).to_contain_text("No network since")
        page.goto(map_page)
        _idle(page)
        expect(page.locator("#map")).to_have_attribute("data-map-features", str(drawn))
        expect(banner).to_contain_text("This page is as it was on this device")
        page.goto(f"{address}/list?lang=en&layer=police_post")
        expect(page.get_by_role("link", name="Post 07", exact=True)).to_be_visible()
        page.goto(f"{address}/list?lang=en&layer=hazard")
        expect(page.get_by_role("heading", level=1)).to_have_text("No network")
        expect(page.locator("#kept-pages a").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        context.set_offline(False)
        page.get_by_role("link", name="Try again").click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text("No network")
        expect(banner).to_be_hidden()


def test_of_staff_an_officers_pages_alone_are_kept_until_somebody_else_or_nobody_is_signed_in(
    browser: Browser, address: str, published: Settings
) -> None:
    with _device(browser, PHONE) as (context, page):
        _sign_in(context, address, published, "grid_officer:W")
        deadlines = f"{address}/staff/officer?lang=en&due=all"
        _with_worker(page, deadlines)
        page.wait_for_function(IS_KEPT, arg="/staff/officer")
        for path in ("/staff/list?layer=hazard", "/staff/about", "/staff/ogc/collections/hazard/items"):
            page.goto(address + path)
        page.goto(deadlines)
        # The map of the own areas is kept ahead: a bounded number of tiles of the few layers that it needs.
        page.wait_for_selector("html[data-ahead=kept]", state="attached", timeout=PATIENCE_MS)
        internal = {path for name, path in _kept(page) if "session-" in name}
        tiles = {path for path in internal if "/tiles/WebMercatorQuad/" in path}
        assert internal - tiles == {"/staff/officer", "/staff/officer/hazards", "/staff/", "/staff/style.json"}
        assert 0 < len(tiles) <= 600
        layers = {path.split("/tiles/")[0].split("/")[-1] for path in tiles}
        assert layers >= {"hazard", "compound", "base"}
        assert not layers & {"micro_project", "incident_count", "whistle"}
        context.set_offline(True)
        page.goto(f"{address}/staff/?lang=en&layers=hazard&{CLOSE}")
        # What lies beyond is said to be missing; what is kept is drawn.
        page.wait_for_function("() => Number(document.querySelector('#map').dataset.mapFeatures) > 0")
        page.goto(deadlines)
        expect(page.locator("#offline")).to_contain_text("as it was on this device")
        expect(page.locator(".due-list li").first).to_be_visible()
        page.goto(f"{address}/staff/list?layer=hazard")
        expect(page.get_by_role("heading", level=1)).to_have_text("No network")
        expect(page.locator("[data-over]")).to_be_hidden()
        # Once it is too old it has gone, also where the clock was set back since.
        page.evaluate(TURN, [0, 1])
        page.goto(deadlines)
        expect(page.locator(".state")).to_contain_text("hasn't been reached for 12 hours: all that this device kept")
        expect(page.locator("[data-left]")).to_be_hidden()
        page.wait_for_function(NO_SESSION)
        context.set_offline(False)
        page.goto(deadlines)
        page.wait_for_function(IS_KEPT, arg="/staff/officer")

        _sign_in(context, address, published, "planner")
        page.goto(f"{address}/staff/about?lang=en")
        page.wait_for_function(NO_SESSION)
        context.set_offline(True)
        page.goto(deadlines)
        expect(page.get_by_role("heading", level=1)).to_have_text("No network")
        context.set_offline(False)

        _sign_in(context, address, published, "grid_officer:W")
        page.goto(deadlines)
        page.wait_for_function(IS_KEPT, arg="/staff/officer")
        # An answer of the session before that comes late takes nothing of the next one's away.
        tile = "/staff/ogc/collections/police_post/tiles/WebMercatorQuad/12/1714/3322"
        with engine_for(published, Login.OWNER).connect() as holding:
            holding.execute(text("LOCK TABLE live.hazard IN ACCESS EXCLUSIVE MODE"))
            page.evaluate("() => void (window.late = fetch('/staff/ogc/collections/hazard/items'))")
            # Other workers' tests wait for locks of theirs in other databases, or in other clusters.
            waiting = text(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'live.hazard'::regclass "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            while not holding.execute(waiting).scalar_one():
                page.wait_for_function("new Promise(requestAnimationFrame).then(() => true)")
            _sign_in(context, address, published, "police:W")
            page.evaluate("path => fetch(path).then(() => null)", tile)
            page.wait_for_function(IS_KEPT, arg=tile)
        page.evaluate("() => window.late.then(() => null)")
        assert page.evaluate(IS_KEPT, tile)
        # Nor does one that says, late, that nobody was signed in when it was asked for.
        context.clear_cookies()
        held_back["/staff/search"] = threading.Event()
        try:
            with page.expect_request("**/staff/search?*"):
                page.evaluate("() => void (window.late = fetch('/staff/search?q=x').then(({ status }) => status))")
            _sign_in(context, address, published, "police:W")
            page.evaluate("path => fetch(path).then(() => null)", tile)
            page.wait_for_function(IS_KEPT, arg=tile)
        finally:
            held_back.pop("/staff/search").set()
        assert page.evaluate("window.late") == HTTPStatus.UNAUTHORIZED
        assert page.evaluate(IS_KEPT, tile)
        page.goto(deadlines)
        page.wait_for_function(IS_KEPT, arg="/staff/officer")
        page.evaluate("new Promise((done) => { indexedDB.open('csmap drafts').onsuccess = (event) => "
                      "{ event.target.result.close(); done(); }; })")  # fmt: skip
        page.locator(".account summary").click()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{address}/")
        page.wait_for_function("async () => (await indexedDB.databases()).length === 0")
        assert [path for _, path in _kept(page) if path.startswith("/staff")] == []


@pytest.mark.parametrize("way", ["page", "program"])
def test_a_session_that_ended_elsewhere_leaves_nothing(
    browser: Browser, address: str, published: Settings, way: str
) -> None:
    with _device(browser, PHONE) as (context, page):
        _sign_in(context, address, published, "grid_officer:W")
        _with_worker(page, f"{address}/staff/officer?lang=en&due=all")
        page.wait_for_function(IS_KEPT, arg="/staff/officer")
        context.clear_cookies()
        if way == "page":
            page.goto(f"{address}/staff/officer?lang=en")
            expect(page.get_by_label("Password")).to_be_visible()
        else:
            page.evaluate("fetch('/staff/search?q=x').then(() => null)")
        page.wait_for_function(NO_SESSION)


def test_the_page_about_the_data_says_how_to_install(browser: Browser, address: str) -> None:
    with _device(browser) as (_, page):
        page.goto(f"{address}/about?lang=en")
        expect(page.locator("#install [data-state]:visible").first).to_be_visible()
        expect(page.locator("#install [data-state=insecure]")).to_be_hidden()
        manifest = page.evaluate("fetch(document.querySelector('link[rel=manifest]').href).then((each) => each.text())")
        told: dict[str, Any] = json.loads(manifest)
        assert {told["start_url"], told["scope"]} == {"/"}
        for icon in told["icons"]:
            size = page.evaluate(
                "src => new Promise((done) => { const seen = new Image(); seen.onload = () => done(seen.naturalWidth); "
                "seen.src = src; })",
                icon["src"],
            )
            assert icon["sizes"] == f"{size}x{size}"
        # By an address that browsers don't count as this machine's the same page says what it can't have, and why.
        plain = address.replace("127.0.0.1", "0.0.0.0")  # noqa: S104
        page.goto(f"{plain}/about?lang=en")
        mended = "Whoever runs the site can change that: csmap serve --tls, or a proxy with TLS in front of it."
        expect(page.locator("#install [data-state]:visible")).to_have_text(
            re.compile(f"opened without https.*{mended}")
        )
        page.goto(f"{plain}/staff/officer?lang=en")
        expect(page.get_by_role("alert")).to_have_text(re.compile(f"^Others could read your password on .*{mended}"))


GARDEN = {"latitude": 27.7312, "longitude": 112.0012, "accuracy": 12}
"""In the district's compound, away from the hazards that are known there."""


def test_what_is_recorded_without_a_network_is_sent_once_there_is_one(
    browser: Browser, address: str, published: Settings
) -> None:
    said_x, said_y = gcj02_from_wgs84(*(np.array(GARDEN[name]) for name in ("longitude", "latitude")))
    context = browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        reduced_motion="reduce",
        permissions=["geolocation"],
        geolocation={"longitude": float(said_x), "latitude": float(said_y), "accuracy": 12},
    )
    page = context.new_page()
    _sign_in(context, address, published, "grid_officer:W")
    _with_worker(page, f"{address}/staff/officer?lang=en")
    # Whichever span is open, the list that drafts wait in is kept.
    page.goto(f"{address}/staff/officer?due=all")
    page.wait_for_selector("html[data-ahead=kept]", state="attached", timeout=PATIENCE_MS)
    context.set_offline(True)
    # Of the map that was kept ahead each zoom is drawn; its middle, the kind, the level and saving are four taps.
    page.goto(f"{address}/staff/?layers=hazard&z=18/{GARDEN['latitude']}/{GARDEN['longitude']}")
    _idle(page)
    page.get_by_role("link", name="Record a hazard here").click()
    status = page.locator("#status")
    expect(status).to_have_text("At Garden · No network: where this lies is looked up when it is sent.")
    expect(page.locator("#map")).to_have_attribute("data-map-state", "idle")
    page.get_by_role("button", name="North").click()
    expect(status).to_contain_text("At Garden · moved by hand · No network")
    # Its own position a phone may give as shifted, which is told without the server, too.
    page.get_by_role("button", name="My position").click()
    expect(status).to_have_text(re.compile("^your position, give or take 12 m · No network"))
    page.get_by_label("The phone gives Mars coordinates (GCJ-02)").check()
    expect(status).to_contain_text("At Garden · your position, give or take 12 m · No network")
    page.get_by_text("Lift", exact=True).click()
    page.get_by_text("Major", exact=True).click()
    photo = {"name": "lift.png", "mimeType": "image/png", "buffer": (sheets.FOLDER / "icon-192.png").read_bytes()}
    page.locator("input[name=photo]").set_input_files(photo)  # type: ignore[arg-type]
    expect(page.locator("#recording")).to_have_attribute("data-photo", "ready")
    page.locator("textarea[name=words]").fill("Ask 13800138000 for the key")
    page.get_by_role("button", name="Confirm and save").click()
    drafts = page.locator("#drafts li")
    expect(drafts).to_contain_text("sent when there is a network")
    page.reload()
    expect(drafts).to_have_count(1)
    # A step likewise.
    page.goto(f"{address}/staff/officer")
    page.get_by_text("Next step").first.click()
    page.get_by_role("button", name="Confirmed").first.click()
    expect(drafts).to_have_count(2)
    expect(drafts.last).to_contain_text("Confirmed · Gas")

    # Signing out asks, as it would be lost.
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(drafts).to_have_count(2)
    # What is kept is shown for some hours only; what the officer wrote stays, unseen, and is sent by whoever wrote it.
    page.evaluate(TURN, [-13, -13])
    page.evaluate("dispatchEvent(new Event('visibilitychange'))")
    left = "Your records that aren't sent yet (2) stay on this device until then."
    expect(page.locator("[data-left]")).to_have_text(left)
    assert "Lift" not in page.content()
    context.set_offline(False)
    # Sent, it leads to the page that says what was masked in its words.
    with page.expect_request(lambda asked: asked.is_navigation_request() and "masked=mobile" in asked.url):
        page.get_by_role("link", name="Try again").click()
    expect(page.locator(".due-card", has_text="Lift")).to_contain_text("Garden", timeout=PATIENCE_MS)
    expect(page.locator(".due-card", has_text="Confirmed ·")).to_have_count(1)
    expect(page.locator("#drafts")).to_be_hidden()

    # It is recorded once, and a second look sends nothing more; taken back, so that other tests find what they know.
    page.reload()
    expect(page.locator(".due-card", has_text="Lift")).to_have_count(1)
    with engine_for(published, Login.OWNER).begin() as connection:
        placed = text("SELECT source_id, ST_X(geom), ST_Y(geom) FROM live.hazard WHERE source = 'web'")
        key, lon, lat = connection.execute(placed).one()
        assert (lon, lat) == pytest.approx((GARDEN["longitude"], GARDEN["latitude"]), abs=1e-6)
        step = connection.execute(text("SELECT source_id FROM live.hazard_event WHERE kind = 'confirmed'")).scalar_one()
        photos = text("SELECT count(*) FROM evidence.hazard_photo WHERE key = :key")
        assert connection.execute(photos, {"key": key}).scalar_one() == 1
    for each in (key, step):
        with open_writing(published, Reader(Audience.GRID_OFFICER, ("W",)), "test-grid_officer-w") as writing:
            take_back_edit(writing, each)
    context.close()
