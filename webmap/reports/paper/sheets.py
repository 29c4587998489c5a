"""Pages of paper that are filled from top to bottom: lines, paragraphs, tables, and room for a drawing."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from webmap.reports.paper.fonts import Face, Fonts
from webmap.reports.paper.marks import Marker

WIDTH, HEIGHT = 595.28, 841.89
"""A4, in points of 1/72 inch, as all sizes here."""
LEFT, RIGHT, TOP, BOTTOM = 48.0, 48.0, 46.0, 52.0
ROOM = WIDTH - LEFT - RIGHT
INK, QUIET, LINE, SHADE = "#23211d", "#5c564c", "#d5cfc4", "#eef2f8"
SIZE, SMALL, LEADING = 9.5, 8.0, 1.42
_CELL_GAP, _CELL_PAD = 8.0, 3.0
_INSET, _MARKED = 4.0, 12.0
"""So far from its column's edge a cell begins, without and with a mark before it."""
# A Chinese sign or a word of letters with what may not begin or end a line, or room between.
_PIECES = re.compile(r"[（《“‘]*(?:[⺀-鿿豈-﫿＀-￯　-〿]|[^\s⺀-鿿豈-﫿＀-￯　-〿]+)[。，、；：）》”’！？％]*|\s+")


@dataclass
class Mark:
    """A coloured mark before a line: a dot, a square or a star, or the shape of a cause."""

    colour: str
    kind: Marker = "o"
    edge: str = ""


class Sheets:
    """A paper while it is written."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self._figures: list[Figure] = []
        self._at = 0.0
        self._turn()

    def paragraph(
        self, text: str, *, size: float = SIZE, bold: bool = False, colour: str = INK, after: float = 5
    ) -> None:
        """Write a text over as many lines as it takes."""
        for line in self.wrap(text, ROOM, size, bold=bold):
            self.reserve(size * LEADING)
            self._text(line, LEFT, self._at + size, size, bold=bold, colour=colour)
            self._at += size * LEADING
        self._at += after

    def heading(self, text: str, *, room: float = 60) -> None:
        """Write a heading, on a page with some room for what follows."""
        self.reserve(13 * LEADING + 10 + room)
        self._at += 10
        self.paragraph(text, size=13, bold=True, after=4)

    def figures(self, told: Sequence[tuple[str, str]]) -> None:
        """Write some large figures side by side: what they are, and what they come to."""
        wide, height = (ROOM - 10 * (len(told) - 1)) / len(told), 48.0
        self.reserve(height + 10)
        for number, (what, figure) in enumerate(told):
            left = LEFT + number * (wide + 10)
            self._box(left, self._at, wide, height, SHADE)
            lines = self.wrap(what, wide - 16, SMALL)
            self._text(lines[0], left + 8, self._at + 16, SMALL, colour=QUIET)
            self._text(figure, left + 8, self._at + 37, 16, bold=True)
        self._at += height + 10

    def table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        shares: Sequence[float],
        *,
        numbers: Collection[int] = (),
        marks: Sequence[Mark | None] = (),
    ) -> None:
        """Write a table; its heads come again on each page.

        Args:
            heads: of the columns.
            rows: their cells.
            shares: of the columns' widths; they are made to fit.
            numbers: the columns whose cells stand at their right.
            marks: before the rows; nothing for none.
        """
        columns = _columns(shares)
        self._row(heads, columns, numbers, bold=True)
        for row, mark in zip(rows, marks or [None] * len(rows), strict=True):
            if _height(self._lines(row, columns, mark=mark)) > self._left:
                self._turn()
                self._row(heads, columns, numbers, bold=True)
            self._row(row, columns, numbers, mark=mark)
        self._at += 6

    def legend(self, title: str, entries: Sequence[tuple[Mark, str, str]]) -> None:
        """Write what marks stand for, with their figures, two beside each other."""
        self.reserve(SMALL * LEADING * (1 + (len(entries) + 1) // 2) + 6)
        self._text(title, LEFT, self._at + SMALL, SMALL, bold=True)
        self._at += SMALL * LEADING
        half = ROOM / 2
        for number, (mark, what, figure) in enumerate(entries):
            left = LEFT + (number % 2) * half
            self._mark(mark, left + 5, self._at + SMALL * 0.62)
            self._text(what, left + 14, self._at + SMALL, SMALL)
            self._text(figure, left + half - 14, self._at + SMALL, SMALL, is_right=True)
            if number % 2 or number == len(entries) - 1:
                self._at += SMALL * LEADING
        self._at += 4

    def drawing(self, height: float) -> Axes:
        """Return axes over the whole width, for something that is drawn."""
        self.reserve(height)
        place = (LEFT / WIDTH, 1 - (self._at + height) / HEIGHT, ROOM / WIDTH, height / HEIGHT)
        axes = self._figures[-1].add_axes(place)
        self._at += height + 8
        return axes

    def reserve(self, height: float) -> None:
        """Begin a new page where so much doesn't fit on this one."""
        if height > self._left and self._at > TOP:
            self._turn()

    def save(self, path: Path, *, title: str, foot: str, on: datetime) -> None:
        """Write all pages with their feet; nothing in the file says when or where it was written.

        Args:
            path: of the file.
            title: the document's.
            foot: a line for each page, before its number.
            on: the day that the file is dated.
        """
        told = {"Title": title, "Creator": "csmap", "Producer": "csmap", "CreationDate": on, "ModDate": None}
        with PdfPages(path, metadata=told) as pages:
            for number, figure in enumerate(self._figures, start=1):
                said = f"{number} / {len(self._figures)}"
                room = ROOM - self.fonts.regular.width(said, SMALL) - 12
                lines = self.wrap(foot, room, SMALL)[:2]
                top = HEIGHT - BOTTOM + 14
                for at, line in enumerate(lines):
                    self._text(line, LEFT, top + at * SMALL * LEADING, SMALL, colour=QUIET, figure=figure)
                self._text(said, WIDTH - RIGHT, top, SMALL, colour=QUIET, figure=figure, is_right=True)
                pages.savefig(figure)

    def wrap(self, text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
        """Return a text as lines that are no wider than that; at least one."""
        face = self._face(bold=bold)
        lines, line = [], ""
        for piece in _pieces(face, face.printable(text), width, size):
            if line and face.width((line + piece).rstrip(), size) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece if line else piece.lstrip()
        return [*lines, line.rstrip()] if line.strip() or not lines else lines

    @property
    def _left(self) -> float:
        return HEIGHT - BOTTOM - self._at

    def _turn(self) -> None:
        self._figures.append(Figure(figsize=(WIDTH / 72, HEIGHT / 72)))
        self._at = TOP

    def _face(self, *, bold: bool) -> Face:
        return self.fonts.bold if bold else self.fonts.regular

    def _lines(
        self, row: Sequence[str], columns: Sequence[float], *, bold: bool = False, mark: Mark | None = None
    ) -> list[list[str]]:
        """Return the lines of each cell: a mark takes room from the first one's."""
        insets = [_MARKED if mark and not number else _INSET for number in range(len(row))]
        return [
            self.wrap(cell, wide - _CELL_GAP - inset + _INSET, SMALL, bold=bold)
            for cell, wide, inset in zip(row, columns, insets, strict=True)
        ]

    def _row(
        self,
        row: Sequence[str],
        columns: Sequence[float],
        numbers: Collection[int],
        *,
        bold: bool = False,
        mark: Mark | None = None,
    ) -> None:
        cells, left = self._lines(row, columns, bold=bold, mark=mark), LEFT
        height = _height(cells)
        if bold:
            self._box(LEFT, self._at, ROOM, height, SHADE)
        for number, (lines, wide) in enumerate(zip(cells, columns, strict=True)):
            inset = _MARKED if number == 0 and mark else _INSET
            if number == 0 and mark:
                self._mark(mark, left + 5, self._at + _CELL_PAD + SMALL * 0.68)
            is_number = number in numbers
            for at, line in enumerate(lines):
                down = self._at + _CELL_PAD + SMALL + at * SMALL * LEADING
                start = left + wide - _INSET if is_number else left + inset
                self._text(line, start, down, SMALL, bold=bold, is_right=is_number)
            left += wide
        self._at += height
        self._box(LEFT, self._at - 0.4, ROOM, 0.4, LINE)

    def _text(
        self,
        text: str,
        left: float,
        down: float,
        size: float,
        *,
        bold: bool = False,
        colour: str = INK,
        is_right: bool = False,
        figure: Figure | None = None,
    ) -> None:
        face = self._face(bold=bold)
        (figure or self._figures[-1]).text(
            left / WIDTH, 1 - down / HEIGHT, face.printable(text), fontproperties=face.properties, fontsize=size,
            color=colour, ha="right" if is_right else "left", va="baseline",
            parse_math=False,  # a name may have two $
        )  # fmt: skip

    def _box(self, left: float, down: float, wide: float, height: float, colour: str) -> None:
        figure = self._figures[-1]
        spot = (left / WIDTH, 1 - (down + height) / HEIGHT)
        figure.add_artist(
            Rectangle(
                spot, wide / WIDTH, height / HEIGHT, facecolor=colour, edgecolor="none", transform=figure.transFigure
            )
        )

    def _mark(self, mark: Mark, middle: float, down: float) -> None:
        figure = self._figures[-1]
        spot = Line2D(
            [middle / WIDTH],
            [1 - down / HEIGHT],
            marker=mark.kind,
            color=mark.colour,
            markersize=5,
            markeredgewidth=0.8 if mark.edge else 0,
            markeredgecolor=mark.edge or mark.colour,
            transform=figure.transFigure,
        )
        figure.add_artist(spot)


def _pieces(face: Face, text: str, width: float, size: float) -> list[str]:
    """Return what a line may be broken between; a word that is too long for any line is broken itself."""
    found: list[str] = []
    for piece in _PIECES.findall(text):
        found += [piece] if face.width(piece, size) <= width else list(piece)
    return found


def _columns(shares: Sequence[float]) -> list[float]:
    return [ROOM * share / sum(shares) for share in shares]


def _height(cells: Sequence[Sequence[str]]) -> float:
    """Return how high a row of such cells is."""
    return max(map(len, cells)) * SMALL * LEADING + 2 * _CELL_PAD
