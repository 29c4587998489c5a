"""One way of writing a word: full-width ASCII folded, spaces trimmed; never full NFKC, which turns "㎡①" into "m21"."""

from __future__ import annotations

_ASCII = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20, 0xA0: 0x20, 0xFEFF: None}
_ALPHANUMERIC = {
    code: plain for code, plain in _ASCII.items() if plain is None or plain == 0x20 or chr(plain).isalnum()
} | dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), 32)

MAY_FOLD = r"[\x{ff01}-\x{ff5e}\x{3000}\x{a0}\x{feff}]|^[\x00-\x20\x{7f}-\x{a0}\p{Z}]|[\x00-\x20\x{7f}-\x{a0}\p{Z}]$"
"""RE2: what every text has that `fold` changes."""


def fold(text: str) -> str:
    """Return `text` with full-width ASCII (digits, letters, punctuation) as plain ASCII, trimmed."""
    return text.translate(_ASCII).strip()


def tidy(text: str) -> str:
    """Return `text` as we keep it: full-width digits and letters plain, punctuation as written, no control marks."""
    return text.translate(_ALPHANUMERIC).strip()
