"""Briefings: a whole map with its lists as one page, for PCs without WebGL and to take away as a file."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from geodata.queries.areas import get_area
from webmap import choices, notice
from webmap.access import is_public, reading, settings
from webmap.briefing import inlining
from webmap.briefing.content import collect
from webmap.briefing.document import Document, Links, write
from webmap.headers import attach
from webmap.languages import language
from webmap.page_words import OWN_NAMES
from webmap.wording import Wording

blueprint = Blueprint("briefing", __name__)

MOST_KEPT = 8
"""Briefings that a process keeps: one of a whole place may have some megabytes."""

Written = tuple[Document, str]
"""A document and its title."""
Kept = OrderedDict[Hashable, Written]


@blueprint.get("/briefing/")
def show_whole() -> Response:
    """Answer with a briefing on the whole deployment; `?download=1` as a file."""
    return _answer(None)


@blueprint.get("/briefing/<area>")
def show_area(area: str) -> Response:
    """Answer with a briefing on the area of that code, name or id; `?download=1` as a file."""
    return _answer(area)


def _answer(area_name: str | None) -> Response:
    is_file = request.args.get("download") == "1"
    document, title = _kept(area_name, is_file) if is_public() else _written(area_name, is_file)
    # The document is one for all readers of it; how it looks to this one stands in its first tag alone.
    html = document.html if is_file else document.html.replace("<html", f"<html{choices.attributes()}", 1)
    response = Response(html, mimetype="text/html")
    # Leaflet and folium want scripts in the page: each is allowed by its hash, in place of the site's policy.
    response.headers["Content-Security-Policy"] = document.policy
    if is_file:
        day = settings().today().isoformat()
        attach(response, f"{title}-{day}.html")
    if is_public():
        # The page speaks the language of a cookie, too: whoever keeps it asks again each time.
        response.set_etag("-".join(map(str, (*_state(), choices.is_care(), choices.theme()))), weak=True)
        response.headers["Cache-Control"] = "private, no-cache"
        response.vary.add("Cookie")
        response.make_conditional(request)
    return response


def _kept(area_name: str | None, is_file: bool) -> Written:
    """Return a resident's briefing, written once a publication: only residents all see the same."""
    kept: Kept = current_app.extensions.setdefault("csmap briefings", OrderedDict())
    question = (*_state(), area_name, is_file, request.script_root)
    found = kept.get(question) or _written(area_name, is_file)
    kept[question] = found
    # Another thread may have taken the same one out meanwhile.
    for old in list(kept)[: max(len(kept) - MOST_KEPT, 0)]:
        kept.pop(old, None)
    return found


def _state() -> tuple[object, ...]:
    """Return what a resident's briefing on an area depends on: publication, day, language, and whether it has a map."""
    return reading().stamp, settings().today(), language(), inlining.is_built()


def _written(area_name: str | None, is_file: bool) -> Written:
    """Return the document and its title, written now."""
    view = reading()
    area = get_area(view, area_name) if area_name is not None else None
    briefing = collect(view, settings(), Wording(language()), area=area, notice=notice.sentence())
    return write(briefing, Links() if is_file else _links()), briefing.title


def _links() -> Links:
    """Return where the page leads, relative to the place that it was asked at."""
    here: dict[str, Any] = {**(request.view_args or {})}
    endpoint = str(request.endpoint)
    others = [name for name in settings().languages if name != language()]
    return Links(
        site=url_for("public.show_map"),
        file=url_for(endpoint, **here, lang=language(), download=1),
        languages=[(name, OWN_NAMES[name], url_for(endpoint, **here, lang=name)) for name in others],
        may_choose=True,
    )
