"""What questions on the command line have in common."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from geodata.errors import InvalidInput
from geodata.services import get_service
from geodata.settings import Settings
from geodata.speeds import read_speeds


def speeds_for(settings: Settings, path: Path | None, *, service: str, mode: str | None) -> Mapping[str, float]:
    """Return the speeds of a file for the mode that a question is asked in; None names no file.

    Raises:
        NotFound: no such service.
        InvalidInput: the file can't be read, or says nothing of this mode.
    """
    if path is None:
        return {}
    wanted = mode or get_service(settings, service).mode
    speeds = read_speeds(path)
    if wanted not in speeds:
        raise InvalidInput(f"{path} has speeds for {', '.join(speeds)}; {service} is asked for {wanted}")
    return speeds[wanted]
