"""Finding a compound without scripts: one hit leads to its page, several are listed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from geodata.queries.search import Hit, find
from webmap import hits
from webmap.access import reading
from webmap.page_words import credits_of, wording

blueprint = Blueprint("find", __name__)


@blueprint.get("/find")
def show_find() -> Any:
    """Answer with the places of a name or street: `?q=`; where one compound alone is so called, with its page."""
    asked, said_in = reading(), wording()
    text = request.args.get("q", "").strip()
    found = find(asked, text)
    compounds = [hit for hit in found if hit.layer_id == "compound"]
    named = [hit for hit in compounds if not hit.street]
    if len(named) == 1:
        return redirect(_address(named[0]), HTTPStatus.SEE_OTHER)
    told = [
        {
            "name": hits.name_of(hit, asked.layer(hit.layer_id), said_in),
            "detail": hits.detail_of(hit, asked.layer(hit.layer_id), said_in),
            "address": _address(hit),
        }
        for hit in compounds or found
    ]
    return render_template("find.html", text=text, hits=told, credits=credits_of(asked))


def _address(hit: Hit) -> str:
    if hit.layer_id == "compound":
        return url_for("compounds.show_compound", record_id=hit.id)
    return url_for("public.show_place", layer_id=hit.layer_id, record_id=hit.id)
