"""The map's page and the page about the data, as a reader gets them: from the application, or as files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template

from geodata.layers.layer import Layer
from geodata.queries.extents import layer_extents
from geodata.queries.facts import LayerFacts, layer_facts
from geodata.queries.features import Bbox, page
from geodata.queries.reading import SCHEMAS, Reading
from webmap import ageing, built, choices, telling
from webmap.access import settings
from webmap.cartography.symbols import plain_symbol
from webmap.map_config import legend, map_config, on_at_first
from webmap.page_words import credits_of, wording
from webmap.resident.answer import numbers_of
from webmap.static_site.addresses import is_in_files

SEARCHED = 3
"""So many layers stand in the field for searching, to show what may be looked for."""
FIRST_ROWS = 20


def map_page(asked: Reading, **more: Any) -> str:
    """Return the map, with the first records of each layer for readers without scripts.

    Args:
        asked: what the reader may see.
        more: what the page's script is told beside the layers.
    """
    facts = layer_facts(asked)
    subjects = subjects_of(asked, facts)
    said_in = wording()
    empty = [layer for layer in asked.layers if is_subject(layer) and layer not in subjects]
    config = map_config(asked, subjects, facts) | {"empty": [layer.id for layer in empty]} | more
    listed = [
        (layer, [telling.place(layer, row, said_in) for row in page(asked, layer, limit=FIRST_ROWS).records])
        for layer in subjects
    ]
    return render_template(
        "map.html",
        subjects=subjects,
        on_at_first=on_at_first(subjects),
        has_compounds=any(layer.id == "compound" for layer in subjects),
        calls=numbers_of(settings(), said_in),
        searched=[said_in.say(layer.title) for layer in subjects[:SEARCHED]],
        common_date=ageing.common_date(subjects, facts),
        stale=ageing.warnings(subjects, facts, settings().today(), said_in),
        missing=[said_in.say(layer.title) for layer in empty],
        facts=facts,
        listed=listed,
        legend={layer.id: legend(layer, facts[layer.id]) for layer in subjects},
        plain_symbol=plain_symbol,
        credits=credits_of(asked),
        is_built=built.is_built(),
        begun=built.needed_by(built.WORKER),
        needed=built.needed_by(built.MAIN),
        styles=_styles_at_first(config["styles"]) if subjects else [],
        config=config,
    )


def _styles_at_first(styles: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the address of the style that the page's script will ask for, with the media query by which it does.

    The browser asks for it at once, while the scripts are on their way. As files nobody knows here what was chosen.
    """
    if is_in_files():
        return []
    light, dark = ("care", "care-dark") if choices.is_care() else ("", "dark")
    found = [(theme, styles[look]) for theme, look in (("light", light), ("dark", dark))]
    if choices.theme() == "system":
        return [(path, f"(prefers-color-scheme: {theme})") for theme, path in found]
    return [(path, "all") for theme, path in found if theme == choices.theme()]


def about_page(asked: Reading) -> str:
    """Return where the data come from, how old they are and what is invented."""
    facts = layer_facts(asked)
    return render_template(
        "about.html",
        layers=asked.layers,
        facts=facts,
        stale=ageing.warnings(asked.layers, facts, settings().today(), wording()),
        version=asked.version,
        credits=credits_of(asked),
    )


def subjects_of(asked: Reading, facts: Mapping[str, LayerFacts]) -> tuple[Layer, ...]:
    """Return the subjects that have records; where none has any, those that would be on at first."""
    known = [layer for layer in asked.layers if is_subject(layer)]
    filled = tuple(layer for layer in known if facts[layer.id].count)
    return filled or tuple(layer for layer in known if layer.is_on_at_first)


def drawn_layers(asked: Reading) -> tuple[Layer, ...]:
    """Return the layers that a reader's map asks tiles of: of a publication, those that have anything in it.

    An empty one would be asked for as many tiles as a full one. What staff read changes while they look at it.
    """
    if asked.reader.audience not in SCHEMAS:
        return asked.layers
    facts = layer_facts(asked)
    return tuple(layer for layer in asked.layers if facts[layer.id].placed)


def boxes_of(asked: Reading) -> dict[str, Bbox]:
    """Return around what the layers of a publication lie, by id, so that no tile is asked for beyond; of live none.

    What staff read changes while they look at it, and to ask takes a look at all of it.
    """
    if asked.reader.audience not in SCHEMAS:
        return {}
    found = layer_extents(asked, asked.layers)
    return {name: each.box for name, each in found.items() if each.box is not None}


def is_subject(layer: Layer) -> bool:
    """Tell whether the map is about a layer: it is drawn, and no part of the base map."""
    return bool(layer.geometry and layer.style and not layer.is_base)
