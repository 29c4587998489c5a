"""Figures of a sub-district's year: one condition for what is counted and for the list that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, and_, cast, false, func, literal, not_, or_, select, true

from geodata.errors import NotFound
from geodata.layers import LAYERS
from geodata.layers.figure import (
    OF,
    ChildKnows,
    Figure,
    Is,
    IsPast,
    Known,
    Mechanism,
    MedianHours,
    NotAfter,
    Ratio,
    Recurs,
    Test,
    Was,
)
from geodata.layers.figures import FIGURES, get_figure
from geodata.layers.layer import Layer
from geodata.layers.publishing import AtCompound, CountsByArea
from geodata.queries.reading import Reading

MOST_WORDS = 24
"""So many kinds in a source's words are figures of their own, in order; where there are more, their list has them all.
"""
TOTAL = "total"
"""The column that is summed where a reader gets totals in place of records."""


FirstDays = dict[tuple[str, str, bool, tuple[Test, ...]], date | None]
"""By layer, the parent that dates it, whether days matter, and which words count apart: since when records are known.
"""


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


def figures_of(reading: Reading) -> tuple[Figure, ...]:
    """Return the figures that a reader can have: whose layers and fields are theirs, and whose days aren't withheld."""
    own = (figure for figure in FIGURES if _is_for(reading, figure))
    return tuple(each for figure in own for each in (_apart(reading, figure) if figure.is_pattern else [figure]))


def words_beyond(reading: Reading, mechanism: Mechanism) -> int:
    """Return how many words of a mechanism's records are no figures of their own, as there are too many of them."""
    found = 0
    for pattern in FIGURES:
        if pattern.is_pattern and pattern.mechanism is mechanism and _is_for(reading, pattern):
            layer = reading.layer(pattern.layer)
            words = func.count(reading.table(layer).c[pattern.each].distinct())
            query = select(words).where(reading.row_rule(layer), reading.own_rule(layer))
            found += max(0, int(reading.connection.execute(query).scalar_one()) - MOST_WORDS)
    return found


def _apart(reading: Reading, pattern: Figure) -> list[Figure]:
    """Return the figures that a pattern stands for: of the words that the reader's own records have, in order."""
    layer = reading.layer(pattern.layer)
    word = reading.table(layer).c[pattern.each]
    query = select(word).distinct().where(reading.row_rule(layer), reading.own_rule(layer)).order_by(word)
    return [pattern.of(each) for each in reading.connection.execute(query.limit(MOST_WORDS)).scalars()]


def figure_of(reading: Reading, key: str) -> Figure:
    """Return a figure by key.

    Raises:
        NotFound: there is none for this reader, whether or not there is one for others.
    """
    declared = get_figure(key.partition(OF)[0])
    if _is_for(reading, declared):
        found = _apart(reading, declared) if declared.is_pattern else [declared]
        for figure in found:
            if figure.key == key:
                return figure
    raise NotFound(f"no figure {key[:60]!r}", zh=f"没有指标 {key[:60]!r}")


def listed_layer(reading: Reading, figure: Figure) -> Layer:
    """Return the layer of which the figure counts records, as the reader gets it."""
    return reading.layer(figure.listed)


def is_total(reading: Reading, figure: Figure) -> bool:
    """Tell whether the reader gets the figure from totals of years that are over."""
    return listed_layer(reading, figure).is_totals


def counted_in(reading: Reading, figure: Figure, period: Period) -> ColumnElement[bool]:
    """Return the condition on the listed layer's rows by which the figure counts them, and their list shows them.

    Of totals it is the year, and nothing where the period isn't one whole year. Of officers and police it is what lies
    in their own areas, of layers that they see everywhere, too: who doesn't see what was done elsewhere isn't told that
    nothing was.
    """
    layer = reading.layer(figure.layer)
    table = reading.table(layer)
    if layer.is_totals:
        apart = (_holds(reading, layer, test) for test in figure.where)
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
    known_from = _first_day(reading, figure)
    # Where nothing is known of anybody, nobody is known to have none.
    return and_(own, not_(named)) if known_from is not None and known_from <= period.ends else false()


def recorded_in(reading: Reading, figure: Figure, period: Period) -> ColumnElement[bool]:
    """Return the condition on the records of the figure's own layer, whatever is counted once of them; no totals."""
    layer = reading.layer(figure.layer)
    in_time = _in_time(reading, figure, layer, reading.table(layer), period)
    return and_(reading.own_rule(layer), in_time, *(_holds(reading, layer, test) for test in figure.where))


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
    known_from, layer = first_day(reading, figure, {} if known is None else known), listed_layer(reading, figure)
    table = reading.table(layer)
    rules = [reading.row_rule(layer)]
    rules += [table.c.area_ids.contains([area])] if area is not None else []
    summed = TOTAL if layer.is_totals else figure.amount
    amount = table.c[summed] if summed else None
    columns: list[ColumnElement[Any]] = []
    for period in periods:
        counted = counted_in(reading, figure, period)
        if figure.measure:
            columns += [_measured(reading, figure, table, counted), func.count().filter(counted)]
            continue
        value = func.count() if amount is None else func.sum(amount)
        columns.append(value.filter(counted))
        if layer.is_totals:
            columns += [func.count().filter(counted), func.count().filter(counted, table.c.is_withheld)]
        elif figure.each:
            columns += [func.count().filter(counted), func.count(table.c[figure.date].distinct()).filter(counted)]
    found = reading.connection.execute(select(*columns).select_from(table).where(*rules)).one()
    if layer.is_totals:
        return tuple(
            Count(None if rows == withheld else int(total), known_from, int(withheld))
            for total, rows, withheld in zip(found[::3], found[1::3], found[2::3], strict=True)
        )
    if figure.measure:
        pairs = zip(found[::2], found[1::2], strict=True)
        return tuple(Count(None if value is None else float(value), known_from, of=of) for value, of in pairs)
    if figure.each:
        # A month without a number isn't a month of none.
        return tuple(
            Count(int(value) if numbers else None, known_from, months=months, numbers=numbers)
            for value, numbers, months in zip(found[::3], found[1::3], found[2::3], strict=True)
        )
    is_known = [known_from is not None and (figure.when == "now" or period.ends >= known_from) for period in periods]
    return tuple(
        Count(int(value or 0) if known else None, known_from) for value, known in zip(found, is_known, strict=True)
    )


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


def first_day(reading: Reading, figure: Figure, known: FirstDays) -> date | None:
    """Return from which day on records of the figure's kind are known to the reader; None where there is none.

    Before it nothing is known, which isn't to say that there was nothing. Where records have no day it is the first of
    all days, if there is any record. `known` holds what was asked for already.
    """
    key = figure.layer, figure.dated_by, figure.when == "now", figure.where if figure.each else ()
    if key not in known:
        known[key] = _first_day(reading, figure)
    return known[key]


def _first_day(reading: Reading, figure: Figure) -> date | None:
    layer = reading.layer(figure.dated_by or figure.layer)
    table = reading.table(layer)
    if layer.is_totals:
        year = reading.connection.execute(select(func.min(table.c.year))).scalar()
        return None if year is None else date(int(year), 1, 1)
    name = layer.period[0] if layer.period else layer.date_field or figure.date
    if figure.when == "now" or name not in table.c:
        found = reading.connection.execute(select(table.c.id).where(reading.row_rule(layer)).limit(1)).first()
        return None if found is None else date.min
    apart = [_holds(reading, layer, test) for test in figure.where] if figure.each else []
    query = select(func.min(cast(table.c[name], Date))).where(reading.row_rule(layer), *apart)
    day: date | None = reading.connection.execute(query).scalar()
    return day


def _is_for(reading: Reading, figure: Figure) -> bool:
    layers = {layer.id: layer for layer in reading.layers}
    if not {figure.layer, figure.listed, figure.dated_by or figure.layer} <= layers.keys():
        return False
    layer = layers[figure.layer]
    if layer.is_totals:
        return _is_in_totals(reading, figure)
    rule = layer.publication(reading.reader.audience)
    # A day that is published of some records alone counts those, and not what happened.
    is_partial = isinstance(rule, AtCompound) and figure.date in rule.only_then
    return not is_partial and figure.fields <= set(reading.table(layer).c.keys())


def _is_in_totals(reading: Reading, figure: Figure) -> bool:
    """Tell whether totals by year tell a figure: they add up what it does, by the same day and of the same words."""
    declared = next(layer for layer in LAYERS if layer.id == figure.layer)
    rule = declared.publication(reading.reader.audience)
    is_plain = not (figure.where or figure.distinct or figure.dated_by)
    told = figure.date, figure.each or None, figure.amount
    return isinstance(rule, CountsByArea) and is_plain and told == (rule.date, rule.by, rule.amount)


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


def _holds(reading: Reading, layer: Layer, test: Test) -> ColumnElement[bool]:
    """Return the condition that a test is true of a record; what isn't known isn't true."""
    columns: Any = reading.table(layer).c
    holds: ColumnElement[bool]
    match test:
        case Is(field, values):
            holds = or_(*(columns[field] == value for value in values))
        case NotAfter(field, by):
            holds = columns[field] <= columns[by]
        case IsPast(field):
            holds = columns[field] < literal(reading.settings.today(), Date)
        case Was():
            holds = _was(reading, layer, test)
        case Known(field):
            holds = columns[field].is_not(None)
        case ChildKnows(field, child):
            parts = reading.table(reading.layer(child))
            key = parts.c[f"{layer.id}_id"]
            holds = columns.id.in_(select(key).where(parts.c[field].is_not(None)))
        case Recurs():
            holds = _recurs(reading, layer, test)
    return holds


def _was(reading: Reading, layer: Layer, test: Was) -> ColumnElement[bool]:
    assert layer.date_field  # noqa: S101
    now, then = reading.table(layer), reading.table(layer).alias("then")
    day = layer.date_field
    same = [then.c[name].is_not_distinct_from(now.c[name]) for name in test.alike]
    earlier = (
        select(then.c[test.field])
        .where(*same, then.c[day] < now.c[day])
        .order_by(then.c[day].desc(), then.c.id.desc())
        .limit(1)
        .correlate(now)
        .scalar_subquery()
    )
    return earlier == test.value


def _recurs(reading: Reading, layer: Layer, test: Recurs) -> ColumnElement[bool]:
    # All pairs at once: to look each record up by itself took minutes of 20,000, where the store has no index for it.
    table = reading.table(layer)
    now, then = table.alias("again"), table.alias("before")
    same = [then.c[name] == now.c[name] for name in test.alike]
    since = now.c[test.field] - then.c[test.closed]
    back: ColumnElement[bool] = table.c.id.in_(
        select(now.c.id).where(*same, then.c.id != now.c.id, since.between(0, test.days))
    )
    return back


def _year_before(day: date, *, is_last: bool = False) -> date:
    """Return the same day of the year before; of a February's last day, that one's last day."""
    if is_last and (day + timedelta(days=1)).month != day.month:
        return date(day.year - 1, day.month + 1, 1) - timedelta(days=1)
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
