"""Days as people write them."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.steps.dates import parse_date, parse_moment, parse_month

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-05", "2025年3月5日", "2025.3.5", "2025/3/5", "20250305", "２０２５年３月５日", "2025-03-05T08:30:00",
        "2025-03-05 00:00:00", "2025/3/5 8:30", "2025年3月5日 星期三", "2025-03-05T18:00:00+08:00", "13/3/2025",
    ],
)  # fmt: skip
def test_one_day_in_many_forms(text: str) -> None:
    expected = "2025-03-13" if text.startswith("13") else "2025-03-05"
    parsed = parse_date(text, SHANGHAI)
    assert (parsed.value, parsed.is_refused) == (expected, False)


def test_a_moment_in_another_zone_is_the_local_day() -> None:
    # 18:00 in Greenwich is 02:00 of the next day in Shanghai.
    assert parse_date("2025-03-05T18:00:00Z", SHANGHAI).value == "2025-03-06"


def test_a_spreadsheet_serial_is_taken_and_said() -> None:
    # 45721 days after 1899-12-30: 45658 is 2025-01-01, and 63 days later is 5 March.
    parsed = parse_date("45721", SHANGHAI)
    assert (parsed.value, parsed.reason, parsed.is_refused) == ("2025-03-05", "date_serial", False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2025年2月30日", "no_such_day"), ("2025-13-01", "no_such_day"), ("20250230", "no_such_day"),
        ("2025年3月", "month_only"), ("2025-03", "month_only"), ("2025年", "month_only"), ("3月5日", "no_year"),
        ("03/04/2025", "ambiguous_date"), ("立即", "bad_date"), ("1025-03-05", "bad_date"), ("12345", "bad_date"),
        ("25.3.5", "bad_date"), ("2025年3月5日至8日", "bad_date"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(text: str, reason: str) -> None:
    parsed = parse_date(text, SHANGHAI)
    assert (parsed.value, parsed.reason, parsed.is_refused) == (None, reason, True)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_any_day_in_any_form_is_itself(day: date) -> None:
    for text in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}"):
        assert parse_date(text, SHANGHAI).value == day.isoformat()


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_refused(text: str) -> None:
    parsed = parse_date(text, SHANGHAI)
    assert (parsed.value is None) == parsed.is_refused


@pytest.mark.parametrize(
    "text",
    ["2025年3月", "2025-03", "2025.3", "202503", "2025/3", "2025年3月份", "2025-03-17", "45721", "２０２５年３月"],
)
def test_one_month_in_many_forms(text: str) -> None:
    parsed = parse_month(text, SHANGHAI)
    assert (parsed.value, parsed.is_refused) == ("2025-03-01", False)


@pytest.mark.parametrize("text", ["2025年13月", "2025", "三月", "2025年2月30日", "202513"])
def test_what_is_no_month_is_refused(text: str) -> None:
    assert parse_month(text, SHANGHAI).is_refused


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-05 14:30", "2025/3/5 14:30", "2025年3月5日14时30分", "2025年3月5日 14:30", "2025年3月5日 下午2:30",
        "2025-03-05T14:30:00", "03/13/2025 02:30:00 PM", "2025-03-05T06:30:00Z", "45721.6041667", "2025年3月5日14点30",
    ],
)  # fmt: skip
def test_one_moment_in_many_forms(text: str) -> None:
    day = "13" if text.startswith("03/13") else "05"
    parsed = parse_moment(text, SHANGHAI)
    assert (parsed.value, parsed.is_refused) == (f"2025-03-{day}T14:30:00+08:00", False)


def test_midnight_and_noon_of_the_twelve_hour_clock() -> None:
    assert parse_moment("03/13/2025 12:05 AM", SHANGHAI).value == "2025-03-13T00:05:00+08:00"
    assert parse_moment("03/13/2025 12:05 PM", SHANGHAI).value == "2025-03-13T12:05:00+08:00"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2025-03-05", "no_time"), ("2025年3月5日", "no_time"), ("2025-03-05 25:00", "bad_moment"),
        ("2025年2月30日 9:00", "no_such_day"), ("昨天 9:00", "bad_date"), ("14:30", "no_time"),
    ],
)  # fmt: skip
def test_what_is_no_moment_is_refused(text: str, reason: str) -> None:
    parsed = parse_moment(text, SHANGHAI)
    assert (parsed.value, parsed.reason, parsed.is_refused) == (None, reason, True)


@given(st.text(max_size=24))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    for parse in (parse_month, parse_moment):
        parsed = parse(text, SHANGHAI)
        assert (parsed.value is None) == parsed.is_refused
