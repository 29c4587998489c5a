"""The sub-district's year as files: each year that is known, and each mechanism in it with its map."""

from __future__ import annotations

from pathlib import Path

from geodata.layers.figure import Mechanism
from geodata.queries.figures.own import figures_of
from geodata.queries.reading import Reading
from webmap.governance.asked import years_of
from webmap.governance.page import governance_page
from webmap.static_site.addresses import Edition, as_file, figures_name

_PATH = "/governance"


def write_figures(reading: Reading, edition: Edition, folders: dict[str, Path]) -> None:
    """Write a page for each earlier year, and one for each mechanism in each year.

    Args:
        reading: a resident's.
        edition: names what links lead to.
        folders: by language, where to write them.
    """
    mechanisms = [each for each in Mechanism if any(figure.mechanism is each for figure in figures_of(reading))]
    for language, folder in folders.items():
        for year in years_of(reading):
            pages: list[Mechanism | None] = [*([] if year == edition.year else [None]), *mechanisms]
            for only in pages:
                path = f"{_PATH}/{only}" if only else _PATH
                with as_file(reading, edition, language, path, asked={"year": year}, up="../"):
                    text = governance_page(reading, only=only)
                (folder / figures_name(year, only or "")).write_text(text, "utf-8")
