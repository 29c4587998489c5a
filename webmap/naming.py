"""Names in another language than the page's: marked as what they are, and spelled for who can't read them."""

from __future__ import annotations

import re

from flask import Flask
from markupsafe import Markup, escape

from geodata.spelling import spelled
from webmap.languages import language

CHINESE = "zh-CN"
_RUN = re.compile(
    r"(?<!\d)\d*[\u3400-\u9fff](?:[\w\u3000-\u303f\uff00-\uffef·—-]*[\u3400-\u9fff\u3000-\u303f\uff00-\uffef])?"
)
"""Hanzi from the first to the last one of a run, with the digits, letters and marks between them, and digits before.

From the first digit alone: a text of digits without any hanzi would be read once for each of them.
"""

_MARKED = Markup('<span lang="{}">{}</span>')


def init(app: Flask) -> None:
    """Give the templates the filters."""
    app.jinja_env.filters["named"] = named
    app.jinja_env.filters["foreign"] = foreign
    app.jinja_env.filters["lang_of"] = lang_of


def named(name: str) -> str:
    """Return a name as the page's readers need it: on English pages a Chinese one with its pinyin beside it.

    Nobody has stated English names of places; pinyin is how signs and maps spell them.
    """
    spelling = pinyin_of(name)
    return foreign(name) + Markup(' <span class="spelled">{}</span>').format(spelling) if spelling else name


def pinyin_of(name: str) -> str:
    """Return how a Chinese name is spelled, the likeliest reading; "" for others, and on Chinese pages.

    What is called in English by its kind has only its street spelled.
    """
    kind, _, street = name.rpartition(", ")
    spelling = None if _is_chinese() else spelled(name if _RUN.search(kind) else street)
    return spelling.partition(";")[0].capitalize() if spelling else ""


def foreign(text: str) -> str:
    """Return a text whose Chinese parts are marked as such on English pages, so that they are read out as Chinese."""
    if _is_chinese() or not _RUN.search(text):
        return text
    parts, end = [], 0
    for run in _RUN.finditer(text):
        parts += [escape(text[end : run.start()]), _MARKED.format(CHINESE, run[0])]
        end = run.end()
    return Markup("").join([*parts, escape(text[end:])])


def lang_of(text: str) -> str:
    """Return the attribute of an element that holds a text alone: empty unless it is Chinese on an English page."""
    return "" if _is_chinese() or not _RUN.search(text) else Markup(' lang="{}"').format(CHINESE)


def _is_chinese() -> bool:
    return language() == CHINESE
