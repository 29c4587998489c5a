"""What looks wrong about a whole file: it is only loaded when somebody says that it is meant so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from geodata.errors import GeodataError

DoubtKind = Literal["outline", "moved", "counted-twice", "taken-back"]
"""What is doubted, in the words of `--accept`.

An outline that fits the deployment's boundary better in another system; known places that would move; numbers that
another source has given; incidents that were known and would be gone.
"""
DOUBT_KINDS: tuple[DoubtKind, ...] = get_args(DoubtKind)


@dataclass(frozen=True)
class Doubt:
    """One thing that looks wrong about a file, as a question to the person who loads it."""

    kind: DoubtKind
    sentence: str


class Unanswered(GeodataError):
    """Takes a load back that has raised doubts: nobody else has to wait while somebody thinks about them."""

    def __init__(self, doubts: Sequence[Doubt]) -> None:
        super().__init__(f"it was asked whether it is meant so: {in_words(doubts)}")


def in_words(doubts: Sequence[Doubt]) -> str:
    """Return the doubts as one sentence."""
    return "; ".join(doubt.sentence for doubt in doubts)


def refusal(doubts: Sequence[Doubt]) -> str:
    """Return what is said where nobody answers that it is meant so, with the way to say it beforehand."""
    words = " ".join(dict.fromkeys(f"--accept {doubt.kind}" for doubt in doubts))
    return f"{in_words(doubts)}. Nothing was loaded; if it is meant so, load it with {words}"
