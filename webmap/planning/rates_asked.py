"""What planners ask in an address about rates: of what, by which areas, and of coverage the question about it."""

from __future__ import annotations

from dataclasses import replace

from flask import request

from geodata.analyses.coverage.desk import desk_for
from geodata.analyses.hotspots import HAZARDS
from geodata.analyses.rates import COVERAGE, TODAY, Rates, rate_question, rates_of, reach_rates, usual_level
from geodata.errors import InvalidInput
from webmap.access import settings
from webmap.bodies import QUESTION, SCENARIO
from webmap.planning.question import asked_question, changes_asked

WORDS = ("what", "level", "span", "service", *QUESTION, SCENARIO)
"""The words of an address that ask for rates."""
FIRST = "police_room"


def what_asked() -> str:
    """Return the measure that the request's query names; hazards unless it says."""
    return request.args.get("what") or HAZARDS


def rates_asked() -> Rates:
    """Return the rates that the request's query asks for.

    Raises:
        NotFound, InvalidInput: they can't be asked for, or not be worked out.
    """
    if what_asked() == COVERAGE:
        return _reach()
    query = request.args
    question = rate_question(settings(), what_asked(), level=query.get("level") or None, span=query.get("span") or None)
    return rates_of(settings(), question)


def _reach() -> Rates:
    """Return the shares within reach, and beside them those with the scenario's changes, where one is named."""
    level = request.args.get("level") or usual_level(settings(), COVERAGE)
    if level is None:
        raise InvalidInput("there are no areas: load their outlines first", zh="没有区域：请先导入边界")
    question = replace(asked_question(request.args.get("service") or FIRST, ()), by=level)
    asked = [(TODAY, question)]
    if changes := changes_asked():
        asked.append((request.args[SCENARIO], replace(question, changes=tuple(changes))))
    answers = [desk_for(settings(), each).answer for _, each in asked]
    return reach_rates(settings(), answers, [name for name, _ in asked])
