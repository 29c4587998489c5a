"""Runs as a process of its own: writes the sheets of an old workbook as lines of JSON, within limits.

It imports nothing of ours, so that it starts at once and what it may use goes to the workbook.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import sys
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

INDEX = "index.json"
HAS_PASSWORD = 3
IS_DAMAGED = 4
_DATE_TIME = (dt.datetime, dt.date)


def main(path: str, folder: str, memory: str, seconds: str, output: str) -> int:
    """Write each visible sheet of a workbook into a folder, and an index of all sheets.

    Returns:
        0, or what is wrong with the workbook: `HAS_PASSWORD`, `IS_DAMAGED`. Where a limit is met the process ends
        in any other way.
    """
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_CORE, "0"),
    ):
        resource.setrlimit(kind, (int(most), int(most)))
    try:
        index = _write(CalamineWorkbook.from_path(path), Path(folder))
    except PasswordError:
        return HAS_PASSWORD
    except CalamineError as error:
        sys.stderr.write(str(error))
        return IS_DAMAGED
    (Path(folder) / INDEX).write_text(json.dumps(index), "utf-8")
    return 0


def _write(book: CalamineWorkbook, folder: Path) -> list[dict[str, object]]:
    index: list[dict[str, object]] = []
    for number, sheet in enumerate(book.sheets_metadata):
        if sheet.visible != SheetVisibleEnum.Visible:
            index.append({"name": sheet.name, "file": "", "merges": []})
            continue
        cells = book.get_sheet_by_name(sheet.name)
        _write_rows(cells, folder / f"{number}.jsonl")
        merges = [(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in cells.merged_cell_ranges or ()]
        index.append({"name": sheet.name, "file": f"{number}.jsonl", "merges": merges})
    return index


def _write_rows(sheet: CalamineSheet, file: Path) -> None:
    """Write a line for each row, from the first of the sheet on; cells only as far as filled."""
    left: list[object] = [None] * (sheet.start[1] if sheet.start else 0)  # calamine yields rows from 1, columns not
    with file.open("w", encoding="utf-8") as lines:
        for row in sheet.iter_rows():
            cells = left + [_plain(cell) for cell in row]
            while cells and cells[-1] is None:
                cells.pop()
            lines.write(json.dumps(cells, ensure_ascii=False) + "\n")


def _plain(cell: object) -> object:
    """Return a cell as JSON can hold it: a date in a list of one."""
    if cell == "":
        return None
    if isinstance(cell, _DATE_TIME):
        return [cell.isoformat()]
    return cell if isinstance(cell, str | float | int) else str(cell)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
