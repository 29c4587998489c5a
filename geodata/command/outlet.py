"""Files that commands write: refused before anything is worked out for them, and there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from geodata.errors import InvalidInput


def check_outlet(path: Path | None, endings: Collection[str] = (".gpkg",)) -> None:
    """Refuse a name for a file that couldn't be written; None asks for no file.

    Raises:
        InvalidInput: no such kind of file, or no such folder.
    """
    if path is None:
        return
    if path.suffix.lower() not in endings:
        raise InvalidInput(f"{path} can't be written; wanted is a name that ends in {', '.join(endings)}")
    if not path.parent.is_dir():
        raise InvalidInput(f"{path.parent} is no folder; {path.name} can't be written into it")
    if path.is_dir():
        raise InvalidInput(f"{path} is a folder; wanted is the name of a file")
    try:
        with written_beside(path) as beside:
            beside.touch()
    except OSError as error:
        raise InvalidInput(f"{path} can't be written: {(error.strerror or str(error)).lower()}") from None


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a name beside a file to write to: what is written there takes the file's place at the end."""
    with written_beside(path) as beside:
        yield beside
        beside.replace(path)


@contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """Give a name beside a file to write to, and take away what is left there at the end."""
    beside = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        yield beside
    finally:
        beside.unlink(missing_ok=True)
