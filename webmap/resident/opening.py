"""Whether a place is open now, in words; and what a page needs to say it anew when it is read later."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext

from geodata.layers.hours import ALWAYS, DAYS, next_change, open_spans, parse_week
from geodata.layers.hours import is_open as holds
from webmap.wording import NAMES_OF_DAYS, Wording


@dataclass(frozen=True)
class Opening:
    """The hours of a place.

    Attributes:
        hours: in words, as its record has them; "" where it never closes.
        week: JSON of its spans, minutes after Monday's midnight, for the page's script.
        is_open: whether it is open; None where no moment is told.
        now: the same in words, with when that changes; "" likewise.
    """

    hours: str
    week: str
    is_open: bool | None
    now: str


def opening_of(hours: object, now: datetime | None, wording: Wording) -> Opening | None:
    """Return the hours of a place; None where nobody has said, or they are no weekly hours.

    Args:
        hours: as the store has them.
        now: in the place's own time; None for a page that is read at another time than it is written.
        wording: says them.
    """
    if not isinstance(hours, str) or parse_week(hours) is None:
        return None
    # Of what never closes the hours are told by that.
    week, said = json.dumps(open_spans(hours)), "" if hours == ALWAYS else wording.hours(hours)
    if now is None:
        return Opening(said, week, None, "")
    is_open = holds(hours, now.weekday(), now.hour * 60 + now.minute)
    change = next_change(hours, now.weekday(), now.hour * 60 + now.minute)
    return Opening(said, week, is_open, _said(is_open, now, change, wording))


def _said(is_open: bool, now: datetime, change: int | None, wording: Wording) -> str:
    words = opening_words()
    if change is None:
        return words["always"] if is_open else words["never"]
    then = now + timedelta(minutes=change)
    days = (then.date() - now.date()).days
    day = wording.say(NAMES_OF_DAYS[DAYS[then.weekday()]])
    opens = {0: "opens", 1: "opens_tomorrow"}.get(days, "opens_on")
    return words["open" if is_open else opens].format(time=f"{then:%H:%M}", day=day)


def opening_words() -> dict[str, str]:
    """Return the sentences by the names that the script has for them (frontend/open_now.ts)."""
    return {
        "always": gettext("open at all hours"),
        "open": gettext("open now, until {time}"),
        "opens": gettext("closed now, opens {time}"),
        "opens_tomorrow": gettext("closed now, opens tomorrow {time}"),
        "opens_on": gettext("closed now, opens {day} {time}"),
        "never": gettext("closed"),
    }
