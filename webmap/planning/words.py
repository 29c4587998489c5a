"""What the planner's page calls causes, their remedies, and the ways of asking."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from geodata.analyses.coverage import BANDS_MIN, bands_within
from geodata.analyses.coverage.minutes import rounded_minutes
from webmap.wording import Wording

FULL = "capacity"
"""The cause of those who are reached: posts are full."""


@dataclass(frozen=True)
class CauseWords:
    """A cause: its colour and its shape on maps, one of `MARKS`, what it is called, and what would help.

    Whoever can't tell two colours apart tells their shapes.
    """

    colour: str
    shape: str
    title: str
    remedy: str

    @property
    def mark(self) -> str:
        """The shape as an SVG path in a square of 12."""
        return MARKS[self.shape]


def causes() -> dict[str, CauseWords]:
    """Return the words of each cause, in the order in which they are told."""
    return {
        "distance": CauseWords("#b1280a", "circle", gettext("too far"), gettext("a post nearer by")),
        "gate": CauseWords("#c46b0a", "square", gettext("gate closed or missing"), gettext("open a gate, or add one")),
        "barrier": CauseWords("#620fde", "bar", gettext("river or railway in between"), gettext("a crossing")),
        "one_way": CauseWords(
            "#312d01", "triangle", gettext("one-way streets"), gettext("let the service drive both ways")
        ),
        "hours": CauseWords("#1e012f", "diamond", gettext("nearest post is closed then"), gettext("longer hours")),
        "unroutable": CauseWords(
            "#000000", "cross", gettext("no way leads there"), gettext("mend the road data, or build a way")
        ),
        "capacity": CauseWords(
            "#782951", "hexagon", gettext("in reach, but posts are full"), gettext("more staff or desks")
        ),
        "no_data": CauseWords("#736871", "plus", gettext("nobody has counted the people"), gettext("count them")),
    }


MARKS = {
    "circle": "M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10Z",
    "square": "M1.5 1.5h9v9h-9Z",
    "bar": "M.6 3.6h10.8v4.8H.6Z",
    "triangle": "M6 .8L11.4 10.6H.6Z",
    "diamond": "M6 .5L11.5 6L6 11.5L.5 6Z",
    "cross": "M2.6 .8L6 4.2L9.4 .8L11.2 2.6L7.8 6L11.2 9.4L9.4 11.2L6 7.8L2.6 11.2L.8 9.4L4.2 6L.8 2.6Z",
    "hexagon": "M6 .5L11 3.3V8.7L6 11.5L1 8.7V3.3Z",
    "plus": "M4.4 1h3.2v3.4H11v3.2H7.6V11H4.4V7.6H1V4.4h3.4Z",
}
"""Shapes of marks: SVG paths in a square of 12."""
BAND_COLOURS = ("#0a3d91", "#1f78c1", "#2ea5a5", "#8cc07a", "#d6cf6b")
"""Places within each of BANDS_MIN, on the page and in reports."""
BEYOND_COLOUR = "#b9a58c"
"""Places beyond the last of them."""


def bands(minutes: float) -> list[tuple[float, str]]:
    """Return the bands up to a limit: the upper end of each in minutes, and its colour."""
    colours = (*BAND_COLOURS, BEYOND_COLOUR)
    return [(end, colours[bisect_left(BANDS_MIN, end)]) for end in bands_within(minutes)]


ACCESS_COLOURS = ("#b1280a", "#d9822b", "#d6cf6b", "#2ea5a5", "#0a3d91")
"""Access to a service: none, below half of the average, below it, above it, above its double."""
OPEN_POST, CLOSED_POST = ("#ffffff", "#0b4ea2"), ("#d7d2c8", "#615b51")
"""Fill and edge of posts that are open at the moment asked about, and of those that aren't."""
GONE_POST = ("#ffffff", "#23211d")
"""Fill of posts that changes take from where they stand, and their edge with the cross through it."""
CHANGE_COLOUR, SHUT_COLOUR = "#7b3fa0", "#23211d"
"""Ways and gates that changes open, and ground that they close."""


def about_minutes(minutes: float | None, shortest: float | None, longest: float | None, limit: float) -> str | None:
    """Return how far a gap's people are from a post: their median, with the range if there is one; None for no way.

    limit: the minutes within which they aren't, so that none is shown as within it.
    """
    if minutes is None or shortest is None or longest is None:
        return None
    middle, least, most = (f"{rounded_minutes(each, limit):.1f}" for each in (minutes, shortest, longest))
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


_COUNTERS = {"residents": "人", "households": "户", "elderly": "人", "hazards": "处", "incidents": "起"}


def amount_said(number: float, weight: str, wording: Wording) -> str:
    """Return how many of what is counted, where a sentence has said of what: a number in Chinese has its counter."""
    said = wording.number(round(number))
    return f"{said} {_COUNTERS[weight]}" if wording.is_chinese else said


def demands() -> dict[str, str]:
    """Return where people may be thought to be."""
    return {
        "building": gettext("buildings"),
        "compound": gettext("compounds"),
        "cell": gettext("population cells"),
    }


def objectives(*, has_room: bool) -> dict[str, str]:
    """Return what new posts can be chosen for; `has_room` where it can be counted whom posts have room for, too."""
    room = {"cmclp": gettext("most people who find room, too")} if has_room else {}
    return {
        "mclp": gettext("most people within the limit"),
        **room,
        "p-median": gettext("shortest ways in all"),
        "p-center": gettext("shortest longest way"),
        "lscp": gettext("fewest posts for everybody"),
    }


def files() -> dict[str, str]:
    """Return what the kinds of file are called that answers are to be had as, by how their names end."""
    return {
        "pdf": gettext("PDF report"),
        "gpkg": gettext("GeoPackage with routes and OD"),
        "xlsx": gettext("workbook"),
        "html": gettext("map in one file"),
    }


def hindrances() -> dict[str, str]:
    """Return what stands in the way of grids of equal work, by the kinds that balancing tells."""
    return {
        "large_unit": gettext("More work than a grid should have, and never split:"),
        "cut_off": gettext("Nothing joins to others on the streets:"),
    }


def existing() -> dict[str, str]:
    """Return what may become of the posts that are there."""
    return {
        "fixed": gettext("stay where they are"),
        "movable": gettext("may stand elsewhere"),
        "closable": gettext("some close, none is added"),
    }


def how_existing() -> dict[str, str]:
    """Return what each use of the posts that are there does."""
    return {
        "fixed": gettext("All posts stay; those to add come on top of them."),
        "movable": gettext(
            "Posts may close and open elsewhere in one plan: the number to add is net; 0 keeps as many as there are."
        ),
        "closable": gettext(
            "As many as stated close: those that matter least for what is wanted. To close and add at once, choose "
            "“may stand elsewhere”."
        ),
    }


MOST_IDLE = 5
"""So many posts that reach nobody are named."""


def posts_told(idle: Sequence[Mapping[str, Any]], *, known: int, is_open: int) -> list[str]:
    """Return what has to be said of posts that reach nobody: that none is left, or open, or which ones and why.

    Args:
        idle: as `geodata.analyses.coverage.Idle.as_json` has them.
        known: how many posts there are.
        is_open: how many of them count at the moment.
    """
    if not known:
        return [gettext("No post is left: nobody is reached.")]
    told = [] if is_open else [gettext("No post is open at this moment: nobody is reached.")]
    for post in idle[:MOST_IDLE]:
        words = {"post": post["name"], "metres": f"{post['street_m']:,.0f}", "limit": f"{post['snap_limit_m']:.0f}"}
        if post["why"] == "far":
            said = gettext(
                "%(post)s reaches nobody: the nearest street is %(metres)s m away, more than %(limit)s m.", **words
            )
        else:
            said = gettext("%(post)s reaches nobody: a barrier closes its street.", post=post["name"])
        told.append(said)
    more = len(idle) - MOST_IDLE
    if more > 0:
        told.append(
            ngettext("%(count)s post more reaches nobody.", "%(count)s posts more reach nobody.", more, count=more)
        )
    return told


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
