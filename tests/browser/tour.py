"""./csmap demo --tour DIR: takes the pictures of a deployment's pages, the README's among them."""

from __future__ import annotations

import argparse
import logging
import os
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from geodata.command.entry import run
from geodata.database.cluster import Cluster
from geodata.layers import get_layer
from geodata.queries.features import page as records
from geodata.queries.reading import RESIDENT, open_reading
from geodata.settings import Settings, load_settings
from tests.browser import help_pictures, story
from tests.browser.camera import DESK, PHONE, opened, settled, shoot
from tests.browsing import serving
from tests.chromium import CHROMIUM, DRAWING

LANGUAGES = {"zh": "zh-CN", "en": "en"}
SIZES = {1440: DESK, 390: PHONE}
ZOOMS = (12, 15, 17)


@dataclass(frozen=True)
class Stop:
    """One picture: its name, the page, its language, its width in pixels, and what is opened in it first."""

    name: str
    path: str
    language: str
    width: int
    opens: tuple[str, ...] = ()


def main(argv: list[str] | None = None) -> int:
    """Write the first minute as a story with its index.html, the guides' pictures into help/, and those of the READMEs.

    The story's scenes are numbered and have what their pages say beside them. Scenes of staff are told where the demo's
    buttons let one enter.
    """
    parser = argparse.ArgumentParser(prog="csmap demo --tour", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="where to write the pictures; made if it isn't there")
    folder = parser.parse_args(argv).folder
    folder.mkdir(parents=True, exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    settings = load_settings()
    if settings.database_url is None:
        Cluster.at(settings.home).ensure()
    # Jobs are looked for where planners are; another place has nobody who asks for one here.
    working = story.working({**os.environ, "CSMAP_HOME": str(settings.home)}) if settings.synthetic else nullcontext()
    with working, serving(settings) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=DRAWING)
        for path in story.tell(browser, address, folder, settings.name):
            print(path)
        for path in help_pictures.take(browser, address, folder / "help", LANGUAGES):
            print(path)
        for stop in stops(settings):
            print(_picture(browser, address, folder, stop))
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
            found.append(Stop(f"map-{short}-{width}-z{zoom}", f"/?{view}", language, width))
        if compound is not None:
            select, lat, lon = compound
            path = f"/?z=16/{lat:.5f}/{lon:.5f}&select=compound/{select}"
            found.append(Stop(f"panel-{short}-{width}", path, language, width, ("hazard", "micro_project")))
        found.append(Stop(f"list-{short}-{width}", "/list?layer=hazard", language, width))
    return found


def _compound_in_the_middle(settings: Settings) -> tuple[int, float, float] | None:
    """Return the id, latitude and longitude of the compound that is nearest to the middle."""
    middle = settings.boundary.representative_point()
    with open_reading(settings, RESIDENT) as reading:
        found = records(reading, get_layer("compound"), limit=10_000).records
    placed = [(row.id, row.lat, row.lon) for row in found if row.lat is not None and row.lon is not None]
    return min(placed, key=lambda each: (each[1] - middle.y) ** 2 + (each[2] - middle.x) ** 2, default=None)


def _picture(browser: Browser, address: str, folder: Path, stop: Stop) -> Path:
    """Write what a page looks like once it has drawn everything, and return where."""
    path = folder / f"{stop.name}.webp"
    with opened(browser, address, stop.path, SIZES[stop.width], stop.language) as page:
        for layer in stop.opens:
            for summary in page.locator(f'[data-hanging="{layer}"] > summary').all():
                summary.click()
        settled(page)
        shoot(page, path)
    return path


if __name__ == "__main__":
    run(main)
