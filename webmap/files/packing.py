"""Packs a text on its way: a file of any size is never whole in memory, packed or not."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterator

LEVEL = 5
_GZIP = 16 + zlib.MAX_WBITS


def packed(parts: Generator[str]) -> Iterator[bytes]:
    """Yield a text as gzip, about as it comes; who goes away ends what makes it, too."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP)
    try:
        for part in parts:
            if done := packer.compress(part.encode()):
                yield done
        yield packer.flush()
    finally:
        parts.close()
