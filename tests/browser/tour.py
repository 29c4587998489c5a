"""./csmap demo --tour DIR: takes the pictures of a deployment's pages, the README's among them."""

from __future__ import annotations

import argparse
import base64
import logging
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from geodata.command.entry import run
from geodata.database.cluster import Cluster
from geodata.layers import get_layer
from geodata.queries.features import page as records
from geodata.queries.reading import RESIDENT, open_reading
from geodata.settings import Settings, load_settings
from tests.browsing import CHROMIUM, DRAWING, serving

LANGUAGES = {"zh": "zh-CN", "en": "en"}
SIZES = {1440: 900, 390: 844}
ZOOMS = (12, 15, 17)
PATIENCE_MS = 120_000
IDLE = "() => document.querySelector('[data-map-state]')?.dataset.mapState === 'idle'"


@dataclass(frozen=True)
class Stop:
    """One picture: its name, the page, its width in pixels, and what is opened in it first."""

    name: str
    path: str
    width: int
    opens: tuple[str, ...] = ()


def main(argv: list[str] | None = None) -> int:
    """Write a WebP for each language, width and zoom of the map, for a compound's panel and for a list."""
    parser = argparse.ArgumentParser(prog="csmap demo --tour", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="where to write the pictures; made if it isn't there")
    folder = parser.parse_args(argv).folder
    folder.mkdir(parents=True, exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    settings = load_settings()
    if settings.database_url is None:
        Cluster.at(settings.home).ensure()
    with serving(settings) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=DRAWING)
        for stop in stops(settings):
            size: Any = {"width": stop.width, "height": SIZES[stop.width]}
            context = browser.new_context(viewport=size, reduced_motion="reduce", color_scheme="light")
            path = folder / f"{stop.name}.webp"
            path.write_bytes(_picture(context.new_page(), address, stop))
            context.close()
            print(path)
        browser.close()
    return 0


def stops(settings: Settings) -> list[Stop]:
    """Return the pictures of a tour through a deployment, always under the same names."""
    middle = settings.boundary.representative_point()
    compound = _compound_in_the_middle(settings)
    found = []
    for (short, language), width in product(LANGUAGES.items(), SIZES):
        for zoom in ZOOMS:
            view = f"z={zoom}/{middle.y:.5f}/{middle.x:.5f}"
            found.append(Stop(f"map-{short}-{width}-z{zoom}", f"/?lang={language}&{view}", width))
        if compound is not None:
            select, lat, lon = compound
            path = f"/?lang={language}&z=16/{lat:.5f}/{lon:.5f}&select=compound/{select}"
            found.append(Stop(f"panel-{short}-{width}", path, width, ("hazard", "micro_project")))
        found.append(Stop(f"list-{short}-{width}", f"/list?layer=hazard&lang={language}", width))
    return found


def _compound_in_the_middle(settings: Settings) -> tuple[int, float, float] | None:
    """Return the id, latitude and longitude of the compound that is nearest to the middle."""
    middle = settings.boundary.representative_point()
    with open_reading(settings, RESIDENT) as reading:
        found = records(reading, get_layer("compound"), limit=10_000).records
    placed = [(row.id, row.lat, row.lon) for row in found if row.lat is not None and row.lon is not None]
    return min(placed, key=lambda each: (each[1] - middle.y) ** 2 + (each[2] - middle.x) ** 2, default=None)


def _picture(page: Page, address: str, stop: Stop) -> bytes:
    """Return what a page looks like once it has drawn everything, as WebP."""
    page.goto(address + stop.path)
    if stop.path.startswith("/?"):
        page.wait_for_function(IDLE, timeout=PATIENCE_MS)
    for layer in stop.opens:
        for summary in page.locator(f'[data-hanging="{layer}"] > summary').all():
            summary.click()
    # Labels fade in after the map says that it is idle.
    page.wait_for_timeout(500)
    asked = {"format": "webp", "quality": 86}
    answer = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    return base64.b64decode(answer["data"])


if __name__ == "__main__":
    run(main)
