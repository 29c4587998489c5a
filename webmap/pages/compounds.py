"""A page for each compound and each community, to be shared and printed: what is asked first, then the record."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from geodata.queries.facts import facts_of
from webmap import ageing, built
from webmap.access import reading, settings
from webmap.page_words import credits_of, wording
from webmap.resident.answer import answer_of, local_now
from webmap.resident.community import community_of

blueprint = Blueprint("compounds", __name__)


@blueprint.get("/compounds/<key:record_id>")
def show_compound(record_id: int) -> str:
    """Answer with the first answer for one compound as a page of its own."""
    asked, said_in = reading(), wording()
    layer = asked.layer("compound")
    answer = answer_of(asked, record_id, said_in, now=local_now(asked))
    stale = ageing.warning(layer, facts_of(asked, layer), settings().today(), said_in)
    return _page("compound.html", answer=answer, told=answer.told, stale=stale)


@blueprint.get("/communities/<code>")
def show_community(code: str) -> str:
    """Answer with one community, or another area of that code: its office, its posts, its compounds."""
    asked, said_in = reading(), wording()
    layer = asked.layer("area")
    found = community_of(asked, code, said_in, now=local_now(asked))
    stale = ageing.warning(layer, facts_of(asked, layer), settings().today(), said_in)
    return _page("community.html", found=found, told=found.told, code=code, stale=stale)


def _page(template: str, **words: Any) -> str:
    return render_template(template, **words, is_built=built.is_built(), credits=credits_of(reading()))
