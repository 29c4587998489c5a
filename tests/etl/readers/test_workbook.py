from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
from openpyxl import Workbook

from etl.readers import read, sheet, workbook
from geodata.errors import InvalidInput
from tests.etl.readers.whole import records, whole


def saved(book: Workbook, folder: Path) -> Path:
    path = folder / "台账.xlsx"
    book.save(path)
    return path


def one_sheet(folder: Path, rows: Sequence[Sequence[object]], title: str = "小区") -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return saved(book, folder)


def rewritten(path: Path, edit: Callable[[bytes], bytes], name: str = "xl/worksheets/sheet1.xml") -> Path:
    """Change one file inside a workbook, as a damaged or hostile one would have it."""
    with zipfile.ZipFile(path) as archive:
        files = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    files[name] = edit(files[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in files.items():
            archive.writestr(file, content)
    return path


def test_cells_of_all_types_and_their_addresses(tmp_path: Path) -> None:
    day = dt.datetime(2025, 3, 5, 10, 30)  # noqa: DTZ001 - a spreadsheet's dates have no zone
    path = one_sheet(
        tmp_path,
        [
            ["乐坪街道台账"],
            ["名称", "编码", None, "日期", "是", "错", "名称"],
            ["一", 431302001001.0, 0.5, dt.date(2025, 3, 5), True, "#REF!", "x"],
            [],
            ["二", 7, " ", day, False, None, None],
        ],
    )
    (part,) = read(path)
    assert part.name == "小区"
    assert part.headings == ("名称", "编码", "C", "日期", "是", "错", "名称 (2)")
    assert records(part) == {
        3: ["一", "431302001001", "0.5", "2025-03-05", "true", "#REF!", "x"],
        5: ["二", "7", " ", "2025-03-05T10:30:00", "false", None, None],
    }
    assert part.cell(5, "编码") == "B5"
    assert part.cell(3, "名称 (2)") == "G3"
    assert list(part.notes) == ["The headings are in row 2; what stands above them isn't read as rows."]


def test_every_visible_sheet_with_a_table_is_a_part(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].title = "说明"
    for title, state in (("一", "visible"), ("旧", "hidden"), ("二", "visible"), ("底", "veryHidden")):
        sheet = book.create_sheet(title)
        sheet.append(["名称"])
        sheet.append([title])
        sheet.sheet_state = state
    first, second = read(saved(book, tmp_path))
    assert (first.name, second.name) == ("一", "二")
    assert records(second) == {2: ["二"]}
    assert list(first.notes) == [
        "The sheet '说明' has no headings with rows below them and was not read.",
        "The hidden sheet '旧' was not read.",
        "The hidden sheet '底' was not read.",
    ]
    assert list(second.notes) == []


def test_formulas_give_the_stored_value(tmp_path: Path) -> None:
    path = one_sheet(tmp_path, [["名称", "户数"], ["一", "=1+1"]])
    rewritten(path, lambda xml: xml.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>").replace(b"<v></v>", b"<v>2</v>"))
    assert records(read(path)[0]) == {2: ["一", "2"]}


def test_cells_beyond_the_headings_are_said(tmp_path: Path) -> None:
    (part,) = read(one_sheet(tmp_path, [["名称", "户数"], ["一", 1, "多"], ["二", 2]]))
    assert records(part) == {2: ["一", "1"], 3: ["二", "2"]}
    assert list(part.notes) == [
        "Cells to the right of the last heading in row 2 were left out: give the column a heading."
    ]


def test_a_cell_in_the_last_corner_costs_no_memory(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["A2"], sheet["XFD1048576"] = "名称", "一", "far"
    (part,) = read(saved(book, tmp_path))
    assert part.headings == ("名称",)
    assert records(part) == {2: ["一"]}
    assert "row 1048576" in part.notes[0]


def test_a_sheet_that_declares_more_than_it_holds_is_read_as_it_is(tmp_path: Path) -> None:
    path = one_sheet(tmp_path, [["名称", "户数"], ["一", 1]])
    rewritten(path, lambda xml: xml.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'))
    assert records(read(path)[0]) == {2: ["一", "1"]}


def test_rows_run_on_over_many_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "CELLS_AT_ONCE", 200)  # with two columns 100 rows at once, the first is the heading
    (part,) = read(one_sheet(tmp_path, [["号", "注"], *([n, "x"] for n in range(2, 252))]))
    assert [len(batch.rows) for batch in part.batches()] == [99, 100, 51]
    frame = whole(part)
    assert frame.index.tolist() == list(range(2, 252))
    assert frame["号"].astype(int).tolist() == list(range(2, 252))


def test_a_workbook_written_by_gdal(tmp_path: Path) -> None:
    # GDAL keeps texts in a table of shared strings, openpyxl inside the cells.
    path = tmp_path / "台账.xlsx"
    frame = pd.DataFrame({"名称": ["一", "二"], "户数": [300, 120], "面积": [1.5, 2.0], "日期": ["2025-03-05", None]})
    pyogrio.write_dataframe(frame, path, driver="XLSX", layer="小区")
    (part,) = read(path)
    assert part.name == "小区"
    assert records(part) == {2: ["一", "300", "1.5", "2025-03-05"], 3: ["二", "120", "2", None]}
    rewritten(path, lambda xml: b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml, "xl/sharedStrings.xml")
    with pytest.raises(InvalidInput, match=r"^台账\.xlsx is damaged or no Excel workbook"):
        whole(part)


def test_dates_beyond_the_calendar_are_errors_in_the_cell(tmp_path: Path) -> None:
    path = one_sheet(tmp_path, [["名称", "日期"], ["一", dt.date(2025, 3, 5)]])
    rewritten(path, lambda xml: xml.replace(b"<v>45721</v>", b"<v>99999999999</v>"))
    assert records(read(path)[0]) == {2: ["一", "#VALUE!"]}


@pytest.mark.parametrize("rows", [[], [["名称", "户数"]], [[1, 2], [3, 4]], [["名称"], [" "]]])
def test_a_workbook_without_a_table_is_refused(tmp_path: Path, rows: list[list[object]]) -> None:
    with pytest.raises(InvalidInput, match=r"^台账\.xlsx has no table to read\. The sheet '小区' has no headings"):
        read(one_sheet(tmp_path, rows))


def test_a_workbook_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = one_sheet(tmp_path, [["名称"], ["一"]])
    whole_file = path.read_bytes()
    for size in (len(whole_file) - 10, len(whole_file) // 2, 30):
        path.write_bytes(whole_file[:size])
        with pytest.raises(InvalidInput, match=r"^台账\.xlsx is cut off or damaged"):
            read(path)


def test_a_sheet_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = one_sheet(tmp_path, [["名称"], *([f"小区{n}"] for n in range(1000))])
    rewritten(path, lambda xml: xml[: len(xml) // 2])
    with pytest.raises(InvalidInput, match=r"^台账\.xlsx is damaged"):
        whole(read(path)[0])


def test_any_other_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(InvalidInput, match=r"^a\.xlsx is damaged or no Excel workbook"):
        read(path)


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"])
def test_xml_entities_are_refused(tmp_path: Path, name: str) -> None:
    path = one_sheet(tmp_path, [["名称"], ["一"]])
    rewritten(path, lambda xml: b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml, name)
    with pytest.raises(InvalidInput, match=r"^台账\.xlsx is damaged or no Excel workbook"):
        whole(read(path)[0])


def test_a_row_number_beyond_the_last_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "LAST_ROW", 1000)
    path = one_sheet(tmp_path, [["名称"], ["一"], ["二"]])
    rewritten(path, lambda xml: xml.replace(b'<row r="3"', b'<row r="99999999999"'))
    with pytest.raises(InvalidInput, match="a row beyond 1,000"):
        whole(read(path)[0])
