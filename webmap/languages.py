"""Which language a page speaks: the one asked for, else the one chosen before, else the deployment's first."""

from __future__ import annotations

from contextlib import suppress

from flask import Flask, current_app, g
from flask_babel import Babel

from geodata.settings import Settings
from webmap.catalogues import compile_stale
from webmap.choices import chosen

CHOICE = "lang"
LOCALES = {"zh-CN": "zh_Hans_CN", "en": "en"}


def init(app: Flask) -> None:
    """Set up translations."""
    # Where the folder can't be written, the catalogues stay as the set-up compiled them.
    with suppress(OSError):
        compile_stale()
    Babel(app, locale_selector=lambda: LOCALES[language()], default_translation_directories="translations")


def language() -> str:
    """Return the language of this request, as in `?lang=`: "zh-CN" or "en"."""
    if "language" not in g:
        settings: Settings = current_app.config["SETTINGS"]
        offered = settings.languages
        g.language = chosen(CHOICE, offered)
    found: str = g.language
    return found
