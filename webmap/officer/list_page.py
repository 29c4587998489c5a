"""The list of deadlines as a page: as it is asked for, and again with why something couldn't be recorded."""

from __future__ import annotations

from uuid import uuid4

from flask import render_template, request

from geodata.queries.areas import list_areas
from geodata.queries.deadlines import SPANS, list_deadlines
from geodata.queries.facts import facts_of
from geodata.queries.reading import Reading
from webmap import ageing, built
from webmap.access import settings
from webmap.officer.deadlines import items, nothing_words, span_titles, view_of
from webmap.officer.spots import MOST_HAZARDS
from webmap.officer.steps import done_of
from webmap.page_words import credits_of, wording

PAGE_SIZE = 50
MOST_PAGES = 10_000


def deadlines_page(asked: Reading, stated: str, *, problem: str = "") -> str:
    """Return the open hazards of a reader's areas by deadline.

    Args:
        asked: what the reader may see.
        stated: the span; whatever is none stands for the first that has any hazards.
        problem: why something couldn't be recorded, in words.
    """
    said_in, number = wording(), _page_number()
    span = stated if stated in SPANS else SPANS[0]
    found = list_deadlines(asked, span, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    if stated not in SPANS and not found.counts[span]:
        span = next((each for each in SPANS if found.counts[each]), "all")
        found = list_deadlines(asked, span, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    hazards, words = asked.layer("hazard"), request.args
    return render_template(
        "officer.html",
        span=span,
        spans=span_titles(),
        counts=found.counts,
        items=items(asked, found.rows, said_in),
        nothing=nothing_words(span, found.counts),
        areas=[area.name for area in list_areas(asked) if area.id in asked.area_ids],
        view=view_of(found.bounds),
        number=number,
        last=max(1, -(-found.counts[span] // PAGE_SIZE)),
        stale=ageing.warning(hazards, facts_of(asked, hazards), settings().today(), said_in),
        new_key=new_key,
        most_on_walk=MOST_HAZARDS,
        first_day=settings().today().isoformat(),
        done=done_of(words.get("done", ""), words.get("did", ""), words.get("at", ""), said_in),
        is_taken_back=words.get("back") == "1",
        problem=problem,
        is_built=built.is_built(),
        credits=credits_of(asked),
    )


def new_key() -> str:
    """Return a key for a form: sent twice, it is recorded once."""
    return str(uuid4())


def _page_number() -> int:
    stated = request.args.get("page", "1")
    return min(max(1, int(stated[:9])), MOST_PAGES) if stated.isascii() and stated.isdecimal() else 1
