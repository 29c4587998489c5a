"""The page of figures, as a reader gets it: from the application, or as a file."""

from __future__ import annotations

from flask import render_template

from geodata.errors import NotFound
from geodata.layers.audience import Audience
from geodata.layers.figure import Mechanism
from geodata.queries.facts import layer_facts
from geodata.queries.reading import Reading
from webmap.governance.asked import Asked, areas_of
from webmap.governance.maps import map_of
from webmap.governance.told import hidden_of, sections_of
from webmap.page_words import credits_of, wording


def governance_page(reading: Reading, asked: Asked, *, only: Mechanism | None = None) -> str:
    """Return the page of all figures, or of one mechanism's.

    Raises:
        NotFound: the reader has no figure of that mechanism.
    """
    said_in = wording()
    sections = sections_of(reading, asked, layer_facts(reading), said_in, only=only)
    if only is not None and not sections:
        raise NotFound(f"no figures of {only}")
    return render_template(
        "governance.html",
        asked=asked,
        period=said_in.period(asked.period.begins, asked.period.ends),
        before=said_in.period(asked.period.a_year_before().begins, asked.period.a_year_before().ends),
        sections=sections,
        only=only,
        areas=areas_of(reading),
        hidden=hidden_of(reading, of_hazards=only in (None, Mechanism.HAZARDS)),
        may_choose_days=reading.reader.audience is not Audience.RESIDENT,
        drawn=map_of(reading, only, asked, said_in) if only is not None else None,
        credits=credits_of(reading),
    )
