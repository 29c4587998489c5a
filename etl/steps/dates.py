"""Days, months and moments as people write them: 2025年3月5日, 2025.3.5, 20250305, ISO times, spreadsheet serials."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo

from etl.flow import DayOrder
from etl.steps.parsed import Parsed, refused
from geodata.folding import fold

_WANTED = "a day such as 2025-03-05"
_WANTED_MONTH = "a month such as 2025-03"
_WANTED_MOMENT = "a day with its time such as 2025-03-05 14:30"
_PARTS = re.compile(
    r"(\d{4})\s*([-./年])\s*(\d{1,2})\s*(?:[-./月])\s*(\d{1,2})\s*(?:[日号])?(?:\s*(?:星期|周)[一二三四五六日天])?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_MONTH = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*(?:月份?)?")
_COMPACT_MONTH = re.compile(r"((?:19|20)\d{2})(\d{2})")
_CLOCK = re.compile(
    r"[T\s日号]\s*([上下]午)?\s*(\d{1,2})(?:[:时点]\s*(\d{1,2})?)\s*分?(?::(\d{1,2})(?:\.\d+)?)?\s*([AaPp][Mm])?$"
)
_TIME = re.compile(r"[T\s]\s*(?:[上下]午)?\s*\d{1,2}[:时点]\d{1,2}.*$")
_ISO_ZONED = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})")
_MONTH = re.compile(r"\d{4}\s*(年\s*\d{1,2}\s*月?(份|初|中旬?|底|末)?|[-./]\s*\d{1,2})|\d{4}年?")
_YEARLESS = re.compile(r"\d{1,2}\s*(月|[-./])\s*\d{1,2}\s*[日号]?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_SERIAL_DAYS = range(20_000, 73_051)
"""1954-10-03 to 2099-12-31: five digits outside are no day that anybody meant."""
_SERIAL_START = date(1899, 12, 30)
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def parse_date(text: str, zone: tzinfo, order: DayOrder | None = None) -> Parsed:
    """Read a day; a moment with a time zone is the day that it falls on in `zone`.

    Args:
        text: the cell.
        zone: of local times.
        order: what comes first in 03/04/2025, where the column shows it; None refuses such a day.
    """
    folded = fold(text)
    if _ISO_ZONED.fullmatch(folded):
        return _zoned(folded, zone)
    day = _TIME.sub("", folded)
    for pattern, groups in ((_PARTS, (1, 3, 4)), (_COMPACT, (1, 2, 3))):
        found = pattern.fullmatch(day)
        if found:
            return _day(*(int(found[group]) for group in groups))
    serial = _SERIAL.fullmatch(folded)
    if serial and int(serial[1]) in _SERIAL_DAYS:
        value = (_SERIAL_START + timedelta(days=int(serial[1]))).isoformat()
        return Parsed(value, "date_serial", f"{value}, the day that a spreadsheet keeps as this number, was taken")
    written = _DAY_FIRST.fullmatch(day)
    if written:
        return _either_order(int(written[1]), int(written[2]), int(written[3]), order)
    if _MONTH.fullmatch(folded):
        return refused("month_only", f"{_WANTED}: a month alone doesn't say the day")
    if _YEARLESS.fullmatch(folded):
        return refused("no_year", f"{_WANTED}, with its year")
    return refused("bad_date", _WANTED)


def find_day_order(texts: Iterable[str]) -> DayOrder | None:
    """Return what comes first in days such as 03/13/2025, where some show it and none shows the other; else None."""
    found: set[DayOrder] = set()
    for text in texts:
        written = _DAY_FIRST.fullmatch(_TIME.sub("", fold(text)))
        if written and int(written[2]) > 12 >= int(written[1]):
            found.add("month")
        elif written and int(written[1]) > 12 >= int(written[2]):
            found.add("day")
    return found.pop() if len(found) == 1 else None


def parse_month(text: str, zone: tzinfo, order: DayOrder | None = None) -> Parsed:
    """Read a month as its first day; a day stands for its month."""
    folded = fold(text)
    for pattern in (_YEAR_MONTH, _COMPACT_MONTH):
        found = pattern.fullmatch(folded)
        if found:
            day = _day(int(found[1]), int(found[2]), 1)
            return refused("no_such_day", _WANTED_MONTH) if day.is_refused else day
    day = parse_date(folded, zone, order)
    if day.value is None:
        return refused("bad_month", _WANTED_MONTH)
    return Parsed(f"{day.value[:7]}-01")


def parse_moment(text: str, zone: tzinfo, order: DayOrder | None = None) -> Parsed:
    """Read a day with its time, local in `zone` unless it says its own offset; ISO 8601 with the offset."""
    folded = fold(text)
    if _ISO_ZONED.fullmatch(folded):
        return _at(folded, zone)
    serial = _SERIAL.fullmatch(folded)
    if serial and serial[2] and int(serial[1]) in _SERIAL_DAYS:
        start = datetime.combine(_SERIAL_START, time(), zone)
        minutes = round(float(folded) * 24 * 60)
        return Parsed((start + timedelta(minutes=minutes)).isoformat())
    found = _CLOCK.search(folded)
    if found is None:
        return refused("no_time", _WANTED_MOMENT)
    day = parse_date(folded[: found.start()].strip(), zone, order)
    hour, minute, second = int(found[2]), int(found[3] or 0), int(found[4] or 0)
    hour += 12 if (found[1] == "下午" or (found[5] or "").lower() == "pm") and hour < 12 else 0
    hour -= 12 if (found[5] or "").lower() == "am" and hour == 12 else 0
    if day.value is None:
        return refused(day.reason, _WANTED_MOMENT)
    if hour > 23 or minute > 59 or second > 59:
        return refused("bad_moment", _WANTED_MOMENT)
    at = datetime.combine(date.fromisoformat(day.value), time(hour, minute, second), zone)
    return Parsed(at.isoformat())


def _at(text: str, zone: tzinfo) -> Parsed:
    try:
        return Parsed(datetime.fromisoformat(text).astimezone(zone).isoformat())
    except (ValueError, OverflowError):
        return refused("no_such_day", _WANTED_MOMENT)


def _zoned(text: str, zone: tzinfo) -> Parsed:
    try:
        return Parsed(datetime.fromisoformat(text).astimezone(zone).date().isoformat())
    except (ValueError, OverflowError):
        return refused("no_such_day", f"{_WANTED} that the calendar has")


def _either_order(first: int, second: int, year: int, order: DayOrder | None) -> Parsed:
    """Read 24/03/2025 and 03/24/2025; 03/04/2025 may be either and is refused, unless the order is known."""
    if first == second or first > 12 or (order == "day" and second <= 12):
        return _day(year, second, first)
    if second > 12 or order == "month":
        return _day(year, first, second)
    return refused("ambiguous_date", f"{_WANTED}: this may be either of two days")


def _day(year: int, month: int, day: int) -> Parsed:
    try:
        found = date(year, month, day)
    except ValueError:
        return refused("no_such_day", f"{_WANTED} that the calendar has")
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return refused("bad_date", f"a day from {_FIRST_YEAR} to {_LAST_YEAR}")
    return Parsed(found.isoformat())
