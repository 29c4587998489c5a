"""A page for each compound and each community, to be shared and printed: what is asked first, then the record."""

from __future__ import annotations

from flask import Blueprint

from geodata.queries.areas import get_area
from webmap.access import reading
from webmap.resident.answer import local_now
from webmap.resident.pages import community_page, compound_page

blueprint = Blueprint("compounds", __name__)


@blueprint.get("/compounds/<key:record_id>")
def show_compound(record_id: int) -> str:
    """Answer with the first answer for one compound as a page of its own."""
    asked = reading()
    return compound_page(asked, record_id, now=local_now(asked))


@blueprint.get("/communities/<code>")
def show_community(code: str) -> str:
    """Answer with one community, or another area of that code: its office, its posts, its compounds."""
    asked = reading()
    return community_page(asked, get_area(asked, code), code=code, now=local_now(asked))
