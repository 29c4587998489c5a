"""Finding a compound without scripts: one hit leads to its page, several are listed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from geodata.queries.search import Hit, find
from webmap.access import reading
from webmap.page_words import credits_of, wording

blueprint = Blueprint("find", __name__)


@blueprint.get("/find")
def show_find() -> Any:
    """Answer with the places of a name: `?q=`; where it is one compound alone, with the way to its page."""
    asked, said_in = reading(), wording()
    text = request.args.get("q", "").strip()
    hits = find(asked, text)
    compounds = [hit for hit in hits if hit.layer_id == "compound"]
    if len(compounds) == 1:
        return redirect(_address(compounds[0]), HTTPStatus.SEE_OTHER)
    told = [
        {
            "name": said_in.name_of(asked.layer(hit.layer_id), hit.named_by, hit.name),
            "detail": said_in.join(filter(None, [said_in.say(asked.layer(hit.layer_id).title), hit.detail])),
            "address": _address(hit),
        }
        for hit in compounds or hits
    ]
    return render_template("find.html", text=text, hits=told, credits=credits_of(asked))


def _address(hit: Hit) -> str:
    if hit.layer_id == "compound":
        return url_for("compounds.show_compound", record_id=hit.id)
    return url_for("public.show_place", layer_id=hit.layer_id, record_id=hit.id)
