"""Which period, area and figure the address of a page of figures asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request

from geodata.errors import InvalidInput
from geodata.layers.audience import Audience
from geodata.layers.figure import Figure
from geodata.queries.areas import AreaRow, get_area, list_areas
from geodata.queries.figures.conditions import counted_in
from geodata.queries.figures.counts import count_figure
from geodata.queries.figures.own import figure_of, figures_of, is_total
from geodata.queries.figures.period import Period
from geodata.queries.figures.since import FirstDays, first_day
from geodata.queries.reading import OWN_AREAS_ONLY, Reading

MOST_YEARS = 6
"""So many of the latest years stand to choose from."""


@dataclass(frozen=True)
class Asked:
    """What a page of figures is about.

    Attributes:
        period: up to the deployment's day at most.
        year: the calendar year, where the period was asked for as one; None where it was asked for by its days.
        years: to choose from, the newest first.
        area: None for all that the reader has.
    """

    period: Period
    year: int | None
    years: tuple[int, ...]
    area: AreaRow | None

    @property
    def query(self) -> dict[str, str]:
        """The same period and area as words of an address."""
        days = {"from": self.period.begins.isoformat(), "to": self.period.ends.isoformat()}
        period = days if self.year is None else {"year": str(self.year)}
        return period | ({"area": self.area.code or str(self.area.id)} if self.area else {})

    @property
    def is_running(self) -> bool:
        """Whether the year isn't over."""
        return self.year is not None and not self.period.is_year


@dataclass(frozen=True)
class OfFigure:
    """What a list is narrowed to: the records that a figure counts in a period."""

    figure: Figure
    asked: Asked


def asked_of(reading: Reading) -> Asked:
    """Return what `?year=&area=` asks for; staff may name any days by `?from=&to=` in place of a year.

    Raises:
        InvalidInput: the year is none of those to choose from, or the days are none.
        NotFound: there is no such area.
    """
    area = get_area(reading, request.args["area"]) if request.args.get("area") else None
    years, today = years_of(reading), reading.settings.today()
    days = _days(today) if reading.reader.audience is not Audience.RESIDENT else None
    if days is not None:
        return Asked(days, None, years, area)
    stated = request.args.get("year") or str(today.year)
    if stated not in map(str, years):
        listed = ", ".join(map(str, years))
        raise InvalidInput(
            f"year is {stated[:20]!r}; wanted is one of {listed}", zh=f"年份为 {stated[:20]!r}；可选：{listed}"
        )
    year = int(stated)
    return Asked(Period(date(year, 1, 1), min(date(year, 12, 31), today)), year, years, area)


def of_figure(reading: Reading) -> OfFigure | None:
    """Return the figure of `?figure=`, whose records a list is to show; None where none is named."""
    key = request.args.get("figure", "")
    return OfFigure(figure_of(reading, key), asked_of(reading)) if key else None


def records_of(reading: Reading, counted: OfFigure | None) -> Any:
    """Return the condition by which a figure counts the records of its list; None where no figure is named."""
    return None if counted is None else counted_in(reading, counted.figure, counted.asked.period)


def added_up(reading: Reading, counted: OfFigure | None, area: AreaRow | None) -> float | None:
    """Return what a figure adds up of the records of its list; None where it is how many there are."""
    if counted is None or not (counted.figure.amount or is_total(reading, counted.figure)):
        return None
    return count_figure(reading, counted.figure, counted.asked.period, area=area.id if area else None).value


def years_of(reading: Reading) -> tuple[int, ...]:
    """Return the years of which something that happened is on record, and the running one, the newest first."""
    this = reading.settings.today().year
    counted = (figure for figure in figures_of(reading) if figure.when == "in")
    known: FirstDays = {}
    days = [first_day(reading, figure, known) for figure in counted]
    first = min((day.year for day in days if day is not None), default=this)
    return tuple(range(this, max(min(first, this), this - MOST_YEARS + 1) - 1, -1))


def areas_of(reading: Reading) -> tuple[AreaRow, ...]:
    """Return the areas to choose from: communities and wider ones, grids for staff, of who has own areas these."""
    found = list_areas(reading)
    if reading.reader.audience in OWN_AREAS_ONLY:
        own = tuple(area for area in found if area.id in reading.area_ids)
        return own if len(own) > 1 else ()
    return found if reading.reader.audience is not Audience.RESIDENT else tuple(a for a in found if a.kind != "grid")


def _days(today: date) -> Period | None:
    stated = [request.args.get(name, "") for name in ("from", "to")]
    if not any(stated):
        return None
    try:
        begins, ends = (date.fromisoformat(each) for each in stated)
        if begins > ends or begins > today or begins.year < 1900:
            raise ValueError
    except ValueError:
        given = " / ".join(each[:20] for each in stated)
        raise InvalidInput(
            f"from and to are {given!r}; wanted are two days such as 2025-01-01, the first not after the second",
            zh=f"起止日期为 {given!r}；应为两个日期，如 2025-01-01，且起始不晚于结束",
        ) from None
    return Period(begins, min(ends, today))
