"""People stay out: numbers are masked wherever they stand, columns about persons go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.steps.personal import drop_personal, is_about_persons
from geodata.masking import is_id_number, mask_personal
from tests.etl.made import flow, reasons, task

# The check digit by hand (ISO 7064, MOD 11-2), as the standard's own example has it: 11010519491231002X.
ID_NUMBER = "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "masked", "kinds"),
    [
        (f"户主身份证{ID_NUMBER}已核", "户主身份证***已核", ("ID number",)),
        ("联系13800138000", "联系***", ("mobile number",)),
        ("+86 138-0013-8000", "***", ("mobile number",)),
        ("电话：１３８００１３８０００", "电话:***", ("mobile number",)),
        ("湘K12345占用消防通道", "***占用消防通道", ("licence plate",)),
        ("湘KD12345停在门口", "***停在门口", ("licence plate",)),
        ("张某13800138000、李某15912345678", "***、***", ("mobile number", "name")),
    ],
)
def test_personal_numbers_are_masked(text: str, masked: str, kinds: tuple[str, ...]) -> None:
    assert mask_personal(text) == (masked, kinds)


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021", "431302001001", "0738-8312345", "312-745-4290", "1-312-745-4290", "112.13912345678",
        "2025-03-05", "春园路138号", "湘江路", "110105199913310021", "A13800138000123", "way/13800138000123",
    ],
)  # fmt: skip
def test_other_numbers_stay(text: str) -> None:
    assert mask_personal(text) == (text, ())


def test_keys_lose_id_numbers_but_no_eleven_digits() -> None:
    assert mask_personal("13800138000", ids_only=True) == ("13800138000", ())
    assert mask_personal(ID_NUMBER, ids_only=True)[0] == "***"


def test_one_wrong_digit_is_no_id_number() -> None:
    assert is_id_number(ID_NUMBER)
    assert not is_id_number("110105194912310020")


@given(st.text(max_size=50))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once, _ = mask_personal(text)
    assert mask_personal(once) == (once, ())


@pytest.mark.parametrize(
    "heading",
    [
        "居民姓名",
        "户主",
        "联系人",
        "举报人电话",
        "身份证号码",
        "手机号",
        "车牌号",
        "reporter",
        "Contact Name",
        "责任人",
    ],
)
def test_headings_about_persons(heading: str) -> None:
    assert is_about_persons(heading)


@pytest.mark.parametrize(
    "heading",
    ["小区名称", "户数", "居民数", "常住人口", "整改责任单位", "电话", "联系电话", "name", "residents", "负责单位"],
)
def test_headings_about_places(heading: str) -> None:
    assert not is_about_persons(heading)


def test_columns_about_persons_go_and_cells_are_masked() -> None:
    columns: dict[str, list[str | None]] = {
        "隐患类型": ["燃气", "燃气"],
        "检查时间": ["2025-03-05", "2025-03-06"],
        "问题描述": ["找13800138000", "管道锈蚀"],
        "举报人": ["张三", "李四"],
        "备用": [ID_NUMBER, None],
    }
    seen = drop_personal(flow(columns), task("hazard_register", list(columns)))
    assert "举报人" not in seen.rows
    assert seen.rows["问题描述"].tolist() == ["找***", "管道锈蚀"]
    assert seen.rows["备用"].isna().tolist() == [True, True]
    assert reasons(seen) == [("noted", 2, "personal_data"), ("noted", 2, "personal_data")]
    assert not any("13800138000" in f"{issue.message}{issue.value}" for issue in seen.issues)
    assert seen.notes == ("left out, as they are about persons: 举报人",)


def test_a_posts_mobile_number_goes_and_its_landline_stays() -> None:
    columns = {"名称": ["甲", "乙"], "地址": ["a", "b"], "电话": ["13800138000", "0738-8312345"]}
    seen = drop_personal(flow(columns), task("police_post_register", list(columns)))
    assert seen.rows["电话"].isna().tolist() == [True, False]
