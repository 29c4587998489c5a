"""What a search has found, in words."""

from __future__ import annotations

from flask_babel import gettext

from geodata.layers.layer import Layer
from geodata.queries.search import Hit
from webmap.wording import Wording


def name_of(hit: Hit, layer: Layer, wording: Wording) -> str:
    """Return what a place is called."""
    return wording.name_of(layer, hit.named_by, hit.name, hit.stands_on)


def detail_of(hit: Hit, layer: Layer, wording: Wording) -> str:
    """Return what else tells a place apart: its layer, its community, the street by which it was found."""
    street = by_street().format(street=hit.street) if hit.street else ""
    return wording.join(filter(None, [wording.say(layer.title), hit.detail, street]))


def by_street() -> str:
    """Return how a compound's street is said; the script of pages that are files fills it in, too."""
    return gettext("gate on {street}")
