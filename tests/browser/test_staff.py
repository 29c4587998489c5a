"""Signing in, reading for another audience and signing out, in a real browser."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from geodata import accounts
from geodata.accounts.totp import STEP_S, code_at
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers.audience import Audience
from geodata.settings import Settings
from tests.browser.crawling import FITTING
from tests.browser.test_map import AXE, PHONE, _opened, pytestmark, walked
from tests.browsing import by_tab
from tests.signing import session_of

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
        # What is due in the own area, all of it, and a compound's page.
        page.get_by_role("link", name="My area").click()
        page.locator(".chip[href*='due=all']").click()
        with engine_for(published, Login.OWNER).connect() as connection:
            hazards = connection.exec_driver_sql("SELECT count(*) FROM live.hazard").scalar_one()
        expect(page.locator(".due-card")).to_have_count(hazards)
        page.locator(".due-card").get_by_role("link", name="Garden").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Garden")
        page.locator(".account summary", has_text="Police").click()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{address}/")
        page.goto(f"{address}/staff/list")
        expect(page.get_by_label("Password")).to_be_visible()
        assert [each for each in seen.said if "Content Security Policy" in each and "axe" not in each] == []


@pytest.fixture
def steward(browser: Browser, address: str, published: Settings) -> Iterator[Page]:
    """A steward who is signed in, in care mode on a phone; what they require of others is taken back at the end."""
    with _opened(browser, f"{address}/about?care=1&lang=en", PHONE) as (page, _):
        page.context.add_cookies([{"name": "session", "value": session_of(published, "steward"), "url": address}])
        yield page
    accounts.require(published, [])


def _press(page: Page, wanted: str, key: str = "Enter") -> None:
    by_tab(page, wanted)
    page.keyboard.press(key)


def _type(page: Page, wanted: str, words: str) -> None:
    by_tab(page, wanted)
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(words)


def _sign_in_by_keys(page: Page, address: str, password: str) -> None:
    page.goto(f"{address}/sign-in?next=/officer&lang=en")
    page.keyboard.type("keys-west")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Code from your phone")


def _is_for_everybody(page: Page) -> None:
    page.evaluate(AXE.read_text("utf-8"))
    for look in walked(page):
        assert page.evaluate("axe.run().then((found) => found.violations.map((each) => each.id))") == [], look
        assert page.evaluate(FITTING, 44 if look.startswith("390") else 24) == [], look


def _gives_codes(page: Page, address: str, published: Settings, password: str) -> None:
    """Set a phone up, sign out, and give a code at the next sign-in, all of it by the keyboard."""
    _sign_in_by_keys(page, address, password)
    _press(page, ".enrolment summary")
    secret = base64.b32decode(page.locator(".enrolment code").inner_text().replace(" ", ""))
    code = page.locator("input[name=code]")
    _type(page, "input[name=code]", code_at(secret, int(time.time()) // STEP_S))
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/officer*")
    _press(page, ".account summary")
    _press(page, "form[action$='/sign-out'] button")
    page.wait_for_url(f"{address}/")
    _sign_in_by_keys(page, address, password)
    # The page that asks for a code alone: the field has the focus, also after a code that doesn't fit.
    expect(code).to_be_focused()
    expect(page.locator(".enrolment")).to_have_count(0)
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("doesn't fit")
    expect(code).to_be_focused()
    _is_for_everybody(page)
    for wanted in (".sign-in .button", ".sign-in .plain"):
        by_tab(page, wanted)
    by_tab(page, "input[name=code]", back=True)
    # The same code once more, as if half a minute had passed.
    with engine_for(published, Login.OWNER).begin() as connection:
        connection.exec_driver_sql("UPDATE account.factor SET last_step = 0")
    page.keyboard.type(code_at(secret, int(time.time()) // STEP_S))
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/officer*")


def test_a_steward_sees_to_an_account_by_the_keyboard_alone_and_its_owner_gives_a_code(
    browser: Browser, steward: Page, address: str, published: Settings
) -> None:
    steward.goto(f"{address}/staff/accounts")
    # Added; what is shown this once has the focus.
    _press(steward, "a[href='#another']")
    _type(steward, "input[name=name]", "keys-west")
    _press(steward, "form[action$='/accounts'] input[value=police]", "Space")
    _type(steward, "form[action$='/accounts'] input[name=areas]", "W")
    steward.keyboard.press("Enter")
    expect(steward.locator(".told")).to_be_focused()
    password = steward.locator(".told code").inner_text()
    # Bound to other grids: none is known by that code, so nothing is changed; then read for another audience.
    own, changing = steward.locator(".card", has_text="keys-west"), "form[action$='/keys-west/change'] "
    _press(steward, "summary[aria-label$=': keys-west']")
    _type(steward, changing + "input[name=areas]", "X")
    steward.keyboard.press("Enter")
    expect(steward.get_by_role("alert")).to_have_text("keys-west: No area has this code.")
    _press(steward, "summary[aria-label$=': keys-west']")
    _press(steward, changing + "input[value=grid_officer]", "Space")
    _press(steward, changing + "button")
    expect(own).to_contain_text("Grid officer, Police")
    # Codes are required of the police.
    _press(steward, "a[href='#codes']")
    _press(steward, "form[action$='/required'] input[value=police]", "Space")
    with steward.expect_navigation():
        _press(steward, "form[action$='/required'] button")
    expect(steward.locator("form[action$='/required'] input[value=police]")).to_be_checked()

    with _opened(browser, f"{address}/healthz", PHONE) as (page, _):
        _gives_codes(page, address, published, password)

    steward.reload()
    expect(own).to_contain_text("Gives codes since")
    _press(steward, "button[aria-label='Reset codes: keys-west']")
    expect(own).not_to_contain_text("Gives codes")
    _press(steward, "button[aria-label='Disable: keys-west']")
    expect(own).to_contain_text("Disabled on")
    # What came of it stands in the log of the day.
    _press(steward, ".account summary")
    with steward.expect_navigation():
        _press(steward, ".account a[href$='/log']")
    _type(steward, "#account", "keys-west")
    by_tab(steward, "#day")
    today = published.local(datetime.now(UTC)).date()
    steward.keyboard.type(f"{today:%m%d%Y}")
    _press(steward, ".filters button")
    steward.wait_for_url(f"**day={today}*")
    whats = steward.locator("td[data-label=What]").all_inner_texts()
    assert [what for what in whats if what != "Read"] == [
        "Signed in",
        "Wrong password, name or code",
        "Password right, code awaited",
        "Signed out",
        "Signed in",
        "Codes set up on a phone",
        "Password right, code awaited",
    ]
