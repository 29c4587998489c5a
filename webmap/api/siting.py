"""Where next, for programs: asked as a job, read as a run."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response

from geodata.analyses.coverage.question import understand
from geodata.analyses.siting import SiteQuestion
from geodata.analyses.siting.kept import KIND
from geodata.errors import InvalidInput
from webmap.access import for_planners, settings
from webmap.bodies import json_object
from webmap.jobs import accepted
from webmap.planning import asked_question

blueprint = Blueprint("siting", __name__)
blueprint.before_request(for_planners)

LONGEST_S = 60.0
MOST_ADDED = 50
"""The worker answers one after the other: who asks for more waits at a desk of their own."""


@blueprint.post("/site/<service>")
def ask_site(service: str) -> Response:
    """Ask where the next posts belong: `?minutes=&mode=&at=&weight=`, `{"add": 3, "objective": "mclp"}`; 202, a job."""
    stated = json_object('{"add": 3, "objective": "mclp"}')
    known = ("add", "objective", "candidates", "existing", "capacity")
    if not stated.keys() <= {*known}:
        unknown = sorted(stated.keys() - {*known})[0][:40]
        raise InvalidInput(f"{unknown!r} can't be asked; wanted are {', '.join(known)}")
    add = stated.get("add", 3)
    if not isinstance(add, int) or isinstance(add, bool):
        raise InvalidInput(f"add is {add!r}; wanted is a whole number, such as 3")
    if not 0 <= add <= MOST_ADDED:
        raise InvalidInput(f"{add} posts to add; wanted are 0 to {MOST_ADDED} here, more with ./csmap site")
    capacity = stated.get("capacity")
    if capacity is not None and (not isinstance(capacity, int | float) or isinstance(capacity, bool)):
        raise InvalidInput(f"capacity is {capacity!r}; wanted is a number, such as 4")
    words = {name: str(value) for name, value in stated.items() if name not in ("add", "capacity")}
    question = SiteQuestion(asked_question(service), add=add, capacity=capacity, time_limit_s=LONGEST_S, **words)
    question.check()
    understand(settings(), question.service)
    return accepted(KIND, asdict(question))
