"""Reads the visible sheets of an Excel workbook row by row, with cell addresses."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from etl.batch import Batch
from etl.readers.archive import open_zip
from etl.readers.cells import cell_text, column_letter, fit_row, is_filled, rows_frame, unique_headings
from etl.readers.part import BATCH_ROWS, Notes, Part, row_list
from etl.steps.head import HEAD_ROWS, find_head
from geodata.errors import InvalidInput

LAST_ROW = 1_048_576
"""Excel's own limit: a row number beyond it is a trap, not a table."""
CELLS_AT_ONCE = 1_000_000

_Row = tuple[int, list[str | None]]

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


@dataclass(frozen=True)
class _Sheet:
    path: Path
    name: str
    head_row: int
    headings: tuple[str, ...]
    notes: Notes


def read_workbook(path: Path) -> list[Part]:
    """Return a part for each visible sheet that has headings and rows.

    Formulas give the value that was stored when the workbook was saved. Whole numbers come without a decimal
    point, dates in ISO form. Of a row that is wider than the headings the first cells are kept, and a note on the
    part names it. Hidden sheets and sheets without a table are left out, with a note on the first part.

    Raises:
        InvalidInput: damaged, a zip bomb, or no visible sheet holds a table. Reading the batches raises it where
            a sheet turns out to be damaged.
    """
    left_out = Notes()
    sheets: list[_Sheet] = []
    with _opened(path) as book:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                left_out.add(f"The hidden sheet {sheet.title!r} was not read.")
            elif found := _find_table(path, book, sheet.title):
                sheets.append(found)
            else:
                left_out.add(f"The sheet {sheet.title!r} has no headings with rows below them and was not read.")
    if not sheets:
        raise InvalidInput(f"{path.name} has no table to read. {' '.join(left_out)}".strip())
    for note in left_out:
        sheets[0].notes.add(note)
    return [_part(sheet) for sheet in sheets]


def _part(sheet: _Sheet) -> Part:
    letters = {heading: column_letter(index) for index, heading in enumerate(sheet.headings)}
    return Part(
        sheet.name,
        sheet.headings,
        None,
        lambda: _batches(sheet),
        lambda row, heading: f"{letters[heading]}{row}",
        sheet.notes,
    )


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


def _find_table(path: Path, book: Workbook, name: str) -> _Sheet | None:
    rows = _rows(path, book, name)
    top = _take(path, rows, HEAD_ROWS)
    try:
        head = find_head([[cell or "" for cell in cells] for _, cells in top])
    except InvalidInput:
        return None
    number, cells = top[head]
    below = top[head + 1 :]
    while below and not any(is_filled(row) for _, row in below):
        below = _take(path, rows, HEAD_ROWS)
    if not below:
        return None
    width = max(index for index, cell in enumerate(cells) if cell and cell.strip()) + 1
    notes = Notes()
    if head:
        notes.add(f"The headings are in row {number}; what stands above them isn't read as rows.")
    return _Sheet(path, name, number, unique_headings([cell or "" for cell in cells[:width]]), notes)


def _rows(path: Path, book: Workbook, name: str) -> Iterator[_Row]:
    """Yield (row number, cells) of a sheet, also the rows that the file leaves out; cells only as far as filled."""
    sheet = book[name]
    sheet.reset_dimensions()  # a sheet may declare XFD1048576 and hold two cells
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > LAST_ROW:
            raise InvalidInput(f"{path.name} is damaged: sheet {name!r} has a row beyond {LAST_ROW:,}, Excel's last.")
        yield number, [cell_text(cell) for cell in cells]


def _take(path: Path, rows: Iterator[_Row], count: int) -> list[_Row]:
    with _refusing(path), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dates beyond Excel's calendar: they come as errors in the cell
        return list(islice(rows, count))


def _batches(sheet: _Sheet) -> Iterator[Batch]:
    width = len(sheet.headings)
    size = max(1, min(BATCH_ROWS, CELLS_AT_ONCE // width))
    overlong: list[int] = []
    with _opened(sheet.path) as book:
        rows = _rows(sheet.path, book, sheet.name)
        while taken := _take(sheet.path, rows, size):
            kept: list[_Row] = []
            for number, cells in taken:
                if number <= sheet.head_row:
                    continue
                fitted, has_more = fit_row(cells, width)
                if has_more:
                    overlong.append(number)
                if is_filled(fitted):
                    kept.append((number, fitted))
            if kept:
                yield Batch(rows_frame(sheet.headings, kept), None)
    if overlong:
        sheet.notes.add(
            f"Cells to the right of the last heading in {row_list(overlong)} were left out: give the column a heading."
        )
