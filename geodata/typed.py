"""Whether what a question is given is of the kind that it declares: from Python anything can be put in."""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from reprlib import repr as short
from types import NoneType
from typing import Any, get_args, get_type_hints

from geodata.errors import InvalidInput

_WANTED = {
    str: ('a text such as "{}"', "文字，如 {}"),
    float: ("a number", "数字"),
    int: ("a whole number", "整数"),
    bool: ("True or False", "True 或 False"),
    tuple: ("its first and its last day, two dates", "起止两个日期"),
    Mapping: ("a mapping of words to numbers", "名称到数字的映射"),
}
_SUCH = {"at": "Mon 22:00", "service": "police_room", "kind": "theft", "by": "community"}


def check_types(question: Any) -> None:
    """Raise where a field of a dataclass has a value of another kind than it declares.

    Fields of other kinds than texts, numbers, truth values, days and speeds are left to whoever reads them.

    Raises:
        InvalidInput: says the field, the value that was seen and the kind that is wanted.
    """
    for name, (hint, may_miss) in _declared(question.__class__).items():
        value = getattr(question, name)
        if (may_miss and value is None) or _is_a(value, hint):
            continue
        en, zh = (word.format(_SUCH.get(name, "word")) for word in _WANTED[getattr(hint, "__origin__", hint)])
        raise InvalidInput(
            f"{name} is {short(value)}; wanted is {en}{' or None' if may_miss else ''}",
            zh=f"{name} 为 {short(value)}；应为{zh}{'或 None' if may_miss else ''}",
        )


def check_words(given: Mapping[str, Any], *kinds: type) -> None:
    """Raise where a word is given that no field of some dataclasses has.

    Raises:
        InvalidInput: says the word, and those that there are.
    """
    known = sorted({field.name for kind in kinds for field in fields(kind)})
    unknown = next((name for name in given if name not in known), None)
    if unknown is not None:
        raise InvalidInput(
            f"nothing is called {unknown!r} here; there are {', '.join(known)}",
            zh=f"没有名为 {unknown!r} 的参数；可选：{'、'.join(known)}",
        )


@cache
def _declared(kind: type) -> dict[str, tuple[Any, bool]]:
    """Return for each field that is looked at what kind it is, and whether it may be None."""
    found = {}
    for name, hint in get_type_hints(kind).items():
        among = [each for each in get_args(hint) if each is not NoneType]
        may_miss = NoneType in get_args(hint)
        one = among[0] if may_miss and len(among) == 1 else hint
        if getattr(one, "__origin__", one) in _WANTED:
            found[name] = (one, may_miss)
    return found


def _is_a(value: Any, hint: Any) -> bool:
    """Tell whether a value is of a kind; True is no number, and a numpy number is one."""
    if hint in (int, float):
        return isinstance(value, numbers.Integral if hint is int else numbers.Real) and not isinstance(value, bool)
    inner = get_args(hint)
    if not inner:
        return isinstance(value, hint)
    if hint.__origin__ is tuple:
        return isinstance(value, tuple) and [*map(type, value)] == [*inner]
    return isinstance(value, Mapping) and all(_is_a(k, inner[0]) and _is_a(v, inner[1]) for k, v in value.items())
