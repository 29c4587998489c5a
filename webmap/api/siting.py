"""Where next, for programs: asked as a job, read as a run."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from geodata.analyses.siting import SiteQuestion
from geodata.analyses.siting.kept import KIND, as_words
from geodata.errors import InvalidInput
from webmap.access import for_planners, settings
from webmap.bodies import QUESTION, SCENARIO, json_object, number_stated, words_of_address
from webmap.jobs import accepted
from webmap.planning.question import asked_question

blueprint = Blueprint("siting", __name__)
blueprint.before_request(for_planners)

LONGEST_S = 60.0
MOST_ADDED = 50
"""The worker answers one after the other: who asks for more waits at a desk of their own."""


@blueprint.post("/site/<service>")
@words_of_address(*QUESTION, SCENARIO)
def ask_site(service: str) -> Response:
    """Ask where the next posts belong: the question's words and `{"add": 3, "objective": "mclp"}`; 202, a job."""
    known = ("add", "objective", "candidates", "existing", "close", "capacity")
    stated = json_object('{"add": 3, "objective": "mclp"}', known)
    if "add" in stated and stated.get("existing") == "closable":
        raise InvalidInput(
            "posts to add, where some close and none is added; wanted is close without add",
            zh="“关闭一些”时不增设：请只填写 close，不填 add",
        )
    add, close = _whole(stated, "add", 3), _whole(stated, "close", 0)
    if not 0 <= add <= MOST_ADDED:
        raise InvalidInput(
            f"{add} posts to add; wanted are 0 to {MOST_ADDED} here, more with ./csmap site",
            zh=f"要增设 {add} 处；此处应为 0 至 {MOST_ADDED} 处，更多请用 ./csmap site",
        )
    capacity = stated.get("capacity")
    capacity = None if capacity is None else number_stated("capacity", capacity)
    words = {name: str(value) for name, value in stated.items() if name not in ("add", "close", "capacity")}
    question = SiteQuestion(
        asked_question(service), add=add, close=close, capacity=capacity, time_limit_s=LONGEST_S, **words
    )
    question.check(settings())
    return accepted(KIND, as_words(question))


def _whole(stated: dict[str, Any], name: str, usual: int) -> int:
    value = stated.get(name, usual)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidInput(
            f"{name} is {value!r}; wanted is a whole number, such as 3", zh=f"{name} 为 {value!r}；应为整数，如 3"
        )
    return value
