"""Briefings: a whole map with its lists as one page, for PCs without WebGL and to take away as a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from geodata.queries.areas import get_area
from webmap import notice
from webmap.access import reading, settings
from webmap.briefing.content import collect
from webmap.briefing.document import Links, write
from webmap.languages import language
from webmap.page_words import OWN_NAMES
from webmap.wording import Wording

blueprint = Blueprint("briefing", __name__)


@blueprint.get("/briefing/")
def show_whole() -> Response:
    """Answer with a briefing on the whole deployment; `?download=1` as a file."""
    return _answer(None)


@blueprint.get("/briefing/<area>")
def show_area(area: str) -> Response:
    """Answer with a briefing on the area of that code, name or id; `?download=1` as a file."""
    return _answer(area)


def _answer(area_name: str | None) -> Response:
    view = reading()
    area = get_area(view, area_name) if area_name is not None else None
    briefing = collect(view, settings(), Wording(language()), area=area, notice=notice.sentence())
    is_file = request.args.get("download") == "1"
    document = write(briefing, Links() if is_file else _links())
    response = Response(document.html, mimetype="text/html")
    # Leaflet and folium want scripts in the page: each is allowed by its hash, in place of the site's policy.
    response.headers["Content-Security-Policy"] = document.policy
    if is_file:
        day = settings().today().isoformat()
        response.headers.set("Content-Disposition", "attachment", filename=f"{briefing.title}-{day}.html")
    return response


def _links() -> Links:
    """Return where the page leads, relative to the place that it was asked at."""
    here: dict[str, Any] = {**(request.view_args or {})}
    endpoint = str(request.endpoint)
    others = [name for name in settings().languages if name != language()]
    return Links(
        site=url_for("public.show_map"),
        file=url_for(endpoint, **here, lang=language(), download=1),
        languages=[(name, OWN_NAMES[name], url_for(endpoint, **here, lang=name)) for name in others],
    )
