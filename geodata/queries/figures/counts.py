"""How many records a figure counts, or what it tells of them, for periods and an area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, select

from geodata.layers.figure import Figure, MedianHours, Ratio
from geodata.queries.figures.conditions import counted_in
from geodata.queries.figures.own import is_total, listed_layer
from geodata.queries.figures.period import Period
from geodata.queries.figures.since import FirstDays, first_day
from geodata.queries.reading import Reading

TOTAL = "total"
"""The column that is summed where a reader gets totals in place of records."""


@dataclass(frozen=True)
class Count:
    """What was counted of one figure.

    Attributes:
        value: None where it isn't known, or isn't told yet.
        known_from: the first day that any record of the kind tells of; None where there is none, or it doesn't matter.
        withheld: of totals, those that belong to the value and aren't published.
        of: how many records a figure is measured on that isn't their number; None for another.
        months: of numbers by month, how many months are on record; None for other figures.
        numbers: likewise, how many numbers were added up.
    """

    value: float | None
    known_from: date | None = None
    withheld: int = 0
    of: int | None = None
    months: int | None = None
    numbers: int | None = None


def count_figure(reading: Reading, figure: Figure, period: Period, *, area: int | None = None) -> Count:
    """Count a figure for a period and an area, as `count_each` does."""
    return count_each(reading, figure, (period,), area=area)[0]


def count_each(
    reading: Reading,
    figure: Figure,
    periods: Sequence[Period],
    *,
    area: int | None = None,
    known: FirstDays | None = None,
) -> tuple[Count, ...]:
    """Count a figure for several periods at once.

    Args:
        reading: who asks.
        figure: one of theirs.
        periods: at least one; "now" figures don't mind them.
        area: the id of an area that the records touch; None for all that the reader has.
        known: first days that were asked for already, which this adds to.
    """
    known_from = first_day(reading, figure, {} if known is None else known)
    layer = listed_layer(reading, figure)
    table = reading.table(layer)
    rules = [reading.row_rule(layer)]
    rules += [table.c.area_ids.contains([area])] if area is not None else []
    asked = [_asked(reading, figure, table, counted_in(reading, figure, period)) for period in periods]
    columns = chain.from_iterable(each.values() for each in asked)
    row = iter(reading.connection.execute(select(*columns).select_from(table).where(*rules)).one())
    return tuple(
        _told(figure, period, known_from, {name: next(row) for name in each})
        for period, each in zip(periods, asked, strict=True)
    )


def _asked(
    reading: Reading, figure: Figure, table: FromClause, counted: ColumnElement[bool]
) -> dict[str, ColumnElement[Any]]:
    """Return what is asked of the records of one period, by name: `_told` reads it."""
    rows = func.count().filter(counted)
    if figure.measure:
        return {"value": _measured(reading, figure, table, counted), "of": rows}
    if is_total(reading, figure):
        total, withheld = func.sum(table.c[TOTAL]), func.count().filter(counted, table.c.is_withheld)
        return {"value": total.filter(counted), "rows": rows, "withheld": withheld}
    value = func.sum(table.c[figure.amount]).filter(counted) if figure.amount else rows
    if figure.each:
        months = func.count(table.c[figure.date].distinct()).filter(counted)
        return {"value": value, "numbers": rows, "months": months}
    return {"value": value}


def _told(figure: Figure, period: Period, known_from: date | None, found: Mapping[str, Any]) -> Count:
    """Return one period's count of what was found of it."""
    value = found["value"]
    if figure.measure:
        return Count(None if value is None else float(value), known_from, of=found["of"])
    if "withheld" in found:
        is_all_withheld = found["rows"] == found["withheld"]
        return Count(None if is_all_withheld else int(value), known_from, int(found["withheld"]))
    if figure.each:
        # A month without a number isn't a month of none.
        numbers, months = found["numbers"], found["months"]
        return Count(int(value) if numbers else None, known_from, months=months, numbers=numbers)
    is_known = known_from is not None and (figure.when == "now" or period.ends >= known_from)
    return Count(int(value or 0) if is_known else None, known_from)


def _measured(reading: Reading, figure: Figure, table: FromClause, counted: ColumnElement[bool]) -> ColumnElement[Any]:
    """Return what a figure tells of the records that it counts in place of their number; empty where there are none."""
    match figure.measure:
        case MedianHours(since, until):
            parent = reading.table(reading.layer(figure.dated_by))
            began = select(parent.c[since]).where(parent.c.id == table.c[f"{figure.dated_by}_id"]).scalar_subquery()
            hours = func.extract("epoch", table.c[until] - began) / 3600
            return func.percentile_cont(0.5).within_group(hours.asc()).filter(counted)
        case Ratio(child, amount, per):
            parts = reading.table(reading.layer(child))
            own = parts.c[f"{figure.layer}_id"] == table.c.id
            spent = select(func.sum(parts.c[amount])).where(own).scalar_subquery()
            return func.sum(spent).filter(counted) / func.nullif(func.sum(table.c[per]).filter(counted), 0)
    raise AssertionError(figure.key)
