"""Parts of the planner's page that its script asks for when they are wanted: what came of jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template

from geodata.analyses.grids.drawn import boxes, drawn_grids
from geodata.analyses.grids.kept import KIND as GRIDS
from geodata.analyses.runs import stored_run
from geodata.analyses.siting.kept import KIND as SITE
from geodata.errors import NotFound
from webmap import planning_words
from webmap.access import for_planners, settings
from webmap.comparing import percent
from webmap.curves import Axis, Frame, curve, ticks

blueprint = Blueprint("pieces", __name__)
blueprint.before_request(for_planners)

LISTED = 60
"""So many grids that change are listed; the map has them all."""
WIDTH = 380
"""Drawings are so many units wide: about a panel's width in pixels."""
LINE = Frame(left=52, right=364, top=14, bottom=136)
BARS = Frame(left=52, right=364, top=160, bottom=206)
BAR = 18.0


@blueprint.get("/planner/plan/<int:run_id>")
def show_plan(run_id: int) -> str:
    """Answer with a siting as a piece of the page: what it comes to, its spots, and its curve drawn and as a table."""
    plan = _answer(run_id, SITE)
    return render_template(
        "planner_plan.html",
        plan=plan,
        drawn=_drawn(plan["curve"]) if len(plan["curve"]) > 1 else None,
        percent=percent,
    )


@blueprint.get("/planner/grids/<int:run_id>")
def show_grids(run_id: int) -> str:
    """Answer with new grids as a piece of the page: what they come to against today's, grid by grid, and both drawn."""
    told = _answer(run_id, GRIDS)
    rows = list(zip(told["table"], boxes(told), strict=True))
    changed = [row for row in rows if row[0]["moved_in"] or row[0]["moved_out"]]
    changed.sort(key=lambda row: -(row[0]["moved_in"] + row[0]["moved_out"]))
    return render_template(
        "planner_grids.html",
        told=told,
        rows=changed[:LISTED],
        more=len(changed) - len(changed[:LISTED]),
        drawn=drawn_grids(settings(), told),
        hindrances=planning_words.hindrances(),
    )


def _answer(run_id: int, kind: str) -> Mapping[str, Any]:
    """Return what a run of a kind came to.

    Raises:
        NotFound: there is no such run of that kind.
    """
    run = stored_run(settings(), run_id)
    if run.asked.kind != kind:
        raise NotFound(f"run {run_id} is no {kind}", zh=f"运行 {run_id} 不是 {kind}")
    return run.answer


def _drawn(steps: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return where the curve of a siting and the bars of its gains are drawn."""
    counts, gains = [step["add"] for step in steps], [abs(step["gain"]) for step in steps[1:]]
    line = curve([abs(count) for count in counts], [step["covered"] for step in steps], LINE, whole_x=True)
    up = Axis(0, ticks(0, max(gains))[-1], BARS.bottom, BARS.top)
    return {
        "line": line,
        "frame": LINE,
        "width": WIDTH,
        "bars": [(x, up.at(gain)) for (x, _), gain in zip(line.points[1:], gains, strict=True)],
        "bars_frame": BARS,
        "bar": BAR,
        "most_gain": (up.most, up.at(up.most)),
    }
