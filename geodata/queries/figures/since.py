"""Since when records of a figure's kind are known: before it nothing is, which isn't to say that there was nothing."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, cast, func, select

from geodata.layers.figure import Figure, Test
from geodata.queries.figures.where import holds
from geodata.queries.reading import Reading

FirstDays = dict[tuple[str, str, bool, tuple[Test, ...]], date | None]
"""By layer, the parent that dates it, whether days matter, and which words count apart: since when records are known.
"""


def first_day(reading: Reading, figure: Figure, known: FirstDays) -> date | None:
    """Return from which day on records of the figure's kind are known to the reader; None where there is none.

    Where records have no day it is the first of all days, if there is any record. `known` holds what was asked for
    already.
    """
    key = figure.layer, figure.dated_by, figure.when == "now", figure.where if figure.each else ()
    if key not in known:
        known[key] = _first_day(reading, figure)
    return known[key]


def _first_day(reading: Reading, figure: Figure) -> date | None:
    layer = reading.layer(figure.dated_by or figure.layer)
    table = reading.table(layer)
    rules = [reading.row_rule(layer), *(holds(reading, layer, test) for test in figure.where if figure.each)]
    if layer.is_totals:
        year = reading.connection.execute(select(func.min(table.c.year)).where(*rules)).scalar()
        return None if year is None else date(int(year), 1, 1)
    name = layer.period[0] if layer.period else layer.date_field or figure.date
    if figure.when == "now" or name not in table.c:
        found = reading.connection.execute(select(table.c.id).where(reading.row_rule(layer)).limit(1)).first()
        return None if found is None else date.min
    day: date | None = reading.connection.execute(select(func.min(cast(table.c[name], Date))).where(*rules)).scalar()
    return day
