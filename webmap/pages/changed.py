"""The part of the planner's page that says what changes bring, for the script that tries them."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from geodata.analyses.scenarios import saved_scenario
from geodata.errors import GeodataError
from webmap.access import for_planners, settings
from webmap.bodies import json_object
from webmap.comparing import told_changes
from webmap.languages import language
from webmap.planning import desk_asked

blueprint = Blueprint("changed", __name__)
blueprint.before_request(for_planners)


@blueprint.post("/planner/changed")
def show_changed() -> str:
    """Answer what `{"changes": [...]}` would bring to the question of the query, as a piece of the page.

    "against" in the query names a saved scenario that they are compared with. Where they
    can't be made it says why, as the page does.
    """
    changes, at = json_object('{"changes": [...]}', ("changes",)).get("changes"), request.args.get("at") or None
    against = request.args.get("against")
    try:
        desk = desk_asked(request.args.get("service", ""), at=at)
        before = saved_scenario(settings(), against).changes if against else ()
    except GeodataError as error:
        return render_template("comparison.html", found=None, problem=error.told(language()), changes=[])
    return render_template("comparison.html", **told_changes(desk.answer, at=at, before=before, after=changes))
