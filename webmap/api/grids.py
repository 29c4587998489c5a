"""Grids of equal workload, for programs: asked as a job, read as a run."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

from flask import Blueprint, Response

from geodata.analyses.grids import GridsQuestion
from geodata.analyses.grids.kept import KIND
from webmap.access import for_planners
from webmap.bodies import SCENARIO, json_object, number_stated, words_of_address
from webmap.jobs import accepted
from webmap.planning.question import changes_asked

blueprint = Blueprint("grids", __name__)
blueprint.before_request(for_planners)

LONGEST_S = 60.0


@blueprint.post("")
@words_of_address(SCENARIO)
def ask_grids() -> Response:
    """Ask for grids of equal workload: `{"level": "grid", "hazard_households": 10, "goal_share": 0.5}`; 202, a job.

    `?scenario=NAME` asks where its gates and ways are there.
    """
    known = sorted({field.name for field in fields(GridsQuestion)} - {"time_limit_s", "changes"})
    stated = json_object('{"level": "grid", "goal_share": 0.5}', known)
    level = stated.pop("level", "grid")
    numbers: dict[str, Any] = {name: number_stated(name, value) for name, value in stated.items()}
    asked = GridsQuestion(level=str(level), time_limit_s=LONGEST_S, changes=changes_asked())
    question = replace(asked, **numbers)
    question.check()
    return accepted(KIND, asdict(question))
