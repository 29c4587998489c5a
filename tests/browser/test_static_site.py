"""Residents' map as files: in a real browser, behind a file server that knows nothing of it, with no database."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from geodata.settings import PROJECT, Settings
from tests.browser.test_map import (
    CLOSE,
    DESK,
    DRAWN,
    PHONE,
    Seen,
    _features,
    _idle,
    _opened,
    pytestmark,
)
from tests.browsing import serving

__all__ = ["pytestmark"]

FILE_SERVER = PROJECT / "node_modules" / ".bin" / "esbuild"
"""It builds our scripts, and has a file server that answers for a part of a file."""


@pytest.fixture(scope="module")
def files(folder: Path) -> Iterator[str]:
    """Serve the folder from below a path, as a web space does that has other pages too."""
    words: list[str | Path] = [FILE_SERVER, f"--servedir={folder.parent}", "--serve=127.0.0.1:0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True) as process:
        said = ""
        while "Local:" not in said:
            said = process.stdout.readline() if process.stdout else ""
            assert said or process.poll() is None
        yield f"{said.partition('Local:')[2].strip().rstrip('/')}/{folder.name}"
        process.terminate()


def _is_quiet(seen: Seen, address: str) -> bool:
    return seen.said == [] and seen.hosts == {urlsplit(address).netloc}


def test_every_layer_is_drawn_and_nobody_else_is_asked(browser: Browser, files: str) -> None:
    with _opened(browser, f"{files}/index.en.html?{CLOSE}", DESK) as (page, seen):
        _idle(page)
        _features(page, sum(DRAWN.values()))
        credit = page.locator(".stage-foot .credits")
        expect(credit).to_contain_text("Synthetic data")
        expect(credit).to_contain_text("Data as of 31 October 2025")
        expect(credit.get_by_role("link", name="110")).to_have_attribute("href", "tel:110")
        assert _is_quiet(seen, files)
        credit.get_by_role("link", name="About the data").click()
        expect(page.locator("h1")).to_have_text("About the data")
        assert _is_quiet(seen, files)
        # What is chosen on one page the browser keeps for all.
        page.get_by_role("link", name="Care mode").click()
        expect(page.locator("html")).to_have_attribute("data-care", "")
        page.get_by_role("navigation").get_by_role("link", name="Map", exact=True).click()
        page.locator('#map[data-look="care"]').wait_for()
        _idle(page)
        assert _is_quiet(seen, files)


def test_a_place_is_found_by_name_alias_and_pinyin_and_told(browser: Browser, files: str) -> None:
    with _opened(browser, f"{files}/index.html", PHONE) as (page, seen):
        _idle(page)
        search, options = page.get_by_role("combobox"), page.get_by_role("option")
        for typed in ("garden", "old gar", "锦绣", "jxhy"):
            search.fill(typed)
            expect(options).to_have_count(1)
            expect(options).to_contain_text("Garden")
        search.fill("main ro")
        expect(options).to_contain_text("Main Road")
        search.fill("xjhy")
        expect(page.locator("#hits")).to_contain_text("没有")
        search.fill("jxhy")
        options.click()
        expect(page.locator("#record .record-name")).to_have_text("Garden")
        expect(page.locator("#record [data-fold=record] .facts")).to_contain_text("锦绣花园")
        # The page is a file: what is open is said by its script, and the way is drawn out of it.
        expect(page.locator("#record [data-line=post] .open-now")).to_be_visible()
        expect(page.locator("#map")).to_have_attribute("data-map-way", re.compile("[1-9]"), timeout=60_000)
        own = page.locator("#record .own-page a").get_attribute("href") or ""
        # What hangs on it is told, too, and leads on.
        page.locator('#record [data-hanging="micro_project"] summary').click()
        page.locator('#record [data-hanging="micro_project"] a[data-select]').first.click()
        expect(page.locator("#record .record-name")).to_have_text("Lamps")
        record = page.url
        assert "select=micro_project/" in record
        page.get_by_role("link", name="English").click()
        expect(page.locator("#record")).to_contain_text("Micro-projects")
        assert "/index.en.html?" in page.url
        # Its own page is what is sent on.
        page.goto(own)
        expect(page.locator("h1.record-name")).to_have_text("Garden")
        expect(page.locator("[data-line=post] .open-now")).to_be_visible()
        expect(page.locator(".own-page, .show-way").first).to_be_hidden()
        page.get_by_role("button", name="分享").click()
        expect(page.locator(".share-said")).to_have_text(re.compile("链接"))
        page.get_by_role("link", name="在地图上查看").click()
        expect(page.locator("#record h2.record-name")).to_have_text("Garden")
        assert _is_quiet(seen, files)


def test_a_click_on_the_map_tells_of_what_is_there(browser: Browser, files: str) -> None:
    with _opened(browser, f"{files}/index.en.html?layers=hazard&z=17/27.731/112.001", DESK) as (page, seen):
        _idle(page)
        _features(page, 1)
        box = page.locator("#map").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.locator("#record .record-name")).to_have_text("Gas")
        assert _is_quiet(seen, files)


def test_without_webgl_the_simple_map_is_a_file_too(lone_browser: Browser, files: str) -> None:
    with _opened(lone_browser, f"{files}/index.en.html", DESK) as (page, seen):
        page.wait_for_url("**/briefing-*.en.html")
        page.locator('.folium-map[data-map-state="idle"]').wait_for()
        assert seen.said == []


def test_the_application_can_draw_from_the_files(browser: Browser, published: Settings, folder: Path) -> None:
    with (
        serving(replace(published, archives=str(folder))) as address,
        _opened(browser, f"{address}/?lang=en&{CLOSE}", DESK) as (page, seen),
    ):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(urlsplit(request.url).path))
        page.reload()
        _idle(page)
        _features(page, sum(DRAWN.values()))
        assert any(path.startswith("/archives/hazard-") for path in asked)
        assert not [path for path in asked if "/tiles/" in path]
        assert _is_quiet(seen, address)
