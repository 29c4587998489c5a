"""Remarks about rows in Chinese, for the office that hands sheets over: the English sentences, read and said again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from etl.chinese_sentences import OUTCOMES, PHRASES, SENTENCES
from etl.issues import Issue
from geodata.layers import LAYERS

_PROPOSED = re.compile(r"; perhaps (?P<names>.+) is meant", re.DOTALL)
_LEADING = re.compile(r"(?P<heading>.+?) say (?P<value>'.*?'|\".*?\"): (?P<rest>.+)", re.DOTALL)
_PLACE = re.compile(r"\{(\w+)\}")
_ANYTHING = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|.+?"""
"""A quoted value to its end, whatever it says; else as little as fits."""


def in_chinese(issue: Issue) -> str:
    """Return an issue's sentence in Chinese; as it is where it has no Chinese.

    A step says one sentence in English, with the value seen and the value wanted; here stands what each reads in
    Chinese, once (`etl/chinese_sentences.py`).
    """
    return _sentence(issue.message)


def outcome_in_chinese(issue: Issue) -> str:
    """Return what became of the row, in Chinese."""
    return OUTCOMES[issue.outcome]


def _sentence(english: str) -> str:
    proposed = _PROPOSED.search(english)
    if proposed:
        names = proposed["names"].replace(" or ", "、")
        return f"{_sentence(english.removesuffix(proposed[0]))}；是否指：{names}"
    leading = _LEADING.fullmatch(english)
    if leading:  # where a place stands, before what is wrong with it
        rest = _sentence(leading["rest"])
        return f"{leading['heading'].replace(' and ', '、')}为{_value(leading['value'])}：{rest}"
    return _read(english, _sentences()) or english


Reading = tuple[str, re.Pattern[str], str]
"""The longest part of an English sentence that never differs, its pattern, and the Chinese."""


def _read(english: str, readings: Sequence[Reading]) -> str | None:
    """Return the Chinese of the first sentence that fits, with the values of this one; None where none does."""
    for fixed, pattern, chinese in readings:
        found = pattern.fullmatch(english) if fixed in english else None
        if found:
            return chinese.format_map({name: _phrase(text) for name, text in found.groupdict().items()})
    return None


@lru_cache(maxsize=1)
def _sentences() -> list[Reading]:
    return [_reading(english, chinese) for english, chinese in SENTENCES.items()]


@lru_cache(maxsize=1)
def _phrases() -> list[Reading]:
    titles = {repr(layer.title.en): f"“{layer.title.zh}”" for layer in LAYERS}
    return [_reading(english, chinese) for english, chinese in (titles | PHRASES).items()]


def _reading(english: str, chinese: str) -> Reading:
    """Return how a sentence is read in which {words} stand for what differs from one row to the next."""
    parts = _PLACE.split(english)
    pattern = "".join(f"(?P<{part}>{_ANYTHING})" if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
    return max(parts[::2], key=len), re.compile(pattern, re.DOTALL), chinese


@lru_cache(maxsize=1024)
def _phrase(english: str) -> str:
    """Return a part of a sentence in Chinese: a phrase that is known, else the value as it stands in its cell."""
    return _read(english, _phrases()) or _value(english)


def _value(text: str) -> str:
    """Return a quoted value in Chinese quotes, anything else as it is."""
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return f"“{text[1:-1]}”" if is_quoted else text
