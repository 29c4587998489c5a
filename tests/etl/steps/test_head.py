from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.steps.head import HEAD_ROWS, Head, find_head, find_headings
from etl.steps.merged import Merge
from geodata.errors import InvalidInput


def test_title_and_unit_rows_are_passed_over() -> None:
    rows = [
        ["乐坪街道老旧小区台账", "", "", ""],
        ["填报单位：社区办", "", "", "2025年3月5日"],
        ["序号", "小区名称", "户数", "经度"],
        ["1", "乐坪一小区", "300", "112.01"],
    ]
    assert find_head(rows) == 2


def test_the_first_of_equal_rows_wins() -> None:
    # Two labels each: a table of texts only looks the same all the way down.
    assert find_head([["name", "kind"], ["north", "gate"], ["south", "gate"]]) == 0


def test_repeated_texts_count_once() -> None:
    # A group row whose merged cell was filled (2 distinct) lies above the headings (4 distinct).
    assert find_head([["基本信息", "基本信息", "坐标", "坐标"], ["名称", "户数", "经度", "纬度"]]) == 1


@pytest.mark.parametrize(
    "cell", ["12", "1,250.5", "-3e5", "nan", "35%", "¥200", "2025-03-05", "2025年3月5日", "10:30", "  ", "—"]
)
def test_numbers_amounts_dates_and_dashes_are_no_headings(cell: str) -> None:
    assert find_head([[cell, f" {cell}", ""], ["名称", "", ""]]) == 1


def test_pairs_above_the_table_are_no_headings() -> None:
    rows = [["填报单位：社区办", "填报人：李", "日期：三月", ""], ["序号", "名称", "户数", "备注："]]
    assert find_head(rows) == 1


def test_a_row_with_a_cell_too_many_does_not_win() -> None:
    # 3 labels, then 4: three quarters of the most are enough for the first.
    assert find_head([["名称", "户数", "备注"], ["二", "2", "靠街", "临河", "多"]]) == 0


def test_a_repeated_heading_does_not_hand_the_place_to_the_data() -> None:
    # 3 distinct labels of 4 cells, then 4 distinct texts.
    assert find_head([["名称", "类别", "备注", "备注"], ["一", "楼", "新", "旧"]]) == 0


def test_rows_beyond_the_twentieth_are_not_looked_at() -> None:
    rows = [["title"], *([["1", "2"]] * (HEAD_ROWS - 1)), ["name", "households"]]
    assert find_head(rows) == 0


@pytest.mark.parametrize("rows", [[], [[]], [["1", "2"], ["", "3.5"]]])
def test_rows_without_any_text_are_refused(rows: list[list[str]]) -> None:
    with pytest.raises(InvalidInput, match="no row of headings"):
        find_head(rows)


@given(
    st.lists(st.sampled_from(["名称", "户数", "经度", "kind"]), min_size=2, unique=True),
    st.lists(st.lists(st.integers().map(str), max_size=6), max_size=12),
    st.integers(min_value=0, max_value=5),
)
def test_headings_are_found_under_any_titles_and_above_any_numbers(
    headings: list[str], numbers: list[list[str]], titles: int
) -> None:
    rows = [["台账", ""]] * titles + [headings] + numbers
    assert find_head(rows) == titles


GROUPS = [
    ["微实事台账", "", "", "", "", ""],
    ["序号", "名称", "计划", "", "实际", ""],
    ["", "", "金额", "日期", "金额", "日期"],
    ["1", "甲", "300", "2025-03-05", "", "x"],
]
JOINED = ("序号", "名称", "计划 金额", "计划 日期", "实际 金额", "实际 日期")
MERGES = [Merge(1, 0, 1, 5), Merge(2, 0, 3, 0), Merge(2, 1, 3, 1), Merge(2, 2, 2, 3), Merge(2, 4, 2, 5)]


@pytest.mark.parametrize("merges", [MERGES, []])
def test_headings_of_two_rows_are_joined_with_and_without_merged_cells(merges: list[Merge]) -> None:
    assert find_headings(GROUPS, merges) == Head(1, 2, JOINED)


def test_groups_may_be_years_and_fewer_than_what_they_hold() -> None:
    # The lower row has more labels, so it is found first; 2024 and 2025 are groups only because they are merged.
    rows = [["社区", "2024年", "", "2025年", ""], ["", "数量", "金额", "数量", "金额"], ["金谷", "1", "2", "3", "4"]]
    merges = [Merge(1, 0, 2, 0), Merge(1, 1, 1, 2), Merge(1, 3, 1, 4)]
    joined = ("社区", "2024年 数量", "2024年 金额", "2025年 数量", "2025年 金额")
    assert find_headings(rows, merges) == Head(0, 1, joined)


def test_groups_that_tell_nothing_apart_are_not_read() -> None:
    rows = [["基本信息", "", "坐标", ""], ["名称", "户数", "经度", "纬度"], ["甲", "1", "2", "3"]]
    merges = [Merge(1, 0, 1, 1), Merge(1, 2, 1, 3)]
    for known in (merges, []):
        assert find_headings(rows, known) == Head(1, 1, ("名称", "户数", "经度", "纬度"))


def test_a_group_of_one_column_counts_where_cells_are_merged_over_both_rows() -> None:
    rows = [["名称", "计划", "实际", ""], ["", "金额", "金额", "日期"], ["甲", "1", "2", "3"]]
    merges = [Merge(1, 0, 2, 0), Merge(1, 2, 1, 3)]
    assert find_headings(rows, merges).cells == ("名称", "计划 金额", "实际 金额", "实际 日期")


@pytest.mark.parametrize(
    "rows",
    [
        [["名称", "地址", "", "备注"], ["甲", "路", "3号楼", ""], ["乙", "路", "4号楼", ""]],
        [["名称", "类别", "地址", "备注", ""], ["甲", "楼", "路", "好", "坏"]],
        [["名称", "户数"], ["", "约三百"], ["甲", "三百"]],
        [["名称", "x", ""], ["", "1", "2"]],
    ],
)
def test_a_row_of_data_is_no_second_row_of_headings(rows: list[list[str]]) -> None:
    assert find_headings(rows) == Head(0, 0, tuple(rows[0]))


def test_title_and_unit_rows_of_merged_cells_are_no_groups() -> None:
    rows = [
        ["台账", "", "", ""],
        ["单位：元", "", "二〇二五", ""],
        ["名称", "户数", "经度", "纬度"],
        ["甲", "1", "2", "3"],
    ]
    merges = [Merge(1, 0, 1, 3), Merge(2, 0, 2, 1), Merge(2, 2, 2, 3)]
    assert find_headings(rows, merges) == Head(2, 2, ("名称", "户数", "经度", "纬度"))
