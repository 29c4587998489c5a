"""Help: a guide for each audience, open to everybody, and the words of the layers that the reader has."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request

from geodata.errors import NotFound
from geodata.layers.field import Field
from geodata.layers.layer import Layer, Topic
from geodata.layers.meanings import meaning_of
from geodata.queries.reading import Reading
from webmap.access import audience, reading
from webmap.helping.guide import Guide
from webmap.helping.guides import GUIDES, OWN
from webmap.languages import language
from webmap.page_words import credits_of, wording

blueprint = Blueprint("help", __name__, static_folder="../helping/pictures", static_url_path="/help/pictures")


@blueprint.get("/help")
def show_help() -> str:
    """Answer with the guide for who asks."""
    return _page(OWN[audience(request).audience])


@blueprint.get("/help/<name>")
def show_guide(name: str) -> str:
    """Answer with the guide for one audience: "resident", "officer", "planner" or "steward".

    Raises:
        NotFound: there is no such guide.
    """
    guide = GUIDES.get(name)
    if guide is None:
        raise NotFound(f"no guide {name!r}")
    return _page(guide)


@blueprint.get("/help/words")
def show_words() -> str:
    """Answer with what each layer and each field means, as far as the reader has them."""
    asked = reading()
    layers = sorted(asked.layers, key=lambda layer: (layer.is_base, list(Topic).index(layer.topic)))
    topics = [
        (None if is_base else topic.label, [_words_of(asked, layer) for layer in found])
        for (is_base, topic), found in groupby(layers, key=lambda layer: (layer.is_base, layer.topic))
    ]
    return render_template("help_words.html", guides=GUIDES, guide=None, topics=topics, credits=credits_of(asked))


def _page(guide: Guide) -> str:
    return render_template("help.html", guides=GUIDES, guide=guide, spoken=language(), credits=credits_of(reading()))


def _words_of(asked: Reading, layer: Layer) -> dict[str, Any]:
    # A name and the number that it stands for are one word.
    told: dict[str, Field] = {}
    for field in asked.fields(layer):
        told.setdefault(field.label.en, field)
    said_in = wording()
    values = {field: said_in.join(said_in.say(choice.label) for choice in field.choices) for field in told.values()}
    return {"layer": layer, "fields": [(field, meaning_of(field), values[field]) for field in told.values()]}
