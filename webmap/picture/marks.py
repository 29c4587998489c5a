"""What a picture is about: areas with their outlines, symbols of points, and their names."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from webmap.briefing.subjects import BriefedLayer, Entry
from webmap.cartography.symbols import BOX, Symbol
from webmap.picture.labels import Labels
from webmap.picture.sight import Sight, path_of, rings_of, text_width

FOCUS, BORDER = "#0b4ea2", "#574b78"
WAY = "#0b4ea2"
INK = "#23211d"
_NAME_PX = 11.5
_SOONER = 1.0
"""Paper can't be asked for more: names stand a zoom before they do on the main map."""
_GRID_PX = 1.0
"""Symbols whose middles fall on the same pixel are one, with their number."""


def draw_areas(subjects: Sequence[BriefedLayer], sight: Sight) -> Markup:
    """Return the areas and lines of the layers, low first."""
    drawn = Markup()
    for briefed in subjects:
        if briefed.layer.geometry == "point":
            continue
        dashes = Markup(' stroke-dasharray="6 3 1.5 3"') if briefed.layer.id == "area" else Markup()
        for shape, look in zip(briefed.places.geometry, briefed.places["look"], strict=True):
            data = path_of(rings_of(sight.drawn(shape)), closed=briefed.layer.geometry == "area")
            drawn += Markup(
                '<path d="{}" fill="{}" fill-opacity="{}" fill-rule="evenodd" stroke="{}" stroke-width="{}"{}/>'
            ).format(data, look.colour, look.opacity, look.outline, look.size_px, dashes)
    return drawn


def draw_focus(shape: BaseGeometry | None, way: BaseGeometry | None, sight: Sight, *, is_border: bool) -> Markup:
    """Return the outline of what the picture is about, and the way on foot from it; borders look like borders."""
    drawn = Markup()
    if shape is not None and shape.geom_type != "Point":
        data = path_of(rings_of(sight.drawn(shape)), closed=True)
        look = (BORDER, 3.2, "14 5 3 5") if is_border else (FOCUS, 2.6)
        drawn += _line(data, "#ffffff", 5) + _line(data, *look)
    if way is not None:
        data = path_of(rings_of(sight.drawn(way)), closed=False)
        drawn += _line(data, "#ffffff", 6.5) + _line(data, WAY, 3.4)
    return drawn


def _line(data: str, colour: str, width: float, dashes: str = "none") -> Markup:
    return Markup(
        '<path d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-dasharray="{}" stroke-linecap="{}" '
        'stroke-linejoin="round"/>'
    ).format(data, colour, width, dashes, "butt" if dashes != "none" else "round")


def draw_points(
    subjects: Sequence[BriefedLayer], sight: Sight, labels: Labels
) -> tuple[Markup, list[tuple[str, Symbol]]]:
    """Return the symbols of the layers, low first, and which looks of which layers are among them."""
    drawn, seen = Markup(), dict[tuple[str, Symbol], None]()
    for briefed in subjects:
        if briefed.layer.geometry != "point":
            seen |= {(briefed.layer.id, look): None for look in briefed.places["look"]}
            continue
        spots: dict[tuple[int, int], list[tuple[int, Symbol]]] = {}
        for point, look, rank in zip(*(briefed.places[name] for name in ("geometry", "look", "rank")), strict=True):
            [(x, y)] = sight.pixels(shapely.get_coordinates(shapely.point_on_surface(point)))
            if 0 <= x <= sight.width and 0 <= y <= sight.height:
                spots.setdefault((round(x / _GRID_PX), round(y / _GRID_PX)), []).append((rank, look))
                seen[briefed.layer.id, look] = None
        for (x, y), found in spots.items():
            look = min(found, key=lambda each: each[0])[1]
            drawn += symbol_at(look, x * _GRID_PX, y * _GRID_PX, look.size_px * 1.1)
            labels.take(x, y, look.size_px, look.size_px, is_sure=True)
            if len(found) > 1:
                drawn += Markup(
                    '<text x="{}" y="{}" font-size="9" font-weight="700" fill="{}" class="halo">{}</text>'
                ).format(x + look.size_px / 2, y - look.size_px / 3, INK, len(found))
    return drawn, list(seen)


def symbol_at(look: Symbol, x: float, y: float, size: float) -> Markup:
    """Return a symbol around a middle, `size` pixels of its box of 20 wide."""
    scale = size / 20
    fill = Markup('fill="none" stroke="{0}" stroke-width="3"').format(look.colour)
    if look.shape != "line":
        fill = Markup('fill="{}" fill-opacity="{}" stroke="{}" stroke-width="1.6"').format(
            look.colour, look.opacity, look.outline
        )
    mark = Markup('<path d="{}" fill="#ffffff"/>').format(look.mark) if look.mark else Markup()
    return Markup('<g transform="translate({:.1f} {:.1f}) scale({:.3f})"><path d="{}" {}/>{}</g>').format(
        x - BOX / 2 * scale, y - BOX / 2 * scale, scale, look.path, fill, mark
    )


def name_focus(name: str, shape: BaseGeometry | None, sight: Sight, labels: Labels, *, is_border: bool) -> Markup:
    """Return the name of what the picture is about, in its middle."""
    if shape is None:
        return Markup()
    [(x, y)] = sight.pixels(shapely.get_coordinates(shapely.point_on_surface(shape)))
    wide = text_width(name, 14)
    # Where a symbol stands in the middle already, the name stands below or above it.
    free = next((dy for dy in (0, 22, -22, 40, -40) if labels.take(x, y + dy, wide, 18)), None)
    if free is None:
        labels.take(x, y, wide, 18, is_sure=True)
    return _text(name, x, y + (free or 0) + 5, 14, BORDER if is_border else FOCUS, weight=700)


def name_records(briefed: BriefedLayer, sight: Sight, labels: Labels, *, but: int = 0) -> Markup:
    """Return the names of a layer's records where there is room: of areas in them, of points below their symbols."""
    style = briefed.layer.style
    is_point = briefed.layer.geometry == "point"
    if style is None or style.label is None or (is_point and sight.zoom < style.label_zoom - _SOONER):
        return Markup()
    drawn = Markup()
    entries: dict[int, Entry] = {entry.id: entry for entry in briefed.entries}
    for record, shape, look in zip(briefed.places.index, briefed.places.geometry, briefed.places["look"], strict=True):
        if record == but:
            continue
        name, wide = entries[record].name, text_width(entries[record].name, _NAME_PX)
        [(x, y)] = sight.pixels(shapely.get_coordinates(shapely.point_on_surface(shape)))
        west, _, east, _ = sight.drawn(shape).bounds
        if not is_point and east - west < wide * 0.8:
            continue
        y += look.size_px / 2 + 10 if is_point else 0
        if labels.take(x, y, wide + 4, _NAME_PX + 4):
            drawn += _text(name, x, y + 4, _NAME_PX, INK)
    return drawn


def _text(words: str, x: float, y: float, size: float, ink: str, *, weight: int = 500) -> Markup:
    return Markup(
        '<text x="{:.1f}" y="{:.1f}" font-size="{}" font-weight="{}" fill="{}" text-anchor="middle" '
        'class="halo">{}</text>'
    ).format(x, y, size, weight, ink, words)
