"""Looks through OpenStreetMap XML, packed or not, before osmium reads it: is it whole, and in which order."""

from __future__ import annotations

import bz2
import gzip
import mmap
import zlib
from collections.abc import Iterator
from pathlib import Path

from etl.readers.kinds import ending_of
from geodata.errors import InvalidInput

MOST_RATIO = 100
RATIO_COUNTS_FROM = 50 << 20
_CHUNK_BYTES = 1 << 22
_OVERLAP = 8
_WAY, _NODE = b"<way ", b"<node "


def check_packed(path: Path) -> None:
    """Read a packed file to its end; other files are left alone.

    Raises:
        InvalidInput: cut off, damaged, or packed more than 100 times, which no map is.
    """
    if ending_of(path) in (".osm.gz", ".osm.bz2"):
        for _ in _unpacked(path):
            pass


def has_ways_first(path: Path) -> bool:
    """Tell whether some way stands before the last node, as some web tools write.

    Raises:
        InvalidInput: as `check_packed`.
    """
    if ending_of(path) == ".osm":
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            first_way = text.find(_WAY)
            return 0 <= first_way < text.rfind(_NODE)
    has_way, tail = False, b""
    for chunk in _unpacked(path):
        text_here = tail + chunk
        first_way = 0 if has_way else text_here.find(_WAY)
        if first_way >= 0:
            if text_here.find(_NODE, first_way) >= 0:
                return True
            has_way = True
        tail = text_here[-_OVERLAP:]
    return False


def _unpacked(path: Path) -> Iterator[bytes]:
    packed_bytes = path.stat().st_size
    done = 0
    try:
        with _opened(path) as file:
            while chunk := file.read(_CHUNK_BYTES):
                done += len(chunk)
                if done > RATIO_COUNTS_FROM and done > MOST_RATIO * packed_bytes:
                    raise InvalidInput(
                        f"{path.name} is packed over {MOST_RATIO} times, which no map is: hand it over again."
                    )
                yield chunk
    except (EOFError, OSError, zlib.error) as error:
        raise InvalidInput(f"{path.name} is cut off or damaged: hand it over again.") from error


def _opened(path: Path) -> gzip.GzipFile | bz2.BZ2File:
    return gzip.open(path) if ending_of(path) == ".osm.gz" else bz2.open(path)
