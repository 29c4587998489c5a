"""The conditions that a figure's declaration names, each as one on the rows of a table; what isn't known isn't true."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Date, literal, or_, select

from geodata.layers.figure import ChildKnows, Is, IsPast, Known, NotAfter, Recurs, Test, Was
from geodata.layers.layer import Layer
from geodata.queries.reading import Reading


def holds(reading: Reading, layer: Layer, test: Test) -> ColumnElement[bool]:
    """Return the condition that a test is true of a record."""
    columns: Any = reading.table(layer).c
    found: ColumnElement[bool]
    match test:
        case Is(field, values):
            found = or_(*(columns[field] == value for value in values))
        case NotAfter(field, by):
            found = columns[field] <= columns[by]
        case IsPast(field):
            found = columns[field] < literal(reading.settings.today(), Date)
        case Was():
            found = _was(reading, layer, test)
        case Known(field):
            found = columns[field].is_not(None)
        case ChildKnows(field, child):
            parts = reading.table(reading.layer(child))
            key = parts.c[f"{layer.id}_id"]
            found = columns.id.in_(select(key).where(parts.c[field].is_not(None)))
        case Recurs():
            found = _recurs(reading, layer, test)
    return found


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
