"""Faults are planted where they are wanted, and leave the good rows as they were."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from etl.sample.records.faults import as_serial, full_width, in_chinese, in_ten_thousands
from etl.sample.records.files import write_book
from etl.sample.records.planting import Change, Extra, plant, with_ditto, with_merged_amount
from etl.sample.records.table import Column, Row, Table
from etl.steps.numbers import parse_count, parse_money

TABLE = Table(
    part="表",
    layer="training",
    title="标题",
    unit="单位：人",
    key="编号",
    columns=[Column("编号"), Column("社区"), Column("日期"), Column("人数", "合计"), Column("党员", "合计")],
    rows=[
        Row(
            {
                "编号": f"A{number:02d}",
                "社区": name,
                "日期": date(2025, 3, number),
                "合计 人数": 10 * number,
                "合计 党员": 1,
            }
        )
        for number, name in enumerate(("东", "东", "西"), start=1)
    ],
    merged=("社区",),
    summed=("合计 人数",),
    by="社区",
    footer="填表单位：办公室",
)


def written(table: Table, path: Path) -> tuple[list[tuple[object, ...]], dict[str, tuple[int, str]]]:
    """The cells of the sheet, and where each kind of fault stands."""
    faults = write_book(path, [table], date(2025, 10, 31))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return list(sheet.iter_rows(values_only=True)), {fault.mark.kind: (fault.row, fault.cell) for fault in faults}


def test_a_sheet_has_title_unit_two_rows_of_headings_and_its_sums(tmp_path: Path) -> None:
    cells, faults = written(TABLE, tmp_path / "t.xlsx")
    assert [row[0] for row in cells] == [
        "标题",
        "单位：人",
        "编号",
        None,
        "A01",
        "A02",
        "小计",
        "A03",
        "小计",
        "合计",
        "填表单位：办公室",
    ]
    assert cells[2][3:] == ("合计", None)
    assert cells[3][3:] == ("人数", "党员")
    # 10 + 20, 30, and all of them; the second row's community is merged into the first's.
    assert [row[3] for row in cells[4:10]] == [10, 20, 30, 30, 30, 60]
    assert [row[1] for row in cells[4:6]] == ["东", None]
    assert faults == {"subtotal_row": (9, ""), "total_row": (10, ""), "footer": (11, "")}


def test_an_extra_row_stands_below_its_model_with_a_number_of_its_own(tmp_path: Path) -> None:
    extra = Extra(part="表", kind="odd", reason="bad_number", at=0, cells={"合计 人数": "见附件"})
    first = Extra(part="表", kind="first", reason="ditto", at=0, is_above=True, cells={"日期": "同上"})
    [table] = plant([TABLE], [extra, first])
    cells, faults = written(table, tmp_path / "t.xlsx")
    assert [row[0] for row in cells[4:8]] == ["A05", "A01", "A04", "A02"]
    assert faults["odd"] == (7, "D7")
    assert faults["first"] == (5, "C5")
    assert table.record_count == 3


def test_a_changed_row_stays_and_says_what_is_wanted() -> None:
    change = Change(
        part="表", kind="about", column="合计 人数", at=1, write=lambda count: f"约{count}", field="attendances"
    )
    [table] = plant([TABLE], [change])
    [mark] = table.rows[1].marks
    assert (table.rows[1].cells["合计 人数"], mark.wanted, mark.outcome) == ("约20", 20, "loaded")
    assert table.record_count == 3


def test_a_fault_for_no_sheet_is_refused() -> None:
    with pytest.raises(ValueError, match="no such sheet for odd"):
        plant([TABLE], [Extra(part="别的", kind="odd", reason="x", at=0, cells={})])


def test_a_merged_amount_counts_once_wherever_rows_come_in(tmp_path: Path) -> None:
    [table] = with_merged_amount([TABLE], "表", "合计 人数", "attendances", 0)
    [table] = plant([table], [Extra(part="表", kind="odd", reason="x", at=2, is_above=True, cells={"日期": "无"})])
    path = tmp_path / "t.xlsx"
    write_book(path, [table], date(2025, 10, 31))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert "D5:D6" in {str(merge) for merge in sheet.merged_cells.ranges}
    assert (sheet["D5"].value, sheet["D6"].value) == (30, None)


def test_ditto_stands_where_the_row_above_says_the_same() -> None:
    table = with_ditto(TABLE, "社区", "community")
    assert [row.cells["社区"] for row in table.rows] == ["东", "同上", "西"]
    assert table.rows[1].marks[0].wanted == "东"


@pytest.mark.parametrize("number", [1, 10, 15, 20, 105, 110, 300, 1_005, 1_050, 2_311, 9_999])
def test_ways_of_writing_numbers_are_read_back(number: int) -> None:
    assert parse_count(in_chinese(number)).value == str(number)
    assert parse_count(full_width(number)).value == str(number)
    assert parse_money(in_ten_thousands(number * 100), "预算").value == f"{number * 100}.00"


def test_a_day_as_a_serial() -> None:
    assert as_serial(date(2025, 1, 1)) == 45_658
