"""What is true about places: layers, coordinates, the store and the questions put to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geodata.door import Door


def open(home: Path | str | None = None) -> Door:  # noqa: A001 - `geodata.open(home)` is what people type
    """Open a deployment for work in Python.

    Args:
        home: its folder; None for the one that CSMAP_HOME names.

    Raises:
        SettingsError: there is no deployment.
    """
    from geodata.door import Door
    from geodata.settings import load_settings

    return Door(load_settings(home))
