"""The days that a figure is asked for, and the same days a year before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Period:
    """Days, the first and the last included."""

    begins: date
    ends: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.ends - self.begins).days + 1

    @property
    def months(self) -> int:
        """How many whole months lie in it."""
        after = self.ends + timedelta(days=1)
        begun = 12 * (after.year - self.begins.year) + after.month - self.begins.month
        return max(0, begun - (self.begins.day > 1))

    @property
    def is_year(self) -> bool:
        """Whether it is one whole calendar year."""
        return (self.begins, self.ends) == (date(self.begins.year, 1, 1), date(self.begins.year, 12, 31))

    def a_year_before(self) -> Period:
        """Return the same days of the year before; the 29th of February is the 28th there."""
        return Period(_year_before(self.begins), _year_before(self.ends, is_last=self.ends.month == 2))


def _year_before(day: date, *, is_last: bool = False) -> date:
    """Return the same day of the year before; of a February's last day, that one's last day."""
    if is_last and (day + timedelta(days=1)).month != day.month:
        return date(day.year - 1, day.month + 1, 1) - timedelta(days=1)
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
