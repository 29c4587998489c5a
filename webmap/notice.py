"""The sentences that go with all data of a deployment, wherever they leave it."""

from __future__ import annotations

from flask_babel import gettext

from webmap.access import settings


def sentence() -> str:
    """Return what has to be said beside the data: that they are invented, and the deployment's own notice."""
    parts = [settings().notice]
    if settings().synthetic:
        parts.insert(0, gettext("Synthetic data: places and figures are invented."))
    return " ".join(part for part in parts if part)
