"""Numbers behind a map as a table to take away: text that programs read, or a workbook in words that says all."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format

from geodata.layers.text import Text, columns
from geodata.settings import Settings
from webmap.files.texts import csv_line, safe_cell
from webmap.files.workbook import ABOUT, sheet_name

TYPES = {".csv": "text/csv", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
"""Ending -> the type of such a file."""
CALLED = {"xlsx": "Excel", "csv": "CSV"}
"""What people call them, by the endings of addresses."""

PLACE, NOTICE, AS_OF, CODE = (
    Text("地区", "Place"),
    Text("声明", "Notice"),
    Text("数据截至", "Data as of"),
    Text("程序版本", "Code"),
)
INVENTED = Text("示例数据：地点、轮廓和数字均为虚构。", "Synthetic data: places and figures are invented.")
SAID = {
    "definition": Text("定义", "Definition"),
    "too_few": Text("数量过少", "Too few"),
    "small_counts": Text("小数量", "Small counts"),
}
"""What a receipt says of an answer -> what that is called."""
_WIDEST, _NARROWEST, _EXPLAINED = 40, 9, 90
"""Columns of a sheet, in signs; the last is that of sentences."""

Line = Sequence[Any]


@dataclass(frozen=True)
class Column:
    """A column of the workbook.

    Attributes:
        name: of the frame's column.
        title: its head in words.
        number: how its numbers look, as spreadsheets write it.
        words: of its values; those that aren't there stand as they are.
    """

    name: str
    title: Text
    number: str = "#,##0"
    words: Mapping[Any, Text] | None = None


def table_file(
    frame: pd.DataFrame, ending: str, *, title: Text, about: Iterable[Line], heads: Sequence[Column], language: str
) -> bytes:
    """Return a frame as a file: as CSV under its own names, which stay; as a workbook in words.

    Args:
        frame: what stands in it, a line a row; what isn't known is left empty.
        ending: one of `TYPES`.
        title: of the workbook's sheet.
        about: the lines of another sheet, which say what the numbers are.
        heads: the workbook's columns, in their order; those that the frame doesn't have are passed over.
        language: "zh-CN" or "en", of the workbook's words.
    """
    if ending != ".xlsx":
        return _text(_lines(frame)).encode()
    return _workbook(frame, [head for head in heads if head.name in frame], title, about, language)


def about_answer(
    settings: Settings, asked: Iterable[Line], receipt: Mapping[str, Any], language: str
) -> Iterable[Line]:
    """Give of what place an answer is and what was asked, what its receipt says of it, its day and its code."""
    yield [PLACE.get(language), settings.name]
    yield from asked
    notices = (INVENTED.get(language) if settings.synthetic else "", settings.notice)
    yield from ([NOTICE.get(language), notice] for notice in notices if notice)
    for name, called in SAID.items():
        text = receipt.get(name)
        if isinstance(text, dict):
            yield [called.get(language), text[language]]
    for name, called in (("as_of", AS_OF), ("code", CODE)):
        if name in receipt:
            yield [called.get(language), str(receipt[name])]


def _lines(frame: pd.DataFrame) -> Iterable[list[Any]]:
    yield list(frame.columns)
    yield from ([_plain(cell) for cell in row] for row in frame.itertuples(index=False, name=None))


def _plain(cell: Any) -> Any:
    """Return what a cell holds: None for what isn't known, and whole numbers as such."""
    if isinstance(cell, float):
        return (int(cell) if cell.is_integer() else cell) if np.isfinite(cell) else None
    return cell


def _text(lines: Iterable[list[Any]]) -> str:
    """Return lines as CSV with a byte order mark, so that spreadsheets read it as UTF-8."""
    return "\ufeff" + "".join(csv_line([safe_cell(cell) for cell in line]) for line in lines)


def _workbook(frame: pd.DataFrame, heads: Sequence[Column], title: Text, about: Iterable[Line], language: str) -> bytes:
    """Return a frame as a workbook, with a sheet that says what it is; no text becomes a formula."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bg_color": "#E8EFF9", "text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(sheet_name(title.get(language)))
    for at, head in enumerate(heads):
        words = {value: text.get(language) for value, text in (head.words or {}).items()}
        cells = [words.get(cell, cell) for cell in (_plain(each) for each in frame[head.name].tolist())]
        said = head.title.get(language)
        sheet.set_column(at, at, _width([said, *cells]))
        sheet.write_string(0, at, said, bold)
        number = book.add_format({"num_format": head.number})
        for row, cell in enumerate(cells, start=1):
            _put(sheet, row, at, cell, number)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(frame), len(heads) - 1)
    told, wrapped = book.add_worksheet(ABOUT.get(language)), book.add_format({"text_wrap": True, "valign": "top"})
    told.set_column(0, 0, 18)
    told.set_column(1, 1, _EXPLAINED)
    for row, line in enumerate(about):
        for at, cell in enumerate(line):
            _put(told, row, at, cell, wrapped)
    book.close()
    return sink.getvalue()


def _width(cells: Iterable[Any]) -> int:
    longest = max(columns(cell) if isinstance(cell, str) else _NARROWEST for cell in cells)
    return min(max(longest + 3, _NARROWEST), _WIDEST)


def _put(sheet: Any, row: int, column: int, cell: Any, form: Format) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell, form)
    elif isinstance(cell, bool | np.bool_):
        sheet.write_boolean(row, column, bool(cell), form)
    elif cell is not None:
        sheet.write_number(row, column, cell, form)
