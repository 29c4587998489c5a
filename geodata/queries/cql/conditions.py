"""What a CQL2 expression means, as a condition on the rows of a layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Double, Text, and_, cast, func, not_, or_
from sqlalchemy.dialects.postgresql import ARRAY

from geodata.errors import InvalidInput
from geodata.queries.cql import places, times
from geodata.queries.cql.grammar import Tree, read, short
from geodata.queries.cql.terms import Kind, Term, alike, as_kind, folded, value, written

Condition = ColumnElement[bool]


def condition(
    known: Mapping[str, Term], text: str, *, language: str = "cql2-text", system: str = places.CRS84
) -> Condition:
    """Return the condition that a filter puts on a layer's rows.

    Args:
        known: what the reader may ask of the layer (`queryables`): all that a filter can name.
        text: the filter.
        language: cql2-text or cql2-json.
        system: the URI of the system in which its coordinates are.

    Raises:
        InvalidInput: it can't be read, names what the reader hasn't, or compares what can't be compared.
    """
    return _Meaning(known, system).condition(read(text, language))


def equals(term: Term, stated: str) -> Condition:
    """Return the condition that a field has the value that a query states as `?name=value`; a list, that it holds it.

    Raises:
        InvalidInput: the value isn't of the field's kind.
    """
    if term.kind == "names":
        return term.sql.any_() == stated
    return term.sql == as_kind(written(stated, term.kind), term.kind).sql


@dataclass(frozen=True)
class _Meaning:
    """What the names in an expression stand for, and in which system its coordinates are."""

    known: Mapping[str, Term]
    system: str

    def condition(self, tree: Tree) -> Condition:
        """Return the SQL of something that is true or false."""
        term = self.term(tree)
        if term.kind != "flag":
            raise InvalidInput(f"filter has {term.said}, a {term.kind}, where a condition is wanted")
        return term.sql

    def term(self, tree: Tree) -> Term:
        """Return the value of any part of an expression."""
        if isinstance(tree, dict) and "property" in tree:
            return self._property(tree["property"])
        if isinstance(tree, dict) and "op" in tree:
            return self._operation(str(tree["op"]).lower(), tree.get("args"), short(tree))
        found = value(tree) or places.value(tree, self.system)
        if found is None:
            raise InvalidInput(f"filter has {short(tree)}, which means nothing here")
        return found

    def _property(self, name: object) -> Term:
        if name not in self.known:
            known = ", ".join(sorted(self.known))
            raise InvalidInput(f"filter has {str(name)[:60]!r}, which can't be asked; known are {known}")
        return self.known[str(name)]

    def _operation(self, op: str, args: Tree, said: str) -> Term:
        wanted = _ARGUMENTS.get(op)
        if not isinstance(args, list) or wanted is None:
            raise InvalidInput(f"filter has {op[:40]!r}, which isn't known here")
        if len(args) not in wanted:
            many = f"{wanted[0]}" if len(wanted) == 1 else f"{wanted[0]} to {wanted[-1]}"
            raise InvalidInput(f"filter gives {len(args)} arguments to {op!r}; wanted are {many}")
        if op in _OPERATIONS:
            return Term("flag", _OPERATIONS[op](self, args), said)
        if op in places.RELATIONS:
            return Term("flag", places.relation(op, [self.term(each) for each in args]), said)
        if op in times.RELATIONS:
            spans = [times.span(each, self.term) for each in args]
            return Term("flag", times.relation(op, *spans), said)
        if op == "casei":
            return folded(self.term(args[0]))
        return Term("number", _calculated(op, [as_kind(self.term(each), "number") for each in args]), said)


def _compared(
    compare: Callable[[Any, Any], Any], *, ordered: bool = False
) -> Callable[[_Meaning, list[Tree]], Condition]:
    def meant(meaning: _Meaning, args: list[Tree]) -> Condition:
        left, right = alike(*map(meaning.term, args))
        if left.kind == "place" or (ordered and left.kind in _UNORDERED):
            raise InvalidInput(f"filter compares {left.said}, a {left.kind}, which has no order")
        found: Condition = compare(left.sql, right.sql)
        return found

    return meant


_UNORDERED: frozenset[Kind] = frozenset({"flag", "names"})


def _is_null(meaning: _Meaning, args: list[Tree]) -> Condition:
    return meaning.term(args[0]).sql.is_(None)


def _like(meaning: _Meaning, args: list[Tree]) -> Condition:
    text, pattern = (as_kind(meaning.term(each), "text") for each in args)
    return text.sql.like(pattern.sql, escape="\\")


def _between(meaning: _Meaning, args: list[Tree]) -> Condition:
    of, low, high = alike(*map(meaning.term, args))
    if of.kind in _UNORDERED | {"place"}:
        raise InvalidInput(f"filter asks whether {of.said}, a {of.kind}, lies between two others")
    return of.sql.between(low.sql, high.sql)


def _in(meaning: _Meaning, args: list[Tree]) -> Condition:
    if not isinstance(args[1], list) or not args[1]:
        raise InvalidInput(f"filter asks for one of {short(args[1])}; wanted is a list of values")
    of, *listed = alike(*map(meaning.term, [args[0], *args[1]]))
    return or_(*(of.sql == each.sql for each in listed))


def _array(operator: str) -> Callable[[_Meaning, list[Tree]], Condition]:
    def meant(meaning: _Meaning, args: list[Tree]) -> Condition:
        left, right = (as_kind(meaning.term(each), "names") for each in args)
        return cast(left.sql, ARRAY(Text)).bool_op(operator)(cast(right.sql, ARRAY(Text)))

    return meant


def _calculated(op: str, args: list[Term]) -> ColumnElement[Any]:
    left, right = (cast(each.sql, Double) for each in args)
    # Nothing divided by nothing is nothing: the record isn't found, and the others are.
    some = func.nullif(right, 0)
    results: dict[str, Callable[[], ColumnElement[Any]]] = {
        "+": lambda: left + right,
        "-": lambda: left - right,
        "*": lambda: left * right,
        "/": lambda: left / some,
        "div": lambda: func.trunc(left / some),
        "%": lambda: left - some * func.trunc(left / some),
        "^": lambda: func.power(left, right),
    }
    return results[op]()


_OPERATIONS: dict[str, Callable[[_Meaning, list[Tree]], Condition]] = {
    "and": lambda meaning, args: and_(*map(meaning.condition, args)),
    "or": lambda meaning, args: or_(*map(meaning.condition, args)),
    "not": lambda meaning, args: not_(meaning.condition(args[0])),
    "=": _compared(lambda left, right: left == right),
    "<>": _compared(lambda left, right: left != right),
    "<": _compared(lambda left, right: left < right, ordered=True),
    ">": _compared(lambda left, right: left > right, ordered=True),
    "<=": _compared(lambda left, right: left <= right, ordered=True),
    ">=": _compared(lambda left, right: left >= right, ordered=True),
    "isnull": _is_null,
    "like": _like,
    "between": _between,
    "in": _in,
    "a_equals": _array("="),
    "a_contains": _array("@>"),
    "a_containedby": _array("<@"),
    "a_overlaps": _array("&&"),
}

_MANY = range(2, 1000)
_ARGUMENTS: dict[str, range] = {
    **dict.fromkeys([*_OPERATIONS, *places.RELATIONS, *times.RELATIONS], range(2, 3)),
    **dict.fromkeys(("+", "-", "*", "/", "div", "%", "^"), range(2, 3)),
    **dict.fromkeys(("and", "or"), _MANY),
    **dict.fromkeys(("not", "isnull", "casei"), range(1, 2)),
    "between": range(3, 4),
}
