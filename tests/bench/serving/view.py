"""The map's page in a browser without a graphics card: when its map is drawn, and what came over the wire."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.bench.rows import Row
from tests.bench.serving import servers
from tests.bench.serving.town import Town
from tests.chromium import CHROMIUM, DRAWING

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

TIMES = 5
DESK = {"width": 1440, "height": 900}
DRAWN = """() => new Promise((done) => {
    const map = document.getElementById("map");
    const look = () => map.dataset.mapState === "idle" && done(performance.now());
    new MutationObserver(look).observe(map, { attributes: true });
    look();
})"""


def rows(town: Town) -> Iterator[Row]:
    """Give the time from the address to the drawn map, each time for a browser that has nothing yet."""
    if not CHROMIUM.exists():
        print("view skipped: needs Debian's Chromium in /usr/bin/chromium", flush=True)
        return
    with servers.csmap(town) as addresses:
        took, sizes = zip(*_seen(f"http://{addresses[0]}/"), strict=True)
    told = f"{min(took):.2f} to {max(took):.2f} s; {statistics.median(sizes) / 1000:.0f} kB"
    yield Row("map drawn in a new browser", "", statistics.median(took), None, told, mb=statistics.median(sizes) / 1e6)


def _seen(url: str) -> list[tuple[float, float]]:
    """Return seconds and bytes of several visits; the first, for which the server makes its tiles, isn't counted."""
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=DRAWING)
        for _ in range(TIMES + 1):
            context = browser.new_context(viewport=DESK)  # type: ignore[arg-type]
            found.append(visit(context.new_page(), url))
            context.close()
        browser.close()
    return found[1:]


def visit(page: Page, url: str) -> tuple[float, float]:
    """Return the seconds until a page's map is drawn, and the bytes of all that came over the wire until then.

    Tiles are fetched by the map's worker, of which the page's own clock of resources doesn't know.
    """
    finished: list[Request] = []
    page.on("requestfinished", lambda request: finished.append(request))
    page.goto(url)
    took = float(page.evaluate(DRAWN)) / 1000
    return took, float(sum(_sent(request) for request in list(finished)))


def _sent(request: Request) -> int:
    """Return the bytes of an answer's body as they were sent; the browser tells none of a worker's own script."""
    told = request.sizes()["responseBodySize"]
    answer = request.response()
    if told or answer is None or not answer.ok:
        return told
    return int(answer.header_value("content-length") or 0)
