"""A page for each compound and each area as a file: to be sent on and printed, and what the panel beside the map shows.

Its name is the record's, whatever is published: a link that was sent on leads to what is told today.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from geodata.queries.areas import area_of_id
from geodata.queries.facts import LayerFacts
from geodata.queries.reading import Reading
from webmap.resident.pages import community_page, compound_page
from webmap.static_site.addresses import OWN_PAGES, Edition, as_file
from webmap.static_site.records import MOST_WHOLE, ids_of

_PART = ".part"


def layers_with_pages(facts: dict[str, LayerFacts]) -> frozenset[str]:
    """Return the layers whose records get pages: of too many, each is told by itself beside the map alone."""
    return frozenset(each for each in OWN_PAGES if each in facts and 0 < facts[each].count <= MOST_WHOLE)


def write_own_pages(reading: Reading, edition: Edition, folder: Path) -> None:
    """Write the pages of all records beside their place, for `put_in_place` to move there.

    Args:
        reading: a resident's.
        edition: names the files.
        folder: of all files.
    """
    # What a run that was killed has left is of another publication.
    for name in OWN_PAGES.values():
        shutil.rmtree(folder / f"{name}{_PART}", ignore_errors=True)
    for layer_id in sorted(edition.own_pages):
        part = folder / f"{OWN_PAGES[layer_id]}{_PART}"
        part.mkdir()
        for record_id in ids_of(reading, reading.layer(layer_id)):
            for language in edition.languages:
                name = edition.page(str(record_id), language)
                (part / name).write_text(_page(reading, edition, layer_id, record_id, language), "utf-8")


def put_in_place(folder: Path) -> None:
    """Put each page in the place of the one before; pages of records that are gone go."""
    for name in OWN_PAGES.values():
        part, target = folder / f"{name}{_PART}", folder / name
        new = {path.name for path in part.iterdir()} if part.is_dir() else set()
        target.mkdir(exist_ok=True)
        for each in new:
            (part / each).replace(target / each)
        for path in target.iterdir():
            if path.is_file() and path.name not in new:
                path.unlink()
        for empty in (part, target):
            if empty.is_dir() and not any(empty.iterdir()):
                empty.rmdir()


def _page(reading: Reading, edition: Edition, layer_id: str, record_id: int, language: str) -> str:
    with as_file(reading, edition, language, f"/{OWN_PAGES[layer_id]}/{record_id}", up="../"):
        if layer_id == "compound":
            return compound_page(reading, record_id, now=None)
        return community_page(reading, area_of_id(reading, record_id), code=str(record_id), now=None)
