"""Texts, codes, choices and lists of names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.folding import find_heading, is_heading
from etl.steps.words import is_nothing, parse_choice, parse_code, parse_flag, parse_names, parse_nodes, parse_text
from geodata.folding import fold, tidy
from geodata.layers import get_layer


def test_only_full_width_ascii_is_folded() -> None:
    assert fold("　ＡＢ１２（甲）㎡①　") == "AB12(甲)㎡①"
    assert tidy("春园路１２号（东），㎡①") == "春园路12号（东），㎡①"


def test_headings_match_exactly_folded_or_cut_by_a_shapefile() -> None:
    assert is_heading(" 小区名称 ", "小区名称")
    assert is_heading("预算（万元）", "预算(万元)")
    assert is_heading("NAME", "name")
    assert is_heading("小区\n名称", "小区名称")
    assert is_heading("整改完成日", "整改完成日期")
    assert is_heading("AREA_NUMBE", "area_number")
    assert not is_heading("小区名", "小区名称")
    assert not is_heading("户数合计", "户数")
    assert find_heading(("lng", "经度"), ("经度", "LNG")) == "LNG"


@pytest.mark.parametrize("text", ["", " ", "无", "—", "-", "/", "暂无", "待定", "N/A", "null", "　"])
def test_ways_of_writing_nothing(text: str) -> None:
    assert is_nothing(text)


def test_zero_and_no_are_something() -> None:
    assert not is_nothing("0")
    assert not is_nothing("no")


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("431302001001", "431302001001", ""),
        ("431302001001.0", "431302001001", "number_as_code"),
        ("4.31302E+11", None, "rounded_code"),
        ("4.31302e11", None, "rounded_code"),
        ("43130200100", None, "wrong_length"),
        ("031302001001", "031302001001", ""),
    ],
)
def test_codes_are_never_repaired(text: str, value: str | None, reason: str) -> None:
    parsed = parse_code(text, 12)
    assert (parsed.value, parsed.reason) == (value, reason)


def test_choices_by_value_label_or_synonym() -> None:
    kind = get_layer("police_post").field("kind")
    assert kind is not None
    for text in ("room", "社区警务室", "Community police room", "警务室", " 警务室 "):
        assert parse_choice(text, kind).value == "room"
    refused = parse_choice("咖啡馆", kind)
    assert refused.is_refused
    assert "派出所" in refused.wanted


def test_names_become_an_array_text() -> None:
    assert parse_names("原物资局宿舍、物资院，老物资;物资院").value == '{"原物资局宿舍","物资院","老物资"}'
    assert parse_names('a"b').value == '{"a\\"b"}'
    assert parse_names("、").value is None


def test_flags_and_nodes() -> None:
    assert [parse_flag(text).value for text in ("是", "×", "YES", "0")] == ["true", "false", "true", "false"]
    assert parse_flag("也许").is_refused
    assert parse_nodes("12 -3 4").value == "{12,-3,4}"
    assert parse_nodes("12;x").is_refused


@given(st.text(max_size=60))
def test_kept_texts_hold_no_control_marks(text: str) -> None:
    kept = parse_text(text).value
    assert kept is None or (kept == kept.strip() and "\x00" not in kept)
