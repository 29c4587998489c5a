"""The values in a CQL2 expression: what a reader's fields are, and what stands in the expression itself."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Date, DateTime, Float, Text, cast, collate, func, literal, types
from sqlalchemy.dialects.postgresql import ARRAY

from geodata.errors import InvalidInput
from geodata.layers.layer import Layer
from geodata.queries.cql.grammar import Tree, short
from geodata.queries.own_words import values
from geodata.queries.reading import Reading

GEOMETRY = "geometry"
"""The name by which filters call a record's place."""
_EXACT = 2**53
"""JSON's numbers tell whole ones apart up to here."""

Kind = Literal["text", "number", "flag", "date", "moment", "names", "place"]
_KINDS: tuple[tuple[type[types.TypeEngine[Any]], Kind], ...] = (
    (types.Boolean, "flag"),
    (types.Numeric, "number"),
    (types.Float, "number"),
    (types.Integer, "number"),
    (types.DateTime, "moment"),
    (types.Date, "date"),
    (types.String, "text"),
)


@dataclass(frozen=True)
class Term:
    """A value of an expression.

    Attributes:
        kind: what it is.
        sql: its SQL.
        said: how the expression writes it, cut where that is long: for messages.
        literal: the text itself, where one stands in the expression; it may be a day that is written as a text.
    """

    kind: Kind
    sql: ColumnElement[Any]
    said: str
    literal: str | None = None


def queryables(reading: Reading, layer: Layer) -> dict[str, Term]:
    """Return what a reader may ask of a layer, by name: just what the answers hold, as they hold it."""
    table = reading.table(layer)
    found = {"id": Term("number", table.c.id, "id")}
    for name, column in values(reading, layer).items():
        kind = _kind_of(column.type)
        if kind is not None:
            found[name] = Term(kind, column, name)
    if layer.geometry:
        found[GEOMETRY] = Term("place", table.c.geom, GEOMETRY)
    return found


def _kind_of(stored: types.TypeEngine[Any]) -> Kind | None:
    if isinstance(stored, types.ARRAY):
        return "names" if isinstance(stored.item_type, types.String) else None
    return next((kind for base, kind in _KINDS if isinstance(stored, base)), None)


def value(tree: Tree) -> Term | None:
    """Return the term of a value that stands in an expression, or None where the tree is something else.

    Raises:
        InvalidInput: a date that is none, a number without end, a list of something else than texts, NULL.
    """
    said = short(tree)
    if isinstance(tree, bool):
        return Term("flag", literal(tree), said)
    if isinstance(tree, int | float):
        if not math.isfinite(tree):
            raise InvalidInput(f"filter has {said}, which is no number")
        # A whole number stays one, so that the index of a key serves.
        whole = float(tree).is_integer() and abs(tree) < _EXACT
        return Term("number", literal(int(tree), BigInteger) if whole else literal(float(tree), Float), said)
    if isinstance(tree, str):
        return Term("text", literal(tree, Text), said, literal=tree)
    if tree is None:
        raise InvalidInput("filter compares with NULL, which is never true; wanted is IS NULL")
    if isinstance(tree, list):
        return _names(tree, said)
    if isinstance(tree, dict) and "date" in tree:
        return Term("date", literal(read_date(tree["date"]), Date), said)
    if isinstance(tree, dict) and "timestamp" in tree:
        return Term("moment", literal(read_moment(tree["timestamp"]), DateTime(timezone=True)), said)
    return None


def _names(tree: list[Tree], said: str) -> Term:
    if not all(isinstance(each, str) for each in tree):
        raise InvalidInput(f"filter has the list {said}; wanted are texts in it")
    return Term("names", cast(tree, ARRAY(Text)), said)


def read_date(stated: object) -> date:
    """Return the day that an expression states.

    Raises:
        InvalidInput: it is none.
    """
    try:
        return date.fromisoformat(str(stated))
    except ValueError:
        raise InvalidInput(f"filter has {str(stated)[:40]!r}; wanted is a day such as 2025-10-31") from None


def read_moment(stated: object) -> datetime:
    """Return the moment that an expression states, with its zone.

    Raises:
        InvalidInput: it is none, or it leaves the zone open.
    """
    try:
        found = datetime.fromisoformat(str(stated))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise InvalidInput(f"filter has {str(stated)[:40]!r}; wanted is a moment such as 2025-10-31T08:00:00Z")
    return found


def written(stated: str, kind: Kind) -> Term:
    """Return a value that stands without quotes, read as the kind that is wanted.

    Raises:
        InvalidInput: it is none of that kind.
    """
    if kind in ("number", "flag"):
        try:
            found = value(json.loads(stated))
        except ValueError:
            found = None
        if found is None or found.kind != kind:
            raise InvalidInput(f"{stated[:40]!r} is no {kind}")
        return found
    return Term("text", literal(stated, Text), short(stated), literal=stated)


def as_kind(term: Term, kind: Kind) -> Term:
    """Return a term as another kind, where the two can be compared: a day with a moment, a day written as a text.

    Raises:
        InvalidInput: they can't.
    """
    if term.kind == kind:
        return term
    if term.kind == "date" and kind == "moment":
        # The session's zone is the deployment's: its days begin at its own midnight.
        return Term(kind, cast(term.sql, DateTime(timezone=True)), term.said)
    if term.literal is not None and kind in ("date", "moment"):
        known: Any = read_date(term.literal) if kind == "date" else read_moment(term.literal)
        return Term(kind, literal(known, Date if kind == "date" else DateTime(timezone=True)), term.said)
    raise InvalidInput(f"filter takes {term.said}, a {term.kind}, for a {kind}")


def alike(*terms: Term) -> tuple[Term, ...]:
    """Return terms as one kind, in which they can be compared.

    Raises:
        InvalidInput: there is none.
    """
    kinds = {term.kind for term in terms}
    if len(kinds) == 1:
        return terms
    for kind in ("moment", "date"):
        if kind in kinds:
            return tuple(as_kind(term, kind) for term in terms)
    first, other = terms[0], next(term for term in terms if term.kind != terms[0].kind)
    raise InvalidInput(f"filter compares {first.said}, a {first.kind}, with {other.said}, a {other.kind}")


def folded(term: Term) -> Term:
    """Return a text in which letters that differ in case alone are the same, as Unicode folds them: ß is SS.

    Raises:
        InvalidInput: it is no text.
    """
    # Small, then capital tells apart what full case folding does, in all of Unicode but for the Turkish i without a
    # dot, which is an i here; either step alone would leave ß or its capital by itself.
    said = collate(as_kind(term, "text").sql, "und-x-icu")
    return Term("text", func.upper(func.lower(said)), f"casei({term.said})")
