from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from etl.readers import read, sheet_marks
from geodata.errors import InvalidInput
from tests.etl.readers.test_workbook import one_sheet, rewritten
from tests.etl.readers.whole import records


def test_formulas_that_were_never_calculated_are_named(tmp_path: Path) -> None:
    # openpyxl writes formulas without a value; one that gave "" has an empty value of type "str".
    path = one_sheet(tmp_path, [["名称", "户数"], ["一", "=1+1"], ["二", "=1+2"], ["三", '=""']])
    rewritten(path, lambda xml: xml.replace(b'<c r="B4">', b'<c r="B4" t="str">'))
    (part,) = read(path)
    assert records(part) == {2: ["一", None], 3: ["二", None], 4: ["三", None]}
    assert list(part.notes) == [
        "Formulas without a stored value were read as empty: B2, B3; open the workbook in Excel and save it again."
    ]


def test_a_merged_cell_that_reaches_beyond_the_rows_adds_none(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["社区", "名称", "备注"],
        ["金谷", "一", "x"],
        [None, "二", None],
        [None, None, None],
        [None, "三", None],
    ):
        sheet.append(row)
    sheet.merge_cells("A2:A5")
    sheet.merge_cells("C2:C3")
    path = tmp_path / "a.xlsx"
    book.save(path)
    # openpyxl would make a million cells of it.
    rewritten(path, lambda xml: xml.replace(b'"A2:A5"', b'"A2:A1048576"'))
    (part,) = read(path)
    assert records(part) == {2: ["金谷", "一", "x"], 3: ["金谷", "二", "x"], 5: ["金谷", "三", None]}
    (note,) = part.notes
    said, ranges = note.rstrip(".").split(": ")
    assert said == "Merged cells were read in each of their rows"
    assert set(ranges.split(", ")) == {"A2:A1048576", "C2:C3"}


def test_hidden_rows_are_named_as_stretches(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["名称"])
    for number in range(2, 12):
        sheet.append([f"小区{number}"])
    for number in (3, 4, 5, 9):
        sheet.row_dimensions[number].hidden = True
    path = tmp_path / "a.xlsx"
    book.save(path)
    (part,) = read(path)
    assert len(records(part)) == 10
    assert list(part.notes) == ["Hidden rows were read as well: rows 3-5, 9."]


def test_too_many_merged_cells_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_marks, "MOST_MARKS", 2)
    book = Workbook()
    sheet = book.worksheets[0]
    for row in range(1, 10):
        sheet.append([f"名称{row}"])
    for row in (2, 4, 6):
        sheet.merge_cells(f"A{row}:A{row + 1}")
    path = tmp_path / "a.xlsx"
    book.save(path)
    with pytest.raises(InvalidInput, match=r"^a\.xlsx is damaged"):
        read(path)
