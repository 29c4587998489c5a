"""The part of the planner's page that says how much its answer depends on what isn't known for sure."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from geodata.analyses.coverage.sways import moment_of, sways
from geodata.errors import InvalidInput, NotFound
from webmap.access import for_planners, settings
from webmap.page_words import wording
from webmap.planning.comparing import percent
from webmap.planning.question import desk_asked
from webmap.planning.refusals import refused
from webmap.planning.sway_words import sway_heads, told_sways

blueprint = Blueprint("sways_piece", __name__)
blueprint.before_request(for_planners)


@blueprint.get("/planner/sways/<service>")
def show_sways(service: str) -> str:
    """Answer with speeds, snap limits and, for `?roads=DAY`, other roads as a piece of the page, or why it can't be."""
    day = request.args.get("roads")
    try:
        answer = desk_asked(service, at=request.args.get("at") or None).answer
        found = sways(answer, roads_on=moment_of(settings(), day) if day else None)
    except (InvalidInput, NotFound) as error:
        return render_template("planner_sways.html", **refused(error))
    rows = told_sways(found, wording())
    return render_template(
        "planner_sways.html", problem=None, covered=answer.covered, heads=sway_heads(), rows=rows, percent=percent
    )
