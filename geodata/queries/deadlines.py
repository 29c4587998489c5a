"""The open hazards of a reader by their deadlines: what is overdue, due today, due within a week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, cast, func, select, true
from sqlalchemy.dialects.postgresql import array, distinct_on

from geodata.layers import get_layer
from geodata.layers.hazard import EVENTS
from geodata.queries.features import Row, row_columns, row_of
from geodata.queries.reading import Reading

OVER = ("closed", "dismissed")
"""The states of hazards that nobody has to mend any longer."""
WEEK_DAYS = 7
SPANS = ("overdue", "today", "week", "all")
"""The ways to look at deadlines: before today; today; from today for a week; all, those without a deadline too."""


@dataclass(frozen=True)
class Deadlines:
    """Open hazards, the longest overdue first, those without a deadline last.

    Attributes:
        rows: of the span that was asked for, a page of them.
        counts: how many there are of each span.
        bounds: west, south, east, north of all that are open, WGS 84 degrees; None where there are none.
    """

    rows: tuple[Row, ...]
    counts: Mapping[str, int]
    bounds: tuple[float, float, float, float] | None


def list_deadlines(
    reading: Reading, span: str, *, compound_id: int | None = None, limit: int = 50, offset: int = 0
) -> Deadlines:
    """Return the open hazards that a reader has to see to.

    Args:
        reading: who asks.
        span: one of SPANS.
        compound_id: only those of this compound.
        limit: at most so many.
        offset: after skipping so many.
    """
    layer = reading.layer("hazard")
    table, spans = reading.table(layer), _spans(reading)
    here = true() if compound_id is None else table.c.compound_id == compound_id
    is_open = and_(reading.row_rule(layer), table.c.status.not_in(OVER), here)
    # A major hazard goes before an ordinary one of the same day.
    order = (table.c.due_on.asc().nulls_last(), (table.c.level == "major").desc().nulls_last(), table.c.id)
    query = select(*row_columns(reading, layer)).where(is_open, spans[span]).order_by(*order)
    rows = reading.connection.execute(query.limit(limit).offset(offset)).mappings()
    return Deadlines(tuple(row_of(reading, layer, row) for row in rows), *_counted(reading, is_open, spans))


def _spans(reading: Reading) -> dict[str, ColumnElement[bool]]:
    due, today = reading.table(get_layer("hazard")).c.due_on, reading.settings.today()
    return {
        "overdue": due < today,
        "today": due == today,
        "week": due.between(today, today + timedelta(days=WEEK_DAYS)),
        "all": true(),
    }


def _counted(
    reading: Reading, is_open: ColumnElement[bool], spans: Mapping[str, ColumnElement[bool]]
) -> tuple[Mapping[str, int], tuple[float, float, float, float] | None]:
    box = func.ST_Extent(reading.table(get_layer("hazard")).c.geom).label("box")
    counts = [func.count().filter(rule).label(span) for span, rule in spans.items()]
    corners = [func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box)]
    row: Any = reading.connection.execute(select(*counts, *corners).where(is_open)).one()
    bounds = None if row[-1] is None else (row[-4], row[-3], row[-2], row[-1])
    return dict(zip(spans, row[: len(spans)], strict=True)), bounds


@dataclass(frozen=True)
class LastStep:
    """The step that gives a hazard its state.

    Attributes:
        kind: one of EVENTS.
        note: what was said of it; "" for nothing.
        due_before: the deadline that it put off or set anew; None where there was none.
    """

    kind: str
    note: str
    due_before: date | None


def last_steps(reading: Reading, hazard_ids: Sequence[int]) -> dict[int, LastStep]:
    """Return the last event of each hazard that has any, by the order that gives it its state."""
    layer = reading.layer("hazard_event")
    table = reading.table(layer)
    chain = func.array_position(array([each.value for each in EVENTS]), table.c.kind)
    order = (table.c.happened_on.desc(), table.c.happened_at.desc().nulls_last(), chain.desc(), table.c.id.desc())
    columns = (table.c.hazard_id, table.c.kind, table.c.note, table.c.due_before)
    query = reading.rows(layer, *columns).where(table.c.hazard_id.in_(hazard_ids))
    rows = reading.connection.execute(query.ext(distinct_on(table.c.hazard_id)).order_by(table.c.hazard_id, *order))
    return {row.hazard_id: LastStep(row.kind, row.note or "", row.due_before) for row in rows}


def days_over(due_on: object, today: date) -> int | None:
    """Return by how many days a deadline has passed, less than 0 while it is ahead; None without a deadline."""
    return (today - due_on).days if isinstance(due_on, date) else None


def busy_grids(reading: Reading, *, overdue: int = 3, rechecks: int = 1) -> tuple[str, ...]:
    """Return the codes of grids of one community in which enough is overdue and waits for its re-check.

    The fewest grids, those with the most overdue first; where no community has enough, those of the one with the most.
    () where there are no grids.

    Args:
        reading: of somebody who has all areas.
        overdue: so many hazards.
        rechecks: so many hazards that wait for it.
    """
    area, hazard = reading.table(get_layer("area")), reading.table(get_layer("hazard"))
    late = func.count(hazard.c.id).filter(hazard.c.due_on < reading.settings.today())
    waiting = func.count(hazard.c.id).filter(hazard.c.status == "rechecking")
    here = and_(hazard.c.area_ids.contains(array([cast(area.c.id, Integer)])), hazard.c.status.not_in(OVER))
    query = (
        select(area.c.code, area.c.parent_code, late, waiting)
        .outerjoin(hazard, here)
        .where(area.c.kind == "grid", area.c.code.is_not(None), area.c.valid_to.is_(None))
        .group_by(area.c.code, area.c.parent_code)
        .order_by(late.desc(), waiting.desc(), area.c.code)
    )
    grids: dict[str, list[tuple[str, int, int]]] = {}
    for code, above, late_here, waiting_here in reading.connection.execute(query):
        grids.setdefault(above or "", []).append((code, late_here, waiting_here))
    chosen = [_fewest(rows, overdue, rechecks) for rows in grids.values()]
    # Of those with enough the one with the fewest grids, else the one with the most overdue.
    chosen.sort(key=lambda rows: (not _is_enough(rows, overdue, rechecks), len(rows), -sum(row[1] for row in rows)))
    return tuple(sorted(row[0] for row in chosen[0])) if chosen else ()


def _fewest(rows: list[tuple[str, int, int]], overdue: int, rechecks: int) -> list[tuple[str, int, int]]:
    count = next((n for n in range(1, len(rows)) if _is_enough(rows[:n], overdue, rechecks)), len(rows))
    return rows[:count]


def _is_enough(rows: list[tuple[str, int, int]], overdue: int, rechecks: int) -> bool:
    return sum(row[1] for row in rows) >= overdue and sum(row[2] for row in rows) >= rechecks
