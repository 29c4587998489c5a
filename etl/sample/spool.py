"""Keeps what the files say of each town on disk until they are written: no more than one section is in memory."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Spool:
    """Sections of towns by name, in a folder that must exist; several processes may keep towns at a time."""

    folder: Path

    def keep(self, town: int, section: str, value: object) -> None:
        """Keep a section of a town."""
        path = self.folder / section / f"{town:04d}"
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as out:
            pickle.dump(value, out, pickle.HIGHEST_PROTOCOL)

    def each(self, section: str) -> Iterator[Any]:
        """Yield a section of each town, in the order of the towns."""
        for path in sorted((self.folder / section).iterdir()):
            with path.open("rb") as kept:
                yield pickle.load(kept)  # noqa: S301 - written by this very program
