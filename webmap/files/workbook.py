"""A layer as a workbook for people: a sheet that says what it is, and a sheet of records in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from geodata.errors import InvalidInput
from geodata.layers.field import Field
from geodata.layers.text import Text
from geodata.queries.download import batches
from geodata.queries.reading import Reading
from webmap.files.wish import Wish

MOST_ROWS = 1_048_576
"""A sheet holds no more, its head included."""
_LONGEST = 32_767
"""A cell holds no more characters."""
_EARLIEST = 1900
"""Spreadsheets know no older days."""
_NO_NAME = re.compile(r"[\[\]:*?/\\']")

ABOUT = Text("说明", "About")
COLUMN, NAME, VALUES = Text("列", "Column"), Text("字段名", "Field name"), Text("取值", "Values")
LONGITUDE, LATITUDE = Text("经度 (WGS 84)", "Longitude (WGS 84)"), Text("纬度 (WGS 84)", "Latitude (WGS 84)")


class _Formats:
    """How cells look."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.head: Format = book.add_format({"bold": True, "bg_color": "#E8EFF9", "text_wrap": True, "valign": "top"})
        self.text: Format = book.add_format({"num_format": "@"})
        self.long: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self.day: Format = book.add_format({"num_format": "yyyy-mm-dd"})
        self.month: Format = book.add_format({"num_format": "yyyy-mm"})
        self.moment: Format = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})


def check_fits(wish: Wish) -> None:
    """Refuse more records than a sheet holds.

    Raises:
        InvalidInput: there are more.
    """
    if wish.count >= MOST_ROWS:
        raise InvalidInput(
            f"these are {wish.count:,} records and a sheet of Excel holds {MOST_ROWS - 1:,}: take CSV, or narrow it "
            "down with area=",
            zh=f"共有{wish.count:,}条记录，而Excel工作表最多容纳{MOST_ROWS - 1:,}条：请下载CSV，或用area=缩小范围。",
        )


def workbook(view: Reading, wish: Wish, folder: Path) -> Path:
    """Write a layer as a workbook, row by row. No text becomes a formula or a link, and codes stay texts.

    Raises:
        InvalidInput: more records than a sheet holds.
    """
    check_fits(wish)
    path = folder / f"{wish.layer.id}.xlsx"
    # Each row goes to a file beside the workbook at once; texts stand in their cells, not in a table in memory.
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(folder), "strings_to_urls": False})
    try:
        book.set_properties({"title": wish.title, "comments": wish.description()})
        formats = _Formats(book)
        _about(book.add_worksheet(wish.wording.say(ABOUT)), wish, formats)
        _records(book.add_worksheet(sheet_name(wish.title)), view, wish, formats)
    finally:
        book.close()
    return path


def sheet_name(title: str) -> str:
    """Return a title as a sheet may be called."""
    return _NO_NAME.sub(" ", title)[:31].strip() or "1"


def _about(sheet: Worksheet, wish: Wish, formats: _Formats) -> None:
    say = wish.wording.say
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 2, 60)
    lines = [(heading, value, "") for heading, value in wish.said().items()]
    lines += [("", "", ""), (say(COLUMN), say(NAME), say(VALUES)), (wish.key_label(), "id", "")]
    for field in wish.fields:
        values = wish.wording.join(say(choice.label) for choice in field.choices)
        lines.append((wish.labels[field.name], field.name, values))
    for number, line in enumerate(lines):
        is_head = line[1] == say(NAME) and line[0] == say(COLUMN)
        for column, value in enumerate(line):
            sheet.write_string(number, column, value[:_LONGEST], formats.head if is_head else formats.long)


def _records(sheet: Worksheet, view: Reading, wish: Wish, formats: _Formats) -> None:
    say = wish.wording.say
    heads = [wish.key_label(), *(wish.labels[field.name] for field in wish.fields)]
    if wish.layer.geometry:
        heads += [say(LONGITUDE), say(LATITUDE)]
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(heads) - 1, 16)
    sheet.autofilter(0, 0, max(wish.count, 1), len(heads) - 1)
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, formats.head)
    put = [_number(sheet), *(_put(sheet, field, wish, formats) for field in wish.fields)]
    put += [_number(sheet), _number(sheet)] if wish.layer.geometry else []
    row = 0
    for rows in batches(view, wish.layer, wish.conditions):
        for values in rows:
            row += 1
            for column, (write, value) in enumerate(zip(put, values, strict=True)):
                if value is not None:
                    write(row, column, value)


Put = Callable[[int, int, Any], object]


def _number(sheet: Worksheet) -> Put:
    return lambda row, column, value: sheet.write_number(row, column, float(value))


def _put(sheet: Worksheet, field: Field, wish: Wish, formats: _Formats) -> Put:
    """Return what writes a value of a field into a cell."""
    if field.holds in ("whole", "number", "decimal"):
        return _number(sheet)
    if field.holds in ("day", "moment"):
        day = formats.month if field.kind == "month" else formats.day
        looks = formats.moment if field.holds == "moment" else day
        return lambda row, column, value: _write_day(sheet, row, column, value, looks)
    style = formats.text if field.kind == "code" else None

    def write(row: int, column: int, value: object) -> None:
        text = wish.wording.value(field, value) if value not in ("", []) else ""
        sheet.write_string(row, column, text[:_LONGEST], style)

    return write


def _write_day(sheet: Worksheet, row: int, column: int, value: date, looks: Format) -> None:
    if value.year < _EARLIEST:
        sheet.write_string(row, column, value.isoformat())
        return
    # A cell knows no time zone: it has the hour that the clock on the wall has.
    hour = value.time() if isinstance(value, datetime) else time.min
    sheet.write_datetime(row, column, datetime.combine(value, hour), looks)
