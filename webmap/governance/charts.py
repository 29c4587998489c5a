"""Columns of a figure month by month, beside the same months a year before, as pages draw them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_skeleton

from geodata.layers.figure import Figure
from geodata.queries.figures.counts import count_each
from geodata.queries.figures.period import Period
from geodata.queries.reading import Reading
from webmap.governance.asked import Asked
from webmap.planning.curves import Axis, Frame, ticks
from webmap.wording import LOCALES, MISSING, Wording

MOST_MONTHS = 24
"""A longer time isn't drawn: its columns would be threads."""
FRAME = Frame(left=36, right=416, top=10, bottom=120)
"""Where the columns stand in a drawing of 424 x 140."""


@dataclass(frozen=True)
class Month:
    """A month's column.

    Attributes:
        name: with its year.
        mark: what stands below it; "" where there is no room.
        said, said_before: the numbers; MISSING where they aren't known.
        x, width: of the column.
        y, height: likewise; no height where nothing is known.
        y_before: where the year before is marked; None where it isn't known.
    """

    name: str
    mark: str
    said: str
    said_before: str
    x: float
    width: float
    y: float
    height: float
    y_before: float | None


@dataclass(frozen=True)
class Months:
    """The months of a period, with the ticks of the axis: what is said there, and where."""

    title: str
    months: tuple[Month, ...]
    ticks: tuple[tuple[str, float], ...]
    has_before: bool


def months_of(reading: Reading, figure: Figure, asked: Asked, wording: Wording) -> Months | None:
    """Return a figure month by month; None where there is nothing to draw, or too much."""
    periods = _months(asked.period)
    if not 1 < len(periods) <= MOST_MONTHS:
        return None
    area = asked.area.id if asked.area else None
    before = [period.a_year_before() for period in periods]
    counts = count_each(reading, figure, [*periods, *before], area=area)
    now, then = ([count.value for count in half] for half in (counts[: len(periods)], counts[len(periods) :]))
    known = [value for value in (*now, *then) if value is not None]
    if not any(known):
        return None
    rounds = ticks(0, max(known))
    up = Axis(0, rounds[-1], FRAME.bottom, FRAME.top)
    step = (FRAME.right - FRAME.left) / len(periods)
    return Months(
        wording.say(figure.title),
        tuple(
            Month(
                name=str(format_skeleton("yMMM", period.begins, locale=LOCALES[wording.language])),
                mark=str(period.begins.month) if len(periods) <= 12 or period.begins.month % 3 == 1 else "",
                said=MISSING if now[n] is None else wording.number(now[n] or 0),
                said_before=MISSING if then[n] is None else wording.number(then[n] or 0),
                x=round(FRAME.left + (n + 0.18) * step, 1),
                width=round(0.64 * step, 1),
                y=up.at(now[n] or 0),
                height=round(FRAME.bottom - up.at(now[n] or 0), 1),
                y_before=None if then[n] is None else up.at(then[n] or 0),
            )
            for n, period in enumerate(periods)
        ),
        tuple((wording.number(value), up.at(value)) for value in rounds if value == int(value)),
        any(value is not None for value in then),
    )


def _months(period: Period) -> list[Period]:
    """Return the months of a period, the first and the last cut to it."""
    found: list[Period] = []
    begins = period.begins
    while begins <= period.ends and len(found) <= MOST_MONTHS:
        last = date(begins.year, begins.month, monthrange(begins.year, begins.month)[1])
        found.append(Period(begins, min(last, period.ends)))
        begins = last + timedelta(days=1)
    return found
