"""Numbers behind a map as a table to take away: text that spreadsheets read, or a workbook that says what they are."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from webmap.files.texts import csv_line, safe_cell

TYPES = {".csv": "text/csv", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
"""Ending -> the type of such a file."""
CALLED = {"xlsx": "Excel", "csv": "CSV"}
"""What people call them, by the endings of addresses."""


def table_file(frame: pd.DataFrame, ending: str, *, title: str, about: Iterable[list[Any]]) -> bytes:
    """Return a frame as a file.

    Args:
        frame: what stands in it, a line a row; what isn't known is left empty.
        ending: one of `TYPES`.
        title: of the workbook's sheet.
        about: the lines of another sheet, which say what the numbers are.
    """
    lines = list(_lines(frame))
    return _workbook(lines, title, about) if ending == ".xlsx" else _text(lines).encode()


def about_receipt(receipt: Any, names: Iterable[str], language: str) -> Iterable[list[Any]]:
    """Give what a receipt says of an answer in one language, and of which day and code it is."""
    for name in names:
        text = receipt.get(name)
        if isinstance(text, dict):
            yield [name, text[language]]
    yield from ([name, str(receipt[name])] for name in ("as_of", "code") if name in receipt)


def _lines(frame: pd.DataFrame) -> Iterable[list[Any]]:
    yield list(frame.columns)
    for row in frame.itertuples(index=False, name=None):
        yield [None if isinstance(cell, float) and not np.isfinite(cell) else cell for cell in row]


def _text(lines: Iterable[list[Any]]) -> str:
    """Return lines as CSV with a byte order mark, so that spreadsheets read it as UTF-8."""
    return "\ufeff" + "".join(csv_line([safe_cell(cell) for cell in line]) for line in lines)


def _workbook(lines: Iterable[list[Any]], title: str, about: Iterable[list[Any]]) -> bytes:
    """Return lines as a workbook, with a sheet that says what they are; no text becomes a formula."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_urls": False})
    for name, rows in ((title, lines), ("about", about)):
        sheet = book.add_worksheet(name)
        sheet.set_column(0, 2, 18)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif isinstance(cell, bool | np.bool_):
                    sheet.write_boolean(number, column, bool(cell))
                elif cell is not None:
                    sheet.write_number(number, column, cell)
    book.close()
    return sink.getvalue()
