"""What a figure counts, as one condition: its list shows the rows for which it holds, and no others."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Date, FromClause, and_, cast, false, func, not_, or_, select, true

from geodata.layers.figure import Figure
from geodata.layers.layer import Layer
from geodata.queries.figures.period import Period
from geodata.queries.figures.since import first_day
from geodata.queries.figures.where import holds
from geodata.queries.reading import Reading


def counted_in(reading: Reading, figure: Figure, period: Period) -> ColumnElement[bool]:
    """Return the condition on the listed layer's rows by which the figure counts them, and their list shows them.

    Of totals it is the year, and nothing where the period isn't one whole year. Of officers and police it is what lies
    in their own areas, of layers that they see everywhere, too: who doesn't see what was done elsewhere isn't told that
    nothing was.
    """
    layer = reading.layer(figure.layer)
    table = reading.table(layer)
    if layer.is_totals:
        apart = (holds(reading, layer, test) for test in figure.where)
        return and_(table.c.year == (period.begins.year if period.is_year else 0), *apart)
    rule = recorded_in(reading, figure, period)
    if not figure.distinct:
        return rule
    owner = reading.table(reading.layer(figure.distinct))
    key = table.c[f"{figure.distinct}_id"]
    named = owner.c.id.in_(select(key).where(reading.row_rule(layer), key.is_not(None), rule))
    own = reading.own_rule(reading.layer(figure.distinct))
    if not figure.is_lack:
        return and_(own, named)
    known_from = first_day(reading, figure, {})
    # Where nothing is known of anybody, nobody is known to have none.
    return and_(own, not_(named)) if known_from is not None and known_from <= period.ends else false()


def recorded_in(reading: Reading, figure: Figure, period: Period) -> ColumnElement[bool]:
    """Return the condition on the records of the figure's own layer, whatever is counted once of them; no totals."""
    layer = reading.layer(figure.layer)
    in_time = _in_time(reading, figure, layer, reading.table(layer), period)
    return and_(reading.own_rule(layer), in_time, *(holds(reading, layer, test) for test in figure.where))


def _in_time(reading: Reading, figure: Figure, layer: Layer, table: FromClause, period: Period) -> ColumnElement[bool]:
    if figure.when == "now":
        return true()
    if figure.when == "on":
        assert layer.period  # noqa: S101
        begins, ends = (table.c[name] for name in layer.period)
        return and_(begins <= period.ends, or_(ends.is_(None), ends >= period.ends))
    first = period.begins if figure.last_days is None else period.ends - timedelta(days=figure.last_days - 1)
    if figure.each:
        # A number of a month counts once its month is over: the running one isn't all there, nor is a cut one compared.
        month = cast(table.c[figure.date], Date)
        return and_(month >= first, month + func.make_interval(0, 1) <= period.ends + timedelta(days=1))
    if not figure.dated_by:
        return cast(table.c[figure.date], Date).between(first, period.ends)
    above = reading.layer(figure.dated_by)
    parent = reading.table(above)
    is_in = cast(parent.c[figure.date], Date).between(first, period.ends)
    return table.c[f"{above.id}_id"].in_(select(parent.c.id).where(reading.row_rule(above), is_in))
