"""The two browsers that all tests of a worker share, and how a site is served to them.

A test gets a context of its own from them, so that nothing of one is known to the next.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

from geodata.settings import Settings
from tests.chromium import ALONE, CHROMIUM, DRAWING
from tests.watching import watched
from webmap import create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask
    from playwright.sync_api import Browser, Page, Playwright, Route

PATIENCE_MS = 60_000
"""A busy machine draws without a graphics card in its own time."""


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    # Only what asks for a browser pays for it.
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium, which draws maps on the processor."""
    launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=DRAWING)
    yield watched(launched)
    launched.close()


@pytest.fixture(scope="module")
def lone_browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium without WebGL, for which no name leads anywhere."""
    launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ALONE)
    yield watched(launched)
    launched.close()


held_back: dict[str, threading.Event] = {}
"""Paths whose answers are kept back until a test says so."""


class _Whole:
    """Reads each answer to its end: where a browser hangs up the server of the tests forgets to close an open file."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self.app(environ, start_response)
        try:
            whole = b"".join(answer)
            if waited := held_back.get(environ["PATH_INFO"]):
                waited.wait(PATIENCE_MS / 1000)
            return [whole]
        finally:
            getattr(answer, "close", bool)()


@contextmanager
def serving(site: Settings | Flask) -> Iterator[str]:
    """Serve a deployment, or an application, on loopback and return its address."""
    app = create_app(site) if isinstance(site, Settings) else site
    server = make_server("127.0.0.1", 0, _Whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Held:
    """Requests of a page that a test keeps back."""

    def __init__(self, page: Page, pattern: str) -> None:
        self.kept: list[Route] = []
        self._is_over = False
        page.route(pattern, self._take)

    def _take(self, route: Route) -> None:
        if self._is_over:
            route.continue_()
        else:
            self.kept.append(route)

    def no_more(self) -> None:
        """Let whatever is asked from now on pass."""
        self._is_over = True

    def let_go(self) -> None:
        """Let what was kept back pass, too."""
        self.no_more()
        for each in self.kept:
            each.continue_()


def by_tab(page: Page, wanted: str, *, back: bool = False) -> None:
    """Go on by the Tab key until an element is reached; whatever has the focus on the way shows it, and is in view."""
    # Before its sheets are there a page shows what the browser would.
    page.wait_for_load_state()
    for _ in range(60):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        seen = page.evaluate(
            """() => {
                const { activeElement: at } = document, box = at.getBoundingClientRect(), style = getComputedStyle(at);
                const isShown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                return { isShown, isInView: box.bottom > 0 && box.top < innerHeight, html: at.outerHTML.slice(0, 120) };
            }"""
        )
        assert seen["isShown"], seen["html"]
        assert seen["isInView"], seen["html"]
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} isn't reached")


_FOCUSED = """() => {
    const { activeElement: at } = document;
    if (at === document.body || at === document.documentElement) return null;
    const box = [...at.getClientRects()].find(({ width, height }) => width > 0 && height > 0);
    const style = getComputedStyle(at);
    // Part of a map may lie below a sheet, and a list reach beyond the window.
    const [top, bottom] = box ? [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)] : [0, 0];
    const parts = [0.5, 0.1, 0.3, 0.7, 0.9];
    const isReached = box && parts.some((x) => parts.some((y) => {
        const hit = document.elementFromPoint(box.left + box.width * x, top + (bottom - top) * y);
        return hit && (at.contains(hit) || hit.contains(at) || hit.closest("label")?.control === at);
    }));
    const isShown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const html = at.outerHTML.replace(/\\s+/g, " ").slice(0, 140);
    const wrong = !isReached ? [`can't be seen: ${html}`] : isShown ? [] : [`shows no focus: ${html}`];
    (window.tabbed ??= new Set()).add(at);
    return { number: [...document.querySelectorAll("*")].indexOf(at), wrong };
}"""
_AT_THE_TOP = """() => {
    const { body } = document;
    body.tabIndex = -1;
    body.focus();
    body.removeAttribute("tabindex");
    scrollTo(0, 0);
}"""
_MISSED = """() => {
    const controls = "a[href], button, summary, select, textarea, input:not([type=hidden]), [tabindex='0']";
    const all = document.querySelectorAll(controls);
    const isReady = (each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled &&
        !each.closest("[inert]") && each.tabIndex >= 0 && !(each.matches("[type=radio]") && !each.checked);
    const missed = [...all].filter((each) => isReady(each) && !window.tabbed.has(each));
    window.tabbed.clear();
    return missed.map((each) => `isn't come by: ${each.outerHTML.slice(0, 140)}`);
}"""


def wrong_by_tab(page: Page, most: int = 300) -> list[str]:
    """Go by the Tab key over a whole page and out of it; return what isn't seen, shows no focus, or is left out."""
    page.evaluate(_AT_THE_TOP)
    wrong: list[str] = []
    before = -1
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(_FOCUSED)
        if found is None or found["number"] < before:
            return [*wrong, *page.evaluate(_MISSED)]
        # A field of a day has stops within it.
        wrong += [] if found["number"] == before else found["wrong"]
        before = found["number"]
    return [*wrong, f"{page.url} isn't left by {most} steps"]
