"""How layers look on a map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shape = Literal["circle", "square", "triangle", "diamond", "star", "shield", "letter", "line", "area"]

Drawing = Literal["plain", "road", "railway", "building", "water", "waterway", "green", "barrier", "border", "name"]
"""How a layer is drawn: plainly in its colours, or as maps draw such a thing.

A "name" is a point of the base map of which only the name is written: no symbol, and never counted with others. What
`by` says it is decides from which zoom to which, and how large; it is left out where an area that it lies in has the
same name.
"""


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a layer is drawn, on the web map and in the briefing alike.

    Attributes:
        shape: the symbol of a point layer, or "line" / "area".
        colour: fill of symbols and areas, stroke of lines; "#rrggbb", 3:1 against the map's ground.
        outline: the stroke around symbols and areas.
        size_px: symbol diameter, or line width.
        opacity: of an area's fill, 0..1.
        by: a choice field whose choices carry their own colour and shape; the first of them matter most.
        label: the field that is written on the map; None for none.
        label_in: pairs of a language and the field with the label in it; who has none is labelled by `label`.
        label_zoom: the lowest zoom with labels; where there isn't room for all, those of lower zooms stay.
        order: drawing order, low first (areas below lines below points).
        drawing: how lines and areas are drawn.
        counts_shapes_apart: where many points are one symbol with their number, each shape of `by` has its own number.
        sums: a number field whose sum is that number; None counts records.
        reads: of the base map, pairs of a field that its drawing reads and the lowest zoom of the tiles in which it
            does; None for whatever lists have.
    """

    shape: Shape
    colour: str
    outline: str = "#ffffff"
    size_px: float = 10
    opacity: float = 1
    by: str | None = None
    label: str | None = None
    label_in: tuple[tuple[str, str], ...] = ()
    label_zoom: int = 14
    order: int = 0
    drawing: Drawing = "plain"
    counts_shapes_apart: bool = False
    sums: str | None = None
    reads: tuple[tuple[str, int], ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Thinning:
    """What tiles of low zooms leave out of a layer of the base map.

    Attributes:
        by: the field that says how great a thing is.
        from_zoom: pairs of the lowest zoom and the values that appear there.
        rest_from: the lowest zoom of all other values.
    """

    by: str
    from_zoom: tuple[tuple[int, tuple[str, ...]], ...]
    rest_from: int

    def values_at(self, zoom: int) -> tuple[str, ...] | None:
        """Return the values that stand in the tiles of a zoom; None where all do."""
        if zoom >= self.rest_from:
            return None
        return tuple(value for lowest, values in self.from_zoom if lowest <= zoom for value in values)
