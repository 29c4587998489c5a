"""What a report supposes to be otherwise, change by change: in words, and how each looks on maps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from geodata.analyses.coverage import Answer, Supposed, supposed_of
from geodata.layers.text import Text
from geodata.settings import Settings
from webmap.cartography.symbols import Symbol
from webmap.planning.change_words import change_words
from webmap.planning.words import CHANGE_COLOUR, GONE_POST, SHUT_COLOUR
from webmap.reports import words
from webmap.wording import MISSING, Wording

Spot = tuple[float, float]


@dataclass(frozen=True)
class ToldChange:
    """A change in words.

    Attributes:
        supposed: what it is, and where.
        words: what it is, in one sentence.
        at: longitude and latitude of where it would be; None where it has no place.
    """

    supposed: Supposed
    words: str
    at: Spot | None

    @property
    def position(self) -> str:
        """Latitude and longitude as people read them; MISSING where it has no place."""
        return MISSING if self.at is None else f"{self.at[1]:.5f}, {self.at[0]:.5f}"

    @property
    def marks(self) -> list[tuple[str, Spot]]:
        """Its spots on maps, each with its look; none where it doesn't count, or is drawn as a line or an area."""
        told, shape = self.supposed, self.supposed.shape
        if not told.is_counted or shape is None:
            return []
        found = [("gone", told.gone)] if told.gone else []
        look = _SPOTS.get(told.kind) or ("shut" if shape.geom_type == "Point" and told.kind == "add_barrier" else None)
        if look:
            lon, lat = shape.coords[-1]
            found.append((look, (lon, lat)))
        return found

    @property
    def line(self) -> tuple[str, BaseGeometry] | None:
        """Its line or area on maps with its look; None where it has none or doesn't count."""
        told, shape = self.supposed, self.supposed.shape
        look = _LINES.get(told.kind)
        return (look, shape) if look and told.is_counted and shape is not None and shape.geom_type != "Point" else None


_SPOTS = {
    "add_post": "ring",
    "move_post": "ring",
    "set_hours": "ring",
    "set_staff": "ring",
    "add_gate": "gate",
    "open_gate": "gate",
}
_LINES = {"add_crossing": "crossing", "open_both_ways": "road", "add_barrier": "barrier"}
LOOKS: Mapping[str, Text] = {
    "ring": words.CHANGED_POST,
    "gone": words.GONE_POST,
    "gate": words.CHANGED_GATE,
    "crossing": words.NEW_CROSSING,
    "road": words.BOTH_WAYS,
    "barrier": words.BARRIER,
    "shut": words.CLOSED_SPOT,
}
"""What each look of a change stands for, in the order of legends."""


def tell_changes(settings: Settings, wording: Wording, answer: Answer) -> tuple[ToldChange, ...]:
    """Return the changes that an answer supposes, in words; none where it is of things as they are."""
    return tuple(_told(each, wording) for each in supposed_of(settings, answer))


def _told(each: Supposed, wording: Wording) -> ToldChange:
    posts = {each.post.code: each.post.called} if each.post else {}
    said = change_words(each.change, posts, wording)
    said = said if each.is_counted else said + wording.say(words.NOT_COUNTED)
    if each.shape is None:
        return ToldChange(each, said, None)
    lon, lat = each.shape.coords[-1] if each.kind == "move_post" else each.shape.representative_point().coords[0]
    return ToldChange(each, said, (lon, lat))


def looks_of(changes: tuple[ToldChange, ...]) -> dict[str, int]:
    """Return the looks that are drawn, in the order of legends, each with how many there are."""
    drawn = [look for each in changes for look, _ in each.marks]
    drawn += [each.line[0] for each in changes if each.line]
    return {look: drawn.count(look) for look in LOOKS if look in drawn}


def look_svg(look: str, size_px: float) -> Markup:
    """Return a look as an image, for the map file and its legend."""
    if look == "gate":
        return Symbol("diamond", CHANGE_COLOUR, "#ffffff", size_px).svg(size_px)
    fill, edge = GONE_POST
    inside = {
        "ring": f'<circle cx="12" cy="12" r="10" fill="none" stroke="{CHANGE_COLOUR}" stroke-width="2.5"/>',
        "gone": f'<circle cx="12" cy="12" r="8" fill="{fill}" stroke="{edge}" stroke-width="2.5"/>'
        f'<path d="M3 3l18 18M21 3l-18 18" fill="none" stroke="{edge}" stroke-width="3"/>',
        "crossing": f'<path d="M1 12h22" stroke="{CHANGE_COLOUR}" stroke-width="4"/>',
        "road": f'<path d="M1 12h22" stroke="{CHANGE_COLOUR}" stroke-width="3" stroke-dasharray="6 4"/>',
        "barrier": f'<path d="M1 12h22" stroke="{SHUT_COLOUR}" stroke-width="3"/>',
        "shut": f'<circle cx="12" cy="12" r="7" fill="{SHUT_COLOUR}" stroke="#ffffff" stroke-width="2"/>',
    }
    # Colours and shapes that are declared: nothing in it comes from a file.
    return Markup(  # noqa: S704
        f'<svg class="swatch" viewBox="0 0 24 24" width="{size_px}" height="{size_px}" aria-hidden="true">'
        f"{inside[look]}</svg>"
    )
