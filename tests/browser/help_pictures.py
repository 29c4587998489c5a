"""The pictures of the guides: what each shows, as ./csmap demo --tour DIR takes them into DIR/help.

They are kept small, as they are part of the program (webmap/helping/pictures): a page of
help has to be read on a phone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser import help_words
from tests.browser.camera import enter, opened, settled, shoot

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 560}
DENSITY = 2
"""As most phones have it: with one pixel to a point letters would be blurred there."""
QUALITY = 28
"""At two pixels to a point what this takes away isn't seen."""
SCALE = 0.46875
"""Of a desk's pictures: 1200 px, where 800 px are shown at most; on a phone that is three to a point."""
MORNING = "2025-10-27T07:30:00+08:00"
"""A Monday at half past seven, when most posts are closed still."""
INITIALS = "by"
QUESTION = "/planner?service=police_room&minutes=5&mode=walk&day=Mo&time={}"


def take(browser: Browser, address: str, folder: Path, languages: dict[str, str]) -> Iterator[Path]:
    """Write the pictures of all guides and yield their paths, `folder/<language>/<name>.webp`; last what they say."""
    kept: dict[str, dict[str, Any]] = {}
    for language in languages.values():
        own = folder / language
        own.mkdir(parents=True, exist_ok=True)
        for name, size, show in (*_RESIDENT, *_STAFF):
            with opened(browser, address, "/about", size, language, DENSITY) as page:
                if show(page, address):
                    path = own / f"{name}.webp"
                    shoot(page, path, QUALITY, SCALE if size is DESK else 1)
                    kept.setdefault(language, {})[name] = help_words.shown(page, language, path)
                    yield path
    words = folder / help_words.KEPT
    words.write_text(json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    yield words


def _search(page: Page, address: str) -> bool:
    page.goto(f"{address}/")
    settled(page)
    page.locator("#search").fill(INITIALS)
    page.locator("#hits [role=option]").first.wait_for()
    return True


def _answer(page: Page, address: str) -> bool:
    page.clock.set_fixed_time(MORNING)
    _search(page, address)
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('#map').dataset.mapWay")
    settled(page)
    return True


def _folds(page: Page, address: str) -> bool:
    page.clock.set_fixed_time(MORNING)
    page.goto(f"{address}/find?q={INITIALS}")
    first = page.locator("a[href*='/compounds/']").first
    if first.count():
        first.click()
    page.locator("[data-fold=projects] summary").click()
    page.locator("[data-fold=areas]").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.folds').scrollIntoView()")
    return True


def _care(page: Page, address: str) -> bool:
    page.goto(f"{address}/?care=1")
    page.goto(f"{address}/find?q={INITIALS}")
    first = page.locator("a[href*='/compounds/']").first
    if first.count():
        first.click()
    page.locator(".record-name").wait_for()
    page.evaluate("document.querySelector('.record-name').scrollIntoView()")
    return True


def _deadlines(page: Page, address: str) -> bool:
    return enter(page, address, "grid_officer", "/officer")


def _dossier(page: Page, address: str) -> bool:
    if not enter(page, address, "grid_officer", "/officer?due=all"):
        return False
    page.locator(".due-where a").first.click()
    page.locator("#hazards").wait_for()
    return True


def _coverage(page: Page, address: str) -> bool:
    return enter(page, address, "planner", QUESTION.format("10:00"))


def _night(page: Page, address: str) -> bool:
    return enter(page, address, "planner", QUESTION.format("22:00"))


def _gap(page: Page, address: str) -> bool:
    if not _coverage(page, address):
        return False
    page.locator("#gaps button").first.click()
    page.locator("#way:not(:empty)").wait_for()
    settled(page)
    return True


def _accounts(page: Page, address: str) -> bool:
    return enter(page, address, "steward", "/accounts")


_RESIDENT: tuple[Any, ...] = (
    ("search", PHONE, _search),
    ("answer", DESK, _answer),
    ("folds", PHONE, _folds),
    ("care", PHONE, _care),
)
_STAFF: tuple[Any, ...] = (
    ("deadlines", PHONE, _deadlines),
    ("dossier", PHONE, _dossier),
    ("coverage", DESK, _coverage),
    ("night", DESK, _night),
    ("gap", DESK, _gap),
    ("accounts", DESK, _accounts),
)
