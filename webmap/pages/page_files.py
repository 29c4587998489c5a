"""What pages of compounds and communities have to take away: their words as a workbook, their map as a picture."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_babel import gettext

from geodata.errors import NotFound
from geodata.layers.layer import Layer
from geodata.queries.areas import get_area
from geodata.queries.facts import facts_of
from webmap import notice
from webmap.access import reading, settings
from webmap.page_words import credits_of, wording
from webmap.picture.pictures import picture_of_area, picture_of_compound, picture_of_place
from webmap.picture.sheet import Picture, svg_of
from webmap.resident.answer import answer_of
from webmap.resident.community import community_of
from webmap.resident.workbook import XLSX, community_book, compound_book

blueprint = Blueprint("page_files", __name__)


@blueprint.get("/compounds/<key:record_id>/page.xlsx", defaults={"layer_id": "compound", "ending": "xlsx"})
def take_compound(record_id: int, layer_id: str, ending: str) -> Response:
    """Answer with what a compound's page says as a workbook."""
    asked = reading()
    answer = answer_of(asked, record_id, wording(), now=None)
    return _file(compound_book(answer, _said(asked.layer(layer_id))), f"{layer_id}-{record_id}.{ending}")


@blueprint.get("/communities/<code>/page.xlsx", defaults={"layer_id": "area", "ending": "xlsx"})
def take_community(code: str, layer_id: str, ending: str) -> Response:
    """Answer with what a community's page says as a workbook."""
    asked = reading()
    found = community_of(asked, get_area(asked, code), wording(), now=None)
    return _file(community_book(found, _said(asked.layer(layer_id))), f"{layer_id}-{found.told.place.id}.{ending}")


@blueprint.get("/map.svg")
def draw_place() -> Response:
    """Answer with a map of the whole place, drawn here: for pages without scripts, and for their paper."""
    return _picture(picture_of_place(reading(), wording(), _lines()))


@blueprint.get("/compounds/<key:record_id>/map.svg")
def draw_compound(record_id: int) -> Response:
    """Answer with a map of a compound and the way on foot from it."""
    return _picture(picture_of_compound(reading(), record_id, wording(), _lines()))


@blueprint.get("/communities/<code>/map.svg")
def draw_community(code: str) -> Response:
    """Answer with a map of a community, or of another area of that code."""
    asked = reading()
    return _picture(picture_of_area(asked, get_area(asked, code).id, wording(), _lines()))


def _picture(picture: Picture | None) -> Response:
    if picture is None:
        raise NotFound("nothing is known of where that lies", zh="不知其位置")
    return Response(svg_of(picture), mimetype="image/svg+xml")


def _lines() -> list[str]:
    """Return what a picture says below its legend."""
    day = gettext("Data as of %(day)s", day=wording().date(settings().today()))
    return [" · ".join([settings().name, day, *credits_of(reading())]), *filter(None, [notice.sentence()])]


def _said(layer: Layer) -> list[tuple[str, str]]:
    """Return what goes with all data, by heading: how old they are, whom to thank, that they are invented."""
    facts = facts_of(reading(), layer)
    stated = {
        gettext("Place"): settings().name,
        gettext("As of"): wording().date(facts.data_date) if facts.data_date else "",
        gettext("Source"): facts.credit,
        gettext("Notice"): notice.sentence(),
    }
    return [(heading, value) for heading, value in stated.items() if value]


def _file(content: bytes, name: str) -> Response:
    response = Response(content, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
