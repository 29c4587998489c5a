"""Finds in the XML of an Excel sheet what the reading of values passes over: merged, hidden, never calculated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from etl.readers.markup import CHUNK_BYTES, parse
from etl.readers.part import row_list
from etl.steps.merged import Merge

MOST_MARKS = 100_000
_SIGNS = (b"mergeCell", b"hidden", b"<f", b":f", b"\xff\xfe", b"\xfe\xff")
"""Without any of these there is nothing to find; the last two begin a UTF-16 file."""
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_MOST_NAMED = 10


@dataclass
class Marks:
    """What was found in a sheet; empty for a plain one."""

    merges: list[Merge] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    unstored: list[str] = field(default_factory=list)

    def sentences(self) -> Iterator[str]:
        """Yield what the person who handed the workbook over should know."""
        if self.hidden_rows:
            yield f"Hidden rows were read as well: {_stretches(self.hidden_rows)}."
        if self.unstored:
            more = f" and {len(self.unstored) - _MOST_NAMED:,} more" if len(self.unstored) > _MOST_NAMED else ""
            yield (
                f"Formulas without a stored value were read as empty: {', '.join(self.unstored[:_MOST_NAMED])}{more}; "
                "open the workbook in Excel and save it again."
            )


def _stretches(rows: Sequence[int]) -> str:
    """Name rows as stretches: "row 4", or "rows 4-6, 9"."""
    stretches: list[list[int]] = []
    for row in rows:
        if stretches and row == stretches[-1][1] + 1:
            stretches[-1][1] = row
        else:
            stretches.append([row, row])
    if len(rows) == 1:
        return row_list(rows)
    named = [f"{first}-{last}" if last > first else str(first) for first, last in stretches]
    more = f" and {len(named) - _MOST_NAMED:,} more" if len(named) > _MOST_NAMED else ""
    return f"rows {', '.join(named[:_MOST_NAMED])}{more}"


def find_marks(open_sheet: Callable[[], IO[bytes]]) -> Marks:
    """Return what a sheet's XML says about merged cells, hidden rows and formulas.

    A plain sheet is only searched for a few words, which costs a fiftieth of reading it.

    Raises:
        MarkupError: not well formed, cut off, or with a DOCTYPE.
        ValueError: over 100,000 merged cells.
    """
    with open_sheet() as source:
        if not _has_signs(source):
            return Marks()
    listener = _MarkListener()
    with open_sheet() as source:
        for _ in parse(source, listener):
            pass
    return listener.marks


def _has_signs(source: IO[bytes]) -> bool:
    tail = b""
    while chunk := source.read(CHUNK_BYTES):
        text = tail + chunk
        if any(sign in text for sign in _SIGNS):
            return True
        tail = text[-16:]
    return False


class _MarkListener:
    """Hears of the elements of a sheet."""

    def __init__(self) -> None:
        self.marks = Marks()
        self._row = 0
        self._cell: dict[str, str] = {}
        self._has_formula = False
        self._is_value = False
        self._has_value = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "c":
            self._cell, self._has_formula, self._has_value = attributes, False, False
        elif name == "v":
            self._is_value = True
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            if attributes.get("hidden") in ("1", "true"):
                self.marks.hidden_rows.append(self._row)
        elif name == "mergeCell":
            self._add_merge(attributes.get("ref", ""))

    def text(self, text: str) -> None:
        """A stretch of text: only whether a value holds any matters."""
        if self._is_value and text:
            self._has_value = True

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "v":
            self._is_value = False
        elif name == "c" and self._has_formula and not self._has_value and self._cell.get("t") != "str":
            self.marks.unstored.append(self._cell.get("r", f"in row {self._row}"))

    def _add_merge(self, reference: str) -> None:
        if len(self.marks.merges) >= MOST_MARKS:
            raise ValueError("over 100,000 merged cells")
        first, _, last = reference.partition(":")
        corners = [_ADDRESS.fullmatch(corner) for corner in (first, last or first)]
        if corners[0] is None or corners[1] is None:
            return
        (top, left), (bottom, right) = [(int(found[2]), _column(found[1])) for found in corners if found]
        self.marks.merges.append(Merge(top, left, bottom, right))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
