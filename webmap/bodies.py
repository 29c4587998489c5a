"""What a request brings along: the words of its address, and its JSON."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from reprlib import repr as short
from typing import Any, ParamSpec, TypeVar

from flask import Flask, request

from geodata.errors import InvalidInput, NotFound
from webmap.access import is_below_staff

P = ParamSpec("P")
R = TypeVar("R")
QUESTION = ("mode", "minutes", "at", "demand", "weight", "period", "kind", "by")
"""The words of a question about a service, as `webmap.planning.question.asked_question` reads them."""
SCENARIO = "scenario"
"""The word that names a scenario in an address: the question is answered as if its changes had been made."""
LONGEST_BODY = 1_000_000
"""Bytes that a request may bring: a drawn scenario has some thousands. What is read of a form may be put on disk."""
LONGEST_WITH_PHOTO = 13_000_000
"""A phone's photo, where no script has made it small."""
WITH_PHOTO = ("officer_writing.record_hazard", "officer_writing.record_step")
NUL = "\x00"
"""The one character that PostgreSQL's texts can't hold."""


def init(app: Flask) -> None:
    """Bound what any request may bring along."""
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    # Before anything looks into the body, such as for its token.
    app.url_value_preprocessor(_let_photos_in)
    app.before_request(_refuse_nul)


def _let_photos_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint in WITH_PHOTO:
        request.max_content_length = LONGEST_WITH_PHOTO


def _refuse_nul() -> None:
    if NUL in request.path:
        raise NotFound("nothing is called so", zh="没有这一名称的内容")
    # Elsewhere nobody's form is read before it is known whether it may be sent at all.
    stated = (request.args, request.form) if is_below_staff(request) else (request.args,)
    if any(NUL in text for each in stated for word, values in each.lists() for text in (word, *values)):
        raise InvalidInput("the question holds a NUL (%00); wanted is text", zh="请求中含有空字符（%00）；应为文字")


def words_of_address(*known: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view for programs refuse words of its address that it wouldn't look at, beside `lang`.

    A misspelt word is answered as another question otherwise. Pages take any word: links come with words of mailers and
    of those who count visitors, and a page's form shows which question was understood.

    Args:
        known: the words that the view reads.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            _refuse_others(request.args, (*known, "lang"))
            for word, values in request.args.lists():
                if len(values) > 1:
                    raise InvalidInput(
                        f"{word} stands {len(values)} times in the address; wanted is one",
                        zh=f"地址中的 {word} 出现了 {len(values)} 次；应只有一次",
                    )
            return view(*args, **kwargs)

        return checked

    return decorate


def json_object(example: str, known: Collection[str]) -> dict[str, Any]:
    """Return the JSON object that the request brings.

    Args:
        example: what one looks like.
        known: the keys that are looked at.

    Raises:
        InvalidInput: it brings none, or one with other keys.
    """
    try:
        stated = request.get_json(silent=True)
    except RecursionError:
        stated = None
    if not isinstance(stated, dict) or b"\\u0000" in request.get_data():
        raise InvalidInput(f"wanted is a JSON object such as {example}", zh=f"应为 JSON 对象，如 {example}")
    _refuse_others(stated, known)
    return stated


def number_stated(name: str, value: object) -> float:
    """Return a number that a body states; it may be inf or NaN, as Python's JSON has them.

    Raises:
        InvalidInput: it is no number, or a whole one of hundreds of digits.
    """
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise InvalidInput(f"{name} is {short(value)}; wanted is a number", zh=f"{name} 为 {short(value)}；应为数字")
    try:
        return float(value)
    except OverflowError:
        raise InvalidInput(
            f"{name} is a number of too many digits; wanted is one such as 10", zh=f"{name} 位数太多；应为数字，如 10"
        ) from None


def no_body() -> None:
    """Raise where a request brings something that wouldn't be looked at.

    Raises:
        InvalidInput: it isn't empty.
    """
    if request.get_data().strip() not in (b"", b"{}"):
        raise InvalidInput(
            "wanted is no body: the question stands in the address, such as ?minutes=15",
            zh="请求不应带正文：问题写在地址中，如 ?minutes=15",
        )


def _refuse_others(stated: Collection[str], known: Collection[str]) -> None:
    others = sorted(set(stated) - set(known))
    if others:
        word = others[0][:40]
        raise InvalidInput(
            f"{word!r} can't be asked; wanted {'is' if len(known) == 1 else 'are'} {', '.join(known)}",
            zh=f"无法识别 {word!r}；可用：{'、'.join(known)}",
        )
