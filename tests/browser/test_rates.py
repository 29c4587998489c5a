"""The page of rates in a real browser: periods, two maps with one camera, map, table and picture that are linked."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_map import DESK, PHONE, WIDE
from tests.browser.test_planner import Desk, address, opened, pytestmark, violations
from tests.webmap.planning.test_rates import town

__all__ = ["address", "pytestmark", "town"]

SETTLED = '(id) => document.getElementById(id).dataset.mapState === "idle"'


def scales(page: Page) -> list[str]:
    return page.locator(".maplibregl-ctrl-scale").all_inner_texts()


def test_periods_are_gone_through_with_one_camera_and_all_is_linked(browser: Browser, address: Desk) -> None:
    with opened(browser, address, "/rates?what=hazards&lang=en", WIDE) as (page, seen):
        map_, told = page.locator("#map"), page.locator("#told")
        assert int(map_.get_attribute("data-map-features") or 0) >= 4
        # A row that is pointed at, or has the focus, lights its area and its dot.
        row = told.locator('tr[data-key="B"]')
        row.hover()
        expect(map_).to_have_attribute("data-map-lit", "B")
        expect(told.locator('.funnel a[data-key="B"]')).to_have_class("is-lit")
        told.locator('.funnel a[data-key="A"]').focus()
        expect(map_).to_have_attribute("data-map-lit", "A")
        # Enter on a dot leads to its row and shows the area, in whose middle a click leads back to the row.
        page.keyboard.press("Enter")
        chosen = told.locator('tr[data-key="A"] button')
        expect(chosen).to_be_focused()
        expect(map_).to_have_attribute("data-map-chosen", "A")
        page.wait_for_function(SETTLED, arg="map")
        # With the keyboard alone a period back: there the area of nine hazards has too few.
        page.locator("#when").focus()
        page.keyboard.press("ArrowLeft")
        expect(told.locator("h2")).to_contain_text("2025 Q2")
        expect(row).to_contain_text("too few")
        expect(page.locator(".bars-chart a[aria-current]")).to_have_attribute("aria-label", "2025 Q2: 21")
        assert "when=2025-04..2025-06" in page.url
        page.wait_for_function(SETTLED, arg="map")
        map_.locator("canvas").click()
        expect(chosen).to_be_focused()
        # The classes' counts are those of the period: A alone has a rate, and its breaks are those of Q3.
        legend = [said.split() for said in told.locator(".rate-legend li").all_inner_texts()]
        assert ["100", "–", "150", "1"] in legend
        # Beside it the period before, once there is one.
        page.locator("#later").click()
        expect(told.locator("h2")).to_contain_text("2025 Q3")
        page.locator("#beside").check()
        page.wait_for_function(SETTLED, arg="map-before")
        expect(page.locator("#name-before")).to_have_text("2025 Q2")
        expect(page.get_by_role("region", name="Map of 2025 Q3, beside that of 2025 Q2")).to_be_visible()
        one = scales(page)
        assert len(set(one)) == 1
        page.locator("#map-before .maplibregl-ctrl-zoom-in").click()
        page.wait_for_function(
            """(before) => {
                const now = [...document.querySelectorAll(".maplibregl-ctrl-scale")].map((each) => each.textContent);
                return now[0] === now[1] && now[0] !== before;
            }""",
            arg=one[0],
        )
        assert violations(page) == []
        assert seen.said == []


@pytest.mark.parametrize("look", ["dark", "care"])
def test_everybody_can_use_it_on_a_phone_in_each_look(browser: Browser, address: Desk, look: Any) -> None:
    query = "/rates?what=theft&lang=zh-CN&beside=1" + ("&care=1" if look == "care" else "")
    with opened(browser, address, query, PHONE) as (page, seen):
        if look == "dark":
            page.emulate_media(color_scheme="dark")
            page.reload()
        page.wait_for_function(SETTLED, arg="map-before")
        assert page.locator("#map").get_attribute("data-look") == look
        assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
        page.locator(".method summary").click()
        assert violations(page) == []
        assert seen.said == []


def test_without_a_map_periods_are_gone_through_all_the_same(lone_browser: Browser, address: Desk) -> None:
    here = Desk(address.replace("localhost", "127.0.0.1"))
    here.session = address.session
    with opened(lone_browser, here, "/rates?what=hazards&lang=en", DESK) as (page, _):
        expect(page.locator("#map")).to_have_attribute("data-map-state", "error")
        expect(page.locator("#status")).to_have_text("The map could not be loaded. The list has everything.")
        told = page.locator("#told")
        expect(told.locator("h2")).to_contain_text("2025 Q3")
        page.locator("#earlier").click()
        expect(told.locator("h2")).to_contain_text("2025 Q2")
        expect(page.locator("#beside")).to_be_disabled()
        # What can't be asked is said, and what stands there stays.
        page.route("**/rates/told*", lambda route: route.abort())
        page.locator("#later").click()
        expect(page.locator("#status")).to_contain_text("could not be loaded: the one before")
        expect(told.locator("h2")).to_contain_text("2025 Q2")
        assert "when=2025-04..2025-06" in page.url
