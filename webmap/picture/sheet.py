"""A picture as one SVG file: the map in its frame, scale bar, legend, and what has to be said beside the data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from webmap.briefing.subjects import BriefedLayer
from webmap.cartography.basemap import FONT, GROUND
from webmap.cartography.symbols import Symbol
from webmap.picture import marks
from webmap.picture.ground import Base, draw_ground, name_streets
from webmap.picture.labels import Labels
from webmap.picture.sight import Sight, text_width
from webmap.wording import Wording

WIDTH, HEIGHT = 720.0, 470.0
_ROW, _SMALL = 22.0, 11.0
_BARS_M = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that no XML file may hold: a picture with one isn't drawn at all."""
_STYLE = ".halo{paint-order:stroke;stroke:#fff;stroke-width:2.6px;stroke-linejoin:round;stroke-opacity:.92}"


@dataclass(frozen=True)
class Picture:
    """What a picture shows.

    Attributes:
        wording: its language.
        sight: the ground that is seen.
        base: layers of the base map in the box, low first.
        subjects: layers that it is about, low first.
        name: what it is about; "" for all of the place.
        focus_id, focus_layer: the record whose outline is emphasised; 0 and "" for none.
        focus: its outline, WGS 84.
        way: the way on foot from it, WGS 84; `way_words` say where it leads.
        said: lines that have to be said beside the data.
    """

    wording: Wording
    sight: Sight
    base: Base
    subjects: Sequence[BriefedLayer]
    name: str
    focus_layer: str = ""
    focus_id: int = 0
    focus: BaseGeometry | None = None
    way: BaseGeometry | None = None
    way_words: str = ""
    said: Sequence[str] = ()


def svg_of(picture: Picture) -> str:
    """Return the picture as an SVG file."""
    sight = picture.sight
    labels = Labels(sight.width, sight.height)
    # The scale bar's corner.
    labels.take(70, sight.height - 20, 140, 40, is_sure=True)
    points, seen = marks.draw_points(picture.subjects, sight, labels)
    is_border = picture.focus_layer != "compound"
    names = marks.name_focus(picture.name, picture.focus, sight, labels, is_border=is_border)
    for briefed in reversed(picture.subjects):
        but = picture.focus_id if briefed.layer.id == picture.focus_layer else 0
        names += marks.name_records(briefed, sight, labels, but=but)
    drawn = Markup().join(
        [
            draw_ground(picture.base, sight, picture.wording),
            marks.draw_areas(picture.subjects, sight),
            marks.draw_focus(picture.focus, picture.way, sight, is_border=is_border),
            name_streets(picture.base, sight, labels),
            points,
            names,
            _bar(sight, picture.wording),
        ]
    )
    legend, down = _legend(picture, seen)
    words, down = _said(picture.said, down)
    whole = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0:g} {1:g}" width="{0:g}" height="{1:g}" '
        'font-family="{2}"><style>{3}</style><rect width="100%" height="100%" fill="#ffffff"/>'
        '<svg width="{0:g}" height="{4:g}"><rect width="100%" height="100%" fill="{5}"/>{6}'
        '<rect x=".5" y=".5" width="{7:g}" height="{8:g}" fill="none" stroke="#8d8577"/></svg>{9}{10}</svg>'
    ).format(
        sight.width,
        down,
        ", ".join(f"'{name}'" if " " in name else name for name in FONT),
        _STYLE,
        sight.height,
        GROUND,
        drawn,
        sight.width - 1,
        sight.height - 1,
        legend,
        words,
    )
    return _NO_XML.sub("", str(whole))


def _bar(sight: Sight, wording: Wording) -> Markup:
    """Return a scale bar of a round length, at most 120 pixels."""
    length = max((each for each in _BARS_M if each / sight.metres_a_pixel <= 120), default=_BARS_M[0])
    wide, y = length / sight.metres_a_pixel, sight.height - 12
    return Markup(
        '<rect x="6" y="{:g}" width="{:.1f}" height="26" fill="#ffffff" fill-opacity=".85"/>'
        '<path d="M12 {:g}v5h{:.1f}v-5" fill="none" stroke="{}" stroke-width="1.6"/>'
        '<text x="{:.1f}" y="{:g}" font-size="{:g}" fill="{}" text-anchor="middle">{}</text>'
    ).format(
        y - 20, wide + 12, y - 5, wide, marks.INK, 12 + wide / 2, y - 7, _SMALL, marks.INK, wording.distance(length)
    )


def _legend(picture: Picture, seen: Sequence[tuple[str, Symbol]]) -> tuple[Markup, float]:
    """Return the legend of what is drawn below the map, and where it ends."""
    drawn, x, y = Markup(), 10.0, picture.sight.height + 20
    for sample, words in _keys(picture, seen):
        wide = 26 + text_width(words, _SMALL + 0.5) + 18
        if x > 10 and x + wide > picture.sight.width:
            x, y = 10.0, y + _ROW
        drawn += Markup('<g transform="translate({:.1f} {:.1f})">{}</g>').format(x, y, sample)
        drawn += Markup('<text x="{:.1f}" y="{:.1f}" font-size="{:g}" fill="{}">{}</text>').format(
            x + 26, y + 4, _SMALL + 0.5, marks.INK, words
        )
        x += wide
    return drawn, y + 14


def _keys(picture: Picture, seen: Sequence[tuple[str, Symbol]]) -> list[tuple[Markup, str]]:
    """Return samples with their words: the way, then each look of each layer that is drawn, the uppermost first."""
    keys = []
    if picture.way is not None:
        line = Markup('<path d="M0 0h20" stroke="{}" stroke-width="3.4" stroke-linecap="round"/>').format(marks.WAY)
        keys.append((line, picture.way_words))
    for briefed in reversed(picture.subjects):
        looks = [look for layer_id, look in seen if layer_id == briefed.layer.id]
        apart = "：" if picture.wording.is_chinese else ": "
        words = {key.symbol: f"{briefed.title}{apart}{key.words}" for key in briefed.keys}
        words = words or {briefed.symbol: briefed.title}
        keys += [(marks.symbol_at(look, 10, 0, 15), said) for look, said in words.items() if look in looks]
    return keys


def _said(lines: Sequence[str], down: float) -> tuple[Markup, float]:
    """Return what is said below the legend, broken at its width, and where it ends."""
    drawn = Markup()
    for line in (row for text in lines for row in _broken(text)):
        down += 15
        drawn += Markup('<text x="10" y="{:.1f}" font-size="{:g}" fill="#57524a">{}</text>').format(down, _SMALL, line)
    return drawn, down + 10


def _broken(text: str) -> list[str]:
    """Return a text in rows: broken between words, or between Chinese characters."""
    rows, row = [], ""
    for piece in re.findall(r"[⺀-￯]|[^⺀-￯ ]+ ?| ", text):
        if row and text_width(row + piece, _SMALL) > WIDTH - 20:
            rows.append(row.rstrip())
            row = ""
        row += piece
    return [*rows, row] if row else rows
