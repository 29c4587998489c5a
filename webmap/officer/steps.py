"""What can be recorded next of a hazard, in words, and what has just been recorded and can be taken back."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import gettext

from geodata.layers.hazard import EVENTS, STEPS, Step
from geodata.masking import ID_NUMBER, MOBILE, NAME, PLATE
from geodata.queries.hazard_writing import UNDO_SHOWN_S
from webmap.wording import Wording

MASKED_SHOWN_S = 120
"""So long after the last moment to take it back it is told what was masked: a draft is sent by slow networks."""
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


MASKED = {"id": ID_NUMBER, "mobile": MOBILE, "plate": PLATE, "name": NAME}
"""How an address says what was masked."""


@dataclass(frozen=True)
class Offer:
    """Steps that may follow and ask for the same, by one form.

    Attributes:
        steps: their events, each with what it is called.
        needs_photo, needs_deadline, needs_words: what the form asks for.
        other: which other account has to do it, in words; "" where anybody may.
        is_aside: it stands behind a word of its own, as it is rarely wanted.
    """

    steps: tuple[tuple[str, str], ...]
    needs_photo: bool
    needs_deadline: bool
    needs_words: bool
    other: str
    is_aside: bool


@dataclass(frozen=True)
class Refused:
    """What a form said that wasn't taken: it is there again, so that nobody writes it twice.

    Attributes:
        record_id: of the hazard.
        kind: the event.
        words, due_on: as they were sent.
    """

    record_id: int
    kind: str
    words: str
    due_on: str


@dataclass(frozen=True)
class Done:
    """What has just been recorded.

    Attributes:
        key: of the edit.
        title: its event in words.
        left_s: for how many seconds it may be taken back; 0 where it can't be any more.
        masked: what was masked in its words, in words; "" for nothing.
    """

    key: str
    title: str
    left_s: int
    masked: str


def offers(last: str | None, wording: Wording) -> tuple[Offer, ...]:
    """Return what may follow the last event of a hazard; one without events counts as reported."""
    found = [each for each in STEPS if each.after == (last or "reported")]
    plain = [each for each in found if not (each.needs_photo or each.needs_deadline)]
    others = [each for each in found if each not in plain]
    return tuple(_offer(steps, wording) for steps in (plain, *([each] for each in others)) if steps)


def _offer(steps: Sequence[Step], wording: Wording) -> Offer:
    return Offer(
        steps=tuple((each.kind, _button(each.kind, wording)) for each in steps),
        needs_photo=any(each.needs_photo for each in steps),
        needs_deadline=any(each.needs_deadline for each in steps),
        needs_words=any(each.needs_words for each in steps),
        other=_other(steps),
        is_aside=steps[0].kind == "extended",
    )


def _other(steps: Sequence[Step]) -> str:
    if not any(each.needs_other for each in steps):
        return ""
    if steps[0].kind == "extended":
        return gettext("By another account than the one that set the deadline.")
    return gettext("By another account than the one that recorded the mending.")


def _button(kind: str, wording: Wording) -> str:
    """Return what a step's button says: its event, but where that would leave open what pressing it says."""
    said = {"rechecked": gettext("Re-check passed"), "extended": gettext("Put the deadline off")}
    return said.get(kind) or event_title(kind, wording)


def event_title(kind: str, wording: Wording) -> str:
    """Return what an event is called; "" for none."""
    return next((wording.say(each.label) for each in EVENTS if each.value == kind), "")


def done_of(asked: Mapping[str, str], wording: Wording) -> Done | None:
    """Return what an address says has just been recorded; None where that is longer ago than it is told.

    Args:
        asked: `done`, the edit's key; `did`, its event; `at`, when, in seconds since 1970; `masked`, as `masked_code`
            states it.
        wording: says it.
    """
    key, kind, at, masked = (asked.get(word, "") for word in ("done", "did", "at", "masked"))
    title = event_title(kind, wording)
    if not KEY.fullmatch(key) or not title or not re.fullmatch(r"\d{1,12}", at, re.ASCII):
        return None
    left_s, words = UNDO_SHOWN_S - (now_s() - int(at)), _masked(masked, wording)
    if not (-MASKED_SHOWN_S if words else 0) < left_s <= UNDO_SHOWN_S:
        return None
    return Done(key, title, max(left_s, 0), words)


def masked_code(kinds: Collection[str]) -> str | None:
    """Return what was masked as an address states it; None for nothing."""
    return ".".join(code for code, kind in MASKED.items() if kind in kinds) or None


def _masked(code: str, wording: Wording) -> str:
    titles = {
        "id": gettext("an ID number"),
        "mobile": gettext("a mobile number"),
        "plate": gettext("a licence plate"),
        "name": gettext("a name"),
    }
    return wording.join([titles[each] for each in MASKED if each in code.split(".")])


def now_s() -> int:
    """Return the seconds since 1970."""
    return int(datetime.now(UTC).timestamp())
