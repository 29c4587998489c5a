"""Whom residents call: the numbers that answer everywhere, or those that a deployment states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geodata.errors import SettingsError
from geodata.layers.text import Text
from geodata.settings import CHINA_ZONES, CONFIG_NAME, Settings


@dataclass(frozen=True)
class Call:
    """A number that people call, such as "119", and what for."""

    number: str
    title: Text


_POLICE = Text("报警", "Police")
_IN_CHINA = (
    Call("119", Text("火警", "Fire")),
    Call("120", Text("急救", "Ambulance")),
    Call("12345", Text("政务热线", "Hotline")),
)


def calls_of(settings: Settings) -> tuple[Call, ...]:
    """Return whom residents call, in the order in which pages name them.

    Raises:
        SettingsError: csmap.toml states one that can't be.
    """
    if settings.call is not None:
        return tuple(_stated(each, str(settings.home / CONFIG_NAME)) for each in settings.call)
    police = (Call(settings.emergency, _POLICE),) if settings.emergency else ()
    return (*police, *_IN_CHINA) if settings.time_zone in CHINA_ZONES else police


def _stated(stated: Mapping[str, Any], path: str) -> Call:
    """Return the call of one [[call]] table."""
    number, title = stated.get("number"), stated.get("title")
    if stated.keys() != {"number", "title"}:
        raise SettingsError(f"{path} has a [[call]] of {', '.join(sorted(stated)) or 'nothing'}; wanted: number, title")
    if not isinstance(number, str) or not set(number) & set("0123456789") or not set(number) <= set("0123456789+- "):
        raise SettingsError(f'{path} has a [[call]] with number = {number!r}; wanted are digits, such as "119"')
    if isinstance(title, str) and title.strip():
        return Call(number, Text(title, title))
    if isinstance(title, Mapping) and title.keys() == {"zh", "en"} and all(isinstance(v, str) for v in title.values()):
        return Call(number, Text(title["zh"], title["en"]))
    raise SettingsError(
        f'{path}: the [[call]] {number} has title = {title!r}; wanted is a text, or {{ zh = "...", en = "..." }}'
    )
