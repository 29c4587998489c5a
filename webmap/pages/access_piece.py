"""The part of the planner's page that says how evenly a service is spread, for the script that opens it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from geodata.analyses.kept_access import access_run
from geodata.errors import InvalidInput, NotFound
from webmap.access import for_planners, settings
from webmap.bodies import QUESTION, SCENARIO
from webmap.planning.comparing import percent
from webmap.planning.curves import Axis, Frame, path_of
from webmap.planning.question import access_method_asked, asked_question
from webmap.planning.refusals import refused
from webmap.planning.words import ACCESS_COLOURS

blueprint = Blueprint("access_piece", __name__)
blueprint.before_request(for_planners)

WIDTH = 380
FRAME = Frame(left=52, right=356, top=10, bottom=200)


@blueprint.get("/planner/access/<service>")
def show_access(service: str) -> str:
    """Answer with access as a piece of the page, or with why it can't be told: the question's words and `method=`."""
    method = access_method_asked()
    try:
        found = access_run(settings(), asked_question(service), method).answer
    except (InvalidInput, NotFound) as error:
        return render_template("planner_access.html", **refused(error))
    query: dict[str, Any] = {name: request.args[name] for name in (*QUESTION, SCENARIO, "lang") if name in request.args}
    return render_template(
        "planner_access.html",
        problem=None,
        shown=request.args.get(SCENARIO),
        found=found,
        per_thousand=found["unit"] != "desks",
        percent=percent,
        groups=groups(),
        methods=methods(),
        classes=list(zip(ACCESS_COLOURS, classes(), strict=True)),
        lorenz=_lorenz(found),
        map=url_for("access_measure.show_access_map", service=service, method=method, **query),
    )


def groups() -> dict[str, str]:
    """Return what groups of people are called."""
    return {
        "all": gettext("everybody"),
        "aged_65": gettext("people aged 65 and over"),
        "three_nos": gettext("in three-nos compounds"),
        "not_three_nos": gettext("in other compounds"),
    }


def methods() -> dict[str, str]:
    """Return what the measures of access are called."""
    return {
        "2sfca": gettext("2SFCA: all within the limit alike"),
        "e2sfca": gettext("E2SFCA: what is near counts more"),
        "m2sfca": gettext("M2SFCA: what is far is partly lost"),
        "gravity": gettext("gravity: what is near, whoever else uses it"),
    }


def classes() -> tuple[str, ...]:
    """Return what the map's classes are called, the one without any first."""
    return (
        gettext("none"),
        gettext("less than half of the average"),
        gettext("less than the average"),
        gettext("the average or more"),
        gettext("twice the average or more"),
    )


def _lorenz(found: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return where the curves of everybody and of each group are drawn; None where nobody has any access."""
    if found["lorenz_tenths"] is None:
        return None
    across, up = Axis(0, 100, FRAME.left, FRAME.right), Axis(0, 100, FRAME.bottom, FRAME.top)
    curves = {"all": found["lorenz_tenths"], **found["lorenz_tenths_by_group"]}
    lines = [
        {
            "name": name,
            "tenths": tenths,
            "path": path_of([(across.at(10 * tenth), up.at(100 * share)) for tenth, share in enumerate(tenths)]),
        }
        for name, tenths in curves.items()
        if tenths is not None
    ]
    stated = (0, 25, 50, 75, 100)
    return {
        "width": WIDTH,
        "left": FRAME.left,
        "right": FRAME.right,
        "top": FRAME.top,
        "bottom": FRAME.bottom,
        "across": [(value, across.at(value)) for value in stated],
        "up": [(value, up.at(value)) for value in stated],
        "lines": lines,
    }
