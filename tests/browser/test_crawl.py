"""Every link and every control of every page, for each audience: none leads nowhere, none does nothing."""

from __future__ import annotations

from playwright.sync_api import Browser

from geodata.settings import Settings
from tests.browser.crawling import EVERYBODYS, STAFFS, Crawl
from tests.browser.test_map import pytestmark
from tests.signing import session_of

__all__ = ["pytestmark"]

RESIDENTS = {kind for kind in EVERYBODYS if not kind.startswith("/staff")}
ELSEWHERE = {*EVERYBODYS, "/staff/planner?", "/staff/planner/hotspots?", "/staff/planner/rates?"} - RESIDENTS - STAFFS
"""Planners' own pages need a town, and are walked there; what staff see as residents do is walked for these."""
WALKS: tuple[tuple[str | None, tuple[str, ...], set[str]], ...] = (
    (None, ("/?lang=en",), {*RESIDENTS, "/sign-in?"}),
    (
        "grid_officer:W",
        ("/staff/officer?due=all&lang=zh-CN",),
        {
            *(f"/staff/{name}?" for name in ("officer", "officer/compounds/0", "officer/hazards", "factor")),
            *STAFFS,
            "/staff/places/0/0?",
        },
    ),
    ("police:W", ("/staff/officer?due=all&lang=en",), STAFFS),
    ("planner", ("/staff/?lang=en",), STAFFS),
    ("steward", ("/staff/accounts?lang=zh-CN", "/staff/log"), {"/staff/accounts?", "/staff/log?", *STAFFS}),
)
"""Who walks, from where, and what has to have been opened."""


def test_each_link_leads_somewhere_and_each_control_does_something(
    browser: Browser, published: Settings, address: str
) -> None:
    crawl = Crawl(address, ELSEWHERE)
    for who, paths, wanted in WALKS:
        opened = crawl.walk(browser, session_of(published, who) if who else None, paths)
        assert wanted <= opened, f"{who}: {wanted - opened}"
    assert crawl.wrong == [], "\n".join(crawl.wrong)
