"""What the pages of compounds and communities have to be taken away: their words as a workbook."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_babel import gettext

from geodata.layers.layer import Layer
from geodata.queries.facts import facts_of
from webmap import notice
from webmap.access import reading, settings
from webmap.page_words import wording
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
    found = community_of(asked, code, wording(), now=None)
    return _file(community_book(found, _said(asked.layer(layer_id))), f"{layer_id}-{found.told.place.id}.{ending}")


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
