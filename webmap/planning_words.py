"""What the planner's page calls causes, their remedies, and the ways of asking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext


@dataclass(frozen=True)
class CauseWords:
    """A cause: its colour on the map, what it is called, and what would help."""

    colour: str
    title: str
    remedy: str


def causes() -> dict[str, CauseWords]:
    """Return the words of each cause, in the order in which they are told."""
    return {
        "distance": CauseWords("#b3261e", gettext("too far"), gettext("a post nearer by")),
        "gate": CauseWords("#c2570c", gettext("gate closed or missing"), gettext("open a gate, or add one")),
        "barrier": CauseWords("#7b3fa0", gettext("river or railway in between"), gettext("a crossing")),
        "one_way": CauseWords("#8a6d00", gettext("one-way streets"), gettext("let the service drive both ways")),
        "hours": CauseWords("#44043c", gettext("nearest post is closed then"), gettext("longer hours")),
        "unroutable": CauseWords(
            "#4a4a4a", gettext("no way leads there"), gettext("mend the road data, or build a way")
        ),
        "capacity": CauseWords("#a8327d", gettext("in reach, but posts are full"), gettext("more staff or desks")),
        "no_data": CauseWords("#8d8577", gettext("nobody has counted the people"), gettext("count them")),
    }


BAND_COLOURS = ("#08589e", "#2b8cbe", "#7bccc4")
"""Places within a third of the limit, two thirds, and the limit."""
OPEN_POST, CLOSED_POST = ("#ffffff", "#0b4ea2"), ("#d7d2c8", "#615b51")
"""Fill and edge of posts that are open at the moment asked about, and of those that aren't."""
GONE_POST = ("#ffffff", "#23211d")
"""Fill of posts that changes take from where they stand, and their edge with the cross through it."""


def about_minutes(minutes: float | None, shortest: float | None, longest: float | None) -> str | None:
    """Return how far a gap's people are from a post: their median, with the range if there is one; None for no way."""
    if minutes is None or shortest is None or longest is None:
        return None
    middle, least, most = (f"{each:.1f}" for each in (minutes, shortest, longest))
    if least == most:
        return gettext("%(minutes)s min", minutes=middle)
    return gettext("about %(minutes)s min (%(least)s–%(most)s)", minutes=middle, least=least, most=most)


def offered(values: Iterable[float], stated: str, unit: str = "") -> dict[str, str]:
    """Return the values of a choice and their words; the stated one comes first where it isn't among them."""
    known = [f"{value:g}" for value in values]
    return {value: f"{value} {unit}".rstrip() for value in ([] if stated in known else [stated]) + known}


def modes() -> dict[str, str]:
    """Return what the ways of travelling are called."""
    return {"walk": gettext("on foot"), "ebike": gettext("by e-bike"), "car": gettext("by car")}


def weights() -> dict[str, str]:
    """Return what is counted."""
    return {
        "residents": gettext("residents"),
        "households": gettext("households"),
        "elderly": gettext("people aged 65 and over"),
        "hazards": gettext("hazards"),
        "incidents": gettext("incidents"),
    }


def objectives() -> dict[str, str]:
    """Return what new posts can be chosen for; those with a capacity of their own are the command's."""
    return {
        "mclp": gettext("most people within the limit"),
        "p-median": gettext("shortest ways in all"),
        "p-center": gettext("shortest longest way"),
        "lscp": gettext("fewest posts for everybody"),
    }


def days() -> dict[str, str]:
    """Return the days of the week as moments name them."""
    return {
        "Mo": gettext("Monday"),
        "Tu": gettext("Tuesday"),
        "We": gettext("Wednesday"),
        "Th": gettext("Thursday"),
        "Fr": gettext("Friday"),
        "Sa": gettext("Saturday"),
        "Su": gettext("Sunday"),
    }
