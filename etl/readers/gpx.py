"""Looks through a GPX file before GDAL reads its waypoints: that it is sound, and what else is in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from etl.readers.markup import MarkupError, parse
from geodata.errors import InvalidInput

LAYER = "waypoints"
_PERSONAL = {"trk": "tracks", "rte": "routes"}


class _Counter:
    """Counts elements by name."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def start(self, name: str, _attributes: dict[str, str], /) -> None:
        """Count it."""
        self.counts[name] += 1

    def end(self, name: str) -> None:
        """Nothing to do."""

    def text(self, text: str) -> None:
        """Nothing to do."""


def lay_out(path: Path, folder: Path) -> Path:
    """Link a GPX file into `folder` after making sure that it is whole and has no entities.

    Raises:
        InvalidInput: damaged, cut off, with a DOCTYPE, or without waypoints.
    """
    counts = _count(path)
    if not counts["wpt"]:
        others = " and ".join(name for element, name in _PERSONAL.items() if counts[element])
        what = f"only {others}, which are about persons and aren't read" if others else "nothing"
        raise InvalidInput(f"{path.name} has no rows: it holds {what}; hand over a file of waypoints.")
    laid_out = folder / "layer.gpx"
    laid_out.symlink_to(path.resolve())
    return laid_out


def notes(path: Path) -> list[str]:
    """Return a sentence where the file holds tracks or routes as well."""
    counts = _count(path)
    left = [f"{name} ({counts[element]:,})" for element, name in _PERSONAL.items() if counts[element]]
    return [f"Left out, as they are about persons: {' and '.join(left)}."] if left else []


def _count(path: Path) -> Counter[str]:
    counter = _Counter()
    with path.open("rb") as file:
        try:
            for _ in parse(file, counter, with_text=False):
                pass
        except MarkupError as error:
            raise InvalidInput(
                f"{path.name} can't be read as GPX, it is damaged or cut off ({error}): hand it over again."
            ) from error
    return counter.counts
