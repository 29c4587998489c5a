"""Signing in, reading for another audience and signing out, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from geodata import accounts
from geodata.layers.audience import Audience
from geodata.settings import Settings
from tests.browser.test_map import AXE, PHONE, _opened, pytestmark

__all__ = ["pytestmark"]

WORD = "correct horse battery"


def test_one_click_enters_the_demo(browser: Browser, address: str, published: Settings) -> None:
    accounts.offer(published, {}, by_click=True)
    address = address.replace("127.0.0.1", "localhost")
    with _opened(browser, f"{address}/sign-in?next=/about&lang=en", PHONE) as (page, seen):
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.get_by_role("button", name="Data steward").click()
        page.wait_for_url(f"{address}/staff/about*")
        expect(page.locator("summary", has_text="Data steward")).to_be_visible()
        assert seen.said == []
    for name in ("demo-planner", "demo-steward"):
        accounts.disable(published, name)


def test_staff_sign_in_read_and_sign_out(browser: Browser, address: str, published: Settings) -> None:
    accounts.add(published, "west-desk", WORD, [Audience.PLANNER, Audience.POLICE], ["W"])
    with _opened(browser, f"{address}/staff/about?lang=en", PHONE) as (page, seen):
        assert page.url.startswith(f"{address}/sign-in?next=")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.evaluate(AXE.read_text("utf-8"))
        assert page.evaluate("axe.run().then((found) => found.violations.map((each) => each.id))") == []
        page.get_by_label("Account").fill("West-Desk")
        page.get_by_label("Password").fill(WORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{address}/staff/about*")
        page.locator(".account summary", has_text="Planner").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.get_by_role("button", name="Read as: Police").click()
        page.wait_for_url(f"{address}/staff/")
        page.locator(".account summary", has_text="Police").click()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{address}/")
        page.goto(f"{address}/staff/list")
        expect(page.get_by_label("Password")).to_be_visible()
        assert [each for each in seen.said if "Content Security Policy" in each and "axe" not in each] == []
