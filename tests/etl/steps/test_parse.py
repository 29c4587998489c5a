"""Columns become values: plain cells at once, odd ones carefully, bad ones to quarantine with their cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.steps.parse import parse_fields
from tests.etl.made import flow, reasons, task

Columns = dict[str, list[str | None]]

COMPOUND = ["小区名称", "户数", "建成年份", "小区类型", "社区"]


def test_a_register_row_by_hand() -> None:
    columns: Columns = {
        "小区名称": [" 吉祥花园 ", "锦绣苑（一期）"], "户数": ["约300户", "1,200"], "建成年份": ["1998年", "２００５"],
        "小区类型": ["老旧小区", "tower"], "社区": ["街心社区", "—"],
    }  # fmt: skip
    seen = parse_fields(flow(columns), task("compound_register", COMPOUND))
    first, second = seen.values.astype(object).where(seen.values.notna(), None).to_dict("records")
    assert (first["name"], first["households"], first["built_year"]) == ("吉祥花园", "300", "1998")
    assert (first["kind"], first["community"]) == ("old_open", "街心社区")
    assert (second["name"], second["households"], second["built_year"]) == ("锦绣苑（一期）", "1200", "2005")
    assert (second["kind"], second["community"]) == ("tower", None)
    assert second["residents"] is None
    assert reasons(seen) == [("noted", 2, "approximate")]


def test_every_bad_cell_is_named_and_the_row_is_out() -> None:
    columns: Columns = {
        "小区名称": ["甲", None, "丙"], "户数": ["很多", "5", "-3"], "建成年份": ["1998", "1998", "2300"],
        "小区类型": ["飞船", "tower", "tower"], "社区": [None] * 3,
    }  # fmt: skip
    seen = parse_fields(flow(columns), task("compound_register", COMPOUND))
    assert seen.is_bad.all()
    assert sorted(reasons(seen)) == [
        ("quarantined", 2, "bad_number"), ("quarantined", 2, "unknown_choice"), ("quarantined", 3, "missing_value"),
        ("quarantined", 4, "out_of_range"), ("quarantined", 4, "out_of_range"),
    ]  # fmt: skip
    bad = next(issue for issue in seen.issues if issue.reason == "bad_number")
    assert (bad.cell, bad.field, bad.value) == ("户数", "households", "很多")
    assert bad.message == "户数 is '很多'; wanted is a whole number such as 300"


def test_a_refused_required_cell_is_said_once() -> None:
    columns: Columns = {"隐患类型": ["燃气"], "检查时间": ["2025年2月30日"]}
    seen = parse_fields(flow(columns), task("hazard_register", list(columns)))
    assert reasons(seen) == [("quarantined", 2, "no_such_day")]


def test_an_odd_tag_of_a_free_map_costs_no_road() -> None:
    columns: Columns = {"@id": ["way/1", "way/2"], "highway": ["residential", None], "maxspeed": ["walk", "50"]}
    seen = parse_fields(flow(columns), task("osm_road", list(columns)))
    assert seen.is_bad.tolist() == [False, True]
    assert reasons(seen) == [("quarantined", 3, "missing_value"), ("noted", 2, "bad_number")]


def test_constants_and_defaults() -> None:
    columns: Columns = {"name": ["Poste", None], "kind": ["clinic", None]}
    seen = parse_fields(flow(columns), task("points_of_interest", list(columns)))
    assert seen.values["kind"].tolist() == ["clinic", "other"]
    columns = {"@id": ["node/1", "node/2"], "name": ["Poste", None]}
    seen = parse_fields(flow(columns), task("osm_police_post", list(columns)))
    assert seen.values["kind"].tolist() == ["station", "station"]
    # What has no name is called what it is, in the reader's language, and nowhere in the store.
    assert seen.values["name"].isna().tolist() == [False, True]


def test_money_columns_in_ten_thousands() -> None:
    columns: Columns = {"项目名称": ["充电桩"], "预算(万元)": ["1.25"]}
    seen = parse_fields(flow(columns), task("micro_project_register", list(columns)))
    assert seen.values["budget"].tolist() == ["12500.00"]


@pytest.mark.parametrize("text", ["x" * 20_000, "a\x00b", "　全角　", "⚠️", "a\r\nb"])
def test_any_text_is_kept_tidy_or_refused(text: str) -> None:
    columns: Columns = {"小区名称": [text], "户数": ["1"]}
    seen = parse_fields(flow(columns), task("compound_register", list(columns)))
    name = seen.values["name"].iloc[0]
    assert seen.is_bad[0] or ("\x00" not in name and name == name.strip())


@given(st.lists(st.text(max_size=12) | st.none(), min_size=1, max_size=8))
def test_each_row_has_a_value_or_a_reason_or_nothing_to_say(cells: list[str | None]) -> None:
    columns: Columns = {"小区名称": ["甲"] * len(cells), "户数": cells}
    seen = parse_fields(flow(columns), task("compound_register", list(columns)))
    quarantined = {issue.row for issue in seen.issues if issue.outcome == "quarantined"}
    assert {seen.row(at) for at in seen.is_bad.nonzero()[0].tolist()} == quarantined
    assert not (seen.values["households"].notna().to_numpy() & seen.is_bad).any()
