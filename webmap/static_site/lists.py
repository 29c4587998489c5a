"""The lists of all records but the base map's as pages of files: what nobody finds by a name stands in them, too."""

from __future__ import annotations

from pathlib import Path

from geodata.queries.facts import LayerFacts
from geodata.queries.features import page, parts
from geodata.queries.reading import Reading
from webmap.list_page import PAGE_SIZE, Part, list_page, listed_layers
from webmap.map_page import subjects_of
from webmap.static_site.addresses import Edition, as_file, list_name

_PATH = "/list"


def write_lists(reading: Reading, edition: Edition, facts: dict[str, LayerFacts], folders: dict[str, Path]) -> None:
    """Write all pages of all lists.

    Args:
        reading: a resident's.
        edition: names what links lead to.
        facts: of the layers.
        folders: by language, where to write them.
    """
    for layer in dict.fromkeys([*listed_layers(reading, facts), *subjects_of(reading, facts)]):
        pages = parts(reading, layer, PAGE_SIZE) if facts[layer.id].count else [()]
        for number, records in enumerate(pages, 1):
            part = Part(records, facts[layer.id].count, number)
            asked: dict[str, str | int] = {"layer": layer.id, "page": number}
            for language, folder in folders.items():
                with as_file(reading, edition, language, _PATH, asked=asked, up="../"):
                    text = list_page(reading, facts, layer, part)
                (folder / list_name(layer.id, number)).write_text(text, "utf-8")


def first_list(reading: Reading, edition: Edition, facts: dict[str, LayerFacts], language: str) -> str:
    """Return the page that leads to all lists: the first one's beginning, by a name that every publication has."""
    layer = subjects_of(reading, facts)[0]
    found = page(reading, layer, limit=PAGE_SIZE)
    with as_file(reading, edition, language, _PATH):
        return list_page(reading, facts, layer, Part(found.records, found.matched))
