"""Hazards with their deadlines in words, as officers read them on a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import cos, log2, radians

from flask_babel import gettext, ngettext

from geodata.queries.deadlines import SPANS, LastStep, days_over, last_steps
from geodata.queries.features import Row
from geodata.queries.reading import Reading
from webmap.cartography.symbols import Symbol, choice_symbols
from webmap.officer.steps import Offer, offers
from webmap.telling import name_of
from webmap.wording import MISSING, Wording

NO_STEP = LastStep("reported", "", None)
MOST_ZOOM = 17.0
PHONE_PX = 330.0
TILE_PX = 512.0


@dataclass(frozen=True)
class Item:
    """A hazard in a list of deadlines.

    Attributes:
        id: the hazard's.
        kind, level, status: in words; "" where nobody has said.
        is_major: its level is the higher one.
        symbol: of its state.
        compound, compound_id: where it is; "" and None where no compound is known.
        due: the deadline in words.
        said: how far off the deadline is, in words.
        urgency: "over", "today", "soon" or "none".
        words: what it is, as somebody has said.
        note: what was said of its last step; "" for nothing.
        put_off: the deadline before the one that stands, in words, where the last step has put it off; "" else.
        least_day: the first day to which its deadline may be put off, or be set where it has none.
        steps: what may be recorded next.
        lon, lat: its spot, WGS 84 degrees.
    """

    id: int
    kind: str
    level: str
    is_major: bool
    status: str
    symbol: Symbol | None
    compound: str
    compound_id: int | None
    due: str
    said: str
    urgency: str
    words: str
    note: str
    put_off: str
    least_day: str
    steps: tuple[Offer, ...]
    lon: float | None
    lat: float | None


def items(reading: Reading, rows: Sequence[Row], wording: Wording) -> list[Item]:
    """Return hazards in words."""
    layer = reading.layer("hazard")
    fields, symbols = {field.name: field for field in reading.fields(layer)}, choice_symbols(layer)
    last = last_steps(reading, [row.id for row in rows])
    found = []
    for row in rows:
        said = {name: wording.value(fields[name], row.values.get(name)) for name in ("level", "status", "due_on")}
        step, today = last.get(row.id, NO_STEP), reading.settings.today()
        days, compound_id = days_over(row.values.get("due_on"), today), row.values.get("compound_id")
        found.append(
            Item(
                id=row.id,
                kind=name_of(layer, row, wording),
                level="" if said["level"] == MISSING else said["level"],
                is_major=row.values.get("level") == "major",
                status=said["status"],
                symbol=symbols.get(str(row.values.get("status"))),
                compound=str(row.values.get("compound_name") or ""),
                compound_id=compound_id if isinstance(compound_id, int) else None,
                due="" if days is None else said["due_on"],
                said=over_words(days, wording),
                urgency=_urgency(days),
                words=str(row.values.get("description") or ""),
                note=step.note,
                put_off=wording.value(fields["due_on"], step.due_before) if _is_put_off(step) else "",
                least_day=(today if days is None or days > 0 else today + timedelta(1 - days)).isoformat(),
                steps=offers(step.kind, wording),
                lon=row.lon,
                lat=row.lat,
            )
        )
    return found


def _is_put_off(step: LastStep) -> bool:
    return step.kind == "extended" and step.due_before is not None


def over_words(days: int | None, wording: Wording) -> str:
    """Return how many days a deadline has passed or is ahead."""
    if days is None:
        return gettext("no deadline yet")
    if days == 0:
        return gettext("due today")
    count = wording.number(abs(days))
    if days > 0:
        return str(ngettext("%(count)s day over", "%(count)s days over", days, count=count))
    return str(ngettext("%(count)s day left", "%(count)s days left", -days, count=count))


def _urgency(days: int | None) -> str:
    if days is None:
        return "none"
    return "over" if days > 0 else "today" if days == 0 else "soon"


def span_titles() -> Mapping[str, str]:
    """Return what the ways to look at deadlines are called, in their order."""
    titles = {
        "overdue": gettext("Overdue"),
        "today": gettext("Today"),
        "week": gettext("7 days"),
        "all": gettext("All"),
    }
    return {span: titles[span] for span in SPANS}


def nothing_words(span: str, counts: Mapping[str, int]) -> tuple[str, str]:
    """Return why a list is empty: in a few words, and what that means."""
    if not counts["all"]:
        return (
            gettext("No hazard is open in your areas"),
            gettext("What is recorded here or loaded from the registers stands in this list until it is closed."),
        )
    said = {
        "overdue": gettext("Nothing is overdue"),
        "today": gettext("Nothing is due today"),
        "week": gettext("Nothing is due within 7 days"),
    }
    return (
        said.get(span, ""),
        gettext("Hazards with another deadline, or with none yet, stand under “All”."),
    )


def view_of(bounds: tuple[float, float, float, float] | None) -> str | None:
    """Return the map's view, as its address states it, in which a box is seen on a phone; None without a box."""
    if bounds is None:
        return None
    west, south, east, north = bounds
    lat = (south + north) / 2
    # A degree of latitude is as long on the map as 1 / cos(lat) degrees of longitude.
    wide = max(east - west, (north - south) / cos(radians(lat)), 1e-6)
    zoom = min(MOST_ZOOM, log2(360 * PHONE_PX / (TILE_PX * wide)) - 0.2)
    return f"{zoom:.2f}/{lat:.5f}/{(west + east) / 2:.5f}"
