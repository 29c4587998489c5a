"""The page of figures, as a reader gets it: from the application, or as a file."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from flask import current_app, render_template, request

from geodata.errors import NotFound
from geodata.layers.audience import Audience
from geodata.layers.figure import Mechanism
from geodata.queries.areas import AreaRow
from geodata.queries.facts import layer_facts
from geodata.queries.reading import Reading
from webmap.governance.asked import Asked, areas_of, asked_of
from webmap.governance.maps import MechanismMap, map_of
from webmap.governance.told import Section, hidden_of, sections_of
from webmap.languages import language
from webmap.page_words import credits_of, wording

MOST_KEPT = 100
"""So many answers a process keeps; one is some 100 kB."""


@dataclass(frozen=True)
class Told:
    """What a page of figures says, whatever it looks like.

    Attributes:
        asked: of which period and area.
        sections: its figures by mechanism.
        areas: to choose from.
        hidden: what the reader doesn't see, in words.
        drawn: the mechanism's map; None where there is none.
    """

    asked: Asked
    sections: tuple[Section, ...]
    areas: tuple[AreaRow, ...]
    hidden: tuple[str, ...]
    drawn: MechanismMap | None


def governance_page(reading: Reading, *, only: Mechanism | None = None) -> str:
    """Return the page of all figures, or of one mechanism's: `?year=&area=`; staff may ask for days by `?from=&to=`.

    Raises:
        InvalidInput: the year or the days are none.
        NotFound: the reader has no such area, or no figure of that mechanism.
    """
    told = _kept(reading, only) if reading.reader.audience is Audience.RESIDENT else _told(reading, only)
    period, said_in = told.asked.period, wording()
    return render_template(
        "governance.html",
        asked=told.asked,
        period=said_in.period(period.begins, period.ends),
        before=said_in.period(period.a_year_before().begins, period.a_year_before().ends),
        sections=told.sections,
        only=only,
        areas=told.areas,
        hidden=told.hidden,
        may_choose_days=reading.reader.audience is not Audience.RESIDENT,
        drawn=told.drawn,
        credits=credits_of(reading),
    )


def _kept(reading: Reading, only: Mechanism | None) -> Told:
    """Return what residents are told, counted once a publication: they all are told the same."""
    kept: dict[Hashable, Told] = current_app.extensions.setdefault("csmap figures", {})
    stated = request.args.get("year"), request.args.get("area")
    question = reading.stamp, reading.settings.today(), language(), only, stated
    found = kept.get(question) or _told(reading, only)
    kept[question] = found
    # Another thread may have taken the same one out meanwhile.
    for old in list(kept)[: max(len(kept) - MOST_KEPT, 0)]:
        kept.pop(old, None)
    return found


def _told(reading: Reading, only: Mechanism | None) -> Told:
    asked, said_in = asked_of(reading), wording()
    sections = sections_of(reading, asked, layer_facts(reading), said_in, only=only)
    if only is not None and not sections:
        raise NotFound(f"no figures of {only}")
    return Told(
        asked,
        tuple(sections),
        areas_of(reading),
        tuple(hidden_of(reading, of_hazards=only in (None, Mechanism.HAZARDS))),
        map_of(reading, only, asked, said_in) if only is not None else None,
    )
