"""What a visitor waits for: the first view, what comes over the wire, panning among many points, Lighthouse's figures.

    ./csmap demo --no-serve && ./csmap bench pages

The sample district is served as `./csmap serve` does, and looked at in Debian's Chromium without a graphics card.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata.database.cluster import Cluster
from geodata.settings import Settings, load_settings
from tests.bench.goals import PAGE_GOALS
from tests.bench.machine import heading
from tests.bench.rows import ENVIRONMENT
from tests.bench.serving import servers
from tests.bench.serving.town import LAYERS, town
from tests.bench.serving.view import DESK, DRAWN, visit
from tests.chromium import CHROMIUM, DRAWING

PHONE = {"width": 390, "height": 844}
VISITS = 7
POINTS = 60_000
CLOSE = 15.2
"""Each point is drawn by itself from here on."""
PAGES: dict[str, tuple[str, ...]] = {
    "": ("/", "/compounds/1", "/communities/431302001001", "/governance", "/list", "/find?q=by", "/help", "/help/words",
         "/about", "/sign-in"),
    "grid_officer": ("/staff/officer", "/staff/officer/hazards"),
    "planner": ("/staff/planner", "/staff/planner/rates", "/staff/planner/hotspots"),
    "steward": ("/staff/accounts", "/staff/log"),
}  # fmt: skip
"""What Lighthouse looks at, by whom the demo's buttons let in; "" for residents."""
LIGHTHOUSE = "lighthouse@13.5.0"
TASKS = """() => {
    window.tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((each) => each.duration)))
        .observe({ type: "longtask", buffered: false });
}"""
STEPS = (
    "ArrowLeft",
    "ArrowUp",
    "ArrowRight",
    "ArrowDown",
    "Minus",
    "Minus",
    "Equal",
    "Equal",
    "ArrowLeft",
    "ArrowRight",
)


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, in its unit, with whatever else is to be said."""

    name: str
    seen: float
    said: str = ""

    @property
    def verdict(self) -> str:
        """`met` or `short`; nothing where there is no goal."""
        goal = PAGE_GOALS.get(self.name)
        return "" if goal is None else "met" if goal.holds(self.seen) else "short"

    def line(self) -> str:
        """Return it as a line of the table."""
        goal = PAGE_GOALS.get(self.name)
        return f"| {self.name} | {self.seen:,.2f} | {goal or '-'} | {self.verdict} | {self.said} |"


def main() -> int:
    """Print all figures; 1 where a goal isn't met or the sample isn't there."""
    if not CHROMIUM.exists():
        print("needs Debian's Chromium in /usr/bin/chromium")
        return 1
    settings = load_settings()
    if not settings.synthetic:
        print(f"{settings.home} isn't the sample district: ./csmap demo --no-serve makes it")
        return 1
    if settings.database_url is None:
        Cluster.at(settings.home).ensure()
    print(f"the sample's pages: {heading()}\n| figure | seen | goal | | |\n|---|---|---|---|---|", flush=True)
    verdicts = []
    for figure in _figures(settings):
        print(figure.line(), flush=True)
        verdicts.append(figure.verdict)
    print(f"goals: {verdicts.count('met')} met, {verdicts.count('short')} short")
    return int("short" in verdicts)


def _figures(settings: Settings) -> Iterator[Figure]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=DRAWING)
        with servers.serving(settings) as address:
            yield from _first_views(browser, f"http://{address}/")
            yield from _asked_twice(browser, f"http://{address}/?z=14.5/{_middle(settings)}")
            yield from _lighthouse(browser, f"http://{address}")
        with town(POINTS / LAYERS["service_point"]) as data, servers.serving(data.settings) as address:
            layers = f"layers=service_point&z={CLOSE}/{_middle(data.settings)}"
            yield from _long_tasks(browser, f"http://{address}/?{layers}")
        browser.close()


def _middle(settings: Settings) -> str:
    middle = settings.boundary.representative_point()
    return f"{middle.y:.5f}/{middle.x:.5f}"


def _first_views(browser: Any, url: str) -> Iterator[Figure]:
    """Give when the map is drawn for a browser that has nothing yet, and what came over the wire until then."""
    for name, size in (("1440 px", DESK), ("390 px", PHONE)):
        took, sizes = [], []
        for _ in range(VISITS + 1):
            context = browser.new_context(viewport=size)
            seconds, sent = visit(context.new_page(), url)
            took.append(seconds)
            sizes.append(sent / 1000)
            context.close()
        # For the first visit the server makes its tiles.
        said = f"{min(took[1:]):.2f} to {max(took[1:]):.2f} s of {VISITS}; the first of all {took[0]:.2f} s"
        yield Figure(f"first view at {name}, s", statistics.median(took[1:]), said)
        yield Figure(f"first visit at {name}, kB gzipped", statistics.median(sizes[1:]))


def _asked_twice(browser: Any, url: str) -> Iterator[Figure]:
    """Give how many addresses are asked for more than once, by page or worker, while one pans and zooms there and back.

    The browser asks for the page's icon by itself: that doesn't count.
    """
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    asked: Counter[str] = Counter()
    page.on("request", lambda request: asked.update([request.url]))
    page.goto(url)
    page.evaluate(DRAWN)
    _move(page)
    context.close()
    twice = [url for url, count in asked.items() if count > 1 and not url.endswith("/icon.svg")]
    yield Figure(
        "addresses asked twice on pan and zoom", len(twice), f"of {len(asked)}: {', '.join(twice[:3]) or 'none'}"
    )


def _long_tasks(browser: Any, url: str) -> Iterator[Figure]:
    """Give the longest stretch in which the page can't answer while one pans and zooms among many points."""
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    page.goto(url)
    page.evaluate(DRAWN)
    page.evaluate(TASKS)
    _move(page)
    tasks = [float(each) / 1000 for each in page.evaluate("tasks")]
    drawn = page.locator("#map").get_attribute("data-map-features")
    context.close()
    said = f"{len(tasks)} tasks of more than 50 ms, {sum(tasks):.1f} s together; {drawn} drawn at the end"
    yield Figure(f"longest task among {POINTS:,} points, s", max(tasks, default=0), said)


def _move(page: Any) -> None:
    page.locator("#map canvas").focus()
    for key in STEPS:
        page.keyboard.press(key)
        page.wait_for_timeout(400)
        page.evaluate(DRAWN)


def _cookies(browser: Any, address: str, audience: str) -> str:
    """Return the header by which one is known whom the demo's button has let in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.locator(f'.demo-entry button[value="{audience}"]').click()
    page.wait_for_url("**/staff/**")
    said = "; ".join(f"{each['name']}={each['value']}" for each in context.cookies())
    context.close()
    return said


def _lighthouse(browser: Any, address: str) -> Iterator[Figure]:
    """Give Lighthouse's two figures that need no graphics card, where npm can install it for the bench."""
    folder = ENVIRONMENT / "lighthouse"
    # Node of this environment: Debian 12's own is too old.
    environ = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environ["CHROME_PATH"] = str(CHROMIUM)
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.exists():
        words = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), LIGHTHOUSE]
        made = subprocess.run(words, env=environ, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            print(
                f"Lighthouse skipped: npm can't install it here ({made.stderr.strip().splitlines()[-1:]})", flush=True
            )
            return
    flags = "--headless=new --no-sandbox --enable-unsafe-swiftshader"
    options = ["--output=json", "--quiet", f"--chrome-flags={flags}", "--only-categories=accessibility,best-practices"]
    heads = {who: {"Cookie": _cookies(browser, address, who)} if who else {} for who in PAGES}
    for who, path in ((who, path) for who, paths in PAGES.items() for path in paths):
        words = ["node", str(program), f"{address}{path}", *options, f"--extra-headers={json.dumps(heads[who])}"]
        ran = subprocess.run(words, env=environ, capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            print(f"Lighthouse fails at {path}: {ran.stderr.strip()[-300:]}", flush=True)
            continue
        told = json.loads(ran.stdout)
        if not told["finalDisplayedUrl"].startswith(f"{address}{path}"):
            print(f"Lighthouse is led from {path} to {told['finalDisplayedUrl']}", flush=True)
            continue
        for key, name in (("accessibility", "accessibility"), ("best-practices", "best practices")):
            found = told["categories"][key]
            failed = [
                each["id"] for each in found["auditRefs"] if each["weight"] and told["audits"][each["id"]]["score"] == 0
            ]
            yield Figure(f"Lighthouse, {name}", 100 * found["score"], f"{path} {', '.join(failed)}".strip())
