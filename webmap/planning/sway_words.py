"""How much an answer depends on what isn't known for sure, as pages and files tell it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from flask_babel import gettext

from geodata.coverage.sensitivity import Sway
from webmap.wording import Wording

ToldSway = tuple[str, Sway]
"""What is supposed to be otherwise, in words, and what becomes of the answer."""


def told_sways(found: Mapping[str, Sway], wording: Wording) -> list[ToldSway]:
    """Return what `sways` found, in the language that flask-babel is set to."""
    return [(_otherwise(name, wording), sway) for name, sway in found.items()]


def sway_heads() -> tuple[str, ...]:
    """Return the heads of their table: what, within reach, gained, lost, moved, and another answer in all."""
    return (
        gettext("Otherwise"),
        gettext("Within reach"),
        gettext("Gained"),
        gettext("Lost"),
        gettext("By another post"),
        gettext("Another answer in all"),
    )


def _otherwise(name: str, wording: Wording) -> str:
    kind, _, value = name.partition("_")
    if kind == "speed":
        return gettext("speed × %(factor)s", factor=value)
    if kind == "snap":
        return gettext("%(metres)s m to the street at most", metres=value.removesuffix("_m"))
    day, _, clock = value.partition("T")
    # What held at the end of a day is told by that day, as it was asked for.
    at = date.fromisoformat(day) - timedelta(days=clock == "00:00")
    return gettext("roads as of %(day)s", day=wording.date(at))
