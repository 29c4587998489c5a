"""Answers read aloud: what is said, in which voice, how it is stopped, and that nothing stands there without one."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_map import DESK, PHONE, _idle, _opened, drawn_pages

pytestmark = [*drawn_pages, pytest.mark.xdist_group("small district in a browser")]

SPEAKER = """(() => {
    const voice = (lang, localService) => ({ lang, localService, name: lang, voiceURI: lang, default: false });
    const voices = [voice("en-US", false), voice("zh_CN", true), voice("en-GB", true)];
    window.heard = [];
    window.silenced = 0;
    window.SpeechSynthesisUtterance = class extends EventTarget {
        constructor(text) { super(); this.text = text; }
    };
    speechSynthesis.getVoices = () => voices;
    speechSynthesis.speak = (said) => void heard.push(said);
    speechSynthesis.cancel = () => void silenced++;
})()"""
"""A test machine has no voice: here is one of a host's, which may not be asked, and two of the device's own."""


def _said(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(
        "heard.map(({ text, lang, voice }) => ({ text, lang, voice: voice.lang }))"
    )
    return found


def test_where_the_browser_has_no_voice_nothing_is_offered(browser: Browser, address: str) -> None:
    with _opened(browser, f"{address}/find?q=jxhy&lang=en", DESK) as (page, seen):
        expect(page.locator(".lines")).to_be_visible()
        assert page.evaluate("speechSynthesis.getVoices().length") == 0
        expect(page.locator("[data-aloud]")).to_be_hidden()
        assert seen.said == []


def test_where_the_browser_knows_of_no_voices_answers_come_and_go_as_ever(browser: Browser, address: str) -> None:
    with _opened(browser, "about:blank", DESK) as (page, seen):
        page.add_init_script("delete Window.prototype.speechSynthesis; delete window.speechSynthesis")
        page.goto(f"{address}/?lang=en")
        _idle(page)
        assert page.evaluate("'speechSynthesis' in window") is False
        page.locator("#search").fill("jxhy")
        expect(page.get_by_role("option")).to_have_count(1)
        page.keyboard.press("Enter")
        expect(page.locator(".lines")).to_be_visible()
        expect(page.locator("[data-aloud]")).to_be_hidden()
        page.locator("#back").click()
        expect(page.locator(".lines")).to_be_hidden()
        assert seen.said == []


def test_a_page_is_read_line_by_line_in_its_own_language_until_it_is_stopped(browser: Browser, address: str) -> None:
    with _opened(browser, "about:blank", PHONE) as (page, seen):
        page.add_init_script(SPEAKER)
        for path, language, voice, button, stop in (
            ("/find?q=jxhy", "en", "en-GB", "Read aloud", "Stop reading"),
            ("/find?q=jxhy", "zh-CN", "zh_CN", "朗读", "停止朗读"),
            ("/communities/W", "en", "en-GB", "Read aloud", "Stop reading"),
        ):
            page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
            page.get_by_role("button", name=button).click()
            said = _said(page)
            assert {each["lang"] for each in said} == {each["voice"] for each in said} == {voice}
            assert [said[0]["text"]] == page.locator(".record-name").all_inner_texts()
            assert len(said) == 1 + page.locator(".lines > .line:visible").count()
            # A number is dialled digit by digit.
            assert any("1 2 3 4 5" in each["text"] for each in said)
            page.get_by_role("button", name=stop).click()
            assert page.evaluate("silenced") == 1
            page.get_by_role("button", name=button).click()
            page.evaluate("heard.at(-1).dispatchEvent(new Event('end'))")
            expect(page.get_by_role("button", name=button)).to_be_visible()
        assert seen.said == []


def test_in_care_mode_listening_comes_before_the_lines_and_ends_with_the_answer(browser: Browser, address: str) -> None:
    with _opened(browser, "about:blank", PHONE) as (page, seen):
        page.add_init_script(SPEAKER)
        page.goto(f"{address}/?lang=en&care=1")
        _idle(page)
        page.locator("#search").fill("jxhy")
        expect(page.get_by_role("option")).to_have_count(1)
        page.keyboard.press("Enter")
        button = page.get_by_role("button", name="Read aloud")
        box, lines = button.bounding_box(), page.locator(".lines").bounding_box()
        assert box is not None
        assert lines is not None
        assert box["height"] >= 60
        assert abs(box["width"] - lines["width"]) < 2
        assert box["y"] + box["height"] <= lines["y"]
        button.click()
        assert "Garden" in _said(page)[0]["text"]
        before = page.evaluate("silenced")
        page.locator("#back").click()
        assert page.evaluate("silenced") == before + 1
        assert seen.said == []
