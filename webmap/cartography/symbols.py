"""How a layer looks, as shapes that the legend, the map and the briefing draw alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.layers.style import Shape

BOX = 24
"""Symbols are drawn in a box of 24 x 24, their outline included."""

PATHS: dict[Shape | Literal["arrow"], str] = {
    "circle": "M12 3.2a8.8 8.8 0 1 0 0 17.6a8.8 8.8 0 1 0 0-17.6z",
    "square": "M7 3.5h10q3.5 0 3.5 3.5v10q0 3.5-3.5 3.5h-10q-3.5 0-3.5-3.5v-10q0-3.5 3.5-3.5z",
    "triangle": "M10.1 3.6a2.2 2.2 0 0 1 3.8 0l8 14a2.2 2.2 0 0 1-1.9 3.3h-16a2.2 2.2 0 0 1-1.9-3.3z",
    "diamond": "M10.4 2.4q1.6-1.6 3.2 0l8 8q1.6 1.6 0 3.2l-8 8q-1.6 1.6-3.2 0l-8-8q-1.6-1.6 0-3.2z",
    "star": "M12 1.8l3 6.5l7.1.8l-5.3 4.8l1.5 7l-6.3-3.6l-6.3 3.6l1.5-7l-5.3-4.8l7.1-.8z",
    "shield": "M12 2q4 2 8 3v7q0 6-8 10q-8-4-8-10v-7q4-1 8-3z",
    "letter": "M4.500 3.500h15v4.500h-5v12.500h-5v-12.500h-5z",
    "line": "M2 17.5c5 0 5-11 10-11s5 0 10 0v0c-5 0-5 0-10 0s-5 11-10 11z",
    "arrow": "M2 10.6h13v-4.100l7 5.500l-7 5.500v-4.100h-13z",
    "area": "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2h-14a2 2 0 0 1-2-2v-14a2 2 0 0 1 2-2z",
}
MARKS = (
    "",
    "M12 10.8a2.6 2.6 0 1 0 0 5.2a2.6 2.6 0 1 0 0-5.2z",
    "M8 12.2h8v2.6h-8z",
    "M10.8 9.6h2.4v2.4h2.4v2.4h-2.4v2.4h-2.4v-2.4h-2.4v-2.4h2.4z",
)
"""What tells values apart that share a shape and differ in colour: nothing, a dot, a bar, a cross."""


@dataclass(frozen=True)
class Symbol:
    """One look: a shape with its fill, its outline and a mark inside.

    `opacity` is that of the fill (areas); `size_px` the diameter on the map, or the width of a line.
    """

    shape: Shape | Literal["arrow"]
    colour: str
    outline: str
    size_px: float
    opacity: float = 1
    mark: str = ""

    @property
    def path(self) -> str:
        """The shape as SVG path data in the box."""
        return PATHS[self.shape]

    @property
    def drawn(self) -> Markup:
        """The symbol's shapes in the box: colours stand in attributes, which a strict CSP allows."""
        if self.shape == "line":
            drawn = Markup('<path d="{}" fill="none" stroke="{}" stroke-width="3"/>').format(self.path, self.colour)
        else:
            drawn = Markup('<path d="{}" fill="{}" fill-opacity="{}" stroke="{}" stroke-width="1.6"/>').format(
                self.path, self.colour, self.opacity, self.outline
            )
        return drawn + Markup('<path d="{}" fill="#ffffff"/>').format(self.mark) if self.mark else drawn

    def svg(self, size_px: float = 20) -> Markup:
        """Return the symbol as an image for a page."""
        return Markup(
            '<svg class="swatch" viewBox="0 0 {0} {0}" width="{1}" height="{1}" aria-hidden="true">{2}</svg>'
        ).format(BOX, size_px, self.drawn)


def plain_symbol(layer: Layer) -> Symbol | None:
    """Return how a layer looks where nothing else is said; None for a layer that isn't drawn."""
    style = layer.style
    if style is None:
        return None
    return Symbol(style.shape, style.colour, style.outline, style.size_px, style.opacity)


def coloured_by(layer: Layer) -> Field | None:
    """Return the field whose choices carry the layer's colours and shapes, or None."""
    return layer.field(layer.style.by) if layer.style and layer.style.by else None


def choice_symbols(layer: Layer) -> dict[str, Symbol]:
    """Return the look of each choice of the field that colours a layer, in the declared order."""
    field, plain = coloured_by(layer), plain_symbol(layer)
    if field is None or plain is None:
        return {}
    colours_of: dict[str, list[str]] = {}
    found = {}
    for choice in field.choices:
        shape = choice.shape or plain.shape
        colour = choice.colour or plain.colour
        colours = colours_of.setdefault(shape, [])
        if colour not in colours:
            colours.append(colour)
        mark = MARKS[min(colours.index(colour), len(MARKS) - 1)]
        found[choice.value] = Symbol(shape, colour, plain.outline, plain.size_px, plain.opacity, mark)
    return found
