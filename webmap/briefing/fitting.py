"""What a briefing leaves out so that its file stays small: of its largest layers lists, then names, then all."""

from __future__ import annotations

from dataclasses import replace

from geodata.layers.text import Text
from webmap.briefing import words
from webmap.briefing.content import Briefing
from webmap.briefing.subjects import BriefedLayer, without_list

LISTED_BYTES, NAMED_BYTES, DRAWN_BYTES = 400, 60, 9
"""What a record takes about, as a row of a list, as a name and as a spot."""


def lighter(briefing: Briefing) -> Briefing:
    """Return a briefing with less of the layer that takes most of it."""
    heaviest = max(briefing.subjects, key=_bytes)
    less = _less(heaviest)
    kept = [less if briefed is heaviest else briefed for briefed in briefing.subjects]
    notes = briefing.notes if less else (*briefing.notes, _said(heaviest, words.LEFT_OUT))
    return replace(briefing, subjects=tuple(filter(None, kept)), notes=notes)


def unlisted(briefed: BriefedLayer) -> str:
    """Return the sentence that a layer's records stand in no list, and what the file has of them."""
    said = _said(briefed, words.MANY if briefed.names else words.TOO_MANY)
    wording = briefed.wording
    return wording.fill(words.UNPLACED, said, wording.number(briefed.unplaced)) if briefed.unplaced else said


def _said(briefed: BriefedLayer, sentence: Text) -> str:
    return briefed.wording.fill(sentence, briefed.title, briefed.count)


def _bytes(briefed: BriefedLayer) -> int:
    return briefed.total * (LISTED_BYTES if briefed.is_listed else NAMED_BYTES if briefed.names else DRAWN_BYTES)


def _less(briefed: BriefedLayer) -> BriefedLayer | None:
    if briefed.layer.geometry != "point":
        return None
    if briefed.is_listed:
        return without_list(briefed)
    return replace(briefed, names=()) if briefed.names else None
