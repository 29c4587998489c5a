"""Speeds by class of road that a place knows better: in csmap.toml, or in a file of the same tables.

[speeds.car]            # a mode: walk, ebike or car
primary = 35            # km/h, by class in the words of OpenStreetMap; what isn't said is as it comes with csmap
residential = 18
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geodata.coverage.modes import FASTEST_KMH, MODES, SLOWEST_KMH
from geodata.errors import InvalidInput, SettingsError
from geodata.settings import CONFIG_NAME, Settings

Speeds = Mapping[str, Mapping[str, float]]
"""By mode and class, km/h."""
CLASSES = frozenset().union(*(mode.kmh for mode in MODES.values()))


def speeds_of(settings: Settings, mode: str) -> Mapping[str, float]:
    """Return the speeds that csmap.toml states for a mode; none where it says nothing.

    Raises:
        SettingsError: a mode, a class or a speed that can't be.
    """
    try:
        return _checked(settings.speeds, str(settings.home / CONFIG_NAME)).get(mode, {})
    except InvalidInput as error:
        raise SettingsError(str(error)) from None


def read_speeds(path: Path) -> Speeds:
    """Return the speeds of a file with `[speeds.MODE]` tables.

    Raises:
        InvalidInput: no such file, no TOML, no such table, or a mode, a class or a speed that can't be.
    """
    try:
        stated = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InvalidInput(f"{path} isn't there; wanted is a file with tables such as [speeds.car]") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} is not TOML: {error}; wanted are tables such as [speeds.car]") from None
    if not isinstance(stated.get("speeds"), dict) or not stated["speeds"]:
        raise InvalidInput(f"{path} has no speeds; wanted are tables such as [speeds.car]")
    return _checked(stated["speeds"], str(path))


def as_toml(speeds: Speeds) -> str:
    """Return speeds as `read_speeds` and csmap.toml take them."""
    tables = (
        "\n".join([f"[speeds.{mode}]", *(f"{name} = {kmh:g}" for name, kmh in kmh_of.items())])
        for mode, kmh_of in speeds.items()
    )
    return "\n\n".join(tables) + "\n"


def _checked(stated: Mapping[str, Any], path: str) -> Speeds:
    for mode, kmh_of in stated.items():
        if mode not in MODES or not isinstance(kmh_of, Mapping):
            raise InvalidInput(f"{path} has [speeds.{mode}]; wanted are tables named after {', '.join(MODES)}")
        for name, kmh in kmh_of.items():
            if name not in CLASSES:
                raise InvalidInput(
                    f"{path}: [speeds.{mode}] has {name!r}; known classes are {', '.join(sorted(CLASSES))}"
                )
            if isinstance(kmh, bool) or not isinstance(kmh, int | float) or not SLOWEST_KMH <= kmh < FASTEST_KMH:
                raise InvalidInput(
                    f"{path}: [speeds.{mode}] has {name} = {kmh!r}; "
                    f"wanted are km/h from {SLOWEST_KMH} to below {FASTEST_KMH}"
                )
    return {mode: {name: float(kmh) for name, kmh in kmh_of.items()} for mode, kmh_of in stated.items()}
