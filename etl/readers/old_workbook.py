"""Reads .xls and .ods workbooks in a process of its own, which may fail without harm."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from etl.readers import sheet_child
from etl.readers.archive import open_zip
from etl.readers.cells import cell_text
from etl.readers.ods_marks import find_marks
from etl.readers.part import Notes, Part
from etl.readers.sheet import Row, Sheet, find_part
from etl.readers.sheet_marks import Marks
from etl.readers.spool import SpoolFolder
from etl.readers.workbook import with_notes
from etl.steps.head import HEAD_ROWS
from etl.steps.merged import Merge
from geodata.errors import InvalidInput

MOST_SECONDS = 120
MOST_MEMORY = 2 << 30
MOST_OUTPUT = 2 << 30
_MOST_REASON = 200


def read_old_workbook(path: Path) -> list[Part]:
    """Return a part for each visible sheet that has headings and rows, as `read_workbook` does.

    Hidden rows are known of .ods only.

    Raises:
        InvalidInput: damaged, cut off, a password, a zip bomb, no table; or it takes more than two minutes or 2 GB.
    """
    marks: dict[str, Marks] = {}
    if path.suffix.lower() == ".ods":
        with open_zip(path) as archive:
            marks = find_marks(path, archive)
    folder = SpoolFolder()
    _unpack(path, folder.path)
    left_out = Notes()
    parts: list[Part] = []
    for entry in json.loads((folder.path / sheet_child.INDEX).read_text("utf-8")):
        name = entry["name"]
        if not entry["file"]:
            left_out.add(f"The hidden sheet {name!r} was not read.")
        elif found := find_part(
            _sheet(path, folder, entry, marks.get(name, Marks())), _rows(folder, entry["file"], HEAD_ROWS + 1)
        ):
            parts.append(found)
        else:
            left_out.add(f"The sheet {name!r} has no headings with rows below them and was not read.")
    return with_notes(path, parts, left_out)


def _sheet(path: Path, folder: SpoolFolder, entry: dict[str, Any], marks: Marks) -> Sheet:
    merges = [*(Merge(*merge) for merge in entry["merges"]), *marks.merges]
    notes = Notes()
    for sentence in marks.sentences():
        notes.add(sentence)
    return Sheet(path, entry["name"], lambda size: _rows(folder, entry["file"], size), merges, notes)


def _rows(folder: SpoolFolder, file: str, size: int) -> Iterator[Sequence[Row]]:
    """Yield what the child wrote: a line for each row, its cells as JSON."""
    with (folder.path / file).open(encoding="utf-8") as lines:
        rows = ((number, [_text(cell) for cell in json.loads(line)]) for number, line in enumerate(lines, start=1))
        while block := list(islice(rows, size)):
            yield block


def _text(cell: object) -> str | None:
    if isinstance(cell, list):  # a date and time, as ISO text
        return cell_text(dt.datetime.fromisoformat(str(cell[0])))
    return cell_text(float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell)


def _unpack(path: Path, folder: Path) -> None:
    """Have the child write all visible sheets into a folder.

    Raises:
        InvalidInput: it failed, whatever the cause, or took too much time, memory or disk.
    """
    limits = [str(MOST_MEMORY), str(MOST_SECONDS), str(MOST_OUTPUT)]
    command = [sys.executable, "-I", str(Path(sheet_child.__file__)), str(path.resolve()), str(folder), *limits]
    try:
        done = subprocess.run(command, capture_output=True, timeout=2 * MOST_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise InvalidInput(_too_much(path)) from error
    if done.returncode == sheet_child.HAS_PASSWORD:
        raise InvalidInput(f"{path.name} has a password: hand it over without one.")
    if done.returncode == sheet_child.IS_DAMAGED:
        reason = done.stderr.decode("utf-8", "replace").replace("\n", " ")[:_MOST_REASON]
        raise InvalidInput(
            f"{path.name} can't be read as a workbook, it is damaged, cut off or reaches too far ({reason}): open it "
            "in Excel, delete what lies beyond the table, save it as .xlsx."
        )
    if done.returncode:
        raise InvalidInput(_too_much(path))


def _too_much(path: Path) -> str:
    return (
        f"{path.name} can't be read within {MOST_SECONDS // 60} minutes and {MOST_MEMORY >> 30} GB of memory, it is "
        "damaged or its sheets reach too far: open it in Excel, delete what lies beyond the table, save it as .xlsx."
    )
