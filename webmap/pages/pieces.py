"""Parts of the planner's page that its script asks for when they are wanted: what came of jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, url_for

from geodata.analyses.grids.drawn import boxes, drawn_grids
from geodata.analyses.grids.kept import KIND as GRIDS
from geodata.analyses.grids.kept import as_asked
from geodata.analyses.runs import has_changed, is_outdated, stored_run
from geodata.analyses.siting.kept import KIND as SITE
from geodata.errors import NotFound
from geodata.queries.runs import Run
from webmap.access import for_planners, settings
from webmap.languages import language
from webmap.page_words import wording
from webmap.planning import words as planning_words
from webmap.planning.comparing import percent
from webmap.planning.curves import Axis, Frame, curve, ticks
from webmap.planning.siting_words import gains_of, is_about_ways, step_heads, told_steps, unreached_told, ways_told

blueprint = Blueprint("pieces", __name__)
blueprint.before_request(for_planners)

LISTED = 60
"""So many grids that change are listed; the map has them all."""
FIRST_SPOTS = 10
"""So many spots of a plan are seen at first."""
WIDTH = 380
"""Drawings are so many units wide: about a panel's width in pixels."""
LINE = Frame(left=52, right=364, top=14, bottom=136)
BARS = Frame(left=52, right=364, top=160, bottom=206)
BAR = 18.0


@blueprint.get("/planner/plan/<key:run_id>")
def show_plan(run_id: int) -> str:
    """Answer with a siting as a piece of the page: what it comes to, its spots, and its curve drawn and as a table."""
    run = _run(run_id, SITE)
    plan, is_old = run.answer, is_outdated(settings(), run)
    return render_template(
        "planner_plan.html",
        plan=plan,
        is_outdated=is_old,
        drawn=_drawn(plan) if len(plan["curve"]) > 1 else None,
        steps=told_steps(plan, wording()),
        heads=step_heads(plan),
        is_ways=is_about_ways(plan),
        ways=ways_told(plan, wording()),
        unreached=unreached_told(plan, wording()),
        files={} if is_old else _files(run_id),
        percent=percent,
        amount_said=planning_words.amount_said,
        first_spots=FIRST_SPOTS,
    )


@blueprint.get("/planner/grids/<key:run_id>")
def show_grids(run_id: int) -> str:
    """Answer with new grids as a piece of the page: what they come to against today's, grid by grid, and both drawn."""
    run = _run(run_id, GRIDS)
    told = run.answer
    at_the_time, _ = as_asked(settings(), run.asked.question)
    is_ground_same = not has_changed(settings(), run, "area")
    rows = list(zip(told["table"], boxes(told), strict=True))
    changed = [row for row in rows if row[0]["moved_in"] or row[0]["moved_out"]]
    changed.sort(key=lambda row: -(row[0]["moved_in"] + row[0]["moved_out"]))
    return render_template(
        "planner_grids.html",
        told=told,
        names={row["code"]: row["name"] or row["code"] for row in told["table"]},
        rows=changed[:LISTED],
        more=len(changed) - len(changed[:LISTED]),
        is_outdated=is_outdated(settings(), run),
        is_ground_same=is_ground_same,
        drawn=drawn_grids(at_the_time, told, is_beside_today=is_ground_same),
        hindrances=planning_words.hindrances(),
        percent=percent,
    )


def _files(run_id: int) -> dict[str, str]:
    """Return what each file is called by the address at which a plan is to be had as one, with who is reached today."""
    return {
        url_for("jobs.show_run_report", run_id=run_id, ending=ending, lang=language()): title
        for ending, title in planning_words.files().items()
    }


def _run(run_id: int, kind: str) -> Run:
    """Return a run of a kind.

    Raises:
        NotFound: there is no such run of that kind.
    """
    run = stored_run(settings(), run_id)
    if run.asked.kind != kind:
        raise NotFound(f"run {run_id} is no {kind}", zh=f"运行 {run_id} 不是 {kind}")
    return run


def _drawn(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Return where the curve of a siting and the bars of its gains are drawn: of people, or of minutes."""
    steps, is_ways = plan["curve"], is_about_ways(plan)
    counts = [step["add"] for step in steps]
    changes = gains_of(steps)
    line = curve(
        [abs(count) for count in counts],
        [step["minutes" if is_ways else "covered"] for step in steps],
        LINE,
        whole_x=True,
        inset=BAR,
    )
    up = Axis(0, ticks(0, max(0.1 if is_ways else 1.0, *(each.amount for each in changes)))[-1], BARS.bottom, BARS.top)
    return {
        "line": line,
        "frame": LINE,
        "width": WIDTH,
        "bars": [(x, up.at(each.amount), each.is_sure) for (x, _), each in zip(line.points[1:], changes, strict=True)],
        "bars_frame": BARS,
        "bar": BAR,
        "most_gain": (up.most, up.at(up.most)),
    }
