"""Parts of the planner's page that its script asks for when they are wanted: what came of jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flask import Blueprint, render_template

from geodata.analyses.grids.drawn import boxes, drawn_grids
from geodata.analyses.grids.kept import KIND as GRIDS
from geodata.analyses.grids.kept import as_asked
from geodata.analyses.runs import has_changed, is_outdated, stored_run
from geodata.analyses.siting.kept import KIND as SITE
from geodata.errors import NotFound
from geodata.queries.runs import Run
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


@dataclass(frozen=True)
class Gain:
    """What a step of a siting's curve brings, or loses where posts close, against the step before it."""

    before: Mapping[str, Any]
    step: Mapping[str, Any]

    @property
    def is_sure(self) -> bool:
        """Whether no more time would bring another figure."""
        return bool(self.before["proven"] and self.step["proven"])

    @property
    def is_known(self) -> bool:
        """Whether it is a gain of posts more or a loss of posts less: with time run out it may be the other way."""
        return bool(self.is_sure or self.step["gain"] * self.step["add"] >= 0)

    @property
    def people(self) -> float:
        """How many are gained or lost; 0 where that isn't known."""
        return abs(float(self.step["gain"])) if self.is_known else 0.0


@blueprint.get("/planner/plan/<int:run_id>")
def show_plan(run_id: int) -> str:
    """Answer with a siting as a piece of the page: what it comes to, its spots, and its curve drawn and as a table."""
    run = _run(run_id, SITE)
    plan = run.answer
    return render_template(
        "planner_plan.html",
        plan=plan,
        is_outdated=is_outdated(settings(), run),
        drawn=_drawn(plan["curve"]) if len(plan["curve"]) > 1 else None,
        percent=percent,
    )


@blueprint.get("/planner/grids/<int:run_id>")
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
        rows=changed[:LISTED],
        more=len(changed) - len(changed[:LISTED]),
        is_outdated=is_outdated(settings(), run),
        is_ground_same=is_ground_same,
        drawn=drawn_grids(at_the_time, told, is_beside_today=is_ground_same),
        hindrances=planning_words.hindrances(),
    )


def _run(run_id: int, kind: str) -> Run:
    """Return a run of a kind.

    Raises:
        NotFound: there is no such run of that kind.
    """
    run = stored_run(settings(), run_id)
    if run.asked.kind != kind:
        raise NotFound(f"run {run_id} is no {kind}", zh=f"运行 {run_id} 不是 {kind}")
    return run


def _drawn(steps: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return where the curve of a siting and the bars of its gains are drawn."""
    counts = [step["add"] for step in steps]
    changes = [Gain(before, step) for before, step in pairwise(steps)]
    line = curve([abs(count) for count in counts], [step["covered"] for step in steps], LINE, whole_x=True)
    up = Axis(0, ticks(0, max(each.people for each in changes))[-1], BARS.bottom, BARS.top)
    return {
        "line": line,
        "frame": LINE,
        "width": WIDTH,
        "bars": [(x, up.at(each.people), each.is_sure) for (x, _), each in zip(line.points[1:], changes, strict=True)],
        "gains": [None, *changes],
        "bars_frame": BARS,
        "bar": BAR,
        "most_gain": (up.most, up.at(up.most)),
    }
