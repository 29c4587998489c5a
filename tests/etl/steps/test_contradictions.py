"""What rows say against each other, against themselves and against the day of the data."""

from __future__ import annotations

import pytest

from etl.flow import Flow, Seen
from etl.pipeline import prepare
from geodata.layers.field import LONGEST
from tests.etl.made import batch, reasons, task

MODES = ("小区名称", "所属社区", "管理模式", "起始日期")
PEOPLE = ("社区代码", "统计日期", "人口", "户数")


def told(recipe: str, headings: tuple[str, ...], *rows: tuple[str | None, ...], seen: Seen | None = None) -> Flow:
    """Take rows through all steps, the first as row 2."""
    columns = dict(zip(headings, zip(*rows, strict=True), strict=True))
    return prepare(batch(columns), task(recipe, headings), seen or Seen())


def test_two_rows_that_say_different_things_of_one_compound_and_day_are_named_together() -> None:
    seen = Seen()
    told("management_mode_register", MODES, ("甲苑", "街心", "自筹自管", "2025-03-01"), seen=seen)
    # Of another batch; the same, another day, another community, and another mode.
    flow = told(
        "management_mode_register", MODES,
        ("甲苑", "街心", "自治管理", "2025.3.1"), ("甲苑", "街心", "专业托管", "2025-03-02"),
        ("甲苑", "河西", "专业托管", "2025-03-01"), ("甲苑", "街心", "专业托管", "2025-03-01"),
        seen=seen,
    )  # fmt: skip
    [issue] = flow.issues
    assert (issue.outcome, issue.reason, issue.row, issue.cell) == ("quarantined", "contradiction", 5, "管理模式")
    assert issue.message == (
        "管理模式 is '专业托管', but '自筹自管' in row 2, which is about the same 小区名称, 所属社区, 起始日期; "
        "wanted is one row that holds"
    )
    assert flow.is_bad.tolist() == [False, False, False, True]


def test_a_record_is_known_by_its_area_and_day_whatever_the_row_says_of_it() -> None:
    first = told("area_population_register", PEOPLE, ("4313", "2025-09-30", "1000", "300"))
    other = told("area_population_register", PEOPLE, ("4313", "2025-09-30", "1010", "310"))
    later = told("area_population_register", PEOPLE, ("4313", "2025-10-31", "1010", "310"))
    assert first.source_id.tolist() == other.source_id.tolist() != later.source_id.tolist()


def test_more_households_than_people_is_noted_and_loaded() -> None:
    flow = told("area_population_register", PEOPLE, ("4313", "2025-09-30", "120", "300"))
    assert reasons(flow) == [("noted", 2, "unusual")]
    assert flow.issues[0].message == "户数 is 300, more than 人口, 120; is that so?"


@pytest.mark.parametrize(
    ("status", "day", "expected"),
    [
        ("已完工", "2025-11-01", [("quarantined", 2, "in_future")]),  # the day of the data is 2025-10-31
        ("已完工", "2025-10-31", []),
        ("实施中", "2025-12-31", []),  # a plan
    ],
)
def test_what_is_done_was_done_by_the_day_of_the_data(
    status: str, day: str, expected: list[tuple[str, int, str]]
) -> None:
    headings = ("项目编号", "项目名称", "项目状态", "小区名称", "完工日期")
    assert reasons(told("micro_project_register", headings, ("1", "修路", status, "甲苑", day))) == expected


def test_a_name_of_hundreds_of_letters_is_a_slip() -> None:
    longest = LONGEST["text"]
    rows = [(str(length), "字" * length, "街心", "100") for length in (longest, longest + 1)]
    headings = ("企业编号", "企业名称", "社区", "户数")
    flow = told("property_company_register", headings, *rows)
    assert reasons(flow) == [("quarantined", 3, "too_long")]
    assert flow.issues[0].message.endswith(f"...'; wanted is at most {longest} characters")
    assert len(flow.issues[0].message) < 200
