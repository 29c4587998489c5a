"""A moment of the week, such as Monday at ten in the evening: what is asked of weekly hours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from geodata.errors import InvalidInput
from geodata.layers.hours import DAY_MINUTES, DAYS, clock_minute, is_open, parse_week, plain_hours

_MOMENT = re.compile(
    rf"({'|'.join(day.lower() for day in DAYS)})\s*"
    r"(?:(上午|早上|早晨|早|凌晨|中午|下午|傍晚|晚上|晚间|晚|夜间|夜)\s*)?"
    r"(\d{1,2})(?:[:.时点]\s*(?:(\d{2})分?|(半))?)?\s*(am|pm|a\.m\.|p\.m\.)?"
)


@dataclass(frozen=True)
class Moment:
    """A minute of the week in local time: weekday 0 for Monday to 6 for Sunday, minute 0..1439 of that day."""

    weekday: int
    minute: int

    def __str__(self) -> str:
        """Return it as "Mo 22:00"."""
        return f"{DAYS[self.weekday]} {self.minute // 60:02d}:{self.minute % 60:02d}"

    def holds(self, hours: str | None) -> bool | None:
        """Tell whether weekly hours include it; None where there are none, or none that can be read."""
        if hours is None or parse_week(hours) is None:
            return None
        return is_open(hours, self.weekday, self.minute)


def parse_moment(text: str) -> Moment:
    """Return the moment that a text names: "Mon 22:00", "Mo 22:00", "周一 22:00", "星期六上午9点".

    Raises:
        InvalidInput: it names none.
    """
    found = _MOMENT.fullmatch(plain_hours(text))
    minute = clock_minute(*found.groups()[1:]) if found else None
    if found is None or minute is None or minute >= DAY_MINUTES:
        raise InvalidInput(
            f'{text!r} is no moment of the week; wanted is a day and a time, such as "Mon 22:00"',
            zh=f"无法识别的时刻 {text!r}；应形如“周一 22:00”",
        )
    return Moment(DAYS.index(found[1].capitalize()), minute)
