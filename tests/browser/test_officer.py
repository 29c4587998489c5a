"""An officer on a phone: what is due, a hazard recorded in four taps, one state on in two, a wrong tap taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from geodata.settings import Settings
from tests.browser.test_map import AXE, PHONE, Seen, pytestmark
from tests.browsing import PATIENCE_MS, Held, by_tab
from tests.signing import session_of

__all__ = ["pytestmark"]

GARDEN = {"latitude": 27.7312, "longitude": 112.0012, "accuracy": 12}


class Taps:
    """A finger that is counted."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, what: Locator) -> None:
        self.count += 1
        what.tap()


@pytest.fixture
def officer(browser: Browser, address: str, published: Settings) -> Page:  # type: ignore[misc]
    """A phone whose officer of the west is signed in, and which may tell where it is."""
    with _phone(browser, address, published) as page:
        yield page


@contextmanager
def _phone(browser: Browser, address: str, published: Settings) -> Iterator[Page]:
    context = browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        has_touch=True,
        service_workers="block",
        reduced_motion="reduce",
        permissions=["geolocation"],
        geolocation=GARDEN,  # type: ignore[arg-type]
    )
    context.add_cookies([{"name": "session", "value": session_of(published, "grid_officer:W"), "url": address}])
    yield context.new_page()
    context.close()


def _is_fit(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run().then((found) => found.violations.map((each) => [each.id, each.nodes[0].html]))")
    assert found == []


def test_an_officer_records_moves_on_and_takes_back(officer: Page, address: str) -> None:
    seen, taps = Seen(officer), Taps()
    officer.goto(f"{address}/staff/officer?lang=en")
    expect(officer.locator(".due-card")).to_have_count(3)
    _is_fit(officer)
    taps.on(officer.get_by_role("link", name="Record a hazard"))
    expect(officer.locator("#status")).to_have_text("At Garden · your position, give or take 12 m")
    with officer.expect_response(lambda answer: "/hazards/near" in answer.url):
        taps.on(officer.get_by_text("Lift", exact=True))
    taps.on(officer.get_by_text("Major", exact=True))
    expect(officer.locator("#near")).to_be_hidden()
    _is_fit(officer)
    taps.on(officer.get_by_role("button", name="Confirm and save · At Garden"))
    expect(officer.get_by_text("Recorded: Reported")).to_be_visible()
    assert taps.count <= 4
    expect(officer.locator(".due-card", has_text="Lift")).to_contain_text("Reported")
    # What is offered to be taken back isn't told again to who comes back to the page.
    expect(officer).to_have_url(f"{address}/staff/officer?due=all")
    officer.get_by_role("button", name="Undo").tap()
    expect(officer.get_by_text("Taken back")).to_be_visible()
    expect(officer.locator(".due-card")).to_have_count(3)
    card, taps = officer.locator(".due-card").first, Taps()
    taps.on(card.get_by_text("Next step"))
    taps.on(card.get_by_role("button", name="Confirmed"))
    expect(officer.get_by_text("Recorded: Confirmed")).to_be_visible()
    assert taps.count <= 2
    expect(officer.locator(".due-card", has_text="Confirmed ·")).to_have_count(1)
    officer.get_by_role("button", name="Undo").tap()
    expect(officer.get_by_text("Taken back")).to_be_visible()
    expect(officer.locator(".due-card", has_text="Reported")).to_have_count(3)
    card.get_by_text("Next step").tap()
    _is_fit(officer)
    # Two ticked are put in order, begun where one is; from there the nearest posts are told, and told anew by the pin.
    for tick in officer.locator(".due-tick").all()[:2]:
        tick.tap()
    officer.get_by_role("button", name="Put in walking order · 2").tap()
    expect(officer.locator(".stop[data-stop]")).to_have_count(2)
    officer.get_by_role("button", name="Begin at my position").tap()
    expect(officer.locator(".stop.is-start")).to_contain_text("From Garden")
    expect(officer.locator("#map")).to_have_attribute("data-map-state", "idle", timeout=PATIENCE_MS)
    assert int(str(officer.locator("#map").get_attribute("data-map-features"))) >= 2
    _is_fit(officer)
    officer.get_by_role("link", name="Deadlines").tap()
    officer.get_by_role("link", name="Nearest posts", exact=True).first.tap()
    posts = officer.locator("#found .line")
    expect(posts).to_have_count(3)
    expect(officer.locator("#status")).to_contain_text("give or take 12 m")
    before = posts.first.inner_text()
    with officer.expect_response(lambda answer: "/officer/nearest?" in answer.url):
        officer.get_by_role("button", name="North").tap()
    expect(officer.locator("#status")).to_have_text("moved by hand")
    assert posts.first.inner_text().splitlines()[1] == before.splitlines()[1]
    _is_fit(officer)
    assert [each for each in seen.said if "axe" not in each] == []


def test_without_webgl_the_spot_is_said_and_the_posts_are_listed_all_the_same(
    lone_browser: Browser, address: str, published: Settings
) -> None:
    here = address.replace("localhost", "127.0.0.1")
    with _phone(lone_browser, here, published) as page:
        page.goto(f"{here}/staff/officer/hazards?lang=en")
        expect(page.locator("#status")).to_have_text("At Garden · your position, give or take 12 m")
        expect(page.locator("#map")).to_have_attribute("data-map-state", "error", timeout=PATIENCE_MS)
        page.get_by_role("button", name="North").tap()
        expect(page.locator("#status")).to_have_text("At Garden · moved by hand")
        page.get_by_text("Lift", exact=True).tap()
        page.get_by_text("Major", exact=True).tap()
        page.get_by_role("button", name="Confirm and save · At Garden").tap()
        expect(page.get_by_text("Recorded: Reported")).to_be_visible()
        page.get_by_role("button", name="Undo").tap()
        expect(page.get_by_text("Taken back")).to_be_visible()
        page.get_by_role("link", name="Nearest posts", exact=True).first.tap()
        expect(page.locator("#found .line")).to_have_count(3)
        expect(page.locator("#map")).to_have_attribute("data-map-state", "error", timeout=PATIENCE_MS)


def test_all_of_it_goes_by_the_keyboard_alone_in_care_mode_and_in_the_systems_own_colours(
    officer: Page, address: str
) -> None:
    officer.emulate_media(forced_colors="active")
    officer.goto(f"{address}/staff/officer?lang=en&due=all&care=1")
    by_tab(officer, "a[href$='/officer/hazards']")
    officer.keyboard.press("Enter")
    expect(officer.locator("#status")).to_contain_text("At Garden")
    for field in ("kind", "level"):
        by_tab(officer, f"input[name={field}]")
        officer.keyboard.press("Space")
    by_tab(officer, "button.saving")
    officer.keyboard.press("Enter")
    for done in ("Recorded: Reported", "Recorded: Confirmed"):
        # What can be taken back for some seconds only is the next thing that the keyboard comes to.
        expect(officer.locator(".done")).to_be_focused()
        expect(officer.locator(".done")).to_contain_text(done)
        officer.keyboard.press("Tab")
        officer.keyboard.press("Enter")
        expect(officer.get_by_text("Taken back")).to_be_visible()
        expect(officer.locator(".due-card")).to_have_count(3)
        if done.endswith("Reported"):
            by_tab(officer, ".due-card summary")
            officer.keyboard.press("Enter")
            by_tab(officer, ".due-card button")
            officer.keyboard.press("Enter")


def test_the_pin_moves_by_arrows_and_says_what_is_near_and_what_lies_outside(officer: Page, address: str) -> None:
    officer.goto(f"{address}/staff/officer/hazards?lang=en")
    expect(officer.locator("#status")).to_contain_text("At Garden")
    before = float(officer.locator("input[name=lat]").input_value())
    officer.get_by_role("button", name="North").click()
    expect(officer.locator("#status")).to_have_text("At Garden · moved by hand")
    after = float(officer.locator("input[name=lat]").input_value())
    assert abs((after - before) * 111_320 - 5) < 0.1
    # Of two questions the last one counts, whichever is answered last.
    place = json.loads(officer.locator("#record-config").inner_text())["place"]
    late = Held(officer, f"**{place}?*")
    with officer.expect_request(f"**{place}?*"):
        officer.get_by_role("button", name="South").click()
    late.no_more()
    with officer.expect_response(f"**{place}?*"):
        officer.get_by_role("button", name="North").click()
    expect(officer.locator("input[name=lat]")).not_to_have_value(str(after))
    north = officer.locator("input[name=lat]").input_value()
    with officer.expect_event("requestfinished"):
        late.let_go()
    officer.evaluate("new Promise((next) => setTimeout(next, 0))")
    assert officer.locator("input[name=lat]").input_value() == north
    assert float(north) > after
    officer.get_by_text("Gas", exact=True).click()
    expect(officer.locator("#near")).to_contain_text("is it one of these?")
    # Not far: the same spot, said by a phone that shifts what it says, lies some 650 m away.
    officer.get_by_role("button", name="My position").click()
    expect(officer.locator("#status")).to_contain_text("give or take")
    officer.get_by_label("The phone gives Mars coordinates (GCJ-02)").check()
    expect(officer.locator("#status")).not_to_contain_text("At Garden")
    assert officer.locator("input[name=said_x]").input_value() == str(GARDEN["longitude"])


def test_what_isnt_known_of_a_spot_waits_for_the_map_and_gives_way_to_what_is(officer: Page, address: str) -> None:
    style = Held(officer, "**/style.json*")
    officer.route("**/api/hazards/place?*", lambda route: route.abort())
    officer.goto(f"{address}/staff/officer/hazards?lang=en")
    status = officer.locator("#status")
    expect(status).to_have_text(re.compile("^your position.*No network: where this lies is looked up when it is sent"))
    # The network is back before the map is there to say more: what the server knows of the next spot stands.
    officer.unroute("**/api/hazards/place?*")
    officer.get_by_role("button", name="North").click()
    expect(status).to_have_text("At Garden · moved by hand")
    lat = officer.locator("input[name=lat]").input_value()
    style.let_go()
    expect(officer.locator("#map")).to_have_attribute("data-map-state", "idle", timeout=PATIENCE_MS)
    expect(officer.locator(".maplibregl-marker")).to_have_count(1)
    expect(status).to_have_text("At Garden · moved by hand")
    expect(officer.locator(".saving-where")).to_have_text(" · At Garden")
    assert officer.locator("input[name=lat]").input_value() == lat


def test_a_draft_is_unplaced_once_moved_and_stays_discarded(officer: Page, address: str) -> None:
    officer.goto(f"{address}/staff/officer/hazards?lang=en")
    status, beside = officer.locator("#status"), officer.locator(".saving-where")
    expect(status).to_contain_text("At Garden")
    place = json.loads(officer.locator("#record-config").inner_text())["place"]
    health = str(officer.locator("#recording").get_attribute("data-reach"))
    officer.route(f"**{place}?*", lambda route: route.abort())
    officer.route(f"**{health}", lambda route: route.abort())
    officer.get_by_text("Lift", exact=True).click()
    officer.get_by_text("Major", exact=True).click()
    # A compound that is chosen leaves what is filled in, and is where it is put.
    officer.get_by_label("Compound").select_option(label="Garden")
    expect(beside).to_have_text(" · At Garden")
    assert officer.locator("input[name=lon]").input_value() == ""
    expect(officer.get_by_role("radio", name="Lift")).to_be_checked()
    # Moved where nothing can be looked up it is at no place that was found before.
    officer.get_by_role("button", name="My position").click()
    expect(officer.locator("#recording")).to_have_attribute("data-place", "unknown")
    assert officer.get_by_label("Compound").input_value() == ""
    # What the map draws there is said, and is looked up all the same.
    expect(beside).to_have_text(" · At Garden")
    assert officer.locator("input[name=lon]").input_value() == ""

    officer.unroute(f"**{place}?*")
    officer.route(f"**{place}?*", lambda route: route.fulfill(status=503))
    officer.get_by_role("button", name="Confirm and save").click()
    drafts = officer.locator("#drafts li")
    expect(drafts).to_contain_text("the server can't take it just now")
    # Discarded while it is under way it doesn't come back with the answer.
    held: list[Route] = []
    officer.unroute(f"**{place}?*")
    officer.route(f"**{place}?*", lambda route: held.append(route))
    with officer.expect_request(f"**{place}?*"):
        officer.reload()
    officer.get_by_role("button", name="Discard").click()
    expect(drafts).to_have_count(0)
    with officer.expect_response(f"**{place}?*"):
        held[0].fulfill(status=503)
    count = """() => new Promise((told) => {
        indexedDB.open("csmap drafts").onsuccess = ({ target }) => {
            const asked = target.result.transaction("drafts").objectStore("drafts").count();
            asked.onsuccess = () => told(asked.result);
        };
    })"""
    assert officer.evaluate(count) == 0
