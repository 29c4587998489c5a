"""Listens to every page that a test opens: none may break its policy, crash, complain, or ask another host.

A test that wants to hear all of it listens itself; this is what holds for each of them, whatever it is about.
"""

from __future__ import annotations

import os
import re
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

OURS = {"127.0.0.1", "localhost", "0.0.0.0"}  # noqa: S104  an address as any other here
"""Every test serves its site on this machine."""
ON_PURPOSE = re.compile(
    r"Failed to load resource|blocked by Playwright|GL Driver Message|there is no WebGL|WebGL2 is required"
)
"""What is said of answers that a test refused or cut off, and of drawing without a graphics card."""

heard: list[str] = []
"""What was wrong with the pages of the test that runs."""
pictures: list[Path] = []
"""The folder into which each test's pages go as they are at its end, if there is to be one."""


def watched(browser: Browser) -> Browser:
    """Listen to all that is opened in a browser from now on."""
    begin, begin_page = browser.new_context, browser.new_page

    def new_context(**options: Any) -> BrowserContext:
        return _listened(begin(**options))

    def new_page(**options: Any) -> Any:
        page = begin_page(**options)
        _listened(page.context)
        return page

    browser.new_context, browser.new_page = new_context, new_page  # type: ignore[method-assign]
    return browser


def _listened(context: BrowserContext) -> BrowserContext:
    context.on("console", _hear)
    context.on("weberror", lambda wrong: heard.append(f"crashes: {wrong.error}"))
    context.on("request", lambda request: _see(request.url))
    end = context.close

    def close(**options: Any) -> None:
        if pictures:
            _keep(context, pictures[0])
        end(**options)

    context.close = close  # type: ignore[method-assign]
    return context


def _hear(message: ConsoleMessage) -> None:
    if message.type == "error" and not ON_PURPOSE.search(message.text):
        heard.append(f"error: {message.text}")


def _see(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in OURS:
        heard.append(f"asks {url}")


def _keep(context: BrowserContext, folder: Path) -> None:
    test = re.sub(r"[^\w.-]+", "-", os.environ["PYTEST_CURRENT_TEST"].removeprefix("tests/").partition(" (")[0])
    for page in context.pages:
        free = (folder / f"{test}-{number}.png" for number in count(1))
        page.screenshot(path=next(path for path in free if not path.exists()))
