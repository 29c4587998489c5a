"""Words that are declared in every language of the pages."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from string import Formatter
from typing import Any, Literal

Language = Literal["zh-CN", "en"]


@dataclass(frozen=True)
class Text:
    """A declared word or phrase in the languages that the pages speak."""

    zh: str
    en: str

    def get(self, language: str) -> str:
        """Return the text in `language`; English for any language but Chinese."""
        return self.zh if language.lower().startswith("zh") else self.en


class _Counting(Formatter):
    """Fills `{posts:post|posts}`: the number as it is said, and the noun that goes with it."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        one, bar, many = format_spec.partition("|")
        return f"{value} {one if str(value) == '1' else many}" if bar else super().format_field(value, format_spec)


_COUNTING = _Counting()


def filled(sentence: str, *values: object, **named: object) -> str:
    """Return a sentence with its gaps filled; `{posts:post|posts}` says its noun for one or for many.

    >>> filled("within {minutes:minute|minutes}", minutes="1")
    'within 1 minute'
    """
    return _COUNTING.format(sentence, *values, **named)


def columns(words: str) -> int:
    """Return how many columns of a terminal some words take: signs of Chinese take two.

    >>> columns("街心社区"), columns("North")
    (8, 5)
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in words)


def counted(number: float, one: str, many: str = "") -> str:
    """Return an English count with its noun: "1 post", "2 posts", "1,200 people".

    Args:
        number: of things, or of people; told as a whole number.
        one: the noun for one.
        many: for any other number; "" for one with an s.
    """
    whole = round(number)
    return f"{whole:,} {one if whole == 1 else many or one + 's'}"
