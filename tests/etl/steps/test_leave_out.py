"""Totals, footers and empty rows are no records; 同上 is the cell above."""

from __future__ import annotations

from etl.flow import Seen
from etl.steps.leave_out import fill_ditto, leave_out_what_is_no_record
from tests.etl.made import flow, reasons, task

HEADINGS = ["序号", "小区名称", "户数", "社区"]


def test_totals_footers_and_empty_rows_are_ignored() -> None:
    columns = {
        "序号": ["1", "2", None, "合  计", "填表人：某某", None, "备注：含车库"],
        "小区名称": ["吉祥花园", "会计学校宿舍", None, None, None, "小计", None],
        "户数": ["300", "200", None, "500", None, "500", None],
        "社区": ["街心社区", "街心社区", None, None, None, None, None],
    }
    seen = leave_out_what_is_no_record(flow(columns), task("compound_register", HEADINGS))
    assert seen.rows.index.tolist() == [2, 3]
    assert seen.ignored == 5
    assert sorted(reasons(seen)) == [
        ("ignored", 4, "empty_row"), ("ignored", 5, "total_row"), ("ignored", 6, "footer"),
        ("ignored", 7, "total_row"), ("ignored", 8, "footer"),
    ]  # fmt: skip


def test_a_place_whose_name_sounds_like_a_total_stays() -> None:
    columns = {"小区名称": ["合计小区", "审计局宿舍", "Total Wine House"], "户数": ["1", "2", "3"]}
    seen = leave_out_what_is_no_record(flow(columns), task("compound_register", list(columns)))
    assert len(seen.rows) == 3


def test_ditto_takes_the_cell_above() -> None:
    columns = {"小区名称": ["甲", "乙", "丙"], "户数": ["1", "2", "3"], "社区": ["街心社区", "同上", "同上"]}
    seen = fill_ditto(flow(columns), task("compound_register", list(columns)), Seen())
    assert seen.rows["社区"].tolist() == ["街心社区"] * 3


def test_ditto_with_nothing_above_is_refused() -> None:
    columns = {"小区名称": ["甲", "乙"], "户数": ["1", "2"], "社区": ["同上", "街心社区"]}
    seen = fill_ditto(flow(columns), task("compound_register", list(columns)), Seen())
    assert reasons(seen) == [("quarantined", 2, "ditto")]
    assert seen.is_bad.tolist() == [True, False]


def test_ditto_in_the_first_row_of_a_batch_takes_the_last_cell_of_the_one_before() -> None:
    part, seen = task("compound_register", HEADINGS), Seen()
    batches: list[list[str | None]] = [["街心社区", None], ["同上", "同上"], ["城南社区", "同上"], ["同上", None]]
    found = []
    for cells in batches:
        columns: dict[str, list[str | None]] = {"小区名称": ["甲", "乙"], "户数": ["1", "2"], "社区": cells}
        filled = fill_ditto(flow(columns), part, seen)
        assert not filled.issues
        found += filled.rows["社区"].astype(object).where(filled.rows["社区"].notna(), None).tolist()
    assert found == ["街心社区", None, "街心社区", "街心社区", "城南社区", "城南社区", "城南社区", None]
