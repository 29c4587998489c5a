"""The page of hot spots in a real browser: what it draws, what a click shows, and that everybody can use it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_map import AXE, PHONE, WIDE
from tests.browser.test_planner import Desk, address, opened, pytestmark
from tests.webmap.planning.test_hotspots import town

__all__ = ["address", "pytestmark", "town"]


@pytest.mark.parametrize(("size", "language"), [(WIDE, "en"), (PHONE, "zh-CN")], ids=["wide", "phone"])
def test_a_hot_spot_is_shown_on_the_map_and_everybody_can_use_it(
    browser: Browser, address: Desk, size: Any, language: str
) -> None:
    query = f"/hotspots?what=open_hazards&radius=200&lang={language}"
    with opened(browser, address, query, size) as (page, seen):
        map_ = page.locator("#map")
        assert map_.get_attribute("data-map-state") == "idle"
        # Seven hazards lie on neighbouring yards of the twenty-four: those stand out.
        spots = page.locator("#spots button")
        assert spots.count() > 0
        drawn = int(map_.get_attribute("data-map-features") or 0)
        assert drawn >= 24
        spots.first.focus()
        page.keyboard.press("Enter")
        expect(spots.first).to_have_attribute("aria-current", "")
        # Close up only its own neighbours are in view.
        page.wait_for_function(
            """(drawn) => { const { mapState, mapFeatures } = document.getElementById("map").dataset;
                            return mapState === "idle" && Number(mapFeatures) < drawn; }""",
            arg=drawn,
        )
        page.locator(".method summary").click()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= size["width"]
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("() => axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })")
        assert [(issue["id"], [node["html"] for node in issue["nodes"]][:3]) for issue in found["violations"]] == []
        assert seen.said == []


def test_incidents_colour_their_areas_and_hatch_the_withheld_ones(browser: Browser, address: Desk) -> None:
    with opened(browser, address, "/hotspots?what=theft&lang=en", WIDE) as (page, seen):
        assert page.locator("#map").get_attribute("data-map-state") == "idle"
        assert int(page.locator("#map").get_attribute("data-map-features") or 0) == 4
        # Two told counts make two classes; of four areas nothing stands out, so that no colour of hot and cold is due.
        legend = [said.strip() for said in page.locator(".bands li").all_inner_texts()]
        assert legend == ["24", "33", "withheld"]
        spots = page.locator("#spots button")
        assert [said.split() for said in spots.all_inner_texts()] == [
            ["Community", "B", "33"],
            ["Community", "D", "24"],
            ["Community", "A", "withheld"],
            ["Community", "C", "withheld"],
        ]
        # Words in a cell are words, not the buttons that the page of coverage draws under the same name.
        boxed = page.locator(".periods .quiet").evaluate_all("all => all.map((e) => getComputedStyle(e).boxShadow)")
        assert boxed
        assert set(boxed) == {"none"}
        assert seen.said == []
