"""Days: the periods that the offices report on, days drawn at random, and the ways in which people write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np


@dataclass(frozen=True)
class Period:
    """A stretch of days, both ends included."""

    first: date
    last: date

    @classmethod
    def year_to(cls, last: date) -> Period:
        """The year from its beginning up to `last`."""
        return cls(date(last.year, 1, 1), last)

    def year_before(self) -> Period:
        """The same days a year earlier."""
        return Period(self.first.replace(year=self.first.year - 1), self.last.replace(year=self.last.year - 1))

    def draw(self, rng: np.random.Generator, *, from_day: date | None = None) -> date:
        """Return one of the days, none before `from_day`."""
        first = max(self.first, from_day or self.first)
        return first + timedelta(days=int(rng.integers(0, (self.last - first).days + 1)))

    def workdays(self, weekday: int, every: int = 1) -> list[date]:
        """Return each `every`-th of one weekday (0 is Monday), without holidays."""
        start = self.first + timedelta(days=(weekday - self.first.weekday()) % 7)
        count = (self.last - start).days // (7 * every) + 1
        days = [start + timedelta(weeks=every * number) for number in range(count)]
        return [day for day in days if not is_holiday(day)]


def is_holiday(day: date) -> bool:
    """Tell whether it is New Year's Day, Labour Day or the week of the National Day."""
    return (day.month, day.day) in ((1, 1), (5, 1)) or (day.month == 10 and day.day <= 7)


def spread(period: Period, count: int, rng: np.random.Generator) -> list[date]:
    """Return `count` days of the period in order, weekends less often than workdays."""
    days = [period.first + timedelta(days=number) for number in range((period.last - period.first).days + 1)]
    weights = np.array([0.0 if is_holiday(day) else 0.5 if day.weekday() > 4 else 1.0 for day in days])
    picks = rng.choice(len(days), size=count, p=weights / weights.sum())
    return [days[pick] for pick in sorted(picks.tolist())]


def at_daytime(day: date, rng: np.random.Generator) -> datetime:
    """Return a moment between 7:00 and 22:00, to five minutes."""
    minutes = int(rng.integers(7 * 12, 22 * 12)) * 5
    return datetime.combine(day, time(minutes // 60, minutes % 60))


def written(day: date | None, style: int) -> str | None:
    """Return a day in one of the ways in which offices write it: ISO, slashes, 年月日, dots, eight digits."""
    if day is None:
        return None
    year, month, number = day.year, day.month, day.day
    return (
        day.isoformat(),
        f"{year}/{month}/{number}",
        f"{year}年{month}月{number}日",
        f"{year}.{month}.{number}",
        f"{year}{month:02d}{number:02d}",
    )[style]


def in_words(moment: datetime | None) -> str | None:
    """Return a moment as people write it: 2025年3月5日 14:30."""
    return None if moment is None else f"{written(moment.date(), 2)} {moment:%H:%M}"


def share_out(total: int, weights: Sequence[float], rng: np.random.Generator, *, least: int = 0) -> list[int]:
    """Return whole numbers of at least `least` that add up to `total`, about in proportion to the weights."""
    scale = np.asarray(weights, dtype=np.float64)
    rest = rng.multinomial(total - least * len(scale), scale / scale.sum())
    return [least + int(number) for number in rest]
