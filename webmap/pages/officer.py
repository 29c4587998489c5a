"""The officer's pages: deadlines of their own areas first, each compound on one page; nobody else finds them."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from geodata.queries.areas import list_areas
from geodata.queries.deadlines import SPANS, list_deadlines
from geodata.queries.facts import facts_of
from webmap import ageing
from webmap.access import for_officers, reading, settings
from webmap.officer.deadlines import items, nothing_words, span_titles, view_of
from webmap.officer.dossier import dossier_of
from webmap.page_words import credits_of, wording
from webmap.resident.answer import local_now, numbers_of

blueprint = Blueprint("officer", __name__)
blueprint.before_request(for_officers)

PAGE_SIZE = 50
MOST_PAGES = 10_000


@blueprint.get("/officer")
def show_deadlines() -> str:
    """Answer with the open hazards of the reader's areas by deadline: `?due=overdue`, `today`, `week` or `all`.

    Without a word the first span that has any is shown.
    """
    asked, said_in = reading(), wording()
    stated, number = request.args.get("due", ""), _page_number()
    span = stated if stated in SPANS else SPANS[0]
    found = list_deadlines(asked, span, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    if stated not in SPANS and not found.counts[span]:
        span = next((each for each in SPANS if found.counts[each]), "all")
        found = list_deadlines(asked, span, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    hazards = asked.layer("hazard")
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
        credits=credits_of(asked),
    )


@blueprint.get("/officer/compounds/<key:record_id>")
def show_dossier(record_id: int) -> str:
    """Answer with all that the reader may know of a compound."""
    asked, said_in = reading(), wording()
    return render_template(
        "officer_compound.html",
        dossier=dossier_of(asked, record_id, said_in, now=local_now(asked)),
        calls=numbers_of(settings(), said_in),
        credits=credits_of(asked),
    )


def _page_number() -> int:
    stated = request.args.get("page", "1")
    return min(max(1, int(stated[:9])), MOST_PAGES) if stated.isascii() and stated.isdecimal() else 1
