"""Days, moments and spans in a CQL2 expression, and how two of them lie to each other.

A day is an instant among days, as long as nothing finer stands beside it; beside a moment it is all of its hours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, and_, cast, literal, literal_column, not_, or_

from geodata.errors import InvalidInput
from geodata.queries.cql.grammar import Tree, short
from geodata.queries.cql.terms import Term, as_kind, read_date, read_moment

OPEN = ".."
_LAST: ColumnElement[Any] = literal_column("interval '1 day -1 microsecond'")


@dataclass(frozen=True)
class Span:
    """From one instant to another; None is an open end."""

    start: Term | None
    end: Term | None

    @property
    def is_of_days(self) -> bool:
        """True where nothing finer than a day is in it."""
        return all(each is None or each.kind == "date" for each in (self.start, self.end))

    def bounds(self, *, days: bool) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        """Return its first and last instant as SQL: days, or moments."""
        return _bound(self.start, "-infinity", days=days), _bound(self.end, "infinity", days=days, last=True)


def _bound(term: Term | None, without: str, *, days: bool, last: bool = False) -> ColumnElement[Any]:
    if term is None:
        return cast(literal(without), Date if days else DateTime(timezone=True))
    if days or term.kind == "moment":
        return term.sql
    begins = as_kind(term, "moment").sql
    return cast(begins + _LAST, DateTime(timezone=True)) if last else begins


def span(tree: Tree, meant: Callable[[Tree], Term]) -> Span:
    """Return the span of an interval, or of a day or moment.

    Args:
        tree: the part of the expression.
        meant: gives the term of any other part.

    Raises:
        InvalidInput: it is neither.
    """
    if isinstance(tree, dict) and "interval" in tree:
        ends = tree["interval"]
        if not isinstance(ends, list) or len(ends) != 2:
            raise InvalidInput(f"filter has the interval {short(ends)}; wanted are its two ends")
        return Span(*(_end(each, meant) for each in ends))
    found = _instant(tree, meant)
    return Span(found, found)


def _end(tree: Tree, meant: Callable[[Tree], Term]) -> Term | None:
    return None if tree in (OPEN, None) else _instant(tree, meant)


def _instant(tree: Tree, meant: Callable[[Tree], Term]) -> Term:
    if isinstance(tree, str):
        # Ends of intervals are written without saying which of the two they are.
        if "T" in tree.upper():
            return Term("moment", literal(read_moment(tree), DateTime(timezone=True)), short(tree))
        return Term("date", literal(read_date(tree), Date), short(tree))
    term = meant(tree)
    if term.kind not in ("date", "moment"):
        raise InvalidInput(f"filter takes {term.said}, a {term.kind}, for a time")
    return term


def relation(op: str, left: Span, right: Span) -> ColumnElement[bool]:
    """Return the SQL of how two spans lie to each other."""
    days = left.is_of_days and right.is_of_days
    return RELATIONS[op](*left.bounds(days=days), *right.bounds(days=days))


Bound = ColumnElement[Any]


def _apart(a: Bound, b: Bound, c: Bound, d: Bound) -> ColumnElement[bool]:
    return or_(b < c, a > d)


RELATIONS: dict[str, Callable[[Bound, Bound, Bound, Bound], ColumnElement[bool]]] = {
    "t_after": lambda a, _b, _c, d: a > d,
    "t_before": lambda _a, b, c, _d: b < c,
    "t_contains": lambda a, b, c, d: and_(a < c, b > d),
    "t_disjoint": _apart,
    "t_during": lambda a, b, c, d: and_(a > c, b < d),
    "t_equals": lambda a, b, c, d: and_(a == c, b == d),
    "t_finishedby": lambda a, b, c, d: and_(a < c, b == d),
    "t_finishes": lambda a, b, c, d: and_(a > c, b == d),
    "t_intersects": lambda a, b, c, d: not_(_apart(a, b, c, d)),
    "t_meets": lambda _a, b, c, _d: b == c,
    "t_metby": lambda a, _b, _c, d: a == d,
    "t_overlappedby": lambda a, b, c, d: and_(a > c, a < d, b > d),
    "t_overlaps": lambda a, b, c, d: and_(a < c, b > c, b < d),
    "t_startedby": lambda a, b, c, d: and_(a == c, b > d),
    "t_starts": lambda a, b, c, d: and_(a == c, b < d),
}
"""How the span from a to b lies to the one from c to d (OGC 21-065r2, clause 7.6)."""
