"""What officers say in a few words: one plain line, bounded, with nothing in it that points at a person."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from geodata.errors import InvalidInput
from geodata.folding import tidy
from geodata.masking import is_left, mask_personal

LONGEST = 200
MOST_MARKS = 4
"""On one letter: Vietnamese has two, Thai three; more paint over what stands around."""


@dataclass(frozen=True)
class Remark:
    """What is kept of somebody's words.

    Attributes:
        words: None where nothing was said, or nothing but what points at a person.
        masked: the kinds of `geodata.masking.KINDS` that were masked in them.
    """

    words: str | None = None
    masked: tuple[str, ...] = ()


def remark(stated: str) -> Remark:
    """Return what is kept of what somebody has written.

    Marks that are not seen, such as those that turn the direction of writing round, are left out first: numbers are
    masked as they read.

    Raises:
        InvalidInput: it is too long, or its letters carry too many marks.
    """
    written = stated.replace("\r\n", "\n").strip()
    if len(written) > LONGEST:
        raise InvalidInput(
            f"the words have {len(written):,} characters; {LONGEST} are the most",
            zh=f"文字说明有 {len(written):,} 个字，最多 {LONGEST} 个字",
        )
    seen = _seen(written)
    _refuse_heaped(seen)
    masked, kinds = mask_personal(" ".join(tidy(seen).split()), is_prose=True)
    return Remark(masked if is_left(masked) else None, kinds)


def _seen(text: str) -> str:
    """Return a text without signs that aren't seen themselves, and without marks on digits."""
    kept: list[str] = []
    for each in unicodedata.normalize("NFC", text):
        # Cf: what forms text; Cc goes with `tidy`.
        category = unicodedata.category(each)
        if category == "Cf" or (category.startswith("M") and kept and kept[-1].isdigit()):
            continue
        kept.append(each)
    return "".join(kept)


def _refuse_heaped(text: str) -> None:
    marks = 0
    for each in text:
        marks = marks + 1 if unicodedata.category(each).startswith("M") else 0
        if marks > MOST_MARKS:
            raise InvalidInput(
                f"a letter has more than {MOST_MARKS} marks on it: write it in plain letters",
                zh="文字说明中有字符叠加了过多附加符号，请用普通文字填写",
            )
