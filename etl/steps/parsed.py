"""What became of one text: a value, a value with a remark, or a refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parsed:
    """The outcome of reading one cell.

    Attributes:
        value: canonical text; None for missing or refused.
        reason: "" where all is plain, else the issue's code.
        wanted: for a refusal what would have been right, for a remark what was made of it.
        is_refused: True where the row can't go on with it.
    """

    value: str | None
    reason: str = ""
    wanted: str = ""
    is_refused: bool = False


def refused(reason: str, wanted: str) -> Parsed:
    """Return a refusal: `wanted` ends the sentence "... ; wanted is"."""
    return Parsed(None, reason, wanted, is_refused=True)


MISSING = Parsed(None)
