"""What comes out of a printer: a real map on light ground with legend, scale, day and notice, and nothing to press."""

from __future__ import annotations

import base64
import io
import unicodedata

import numpy as np
import pypdf
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.chromium import CHROMIUM
from webmap.briefing.inlining import is_built

NOTICE = {"en": "Synthetic data: places and figures are invented.", "zh-CN": "示例数据"}
POSTS = {"en": "Police posts", "zh-CN": "警务点"}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium in /usr/bin/chromium"),
    pytest.mark.skipif(not is_built(), reason="the front end hasn't been built: ./csmap setup"),
]


def _paper(page: Page) -> tuple[str, int]:
    """Return the text of a page's paper without its spaces, and how many sheets it takes."""
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    # Fonts have one glyph for "fi", and for some characters that of the radical.
    words = unicodedata.normalize("NFKC", "".join(sheet.extract_text() for sheet in sheets))
    return "".join(words.split()), len(sheets)


def _is_a_map(png: bytes) -> None:
    """Assert that a picture is no blank sheet, and light."""
    picture = np.asarray(Image.open(io.BytesIO(png)).convert("RGB").resize((120, 80)))
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 20
    assert picture.mean() > 170


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_maps_page_prints_a_light_map_with_all_that_goes_with_it(
    browser: Browser, address: str, language: str
) -> None:
    page = browser.new_page(color_scheme="dark", viewport={"width": 1024, "height": 768})
    page.goto(f"{address}/?lang={language}")
    page.locator('#map[data-map-state="idle"]').wait_for()
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    page.locator("#print-map").click()
    page.wait_for_function("() => window.printed")
    picture = page.locator("#paper img")
    assert picture.get_attribute("class") in (None, "")
    _is_a_map(base64.b64decode(str(picture.get_attribute("src")).partition(",")[2]))
    words, sheets = _paper(page)
    assert NOTICE[language].replace(" ", "") in words
    assert POSTS[language].replace(" ", "") in words
    assert {"en": "Dataasof31October2025", "zh-CN": "数据截至2025年10月31日"}[language] in words
    scale = "".join(page.locator("#paper .paper-bar-words").text_content() or "").replace(" ", "")
    assert scale[:1].isdigit()
    assert scale in words
    assert sheets == 1
    # Afterwards the screen is as it was, and a menu's print has the map that stands there.
    assert page.locator("#paper").get_attribute("hidden") == ""
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert picture.get_attribute("class") == "was-dark"
    assert str(picture.get_attribute("src")).startswith("data:image/png")
    page.close()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_pages_of_compounds_and_communities_print_their_map(
    browser: Browser, address: str, language: str, scripts: bool
) -> None:
    context = browser.new_context(
        color_scheme="dark", java_script_enabled=scripts, viewport={"width": 794, "height": 1100}
    )
    page = context.new_page()
    page.goto(f"{address}/find?q=Garden&lang={language}")
    compound = page.url.partition("?")[0].removeprefix(address)
    assert compound.startswith("/compounds/")
    for path in (compound, "/communities/W"):
        page.goto(f"{address}{path}?lang={language}")
        page.emulate_media(media="print")
        _is_a_map(page.locator(".plan img").screenshot())
        assert not page.locator(".take-away").is_visible()
        # What is open now would be wrong on the wall; the hours are right.
        assert page.locator(".open-now:has(+ .hours)").count() > 0
        assert page.locator(".open-now:visible:has(+ .hours)").count() == 0
        assert page.locator(".hours").first.is_visible()
        words, _ = _paper(page)
        assert NOTICE[language].replace(" ", "") in words
        assert POSTS[language].replace(" ", "") in words
        page.emulate_media(media="screen")
    context.close()


def test_the_maps_page_has_a_drawn_map_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/?lang=en")
    _is_a_map(page.locator(".plan img").screenshot())
    context.close()
