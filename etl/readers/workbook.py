"""Reads the visible sheets of an Excel workbook (.xlsx) row by row, with cell addresses."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import cast
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from etl.readers.archive import open_zip
from etl.readers.cells import cell_text
from etl.readers.part import Notes, Part
from etl.readers.sheet import Row, Sheet, find_part
from etl.readers.sheet_marks import find_marks
from etl.steps.head import HEAD_ROWS
from geodata.errors import InvalidInput

LAST_ROW = 1_048_576
"""Excel's own limit: a row number beyond it is a trap, not a table."""

# What openpyxl and the XML parser say to a workbook that is no proper one; entity tricks are ValueErrors.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ParseError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,
    OSError,
    EOFError,
)


def read_workbook(path: Path) -> list[Part]:
    """Return a part for each visible sheet that has headings and rows.

    Formulas give the value that was stored when the workbook was saved. Whole numbers come without a decimal
    point, dates in ISO form. A cell merged over several rows is read in each of them, amounts in the first only.
    Of a row that is wider than the headings the first cells are kept. Notes name these, hidden rows, and formulas
    without a stored value. Hidden sheets and sheets without a table are left out, with a note on the first part.

    Raises:
        InvalidInput: damaged, a zip bomb, over 2,000 columns, or no visible sheet holds a table. Reading the
            batches raises it where a sheet turns out to be damaged.
    """
    left_out = Notes()
    parts: list[Part] = []
    with _opened(path) as book:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                left_out.add(f"The hidden sheet {sheet.title!r} was not read.")
            elif found := find_part(_marked(path, book, sheet.title), _blocks(path, book, sheet.title, HEAD_ROWS + 1)):
                parts.append(found)
            else:
                left_out.add(f"The sheet {sheet.title!r} has no headings with rows below them and was not read.")
    return with_notes(path, parts, left_out)


def with_notes(path: Path, parts: list[Part], left_out: Notes) -> list[Part]:
    """Return the parts of a workbook, the first with the notes on what was left out.

    Raises:
        InvalidInput: there is none.
    """
    if not parts:
        raise InvalidInput(f"{path.name} has no table to read. {' '.join(left_out)}".strip())
    first = parts[0].notes
    if isinstance(first, Notes):
        for note in left_out:
            first.add(note)
    return parts


@contextmanager
def _opened(path: Path) -> Iterator[Workbook]:
    with open_zip(path), _refusing(path), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells what styles and extensions it leaves out
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        yield book
    finally:
        book.close()


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn what broken workbooks raise into one sentence. Only openpyxl's own calls belong inside."""
    try:
        yield
    except _BROKEN as error:
        raise InvalidInput(
            f"{path.name} is damaged or no Excel workbook: open it in Excel and save it again."
        ) from error


def _marked(path: Path, book: Workbook, name: str) -> Sheet:
    """Return a sheet with what openpyxl doesn't tell of it while it streams."""
    with _refusing(path):
        sheet = cast(ReadOnlyWorksheet, book[name])
        marks = find_marks(sheet._get_source)  # type: ignore[attr-defined]  # the only way to a sheet's XML
    notes = Notes()
    for sentence in marks.sentences():
        notes.add(sentence)
    return Sheet(path, name, lambda size: _rows(path, name, size), marks.merges, notes)


def _rows(path: Path, name: str, size: int) -> Iterator[Sequence[Row]]:
    with _opened(path) as book:
        yield from _blocks(path, book, name, size)


def _blocks(path: Path, book: Workbook, name: str, size: int) -> Iterator[Sequence[Row]]:
    rows = _all_rows(path, book, name)
    while taken := _take(path, rows, size):
        yield taken


def _all_rows(path: Path, book: Workbook, name: str) -> Iterator[Row]:
    """Yield (row number, cells) of a sheet, also the rows that the file leaves out; cells only as far as filled."""
    sheet = book[name]
    sheet.reset_dimensions()  # a sheet may declare XFD1048576 and hold two cells
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > LAST_ROW:
            raise InvalidInput(f"{path.name} is damaged: sheet {name!r} has a row beyond {LAST_ROW:,}, Excel's last.")
        yield number, [cell_text(cell) for cell in cells]


def _take(path: Path, rows: Iterator[Row], count: int) -> list[Row]:
    with _refusing(path), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dates beyond Excel's calendar: they come as errors in the cell
        return list(islice(rows, count))
