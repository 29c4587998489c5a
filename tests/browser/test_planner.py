"""The planner's page in a real browser: what it opens with, what a click shows, what a tried post changes."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import pandas
import pypdf
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from geodata.settings import PROJECT, Settings
from tests.browser.crawling import EVERYBODYS, Crawl
from tests.browser.test_map import AXE, DESK, PHONE, WIDE, Seen, drawn_pages
from tests.browsing import PATIENCE_MS, by_tab, serving
from tests.deployments import Deployments
from tests.signing import session_of
from tests.webmap.street import street
from webmap.command import coverage

pytestmark = drawn_pages

AWAY = re.compile(r"^The nearest street is [\d,]+ m away: farther than 100 m a post would reach nobody\.$")
QUESTION = "?lang=en&service=police_room&minutes=5&mode=walk&day=Mo&time=10:00"


@pytest.fixture(scope="module")
def town(deployments: Deployments) -> Settings:
    return street(deployments)


class Desk(str):
    """The address of a site with the session by which a planner is signed in there."""

    session = ""


@pytest.fixture(scope="module")
def address(town: Settings) -> Iterator[Desk]:
    with serving(town) as served:
        found = Desk(served.replace("127.0.0.1", "localhost"))
        found.session = session_of(town, "planner")
        yield found


@contextmanager
def opened(browser: Browser, address: Desk, query: str = QUESTION, size: Any = DESK) -> Iterator[tuple[Page, Seen]]:
    context = browser.new_context(viewport=size, service_workers="block")
    context.add_cookies([{"name": "session", "value": address.session, "url": str(address)}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    seen = Seen(page)
    page.goto(f"{address}/staff/planner{query}")
    page.wait_for_function('() => document.getElementById("map").dataset.mapState !== "loading"')
    yield page, seen
    context.close()


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Return what axe has against a page: the rule, and the first elements that break it."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("() => axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })")
    return [(issue["id"], [node["html"] for node in issue["nodes"]][:3]) for issue in found["violations"]]


def test_it_opens_with_an_answer_and_asks_nobody_else(browser: Browser, address: Desk) -> None:
    with opened(browser, address) as (page, seen):
        assert page.locator("#map").get_attribute("data-map-state") == "idle"
        # Five places and a post.
        assert page.locator("#map").get_attribute("data-map-features") == "6"
        expect(page.locator(".share")).to_contain_text("28.6%")
        expect(page.locator("#gaps button")).to_have_count(2)
        assert page.locator("h1, h2").all_inner_texts() == [
            "Who isn't reached?",
            "Why?",
            "Where next?",
            "How evenly is it spread?",
            "Are the grids balanced?",
            "What if?",
        ]
        assert seen.said == []
        assert seen.hosts == {address.removeprefix("http://")}


def test_without_webgl_the_answer_stands_and_nothing_is_offered_that_needs_the_map(
    lone_browser: Browser, address: Desk
) -> None:
    here = Desk(address.replace("localhost", "127.0.0.1"))
    here.session = address.session
    with opened(lone_browser, here, size=PHONE) as (page, _):
        expect(page.locator("#status")).to_contain_text("The map could not be loaded. Answers and lists are whole")
        expect(page.locator(".share")).to_contain_text("28.6%")
        expect(page.locator("#gaps button")).to_have_count(2)
        page.locator("#change > summary").click()
        offered = page.locator("main :is(button, select):visible:not(#question *)").all()
        assert len(offered) > 3
        for each in offered:
            expect(each).to_be_disabled()
        page.select_option("#minutes", "15")
        page.wait_for_url("**minutes=15**")
        expect(page.locator(".share")).to_contain_text("14.3%")


def test_a_gap_in_the_list_is_marked_on_the_map_and_back(browser: Browser, address: Desk) -> None:
    with opened(browser, address) as (page, seen):
        gap = page.locator("#gaps button").first
        gap.focus()
        page.keyboard.press("Enter")
        expect(gap).to_have_attribute("aria-current", "")
        page.wait_for_function('() => document.getElementById("map").dataset.mapState === "idle"')
        # A click beside everything lets all places stand out alike again.
        page.locator("#map").click(position={"x": 20, "y": 20})
        expect(gap).not_to_have_attribute("aria-current", "")
        assert seen.said == []
        # That the way can't be had is no word about the town.
        page.route("**/route?*", lambda route: route.fulfill(status=429, json={"detail": "Too many ask."}))
        gap.click()
        expect(page.locator("#way")).to_have_text("Too many ask.")


def test_a_tried_post_tells_what_it_brings_wherever_it_is_moved(browser: Browser, address: Desk) -> None:
    with opened(browser, address) as (page, seen):
        page.locator(".trials button").first.click()
        tried = page.locator("#tried")
        # At the house at 112.010: itself and the one at 112.014 are too far apart, so 30 people more.
        expect(tried).to_have_text("With it 85.7% would be covered: 30 more people.")
        handle = page.locator(".trial-post")
        handle.focus()
        for _ in range(30):
            page.keyboard.press("ArrowUp")
        expect(tried).to_have_text(AWAY)
        for _ in range(30):
            page.keyboard.press("ArrowDown")
        expect(tried).to_have_text("With it 85.7% would be covered: 30 more people.")
        box = handle.bounding_box()
        assert box
        page.mouse.move(box["x"] + 16, box["y"] + 16)
        page.mouse.down()
        page.mouse.move(box["x"] + 16, box["y"] + 316, steps=6)
        page.mouse.up()
        expect(tried).to_have_text(AWAY)
        # The post that there is, moved to where it stands, changes nothing.
        page.select_option("#moved", "0")
        page.locator("#try").click()
        expect(tried).to_have_text("Then 71.4% would be covered: 0 people more, 0 fewer.")
        assert seen.said == []


def covered_everywhere(page: Page, town: Settings, address: Desk, folder: Path, scenario: str) -> dict[str, float]:
    """Return how many people a scenario covers: by the page and its tables, its map, its files, the command."""
    query = f"{QUESTION}&scenario={scenario}"
    page.goto(f"{address}/staff/planner{query}")
    told = re.search(r"Of (\d+) residents, (\d+) get to", page.locator("[aria-labelledby=who]").inner_text())
    assert told
    total, told_covered = map(float, told.groups())
    beyond = [float(count.split()[0]) for count in page.locator(".causes .count").all_inner_texts()]
    api = f"{address}/staff/api/coverage/police_room"
    asked = f"?minutes=5&mode=walk&at=Mo+10:00&lang=en&scenario={scenario}"
    drawn = page.request.get(f"{api}/map{asked}").json()["places"]["features"]
    files = {}
    for ending in ("pdf", "xlsx"):
        files[ending] = folder / f"a.{ending}"
        files[ending].write_bytes(page.request.get(f"{api}/report.{ending}{asked}").body())
    paper = re.search(r"Within 5 minutes: (\d+) of", pypdf.PdfReader(files["pdf"]).pages[0].extract_text())
    assert paper
    places = pandas.read_excel(files["xlsx"], sheet_name="Places", engine="openpyxl")
    words = ["police_room", "--minutes", "5", "--mode", "walk", "--at", "Mo 10:00", "--scenario", scenario, "--json"]
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as command:
        patch.setenv("CSMAP_HOME", str(town.home))
        patch.setenv("CSMAP_DATABASE_URL", town.database_url or "")
        coverage.main(words)
    return {
        "page": told_covered,
        "causes": total - sum(beyond),
        "map": sum(place["properties"]["people"] for place in drawn if not place["properties"]["cause"]),
        "paper": float(paper[1]),
        "workbook": float(places["Residents"][places["Within reach"]].sum()),
        "command": float(json.loads(command.getvalue())["covered"]),
    }


def test_changes_are_tried_drawn_taken_back_and_saved(
    browser: Browser, town: Settings, address: Desk, tmp_path: Path
) -> None:
    with opened(browser, address) as (page, seen):
        page.locator("#change > summary").click()
        page.locator(".trials button").first.click()
        expect(page.locator("#tried")).to_contain_text("30 more people")
        page.locator("#keep").click()
        changed = page.locator("#changed")
        expect(changed.locator(".balance")).to_have_text("+30 more are reached−0 no longer are")
        expect(page.locator("#map")).to_have_attribute("data-map-changed", "1")
        # A drawing that is begun can be left.
        page.select_option("#change-kind", "LineString")
        expect(page.locator(".corner")).to_have_count(2)
        # Its corners are moved by the keyboard from within the form: none of them comes before the panel.
        before = page.locator(".corner").last.bounding_box()
        page.locator("#corners button").last.press("ArrowDown")
        after = page.locator(".corner").last.bounding_box()
        assert before
        assert after
        assert after["y"] > before["y"]
        assert page.locator("#map :is(button, [tabindex]):is(.corner)").count() == 0
        page.locator("#leave").click()
        expect(page.locator(".corner")).to_have_count(0)
        page.select_option("#change-kind", "close_post")
        page.locator("#changing button[type=submit]").click()
        expect(changed.locator(".balance")).to_have_text("+30 more are reached−150 no longer are")
        # The post that is closed is crossed out, and the top tells of both answers.
        expect(page.locator("#status")).to_have_text("5 places and 1 post on the map, 1 crossed out")
        expect(page.locator("#banner")).to_contain_text("With what is tried here: 85.7% not within 5 min, today 28.6%.")
        expect(page.locator("#share-today")).to_be_visible()
        # Another question keeps what is tried; a post is tried where that holds already.
        page.select_option("#minutes", "15")
        page.wait_for_url("**minutes=15**")
        expect(page.locator(".changes li")).to_have_count(2)
        page.select_option("#change-kind", "set_hours")
        page.fill("#change-hours", "sometimes")
        page.locator("#changing button[type=submit]").click()
        expect(page.locator("#trying")).to_contain_text("wanted is weekly hours")
        expect(page.locator(".changes li")).to_have_count(2)
        page.fill("#scenario-name", "East")
        page.locator("#saving button[type=submit]").click()
        page.wait_for_url("**scenario=East**")
        expect(page.locator("#what-if")).to_have_text("Scenario: East")
        # All is the scenario's now: the ground of the post that is new can be seen, and none of the one that is closed.
        expect(page.locator("#banner")).to_contain_text("Everything on this page is told with these changes")
        expect(page.locator("#share-today")).to_be_hidden()
        expect(page.locator("#reach option")).to_have_count(2)
        expect(page.locator("#map")).to_have_attribute("data-map-state", "idle", timeout=PATIENCE_MS)
        page.select_option("#reach", "+1")
        expect(page.locator("#map")).to_have_attribute("data-map-reach", "5")
        # Whoever asks gets the same, to the household: the 30 at the new post, with the other one closed.
        everywhere = covered_everywhere(page.context.new_page(), town, address, tmp_path, "East")
        assert everywhere == dict.fromkeys(everywhere, 30.0)
        page.locator("[data-take-back]").first.click()
        expect(page.locator("#banner")).to_contain_text("All else on this page is told with “East” as it is saved.")
        expect(page.locator("#share-today")).to_be_visible()
        page.on("dialog", lambda dialog: dialog.accept())
        page.locator("#forget").click()
        page.wait_for_url(lambda url: "scenario" not in url)
        expect(page.locator(".scenarios")).to_have_count(0)
        assert seen.said == []


def test_a_job_is_waited_for_and_why_it_failed_is_said(browser: Browser, town: Settings, address: Desk) -> None:
    environ = {**os.environ, "CSMAP_HOME": str(town.home), "CSMAP_DATABASE_URL": town.database_url or ""}
    worker = subprocess.Popen([sys.executable, "-m", "geodata.command.work"], cwd=PROJECT, env=environ)
    try:
        with opened(browser, address) as (page, seen):
            page.locator("#work-out").click()
            # The street has one junction only.
            refused = "3 posts to add; candidates to choose from: 1"
            expect(page.locator("#working")).to_have_text(refused, timeout=PATIENCE_MS)
            expect(page.locator("#work-out")).to_be_enabled()
            page.locator("#best summary").click()
            # What doesn't go with the choices isn't asked.
            page.select_option("#site-existing", "closable")
            expect(page.locator("#site-add")).to_be_hidden()
            page.select_option("#site-existing", "fixed")
            page.fill("#site-add", "1")
            page.locator("#work-out").click()
            expect(page.locator("#working")).to_contain_text("With 1 more together", timeout=PATIENCE_MS)
            expect(page.locator("#plan .trials button")).to_have_count(1)
            expect(page.locator("#plan .curve svg")).to_be_visible()
            expect(page.locator(".site-mark")).to_have_text(["1"])
            assert violations(page) == []
            page.locator("[data-keep-plan]").click()
            expect(page.locator(".site-mark")).to_have_count(0)
            expect(page.locator("#changed .balance")).to_have_text("+30 more are reached−0 no longer are")
            assert seen.said == []
    finally:
        worker.kill()
        worker.wait()


def test_the_map_of_the_place_stays_where_there_is_no_answer(browser: Browser, address: Desk) -> None:
    with opened(browser, address, "?lang=en&weight=incidents") as (page, seen):
        expect(page.locator(".advice")).to_contain_text("no incidents are counted")
        assert page.locator("#map").get_attribute("data-map-state") == "idle"
        expect(page.locator("#status")).to_have_text("The map of the place, without an answer")
        # The form asks again; a time can be stated of a day.
        page.select_option("#weight", "residents")
        page.wait_for_url("**weight=residents**")
        expect(page.locator("#time")).to_be_hidden()
        page.select_option("#day", "Fr")
        page.wait_for_url("**day=Fr**")
        page.fill("#time", "10:00")
        page.wait_for_url("**time=10%3A00**")
        expect(page.locator(".share")).to_contain_text("28.6%")
        assert seen.said == []


def test_ground_ways_and_access_are_drawn(browser: Browser, address: Desk) -> None:
    with opened(browser, address) as (page, seen):
        page.select_option("#reach", "W")
        drawn = page.locator("#map")
        expect(drawn).to_have_attribute("data-map-reach", "3")
        # An answer that comes after another choice is shown no more.
        page.select_option("#reach", "")
        late: list[Route] = []
        page.route("**/reach?*", lambda route: late.append(route))
        page.select_option("#reach", "W")
        while not late:
            page.wait_for_timeout(20)
        page.select_option("#reach", "")
        with page.expect_response("**/reach?*"):
            late[0].continue_()
        page.locator("#gaps button").first.click()
        expect(page.locator("#way")).to_contain_text("West")
        expect(drawn).to_have_attribute("data-map-reach", "")
        page.locator("#fair > summary").click()
        # The post's capacity isn't known: that is said, and nothing is drawn.
        expect(page.locator("#fairness .advice")).to_contain_text("nobody has said how many desks")
        # What can be opened is looked for wherever the marker is.
        page.locator("#change > summary").click()
        page.select_option("#change-kind", "open_both_ways")
        page.locator("#changing button[type=submit]").click()
        expect(page.locator("#trying")).to_have_text("There is nothing of that kind here.")
        assert seen.said == []


def test_each_question_is_answered_with_the_keyboard_alone(browser: Browser, address: Desk) -> None:
    with opened(browser, address) as (page, seen):
        # Who: each arrow key chooses another value, and the button asks.
        by_tab(page, "#minutes")
        page.keyboard.press("ArrowDown")
        assert "minutes=5" in page.url
        by_tab(page, "#question button")
        page.keyboard.press("Enter")
        page.wait_for_url("**minutes=10**")
        page.wait_for_function('() => document.getElementById("map").dataset.mapState === "idle"')
        # Why: the way of a gap is told.
        by_tab(page, "#gaps button")
        page.keyboard.press("Enter")
        expect(page.locator("#way")).to_contain_text(
            re.compile(r"min, [\d,]+ m, .* · the nearest post is 888 m away in a straight line")
        )
        # Where next: a tried post has the focus, is moved, and kept.
        by_tab(page, ".trials button")
        page.keyboard.press("Enter")
        expect(page.locator(".trial-post")).to_be_focused()
        expect(page.locator("#tried")).to_contain_text("would be covered")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
        expect(page.locator("#keep")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#change > summary")).to_be_focused()
        expect(page.locator(".changes li")).to_have_count(1)
        # What is tried is kept under a name, taken back, and the scenario deleted.
        page.on("dialog", lambda dialog: dialog.accept())
        by_tab(page, "#scenario-name")
        page.keyboard.type("Keys")
        page.keyboard.press("Enter")
        page.wait_for_url("**scenario=Keys**")
        by_tab(page, "[data-take-back]")
        page.keyboard.press("Enter")
        expect(page.locator(".changes li")).to_have_count(0)
        expect(page.locator("#change > summary")).to_be_focused()
        by_tab(page, "#forget")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "scenario" not in url)
        assert seen.said == []


def test_another_question_is_another_address(browser: Browser, address: Desk) -> None:
    with opened(browser, address) as (page, _):
        page.select_option("#minutes", "15")
        page.wait_for_url("**minutes=15**")
        expect(page.locator(".share")).to_contain_text("14.3%")
        page.go_back()
        expect(page.locator(".share")).to_contain_text("28.6%")


def test_each_link_leads_somewhere_and_each_control_does_something(browser: Browser, address: Desk) -> None:
    crawl = Crawl(address, EVERYBODYS)
    opened = crawl.walk(browser, address.session, [f"/staff/planner{QUESTION}"])
    assert {"/staff/planner?", "/staff/planner/hotspots?", "/staff/planner/rates?"} <= opened
    assert crawl.wrong == [], "\n".join(crawl.wrong)


@pytest.mark.parametrize(("size", "language"), [(WIDE, "en"), (PHONE, "zh-CN")], ids=["wide", "phone"])
def test_everybody_can_use_it(browser: Browser, address: Desk, size: Any, language: str) -> None:
    with opened(browser, address, QUESTION.replace("lang=en", f"lang={language}"), size) as (page, seen):
        # The page that is open stays in the menu, and the place's name is whole.
        expect(page.locator(".site-pages > [aria-current]")).to_be_visible()
        assert page.locator(".brand-words strong").evaluate("name => name.scrollWidth <= name.clientWidth")
        page.locator("#change > summary").click()
        page.select_option("#change-kind", "set_hours")
        page.locator("#changing button[type=submit]").click()
        page.wait_for_selector("[data-delta]", state="attached")
        page.select_option("#change-kind", "Polygon")
        page.locator(".method summary").last.click()
        width = page.evaluate("() => document.documentElement.scrollWidth")
        assert width <= size["width"]
        assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        page.evaluate("() => void document.documentElement.toggleAttribute('data-care', true)")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= size["width"]
        assert violations(page) == []
        assert seen.said == []
