"""What a reader chooses once for all pages: asked for in the address, else kept in a cookie."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response, g, request

A_YEAR_S = 365 * 24 * 3600
CARE = "care"
"""Care mode: large letters, symbols and buttons, lists before maps. "1" or "0"."""
THEME = "theme"
_VALUES = {CARE: ("0", "1"), THEME: ("system", "light", "dark")}
"""What can be chosen, by its name in addresses and cookies; the first is the usual one."""


def init(app: Flask) -> None:
    """Remember what was asked for."""
    app.after_request(_remember)


def is_care() -> bool:
    """Say whether the reader wants care mode."""
    return chosen(CARE, _VALUES[CARE]) == "1"


def theme() -> str:
    """Return "light" or "dark", or "system" where the browser is to say."""
    return chosen(THEME, _VALUES[THEME])


def themes() -> tuple[str, ...]:
    """Return the themes to choose from."""
    return _VALUES[THEME]


def attributes() -> str:
    """Return what the first tag of a page says of the reader's choices, as HTML with a space before each."""
    care = " data-care" if is_care() else ""
    return care if theme() == _VALUES[THEME][0] else f'{care} data-theme="{theme()}"'


def chosen(name: str, values: Sequence[str]) -> str:
    """Return the reader's value of a choice, to be kept with the answer where the address states it."""
    asked = request.args.get(name)
    if asked in values:
        if may_keep():
            g.setdefault("choices", {})[name] = asked
        return str(asked)
    kept = request.cookies.get(name, "") if may_keep() else ""
    return kept if kept in values else values[0]


def may_keep() -> bool:
    """Say whether an answer may depend on a cookie: what programs read is the same for everybody who asks."""
    return not request.path.startswith(("/ogc", "/download", "/api"))


def _remember(response: Response) -> Response:
    for name, value in g.get("choices", {}).items():
        response.set_cookie(name, value, max_age=A_YEAR_S, samesite="Lax", httponly=True)
    return response
