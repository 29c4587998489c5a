"""What a guide is made of: steps with pictures, then questions that people ask."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.layers.text import Text


@dataclass(frozen=True)
class Picture:
    """A picture that the tour takes of the sample (tests/browser/help_pictures.py): its name, and what is seen in "
    "it."""

    name: str
    seen: Text
    is_phone: bool = False


@dataclass(frozen=True)
class Step:
    """One thing to do: what it is, how it is done, what it looks like."""

    title: Text
    words: Text
    picture: Picture | None = None


@dataclass(frozen=True)
class Guide:
    """What one audience is told.

    Attributes:
        name: in addresses.
        title: whom it is for.
        lead: what the map does for them.
        steps: in the order in which one does them.
        questions: with their answers.
    """

    name: str
    title: Text
    lead: Text
    steps: tuple[Step, ...]
    questions: tuple[tuple[Text, Text], ...]
