"""The part of the planner's page that says what changes bring, for the script that tries them."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from geodata.analyses.scenarios import Stated
from geodata.errors import GeodataError, InvalidInput
from webmap.access import for_planners
from webmap.bodies import SCENARIO, json_object
from webmap.languages import language
from webmap.planning.comparing import listed_changes, told_changes
from webmap.planning.question import changes_asked, desk_asked

blueprint = Blueprint("changed", __name__)
blueprint.before_request(for_planners)


@blueprint.post("/planner/changed")
def show_changed() -> str:
    """Answer what `{"changes": [...]}` would bring to the question of the query, as a piece of the page.

    "against" in the query names a saved scenario that they are compared with, "scenario" the one that the page's
    sections show. Where they can't be made it says why, as the page does; where a scenario has been deleted meanwhile
    it says so, and the changes that are tried stay.
    """
    changes, at = json_object('{"changes": [...]}', ("changes",)).get("changes"), request.args.get("at") or None
    shown = request.args.get(SCENARIO)
    gone: list[str] = []
    own, before = (_known(name, gone) for name in (SCENARIO, "against"))
    try:
        desk = desk_asked(request.args.get("service", ""), at=at, changes=())
        told = told_changes(desk.answer, at=at, before=before, after=changes)
    except GeodataError as error:
        told = {"found": None, "problem": error.told(language()), "changes": listed_changes(changes)}
    is_saved = shown is not None and not gone and changes == list(own)
    return render_template(
        "comparison.html", **told, gone=gone, shown=shown, scenario={"name": shown} if is_saved else None
    )


def _known(name: str, gone: list[str]) -> Stated:
    """Return the changes of the scenario that a word of the query names; of one that is no more, none, and say so."""
    try:
        return changes_asked(name)
    except InvalidInput as error:
        gone.append(error.told(language()))
        return ()
