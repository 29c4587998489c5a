"""The part of the planner's page that says how much its answer depends on what isn't known for sure."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from flask_babel import gettext

from geodata.analyses.coverage.sways import moment_of, sways
from geodata.errors import InvalidInput, NotFound
from webmap.access import for_planners, settings
from webmap.page_words import wording
from webmap.planning.comparing import percent
from webmap.planning.question import desk_asked
from webmap.planning.refusals import refused

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
    rows = [(_otherwise(name, day), sway) for name, sway in found.items()]
    return render_template("planner_sways.html", problem=None, covered=answer.covered, rows=rows, percent=percent)


def _otherwise(name: str, day: str | None) -> str:
    """Return what is supposed, by its name in `sways`."""
    kind, _, value = name.partition("_")
    if kind == "speed":
        return gettext("speed × %(factor)s", factor=value)
    if kind == "snap":
        metres = value.removesuffix("_m")
        return gettext("%(metres)s m to the street at most", metres=metres)
    return gettext("roads as of %(day)s", day=wording().date(date.fromisoformat(str(day)[:10])))
