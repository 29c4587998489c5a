"""Turns requests into answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from geodata.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Return the web application of one deployment.

    Args:
        settings: the deployment's; None for the one that the environment names.
    """
    # Only now: what starts the site imports this package and answers nothing itself.
    from webmap import application

    return application.create_app(settings)
