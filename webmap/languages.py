"""Which language a page speaks: the one asked for, else the one chosen before, else the deployment's first."""

from __future__ import annotations

from contextlib import suppress

from flask import Flask, Response, current_app, g, request
from flask_babel import Babel

from geodata.settings import Settings
from webmap.catalogues import compile_stale

COOKIE = "lang"
A_YEAR_S = 365 * 24 * 3600
LOCALES = {"zh-CN": "zh_Hans_CN", "en": "en"}


def init(app: Flask) -> None:
    """Set up translations and remember a language that was asked for."""
    # Where the folder can't be written, the catalogues stay as the set-up compiled them.
    with suppress(OSError):
        compile_stale()
    Babel(app, locale_selector=lambda: LOCALES[language()], default_translation_directories="translations")
    app.after_request(_remember)


def language() -> str:
    """Return the language of this request, as in `?lang=`: "zh-CN" or "en"."""
    if "language" not in g:
        settings: Settings = current_app.config["SETTINGS"]
        offered = settings.languages
        wanted = (request.args.get("lang"), None if _is_api() else request.cookies.get(COOKIE))
        g.language = next((name for name in wanted if name in offered), offered[0])
    found: str = g.language
    return found


def _remember(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked and asked == g.get("language") and not _is_api():
        response.set_cookie(COOKIE, asked, max_age=A_YEAR_S, samesite="Lax", httponly=True)
    return response


def _is_api() -> bool:
    """Say whether the path is one whose answers never depend on a cookie."""
    return request.path.startswith(("/ogc", "/download", "/api"))
