"""One way of writing a word: full-width ASCII folded, spaces trimmed; never full NFKC, which turns "㎡①" into "m21"."""

from __future__ import annotations

from functools import lru_cache

_ASCII = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20, 0xA0: 0x20, 0xFEFF: None}
_ALPHANUMERIC = {
    code: plain for code, plain in _ASCII.items() if plain is None or plain == 0x20 or chr(plain).isalnum()
} | dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), 32)

MAY_FOLD = r"[\x{ff01}-\x{ff5e}\x{3000}\x{a0}\x{feff}]|^[\x00-\x20\x{7f}-\x{a0}\p{Z}]|[\x00-\x20\x{7f}-\x{a0}\p{Z}]$"
"""RE2: what every text has that `fold` changes."""

SHAPEFILE_NAME_BYTES = 10


def fold(text: str) -> str:
    """Return `text` with full-width ASCII (digits, letters, punctuation) as plain ASCII, trimmed."""
    return text.translate(_ASCII).strip()


def tidy(text: str) -> str:
    """Return `text` as we keep it: full-width digits and letters plain, punctuation as written, no control marks."""
    return text.translate(_ALPHANUMERIC).strip()


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
