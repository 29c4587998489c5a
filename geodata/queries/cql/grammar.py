"""Reads CQL2, as text or JSON, into its tree, within bounds."""

from __future__ import annotations

import json
import re
from typing import Any

import cql2

from geodata.errors import InvalidInput

TEXT, JSON = "cql2-text", "cql2-json"
LANGUAGES = (TEXT, JSON)
LONGEST = 4096
DEEPEST = 50
"""The library's parser, and the database's, descend once a level: thousands of them would end the process."""
MOST_OPENINGS = 400
"""Of text, whatever stands in quotes: how deep brackets are can only be told by parsing, which 1,900 of them end."""

Tree = Any
"""As CQL2's JSON has it: an operation is {"op", "args"}, a property {"property"}; all else are values."""


def read(text: str, language: str) -> Tree:
    """Return the tree of an expression.

    Args:
        text: the expression; at most `LONGEST` characters, `DEEPEST` brackets within each other, and as text
            `MOST_OPENINGS` of them in all.
        language: one of `LANGUAGES`.

    Raises:
        InvalidInput: it can't be read, or it is beyond the bounds.
    """
    check_language(language)
    if len(text) > LONGEST:
        raise InvalidInput(f"filter has {len(text)} characters; at most {LONGEST} are read")
    if language == TEXT and text.count("(") > MOST_OPENINGS:
        raise InvalidInput(f"filter has {text.count('(')} brackets; at most {MOST_OPENINGS} are read")
    if _nesting(text) > DEEPEST:
        raise InvalidInput(f"filter has brackets {_nesting(text)} deep; at most {DEEPEST} are read")
    tree = _parsed(text, language)
    if _depth(tree) > DEEPEST * 2:
        raise InvalidInput(f"filter is nested {_depth(tree)} deep; at most {DEEPEST * 2} are read")
    return tree


def check_language(language: str) -> None:
    """Refuse a language in which no filter can be read.

    Raises:
        InvalidInput: with those in which it can.
    """
    if language not in LANGUAGES:
        raise InvalidInput(f"filter-lang is {language[:40]!r}; wanted is {' or '.join(LANGUAGES)}")


def _parsed(text: str, language: str) -> Tree:
    try:
        if language == JSON:
            return cql2.parse_json(text).to_json()
        return cql2.parse_text(text).to_json()
    except Exception as error:  # the library raises bare ones, too, such as for a point without coordinates
        raise InvalidInput(f"filter can't be read as {language}: {_short(str(error))}") from None


def _short(message: str) -> str:
    """Return a parser's complaint on one line, without its drawing of the place."""
    said = [line.strip(" |=") for line in message.splitlines()]
    return " ".join(line for line in said if line and not re.fullmatch(r"[\d\s^|-]*", line))[:300]


def _nesting(text: str) -> int:
    """Return how many brackets, and how many NOTs or signs in a row, stand within each other at most."""
    depth = deepest = 0
    for sign in re.sub(r"'(?:[^']|'')*'", "", text):
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, depth)
    rows = (match.group().upper().count("NOT") + match.group().count("-") for match in _PREFIXES.finditer(text))
    return max(deepest, *rows, 0)


_PREFIXES = re.compile(r"(?:NOT\s+|-\s*)+", re.IGNORECASE)


def _depth(tree: Tree) -> int:
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        waiting.extend((each, depth + 1) for each in inner)
    return deepest


def short(tree: Tree) -> str:
    """Return a part of a tree as a message shows it."""
    text = json.dumps(tree, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
