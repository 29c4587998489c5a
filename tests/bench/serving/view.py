"""The map's page in a browser without a graphics card: when its map is drawn, and what came over the wire."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path

from tests.bench.rows import Row
from tests.bench.serving import servers
from tests.bench.serving.town import Town

CHROMIUM = Path("/usr/bin/chromium")
TIMES = 5
DESK = {"width": 1440, "height": 900}
DRAWN = """() => new Promise((done) => {
    const map = document.getElementById("map");
    const look = () => map.dataset.mapState === "idle" && done(performance.now());
    new MutationObserver(look).observe(map, { attributes: true });
    look();
})"""
BYTES = """() => performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
    .reduce((sum, each) => sum + each.encodedBodySize, 0)"""


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
        options = ["--no-sandbox", "--enable-unsafe-swiftshader"]
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=options)
        for _ in range(TIMES + 1):
            context = browser.new_context(viewport=DESK)  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(url)
            found.append((float(page.evaluate(DRAWN)) / 1000, float(page.evaluate(BYTES))))
            context.close()
        browser.close()
    return found[1:]
