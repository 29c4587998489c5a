"""Weekly hours in the words of people, of OpenStreetMap and in ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InvalidInput
from geodata.layers.hours import (
    DAY_MINUTES,
    WEEK_MINUTES,
    Week,
    canonical_hours,
    format_week,
    is_open,
    next_change,
    open_spans,
    parse_week,
)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("周一至周五 9:00-17:00", "Mo-Fr 09:00-17:00"),
        ("星期一到星期五9：00—17：00", "Mo-Fr 09:00-17:00"),
        ("周一至五 9:00-17:00", "Mo-Fr 09:00-17:00"),
        ("每天 8:00-22:00", "Mo-Su 08:00-22:00"),
        ("8:00-22:00", "Mo-Su 08:00-22:00"),
        ("工作日 8:30-12:00，14:30-17:30", "Mo-Fr 08:30-12:00,14:30-17:30"),
        ("周一至周五 上午8:30-12:00 下午2:30-5:30", "Mo-Fr 08:30-12:00,14:30-17:30"),
        ("周一至周五 9:00-17:00；周六 9:00-12:00", "Mo-Fr 09:00-17:00; Sa 09:00-12:00"),
        ("周一、周三、周五 9时至11时30分", "Mo,We,Fr 09:00-11:30"),
        ("周六日 10点-16点半", "Sa-Su 10:00-16:30"),
        ("24小时", "24/7"),
        ("全天", "24/7"),
        ("每天24小时值班", "24/7"),
        ("24/7", "24/7"),
        ("Mo-Su 00:00-24:00", "24/7"),
        ("每天 20:00-次日6:00", "Mo-Su 20:00-06:00"),
        ("Mo-Fr 08:00-12:00,13:00-17:30; Sa 08:00-12:00; PH off", "Mo-Fr 08:00-12:00,13:00-17:30; Sa 08:00-12:00"),
        ("Mo-Su 09:00-18:00; We off", "Mo-Tu,Th-Su 09:00-18:00"),
        ("Fr-Mo 22:00-02:00", "Mo,Fr-Su 22:00-02:00"),
        ("Mon-Fri 9am-5pm", "Mo-Fr 09:00-17:00"),
        ("Monday to Friday: 9:00 am - 5:30 pm", "Mo-Fr 09:00-17:30"),
        ("daily 12pm-12am", "Mo-Su 12:00-24:00"),
        ("周一至周五 24小时；周末 8:00-20:00", "Mo-Fr 00:00-24:00; Sa-Su 08:00-20:00"),
        ("off", "off"),
    ],
)
def test_hours_are_kept_in_one_form(written: str, kept: str) -> None:
    assert canonical_hours(written) == kept


@pytest.mark.parametrize(
    "written",
    ["", "看情况", "9:00", "周一至周五", "Jan-Mar 09:00-17:00", "25:00-26:00", "9:70-10:00", "sunrise-sunset", "9-9"],
)
def test_what_is_no_weekly_hours_is_refused(written: str) -> None:
    assert canonical_hours(written) is None


def test_night_hours_reach_into_the_next_day() -> None:
    # Friday 22:00 to Saturday 02:00: open on Saturday at 01:59, closed at 02:00 and on Friday at 01:00.
    hours = "Fr 22:00-02:00"
    assert is_open(hours, 4, 22 * 60)
    assert is_open(hours, 5, 119)
    assert not is_open(hours, 5, 120)
    assert not is_open(hours, 4, 60)
    # Sunday's night belongs to Monday morning.
    assert is_open("Su 23:00-01:00", 0, 30)


def test_a_span_holds_its_start_and_not_its_end() -> None:
    assert is_open("Mo-Fr 09:00-17:00", 0, 540)
    assert not is_open("Mo-Fr 09:00-17:00", 0, 1020)
    assert not is_open("Mo-Fr 09:00-17:00", 5, 600)


def test_no_such_minute_or_hours_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"0\.\.6"):
        is_open("24/7", 7, 0)
    with pytest.raises(InvalidInput, match="1439"):
        is_open("24/7", 0, DAY_MINUTES)
    with pytest.raises(InvalidInput, match="Mo-Fr 09:00-17:00"):
        is_open("sometimes", 0, 0)


_spans = st.lists(st.integers(0, DAY_MINUTES), min_size=2, max_size=6, unique=True).map(
    lambda edges: tuple(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
)
_weeks = st.tuples(*[st.just(()) | _spans] * 7)


@given(_weeks)
def test_the_form_says_exactly_the_week(week: Week) -> None:
    written = format_week(week)
    assert parse_week(written) == week
    assert canonical_hours(written) == written


@given(_weeks, st.integers(0, 6), st.integers(0, DAY_MINUTES - 1))
def test_is_open_agrees_with_the_spans(week: Week, weekday: int, minute: int) -> None:
    assert is_open(format_week(week), weekday, minute) == any(a <= minute < b for a, b in week[weekday])


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    kept = canonical_hours(text)
    assert kept is None or canonical_hours(kept) == kept


@pytest.mark.parametrize(
    ("hours", "day", "clock", "minutes"),
    [
        ("Mo-Fr 09:00-17:00", 0, "08:00", 60),  # opens at nine
        ("Mo-Fr 09:00-17:00", 0, "09:00", 480),  # closes at five
        ("Mo-Fr 09:00-17:00", 4, "17:00", 64 * 60),  # not before Monday
        ("Mo-Su 22:00-06:00", 6, "23:30", 390),  # over midnight, from Sunday into Monday
        ("Mo-Su 22:00-06:00", 0, "05:59", 1),
        ("Mo-Su 22:00-06:00", 0, "06:00", 16 * 60),
        ("Su 23:00-24:00; Mo 00:00-01:00", 6, "23:30", 90),  # two rules, one span
        ("Mo 00:00-01:00", 0, "01:00", WEEK_MINUTES - 60),
        ("24/7", 2, "12:00", None),
        ("off", 2, "12:00", None),
    ],
)
def test_the_next_change_is_told_in_minutes(hours: str, day: int, clock: str, minutes: int | None) -> None:
    hour, minute = map(int, clock.split(":"))
    assert next_change(hours, day, hour * 60 + minute) == minutes


@given(_weeks, st.integers(0, WEEK_MINUTES - 1))
def test_a_place_is_open_in_its_spans_and_at_no_other_time(week: Week, now: int) -> None:
    hours = format_week(week)
    day, minute = divmod(now, DAY_MINUTES)
    spans = open_spans(hours)
    inside = any(start <= at < end for start, end in spans for at in (now, now + WEEK_MINUTES))
    assert inside == is_open(hours, day, minute)
    change = next_change(hours, day, minute)
    if change is not None:
        then = (now + change) % WEEK_MINUTES
        assert is_open(hours, *divmod(then, DAY_MINUTES)) != is_open(hours, day, minute)
