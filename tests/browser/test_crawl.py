"""Every link and every control of every page, for each audience: none leads nowhere, none does nothing."""

from __future__ import annotations

from playwright.sync_api import Browser

from geodata.settings import Settings
from tests.browser.crawling import EVERYBODYS, Crawl
from tests.browser.test_map import pytestmark
from tests.signing import session_of

__all__ = ["pytestmark"]

WALKS: tuple[tuple[str | None, tuple[str, ...], set[str]], ...] = (
    (None, ("/?lang=en",), {*EVERYBODYS, "/sign-in?"}),
    (
        "grid_officer:W",
        ("/staff/officer?due=all&lang=zh-CN",),
        {"/officer?", "/officer/compounds/0?", "/officer/hazards?", "/places/0/0?", "/factor?"},
    ),
    ("police:W", ("/staff/officer?due=all&lang=en",), set()),
    ("steward", ("/staff/accounts?lang=zh-CN", "/staff/log"), {"/accounts?", "/log?"}),
)
"""Who walks, from where, and what has to have been opened; planners, whose pages need a town, walk in theirs."""


def test_each_link_leads_somewhere_and_each_control_does_something(
    browser: Browser, published: Settings, address: str
) -> None:
    crawl = Crawl(address)
    for who, paths, wanted in WALKS:
        crawl.walk(browser, session_of(published, who) if who else None, paths)
        assert wanted <= crawl.opened, wanted - crawl.opened
    assert crawl.wrong == [], "\n".join(crawl.wrong)
