"""Counts, measures and money as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.steps.numbers import parse_count, parse_money, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("300", "300"), ("300.0", "300"), ("３００", "300"), ("1,234", "1234"), ("12栋", "12"), ("1998年", "1998"),
        ("三百", "300"), ("十二", "12"), ("三百二十", "320"), ("一千零五", "1005"), ("二〇二五", "2025"),
        ("两百", "200"),
        ("一万二千", "12000"), ("1.2万", "12000"), ("3千", "3000"), ("0", "0"), ("-3", "-3"), ("320 households", "320"),
    ],
)  # fmt: skip
def test_counts(text: str, value: str) -> None:
    parsed = parse_count(text)
    assert (parsed.value, parsed.reason) == (value, "")


@pytest.mark.parametrize(
    ("text", "value"),
    [("约300户", "300"), ("300余", "300"), ("300余户", "300"), ("三百多户", "300"), ("大约 1.2万", "12000")],
)
def test_an_about_is_taken_and_said(text: str, value: str) -> None:
    parsed = parse_count(text)
    assert (parsed.value, parsed.reason, parsed.is_refused) == (value, "approximate", False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("很多", "bad_number"), ("300-400", "bad_number"), ("1/2", "bad_number"), ("12.5", "not_whole"),
        ("4.31302E+11", "not_whole"), ("1,23", "bad_number"), ("二百五", "bad_number"), ("nan", "bad_number"),
        ("1e999", "bad_number"), ("90年代", "bad_number"), ("", "bad_number"), ("十十", "bad_number"),
    ],
)  # fmt: skip
def test_what_is_no_count_is_refused(text: str, reason: str) -> None:
    parsed = parse_count(text)
    assert parsed.is_refused
    assert parsed.value is None
    assert parsed.reason == reason


@given(st.integers(-(10**9), 10**9))
def test_any_integer_is_itself(number: int) -> None:
    assert parse_count(str(number)).value == str(number)
    assert parse_count(f"{number:,}").value == str(number)


_DIGITS = "零一二三四五六七八九"


def _in_chinese(number: int) -> str:
    """Write 1..9999 by the school rule: a gap between units is one 零, 10-19 start with 十."""
    words, gap = "", False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + word
        gap = digit == 0
    return words[1:] if words.startswith("一十") else words


@given(st.integers(1, 9999))
def test_chinese_numerals_written_by_the_school_rule_are_read(number: int) -> None:
    assert parse_count(_in_chinese(number)).value == str(number)


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    for parsed in (parse_count(text), parse_number(text, "m"), parse_money(text, "金额")):
        assert (parsed.value is None) == parsed.is_refused


def test_measures_in_their_unit() -> None:
    # 30 mph = 30 * 1.609344 = 48.28032 km/h.
    assert parse_number("30 mph", "km/h").value == "48.28032"
    assert parse_number("50 km/h", "km/h").value == "50.0"
    assert parse_number("3.5m", "m").value == "3.5"
    assert parse_number("walk", "km/h").is_refused


@pytest.mark.parametrize(
    ("text", "heading", "value"),
    [
        ("12000", "预算(元)", "12000.00"), ("1.2", "预算（万元）", "12000.00"), ("1.2万元", "预算", "12000.00"),
        ("1.2万", "预算(万元)", "12000.00"), ("12,000.50元", "预算", "12000.50"), ("¥1,200", "金额", "1200.00"),
        ("3500元", "预算(万元)", "3500.00"), ("0", "预算(万元)", "0.00"), ("三千", "预算(元)", "3000.00"),
    ],
)  # fmt: skip
def test_money_is_yuan(text: str, heading: str, value: str) -> None:
    parsed = parse_money(text, heading)
    assert parsed.value is not None
    assert Decimal(parsed.value) == Decimal(value)


def test_a_fraction_of_a_fen_is_rounded_and_said() -> None:
    assert parse_money("0.123456", "预算(元)").reason == "rounded"
    # 0.123456 * 10000 = 1234.56 exactly.
    assert parse_money("0.123456", "预算(万元)").value == "1234.56"
