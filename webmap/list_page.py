"""A page of one layer's records as a table, as a reader gets it: from the application, or as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from flask import render_template, url_for

from geodata.layers.layer import Layer
from geodata.queries.areas import AreaRow, list_areas
from geodata.queries.facts import LayerFacts
from geodata.queries.features import Row
from geodata.queries.reading import Reading
from webmap import ageing, telling
from webmap.access import settings
from webmap.cartography.symbols import plain_symbol
from webmap.governance.asked import OfFigure
from webmap.map_page import subjects_of
from webmap.page_words import credits_of, rank, wording
from webmap.static_site.addresses import is_in_files

PAGE_SIZE = 50


@dataclass(frozen=True)
class Part:
    """One page of a list: its records, how many the whole list has, and which page it is, the first being 1."""

    records: tuple[Row, ...]
    matched: int
    number: int = 1


@dataclass(frozen=True)
class Narrowed:
    """What a list is narrowed to: an area, whose records, what their names hold, what a figure counts.

    Attributes:
        together: the number that the figure adds up of these records; None where it counts them.
    """

    area: AreaRow | None = None
    owner: telling.Place | None = None
    text: str = ""
    counted: OfFigure | None = None
    together: float | None = None


def pages_of(count: int) -> int:
    """Return how many pages a list of so many records has."""
    return max(1, ceil(count / PAGE_SIZE))


def list_page(
    asked: Reading, facts: Mapping[str, LayerFacts], layer: Layer, part: Part, narrowed: Narrowed | None = None
) -> str:
    """Return a page of a list. As a file it has no fields to narrow it by: nobody would answer.

    Args:
        asked: what the reader may see.
        facts: of all layers.
        layer: theirs.
        part: the page's records.
        narrowed: what the list was narrowed to; None for the whole layer.
    """
    to, said_in, is_asked = narrowed or Narrowed(), wording(), not is_in_files()
    subjects = subjects_of(asked, facts)
    return render_template(
        "list.html",
        layer=layer,
        stale=ageing.warning(layer, facts[layer.id], settings().today(), said_in),
        subjects=subjects,
        others=[each for each in listed_layers(asked, facts) if each not in subjects],
        facts=facts,
        areas=_areas_by_level(asked) if is_asked else [],
        area=to.area,
        owner=to.owner,
        **({"briefing": url_for("briefing.show_area", area=to.area.code or to.area.id)} if to.area else {}),
        text=to.text,
        counted=to.counted,
        together=None if to.together is None else said_in.number(to.together),
        can_search=is_asked and any(field.is_searched for field in asked.fields(layer)),
        matched=part.matched,
        number=part.number,
        last=pages_of(part.matched),
        table=telling.listing(asked, layer, part.records, said_in),
        places=[telling.place(layer, row, said_in) for row in part.records],
        plain_symbol=plain_symbol,
        credits=credits_of(asked),
    )


def listed_layers(asked: Reading, facts: Mapping[str, LayerFacts]) -> Sequence[Layer]:
    """Return the layers with lists that lead to each other: those with records, but the base map's."""
    return [layer for layer in asked.layers if not layer.is_base and facts[layer.id].count]


def _areas_by_level(asked: Reading) -> list[tuple[str, list[AreaRow]]]:
    """Return the areas to choose from, by level."""
    field = next((layer.field("kind") for layer in asked.layers if layer.id == "area"), None)
    levels: dict[str, list[AreaRow]] = {}
    for area in list_areas(asked):
        levels.setdefault(area.kind, []).append(area)
    return [(wording().value(field, kind) if field else kind, levels[kind]) for kind in sorted(levels, key=rank)]
