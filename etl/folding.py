"""Headings of files, and the listed ones that they stand for."""

from __future__ import annotations

from functools import lru_cache

from geodata.folding import fold

SHAPEFILE_NAME_BYTES = 10


@lru_cache(maxsize=10_000)
def fold_heading(heading: str) -> str:
    """Return the form in which headings are compared: folded, case-insensitive, without line breaks."""
    return "".join(fold(heading).split("\n")).replace("\r", "").casefold().strip()


def is_heading(heading: str, synonym: str) -> bool:
    """Tell whether a file's heading is a listed one: equal when folded, or cut to ten bytes as shapefiles cut it."""
    seen, wanted = fold_heading(heading), fold_heading(synonym)
    return seen == wanted or seen == _cut(wanted)


@lru_cache(maxsize=10_000)
def _cut(word: str) -> str | None:
    """Return a heading as a shapefile keeps it (ten bytes of GBK), or None where it keeps it whole."""
    whole = word.encode("gb18030")
    return whole[:SHAPEFILE_NAME_BYTES].decode("gb18030", "ignore") if len(whole) > SHAPEFILE_NAME_BYTES else None


def find_heading(synonyms: tuple[str, ...], headings: tuple[str, ...]) -> str | None:
    """Return the file's heading for the first synonym that it has, or None."""
    for synonym in synonyms:
        for heading in headings:
            if is_heading(heading, synonym):
                return heading
    return None
