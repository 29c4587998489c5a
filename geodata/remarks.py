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
    # Cf: what forms text and isn't seen itself; Cc goes with `tidy`.
    seen = "".join(each for each in unicodedata.normalize("NFC", written) if unicodedata.category(each) != "Cf")
    _refuse_heaped(seen)
    masked, kinds = mask_personal(" ".join(tidy(seen).split()), is_prose=True)
    return Remark(masked if is_left(masked) else None, kinds)


def _refuse_heaped(text: str) -> None:
    marks = 0
    for each in text:
        marks = marks + 1 if unicodedata.category(each).startswith("M") else 0
        if marks > MOST_MARKS:
            raise InvalidInput(
                f"a letter has more than {MOST_MARKS} marks on it: write it in plain letters",
                zh="文字说明中有字符叠加了过多附加符号，请用普通文字填写",
            )
