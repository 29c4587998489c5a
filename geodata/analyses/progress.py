"""How an analysis says how far it is, and is told to stop."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, str], object]
"""Told now and then how much is done, 0..1, and what comes next in a few words; what it raises ends the work."""


def nobody(share: float, message: str) -> None:
    """Tell nobody."""


def part(progress: Progress, begins: float, ends: float) -> Progress:
    """Return how a part of the work says how far it is: its 0..1 are from `begins` to `ends` of the whole."""

    def tell(share: float, message: str) -> None:
        progress(begins + share * (ends - begins), message)

    return tell
