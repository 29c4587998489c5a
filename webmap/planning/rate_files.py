"""The numbers behind the map of rates as tables to take away: every area in every period, and what they are."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
import xlsxwriter

from geodata.analyses.rates import Rates, frame_of_rates
from webmap.files.texts import csv_line, safe_cell

TYPES = {".csv": "text/csv", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
"""Ending -> the type of such a file."""


def rates_file(found: Rates, ending: str, language: str) -> bytes:
    """Return rates as a file.

    Args:
        found: the rates.
        ending: one of `TYPES`.
        language: "zh-CN" or "en", of what a workbook says about them.
    """
    lines = list(_lines(found))
    return _workbook(lines, _about(found, language)) if ending == ".xlsx" else _text(lines).encode()


def _lines(found: Rates) -> Iterable[list[Any]]:
    frame = frame_of_rates(found)
    yield list(frame.columns)
    for row in frame.itertuples(index=False, name=None):
        yield [None if isinstance(cell, float) and not np.isfinite(cell) else cell for cell in row]


def _text(lines: Iterable[list[Any]]) -> str:
    """Return lines as CSV with a byte order mark, so that spreadsheets read it as UTF-8."""
    return "\ufeff" + "".join(csv_line([safe_cell(cell) for cell in line]) for line in lines)


def _workbook(lines: Iterable[list[Any]], about: Iterable[list[Any]]) -> bytes:
    """Return lines as a workbook, with a sheet that says what they are; no text becomes a formula."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_urls": False})
    for title, rows in (("rates", lines), ("about", about)):
        sheet = book.add_worksheet(title)
        sheet.set_column(0, 2, 18)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write_number(number, column, cell)
    book.close()
    return sink.getvalue()


def _about(found: Rates, language: str) -> Iterable[list[Any]]:
    """Give what the numbers are: definition, limits, breaks, day and code."""
    for name in ("definition", "too_few", "small_counts"):
        text = found.receipt.get(name)
        if isinstance(text, dict):
            yield [name, text[language]]
    yield ["breaks", *found.breaks]
    yield from ([name, str(found.receipt[name])] for name in ("as_of", "code") if name in found.receipt)
