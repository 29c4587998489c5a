"""The part of the planner's page that says what changes bring, for the script that tries them."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from geodata.errors import GeodataError
from webmap.access import for_planners
from webmap.bodies import SCENARIO, json_object
from webmap.comparing import told_changes
from webmap.languages import language
from webmap.planning import changes_asked, desk_asked

blueprint = Blueprint("changed", __name__)
blueprint.before_request(for_planners)


@blueprint.post("/planner/changed")
def show_changed() -> str:
    """Answer what `{"changes": [...]}` would bring to the question of the query, as a piece of the page.

    "against" in the query names a saved scenario that they are compared with, "scenario" the one that the page's
    sections show. Where they can't be made it says why, as the page does.
    """
    changes, at = json_object('{"changes": [...]}', ("changes",)).get("changes"), request.args.get("at") or None
    shown = request.args.get(SCENARIO)
    try:
        desk, own = desk_asked(request.args.get("service", ""), at=at, changes=()), changes_asked()
        told = told_changes(desk.answer, at=at, before=changes_asked("against"), after=changes)
    except GeodataError as error:
        return render_template("comparison.html", found=None, problem=error.told(language()), changes=[], shown=shown)
    is_saved = shown is not None and changes == list(own)
    return render_template("comparison.html", **told, shown=shown, scenario={"name": shown} if is_saved else None)
