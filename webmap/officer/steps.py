"""What can be recorded next of a hazard, in words, and what has just been recorded and can be taken back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from geodata.layers.hazard import EVENTS, STEPS
from geodata.queries.hazard_writing import UNDO_SHOWN_S
from webmap.wording import Wording

KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Offer:
    """A step that may follow: its event, what it is called, and what it asks for."""

    kind: str
    title: str
    needs_other: bool
    needs_photo: bool
    needs_deadline: bool


@dataclass(frozen=True)
class Done:
    """What has just been recorded: its key, in words, and for how many seconds it may be taken back."""

    key: str
    title: str
    left_s: int


def offers(last: str | None, wording: Wording) -> tuple[Offer, ...]:
    """Return what may follow the last event of a hazard; one without events counts as reported."""
    return tuple(
        Offer(each.kind, event_title(each.kind, wording), each.needs_other, each.needs_photo, each.needs_deadline)
        for each in STEPS
        if each.after == (last or "reported")
    )


def event_title(kind: str, wording: Wording) -> str:
    """Return what an event is called; "" for none."""
    return next((wording.say(each.label) for each in EVENTS if each.value == kind), "")


def done_of(key: str, kind: str, at: str, wording: Wording) -> Done | None:
    """Return what an address says has just been recorded; None where that is longer ago than it is offered.

    Args:
        key: of the edit.
        kind: its event.
        at: when, in seconds since 1970.
        wording: says it.
    """
    title = event_title(kind, wording)
    if not KEY.fullmatch(key) or not title or not re.fullmatch(r"\d{1,12}", at, re.ASCII):
        return None
    left_s = UNDO_SHOWN_S - (now_s() - int(at))
    return Done(key, title, left_s) if 0 < left_s <= UNDO_SHOWN_S else None


def now_s() -> int:
    """Return the seconds since 1970."""
    return int(datetime.now(UTC).timestamp())
