"""Writes tables as workbooks and ledgers, and tells in which row and cell each fault has come to stand."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from etl.sample.records.table import Cell, Line, Mark, Table, lines
from etl.sample.tables import save_workbook


@dataclass(frozen=True)
class Fault:
    """A fault in a file that was written.

    Attributes:
        row: as a spreadsheet numbers it, from 1.
        cell: "C5" in a workbook, the heading in a CSV file; "" where the row as a whole is meant.
        key: the row's own key; None where it has none.
    """

    file: str
    part: str
    row: int
    cell: str
    layer: str
    key: str | None
    mark: Mark

    def facts(self) -> dict[str, object]:
        """Return the fault as truth.json lists it."""
        mark = self.mark
        wanted = mark.wanted.isoformat() if isinstance(mark.wanted, date) else mark.wanted
        return {
            "file": self.file,
            "part": self.part,
            "row": self.row,
            "cell": self.cell,
            "key": self.key,
            "kind": mark.kind,
            "layer": self.layer,
            "outcome": mark.outcome,
            "reason": mark.reason,
            "field": mark.field or None,
            "wanted": wanted,
            "note": mark.note,
        }


def write_book(path: Path, tables: Sequence[Table], as_of: date) -> list[Fault]:
    """Write a workbook of one sheet a table; the same bytes for the same tables."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    faults = []
    for table in tables:
        sheet = book.create_sheet(table.part)
        first = _write_head(sheet, table)
        written = lines(table)
        for number, line in enumerate(written, start=first):
            _write_line(sheet, number, line, table)
            faults += _faults(path, table, line, number)
        _merge(sheet, table, written, first)
    save_workbook(book, path, as_of)
    return faults


def _write_head(sheet: Worksheet, table: Table) -> int:
    """Write title, unit and headings; return the number of the first row below them."""
    width, number = len(table.columns), 1
    for text, size, side in ((table.title, 16, "center"), (table.unit, 10, "right")):
        if text:
            cell = sheet.cell(number, 1, text)
            cell.font, cell.alignment = Font(bold=size > 10, size=size), Alignment(horizontal=side)
            sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=width)
            number += 1
    has_groups = any(column.group for column in table.columns)
    last = number + has_groups
    for at, column in enumerate(table.columns, start=1):
        sheet.cell(last if column.group else number, at, column.heading).font = Font(bold=True)
        if has_groups and not column.group:
            sheet.merge_cells(start_row=number, end_row=last, start_column=at, end_column=at)
        sheet.column_dimensions[get_column_letter(at)].width = max(10, 2.2 * len(column.heading) + 2)
    for first, end, group in _stretches([column.group for column in table.columns]):
        if group:
            cell = sheet.cell(number, first + 1, group)
            cell.font, cell.alignment = Font(bold=True), Alignment(horizontal="center")
            if end > first:
                sheet.merge_cells(start_row=number, end_row=number, start_column=first + 1, end_column=end + 1)
    sheet.freeze_panes = f"A{last + 1}"
    return last + 1


def _write_line(sheet: Worksheet, number: int, line: Line, table: Table) -> None:
    for at, name in enumerate(table.names, start=1):
        value = line.cells.get(name)
        if value is None:
            continue
        cell = sheet.cell(number, at, value)
        if isinstance(value, datetime):
            cell.number_format = "yyyy/m/d hh:mm"
        elif isinstance(value, date):
            cell.number_format = "yyyy/m/d"
    if line.row is not None and line.row.is_hidden:
        sheet.row_dimensions[number].hidden = True


def _merge(sheet: Worksheet, table: Table, written: Sequence[Line], first: int) -> None:
    """Merge what rows have in common, and the amounts that were entered for several rows at once."""
    for name in table.merged:
        says = [line.cells.get(name) if line.row else None for line in written]
        for start, end, value in _stretches(says):
            if value is not None and end > start:
                _merge_down(sheet, table, name, first + start, first + end)
    numbers = [first + number for number, line in enumerate(written) if line.row]
    for start, end, name in table.blocks:
        _merge_down(sheet, table, name, numbers[start], numbers[end])


def _merge_down(sheet: Worksheet, table: Table, name: str, first: int, last: int) -> None:
    column = table.names.index(name) + 1
    sheet.merge_cells(start_row=first, end_row=last, start_column=column, end_column=column)
    sheet.cell(first, column).alignment = Alignment(vertical="center")


def _stretches(values: Sequence[Cell]) -> list[tuple[int, int, Cell]]:
    """Return (first, last, value) of each stretch of equal values; both inclusive, from 0."""
    found: list[tuple[int, int, Cell]] = []
    for at, value in enumerate(values):
        if found and found[-1][2] == value:
            found[-1] = (found[-1][0], at, value)
        else:
            found.append((at, at, value))
    return found


def write_ledger(path: Path, table: Table) -> list[Fault]:
    """Write a table as Chinese Excel saves CSV: GB18030, CRLF, no BOM; groups of columns are not kept."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    above = [text for text in (table.title, table.unit) if text]
    for title in above:
        out.writerow([title, *[""] * (len(table.columns) - 1)])
    out.writerow(table.names)
    faults = []
    for number, line in enumerate(lines(table), start=len(above) + 2):
        out.writerow([_ledger_text(line.cells.get(name)) for name in table.names])
        faults += _faults(path, table, line, number, is_book=False)
    path.write_bytes(text.getvalue().encode("gb18030"))
    return faults


def _ledger_text(value: Cell) -> str:
    if isinstance(value, datetime):
        return f"{value.year}/{value.month}/{value.day} {value.hour}:{value.minute:02d}"
    if isinstance(value, date):
        return f"{value.year}/{value.month}/{value.day}"
    return "" if value is None else str(value)


def _faults(path: Path, table: Table, line: Line, number: int, *, is_book: bool = True) -> list[Fault]:
    key = line.cells.get(table.key) if table.key and line.row else None
    found = []
    for mark in line.marks:
        cell = mark.column
        if cell and is_book:
            cell = f"{get_column_letter(table.names.index(cell) + 1)}{number}"
        own = None if key is None else str(key)
        found.append(Fault(path.name, table.part, number, cell, table.layer, own, mark))
    return found
