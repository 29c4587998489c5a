"""Periods of whole months, which can be compared where they are equally long."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from geodata.errors import InvalidInput

YEAR = 12
"""Months."""
_WORDS = re.compile(r"(\d{4})-(\d{2})\.\.(\d{4})-(\d{2})")


@dataclass(frozen=True)
class Months:
    """Months counted from year 0: `first` and `last` are both in it."""

    first: int
    last: int

    @property
    def count(self) -> int:
        """How many months."""
        return self.last - self.first + 1

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day, both in it."""
        year, month = divmod(self.last, 12)
        return date(*_year_month(self.first), 1), date(year, month + 1, monthrange(year, month + 1)[1])

    def __str__(self) -> str:
        """As people write it: 2025-01..2025-10."""
        return f"{month_said(self.first)}..{month_said(self.last)}"


def months_of(first: date, last: date) -> Months:
    """Return the months from one day to another, both included.

    Raises:
        InvalidInput: they aren't the first and the last day of months.
    """
    months = Months(first.year * 12 + first.month - 1, last.year * 12 + last.month - 1)
    if months.days != (first, last):
        raise InvalidInput(f"{first} to {last}; wanted are whole months", zh=f"{first} 至 {last} 不是整月；请选择整月")
    return months


def parse_months(words: str) -> Months:
    """Return the months of words such as "2025-01..2025-10", both included.

    Raises:
        InvalidInput: they are none, or end before they begin.
    """
    found = _WORDS.fullmatch(words.strip())
    numbers = [int(part) for part in found.groups()] if found else []
    if not found or not (1 <= numbers[1] <= 12 and 1 <= numbers[3] <= 12 and numbers[0] and numbers[2]):
        raise InvalidInput(
            f"{words!r} are no months; wanted is such as 2025-01..2025-10",
            zh=f"无法识别的时段 {words!r}；应形如 2025-01..2025-10",
        )
    months = Months(numbers[0] * 12 + numbers[1] - 1, numbers[2] * 12 + numbers[3] - 1)
    if months.count < 1:
        raise InvalidInput(
            f"{words} ends before it begins; wanted is the earlier month first", zh=f"时段 {words} 的结束早于开始"
        )
    return months


def last_year(today: date) -> Months:
    """Return the twelve months that end with the last whole one."""
    is_over = today.day == monthrange(today.year, today.month)[1]
    last = today.year * 12 + today.month - 1 - (not is_over)
    return Months(last - 11, last)


def check_pair(before: Months, after: Months) -> None:
    """Raise where two periods can't be compared.

    Raises:
        InvalidInput: they aren't equally long, or the later one begins before the earlier one has ended.
    """
    if before.count != after.count:
        raise InvalidInput(
            f"{before} has {before.count} months and {after} has {after.count}; wanted are periods of equal length",
            zh=f"{before} 为 {before.count} 个月，{after} 为 {after.count} 个月；两期应等长",
        )
    if after.first <= before.last:
        raise InvalidInput(
            f"{after} begins before {before} has ended; wanted is the earlier period first",
            zh=f"{after} 在 {before} 结束之前开始；请把较早的一期放在前面",
        )


def month_said(month: int) -> str:
    """Return a month counted from year 0 as people write it: 2025-01."""
    year, number = _year_month(month)
    return f"{year}-{number:02}"


def _year_month(months: int) -> tuple[int, int]:
    return months // 12, months % 12 + 1
