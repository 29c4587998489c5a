"""Makes the README's picture of a running site: python -m tests.browser.pictures [ADDRESS]."""

from __future__ import annotations

import sys

from playwright.sync_api import sync_playwright

from geodata.settings import PROJECT

CHROMIUM = "/usr/bin/chromium"
FOLDER = PROJECT / "docs" / "pictures"
PICTURES = {"map.png": "/?lang=en&z=14.6/27.7290/111.9990"}
IDLE = "() => document.querySelector('[data-map-state]')?.dataset.mapState === 'idle'"


def main(address: str) -> int:
    """Write each picture into docs/pictures at 1280 x 800 once the map has drawn everything."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, path in PICTURES.items():
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(address + path)
            page.wait_for_function(IDLE, timeout=60_000)
            page.screenshot(path=FOLDER / name)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"))
