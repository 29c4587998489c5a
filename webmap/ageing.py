"""How old a layer's data are, in words, and whether they are older than the layer's declaration expects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from flask_babel import gettext

from geodata.layers.layer import Layer
from geodata.queries.facts import LayerFacts
from webmap.wording import Wording


def is_stale(layer: Layer, facts: LayerFacts, today: date) -> bool:
    """Tell whether a layer's data are older than its declaration expects; what has no date or records never is."""
    if layer.stale_after_days is None or facts.data_date is None or not facts.count:
        return False
    return (today - facts.data_date).days > layer.stale_after_days


def warning(layer: Layer, facts: LayerFacts, today: date, wording: Wording) -> str:
    """Return the sentence about a layer whose data are too old; empty where they aren't."""
    if facts.data_date is None or layer.stale_after_days is None or not is_stale(layer, facts, today):
        return ""
    return gettext(
        "%(layer)s: the data are of %(day)s, %(age)s days old; new ones are expected within %(days)s days.",
        layer=wording.say(layer.title),
        day=wording.date(facts.data_date),
        age=wording.number((today - facts.data_date).days),
        days=wording.number(layer.stale_after_days),
    )


def warnings(layers: Iterable[Layer], facts: Mapping[str, LayerFacts], today: date, wording: Wording) -> list[str]:
    """Return the sentences about all layers whose data are too old."""
    said = (warning(layer, facts[layer.id], today, wording) for layer in layers)
    return [sentence for sentence in said if sentence]


def common_date(layers: Iterable[Layer], facts: Mapping[str, LayerFacts]) -> date | None:
    """Return the date that most layers' data have; None where none has any."""
    dates = Counter(stated for layer in layers if (stated := facts[layer.id].data_date))
    return max(dates, key=lambda day: (dates[day], day)) if dates else None
