"""Which language a page speaks: the one asked for, else the one chosen before, else the deployment's first."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request
from flask_babel import Babel

from geodata.settings import Settings

COOKIE = "lang"
A_YEAR_S = 365 * 24 * 3600
LOCALES = {"zh-CN": "zh_Hans_CN", "en": "en"}


def init(app: Flask) -> None:
    """Set up translations and remember a language that was asked for."""
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
    if request.args.get("lang") == g.get("language") and not _is_api():
        response.set_cookie(COOKIE, g.language, max_age=A_YEAR_S, samesite="Lax", httponly=True)
    return response


def _is_api() -> bool:
    """Say whether the path is one whose answers never depend on a cookie."""
    return request.path.startswith(("/ogc", "/download"))
