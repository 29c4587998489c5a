"""Finds merged cells and hidden rows in the XML of an OpenDocument spreadsheet."""

from __future__ import annotations

import zipfile
from pathlib import Path

from etl.readers.archive import open_entry
from etl.readers.markup import MarkupError, parse
from etl.readers.sheet_marks import MOST_MARKS, Marks
from etl.steps.merged import Merge
from geodata.errors import InvalidInput

CONTENT = "content.xml"
MOST_ROWS = 1_048_576
_HIDDEN = ("collapse", "filter")


def find_marks(path: Path, archive: zipfile.ZipFile) -> dict[str, Marks]:
    """Return what each sheet says about merged cells and hidden rows, by the sheet's name.

    Raises:
        InvalidInput: no spreadsheet, damaged, with a DOCTYPE, or over 100,000 merged cells.
    """
    if CONTENT not in archive.namelist():
        raise InvalidInput(f"{path.name} is damaged or no spreadsheet: save it as .ods again.")
    listener = _Listener()
    with open_entry(path, archive, CONTENT) as content:
        try:
            for _ in parse(content, listener, with_text=False):
                pass
        except MarkupError as error:
            raise InvalidInput(f"{path.name} is damaged or cut off ({error}): save it as .ods again.") from error
    return listener.sheets


class _Listener:
    """Hears of the elements of a document, and counts rows and columns, of which one element can stand for many."""

    def __init__(self) -> None:
        self.sheets: dict[str, Marks] = {}
        self._marks = Marks()
        self._tables = 0
        self._row = 0
        self._repeated = 1
        self._column = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        values = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        if name == "table":
            self._tables += 1
            if self._tables == 1:
                self._marks = self.sheets.setdefault(values.get("name", ""), Marks())
                self._row = 0
        elif self._tables != 1:
            return  # a table inside a cell
        elif name == "table-row":
            self._start_row(_number(values, "number-rows-repeated"), values.get("visibility", ""))
        elif name in ("table-cell", "covered-table-cell"):
            self._add_cell(values)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "table":
            self._tables -= 1
        elif name == "table-row" and self._tables == 1:
            self._row += self._repeated - 1

    def text(self, text: str) -> None:
        """Nothing to do."""

    def _start_row(self, repeated: int, visibility: str) -> None:
        self._row += 1
        self._repeated, self._column = repeated, 0
        last = min(self._row + repeated, MOST_ROWS + 1)
        if visibility in _HIDDEN and last - self._row < MOST_MARKS:
            self._marks.hidden_rows.extend(range(self._row, last))

    def _add_cell(self, values: dict[str, str]) -> None:
        rows, columns = _number(values, "number-rows-spanned"), _number(values, "number-columns-spanned")
        if rows > 1 or columns > 1:
            if len(self._marks.merges) >= MOST_MARKS:
                raise MarkupError(f"over {MOST_MARKS:,} merged cells")
            self._marks.merges.append(Merge(self._row, self._column, self._row + rows - 1, self._column + columns - 1))
        self._column += _number(values, "number-columns-repeated")


def _number(values: dict[str, str], name: str) -> int:
    text = values.get(name, "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1
