"""Takes pictures of pages once they have drawn everything, as a person of one audience sees them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

PATIENCE_MS = 120_000
IDLE = "() => document.querySelector('[data-map-state]')?.dataset.mapState === 'idle'"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@contextmanager
def opened(
    browser: Browser, address: str, path: str, size: Any, language: str = "zh-CN", density: float = 1
) -> Iterator[Page]:
    """Give a page in one language to look at, in a context of its own, as it is by day and without anything moving.

    Args:
        browser: to open it in.
        address: of the site.
        path: on the site.
        size: of the window, in CSS pixels.
        language: of the page.
        density: pixels to each of CSS's.
    """
    context = browser.new_context(
        viewport=size,
        device_scale_factor=density,
        reduced_motion="reduce",
        color_scheme="light",
        locale=language,
        accept_downloads=True,
        service_workers="block",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
    settled(page)
    yield page
    context.close()


def enter(page: Page, address: str, audience: str, path: str) -> bool:
    """Enter as staff by the demo's button; False where this place has none, as its data aren't invented."""
    page.goto(f"{address}/sign-in")
    button = page.locator(f'.demo-entry button[value="{audience}"]')
    if not button.count():
        return False
    button.click()
    page.wait_for_url("**/staff/**")
    page.goto(f"{address}/staff{path}")
    settled(page)
    return True


def settled(page: Page) -> None:
    """Wait until the map, where there is one, has drawn what it is to show."""
    if page.locator("[data-map-state]").count():
        page.wait_for_function(IDLE, timeout=PATIENCE_MS)
    # Labels fade in after the map says that it is idle.
    page.wait_for_timeout(500)


def shoot(page: Page, path: Path, quality: int = 86, scale: float = 1) -> None:
    """Write what is seen of a page as WebP, smaller where `scale` is less than 1."""
    asked: dict[str, Any] = {"format": "webp", "quality": quality}
    # What the browser draws with several pixels to a point it gives with one, unless it is asked.
    scale *= page.evaluate("devicePixelRatio")
    if scale != 1:
        size = page.viewport_size or {"width": 0, "height": 0}
        top = page.evaluate("scrollY")
        asked["clip"] = {"x": 0, "y": top, **size, "scale": scale}
    answer = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    path.write_bytes(base64.b64decode(answer["data"]))
