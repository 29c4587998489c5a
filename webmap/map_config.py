"""What the map's page and its script have to know of the layers: looks, names, sentences, addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request, url_for
from flask_babel import gettext

from geodata.layers.layer import Layer
from geodata.queries.cells import summed_field
from geodata.queries.facts import LayerFacts
from geodata.queries.reading import Reading
from webmap.access import settings
from webmap.cartography.looks import LOOKS
from webmap.cartography.symbols import Symbol, choice_symbols, coloured_by, plain_symbol
from webmap.languages import language
from webmap.page_words import wording
from webmap.static_site.addresses import is_in_files
from webmap.wording import BY_STREET


def legend(layer: Layer, facts: LayerFacts) -> list[tuple[Symbol, str]]:
    """Return the looks that a layer's records have, each once: symbol and the words that it stands for."""
    field, said_in, plain = coloured_by(layer), wording(), plain_symbol(layer)
    if field is None or plain is None or not facts.looks - {""}:
        return []
    words: dict[Symbol, list[str]] = {}
    for value, symbol in choice_symbols(layer).items():
        if value in facts.looks:
            words.setdefault(symbol, []).append(said_in.value(field, value))
    if "" in facts.looks:
        words.setdefault(plain, []).append(gettext("not stated"))
    return [(symbol, " / ".join(said)) for symbol, said in words.items()]


def map_config(asked: Reading, subjects: Sequence[Layer], facts: Mapping[str, LayerFacts]) -> dict[str, Any]:
    """Return what the page's script has to know."""
    return {
        **base_map_config(_script_words([facts[layer.id] for layer in subjects])),
        # As files there is nobody to ask: the page is told of files in their place.
        "panel": "" if is_in_files() else f"{request.script_root}/panel",
        "search": "" if is_in_files() else url_for("public.search"),
        "files": None,
        "briefing": url_for("briefing.show_whole", lang=language()),
        "layers": [_layer_config(asked, layer, is_on=layer in on_at_first(subjects)) for layer in subjects],
    }


def base_map_config(words: Mapping[str, str]) -> dict[str, Any]:
    """Return what the script of any page with a map has to know; `words` are the page's own, `failed` among them."""
    return {
        # Which of them is wanted, only the browser knows.
        "styles": {look: url_for("public.show_style", lang=language(), look=look or None) for look in LOOKS},
        "bounds": settings().boundary.bounds,
        "language": language(),
        "words": {
            "map": gettext("Map"),
            "zoom_in": gettext("Zoom in"),
            "zoom_out": gettext("Zoom out"),
            "m": gettext("m"),
            "km": gettext("km"),
            **words,
        },
    }


def on_at_first(subjects: Sequence[Layer]) -> list[Layer]:
    """Return the layers that are switched on when the page opens: the first, where otherwise none would be."""
    return [layer for layer in subjects if layer.is_on_at_first] or list(subjects[:1])


def _layer_config(asked: Reading, layer: Layer, *, is_on: bool) -> dict[str, Any]:
    naming = layer.unnamed_by or layer.field(layer.name_field)
    summed = summed_field(layer, asked.fields(layer))
    choices = naming.choices if naming and naming.name in {field.name for field in asked.fields(layer)} else ()
    return {
        "id": layer.id,
        "title": wording().say(layer.title),
        "on": is_on,
        "geometry": layer.geometry,
        "names": {choice.value: wording().say(choice.label) for choice in choices},
        "sums": {"field": summed.name, "label": wording().say(summed.label)} if summed else None,
    }


def _script_words(subjects: Sequence[LayerFacts]) -> dict[str, str]:
    """Return the sentences that the script says."""
    if any(facts.placed for facts in subjects):
        nothing = gettext("Nothing of the chosen layers is in view.")
    elif any(facts.count for facts in subjects):
        nothing = gettext("Nothing here has a place on the map: see the list.")
    else:
        nothing = gettext("Nothing is known here yet.")
    return {
        "in_view": gettext("In view: {list}"),
        "and_more": gettext("{name} and {count} more here"),
        "cluster": gettext("{title}: {count} here"),
        "by_street": wording().say(BY_STREET),
        "named": gettext("{title}: {names}"),
        "nothing": nothing,
        "coarser": gettext("Too much lies here to draw each shape as it is: come closer."),
        "comma": gettext(", "),
        "next": gettext("; "),
        "failed": gettext("A part of the map could not be loaded. The list has everything."),
        "panel_failed": gettext("This record could not be loaded. Try again in a moment."),
        "no_hits": gettext("Nothing has that name. Try fewer letters."),
        "search_failed": gettext("The search doesn't answer just now. Try again in a moment."),
        "hits": gettext("{count:place|places} found"),
        "taller": gettext("Show more of the list"),
        "lower": gettext("Show more of the map"),
    }
