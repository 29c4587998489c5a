"""The list of deadlines as a page: as it is asked for, and again with why something couldn't be recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from flask import render_template, request, url_for

from geodata.queries.areas import AreaRow, list_areas
from geodata.queries.deadlines import SPANS, list_deadlines
from geodata.queries.facts import facts_of
from geodata.queries.reading import Reading
from geodata.remarks import LONGEST
from webmap import ageing, built
from webmap.access import settings
from webmap.cartography.looks import LOOKS
from webmap.cartography.sources import BASE
from webmap.languages import language
from webmap.officer.deadlines import items, nothing_words, span_titles, view_of
from webmap.officer.spots import MOST_HAZARDS
from webmap.officer.steps import Refused, done_of
from webmap.page_words import credits_of, wording

PAGE_SIZE = 50
KEPT_AHEAD = ("hazard", "compound", "gate", "police_post")
"""Layers beside the base map that an officer needs without a network."""
MOST_PAGES = 10_000


def deadlines_page(asked: Reading, stated: str, *, problem: str = "", refused: Refused | None = None) -> str:
    """Return the open hazards of a reader's areas by deadline.

    Args:
        asked: what the reader may see.
        stated: the span; whatever is none stands for the first that has any hazards.
        problem: why something couldn't be recorded, in words.
        refused: the step that it is about, if it is about one.
    """
    said_in, number = wording(), _page_number()
    span = stated if stated in SPANS else SPANS[0]
    found = list_deadlines(asked, span, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    if stated not in SPANS and not found.counts[span]:
        span = next((each for each in SPANS if found.counts[each]), "all")
        found = list_deadlines(asked, span, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    hazards, words = asked.layer("hazard"), request.args
    own = [area for area in list_areas(asked) if area.id in asked.area_ids]
    return render_template(
        "officer.html",
        span=span,
        spans=span_titles(),
        counts=found.counts,
        items=items(asked, found.rows, said_in),
        nothing=nothing_words(span, found.counts),
        areas=[area.name for area in own],
        view=view_of(found.bounds),
        ground=_ground(asked, own),
        number=number,
        last=max(1, -(-found.counts[span] // PAGE_SIZE)),
        stale=ageing.warning(hazards, facts_of(asked, hazards), settings().today(), said_in),
        new_key=new_key,
        most_on_walk=MOST_HAZARDS,
        most_words=LONGEST,
        first_day=settings().today().isoformat(),
        done=done_of(words, said_in),
        is_taken_back=words.get("back") == "1",
        problem=problem,
        refused=refused,
        is_built=built.is_built(),
        credits=credits_of(asked),
    )


def _ground(asked: Reading, own: Sequence[AreaRow]) -> dict[str, Any] | None:
    """Return what a device keeps ahead of the map of the reader's own areas; None where these have no outlines."""
    boxes = [area.bbox for area in own if area.bbox is not None]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return {
        "box": [min(west), min(south), max(east), max(north)],
        "map": url_for("public.show_map"),
        "form": url_for("officer.show_form"),
        "list": url_for("officer.show_deadlines"),
        "styles": {look: url_for("public.show_style", lang=language(), look=look or None) for look in LOOKS},
        "sources": [BASE, *(layer.id for layer in asked.layers if layer.id in KEPT_AHEAD)],
    }


def new_key() -> str:
    """Return a key for a form: sent twice, it is recorded once."""
    return str(uuid4())


def _page_number() -> int:
    stated = request.args.get("page", "1")
    return min(max(1, int(stated[:9])), MOST_PAGES) if stated.isascii() and stated.isdecimal() else 1
