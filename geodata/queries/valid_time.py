"""When a record holds in the world, as far as its layer says: a period, a day, or the year of a total."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, FromClause, cast, func, literal

from geodata.errors import InvalidInput
from geodata.layers.layer import Layer
from geodata.queries.cql.terms import Term, read_date, read_moment
from geodata.queries.cql.times import OPEN, Span, relation
from geodata.queries.reading import Reading

WANTED = "wanted is a day, a moment with its zone, or two of them with a slash between, of which one may be .."


def held_during(reading: Reading, layer: Layer, stated: str) -> ColumnElement[bool] | None:
    """Return the condition that a record holds at some time of `stated`, or doesn't say when.

    None where the layer's records have no time.

    Args:
        reading: who asks.
        layer: one that the reader has.
        stated: as OGC API's `datetime`: "2025-10-31", "2025-01-01/..", "2025-10-31T08:00:00Z/2025-11-01T08:00:00Z".

    Raises:
        InvalidInput: it is no such time, or ends before it begins.

    Source:
        OGC 17-069r4, /req/core/fc-time-response C: what isn't associated with a time is selected, too.
    """
    asked = _asked(stated)
    held = _held(reading, layer)
    return None if held is None else relation("t_intersects", held, asked)


def days_of(layer: Layer, table: FromClause) -> tuple[ColumnElement[Any], ColumnElement[Any]] | None:
    """Return the SQL of the first and the last day on which a layer's rows hold, NULL where a row doesn't say.

    None where the layer's rows have no time, as this reader has them.
    """
    columns = table.c
    if layer.is_totals:
        return func.make_date(columns["year"], 1, 1), func.make_date(columns["year"], 12, 31)
    for names in (layer.period, (layer.date_field, layer.date_field)):
        if names is not None and all(name is not None and name in columns for name in names):
            first, last = (cast(columns[str(name)], Date) for name in names)
            return first, last
    return None


def _held(reading: Reading, layer: Layer) -> Span | None:
    """Return the span of a layer's records; one without a day holds from ever, or for ever."""
    days = days_of(layer, reading.table(layer))
    return None if days is None else Span(_end(days[0], "-infinity"), _end(days[1], "infinity"))


def _end(day: ColumnElement[Any], unknown: str) -> Term:
    return Term("date", func.coalesce(day, cast(literal(unknown), Date)), "datetime")


def _asked(stated: str) -> Span:
    parts = stated.split("/")
    if len(parts) > 2 or all(part in ("", OPEN) for part in parts):
        raise InvalidInput(f"datetime is {stated[:60]!r}; {WANTED}")
    try:
        ends = [_instant(part) for part in parts]
    except InvalidInput:
        raise InvalidInput(f"datetime is {stated[:60]!r}; {WANTED}") from None
    if len(ends) == 2 and _sorts_after(parts[0], parts[1]):
        raise InvalidInput(f"datetime is {stated[:60]!r}, which ends before it begins")
    return Span(ends[0], ends[-1])


def _instant(part: str) -> Term | None:
    if part in ("", OPEN):
        return None
    if "T" in part.upper():
        return Term("moment", literal(read_moment(part.upper()), DateTime(timezone=True)), part)
    return Term("date", literal(read_date(part), Date), part)


def _sorts_after(first: str, last: str) -> bool:
    """Tell whether both ends are of one kind and the first is the later one."""
    if first in ("", OPEN) or last in ("", OPEN) or ("T" in first.upper()) != ("T" in last.upper()):
        return False
    read = read_moment if "T" in first.upper() else read_date
    return read(first.upper()) > read(last.upper())
