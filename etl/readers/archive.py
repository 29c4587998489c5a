"""Opens zip files without letting a small one grow beyond what the machine can hold."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from geodata.errors import InvalidInput

MOST_BYTES = 2 << 30
MOST_RATIO = 200
RATIO_COUNTS_FROM = 50 << 20
"""Below this size an entry may be packed as tightly as it likes."""

_BROKEN = (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error, OSError, EOFError)


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip file after looking at how large it says that it will become.

    Python reads no more of an entry than its declared size, so the declared sizes can be trusted.

    Raises:
        InvalidInput: cut off, damaged, or a zip bomb: entries of 2 GB together, or one over 50 MB packed more
            than 200 times.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise InvalidInput(f"{path.name} is cut off or damaged: hand it over again.") from error
    with archive:
        _refuse_bomb(path, archive)
        yield archive


@contextmanager
def open_entry(path: Path, archive: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    """Open one file inside a zip file.

    Raises:
        InvalidInput: it has a password, or turns out to be damaged, also while it is read.
    """
    try:
        with archive.open(name) as entry:
            yield entry
    except RuntimeError as error:
        raise InvalidInput(f"{path.name} has a password: hand it over without one.") from error
    except (zlib.error, *_BROKEN) as error:
        raise InvalidInput(f"{path.name} is damaged inside: hand it over again.") from error


def _refuse_bomb(path: Path, archive: zipfile.ZipFile) -> None:
    total = sum(entry.file_size for entry in archive.infolist())
    if total > MOST_BYTES:
        raise InvalidInput(
            f"{path.name} unpacks to {total / 1e9:.1f} GB, more than {MOST_BYTES / 1e9:.1f} GB: split it into "
            "several files."
        )
    for entry in archive.infolist():
        if entry.file_size > RATIO_COUNTS_FROM and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise InvalidInput(
                f"{path.name} is packed {entry.file_size // max(entry.compress_size, 1):,} times over, which no table "
                f"or map is (at most {MOST_RATIO}): hand it over without the padding."
            )
