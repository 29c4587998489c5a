"""What planners ask in an address about rates: of what, by which areas, and of coverage the question about it."""

from __future__ import annotations

from dataclasses import replace

from flask import request

from geodata.analyses.coverage.desk import Desk, desk_for
from geodata.analyses.hotspots import HAZARDS
from geodata.analyses.rates import (
    COVERAGE,
    TODAY,
    RateQuestion,
    Rates,
    rate_question,
    rates_of,
    reach_rates,
    usual_level,
)
from geodata.analyses.rates.kept import rates_run
from geodata.analyses.runs import Lately
from geodata.errors import InvalidInput
from geodata.queries.runs import Run
from webmap.access import settings
from webmap.bodies import QUESTION, SCENARIO
from webmap.planning.question import asked_question, changes_asked, run_of

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
        return _reach()[0]
    return rates_of(settings(), _question())


def rates_kept() -> tuple[Rates, list[Run]]:
    """Return the rates that the request's query asks for, and the runs that hold them.

    Of people within reach these are the runs of coverage whose shares they are, one a column.

    Raises:
        NotFound, InvalidInput: as `rates_asked`.
    """
    if what_asked() == COVERAGE:
        found, desks = _reach()
        return found, [run_of(desk) for desk in desks]
    question = _question()
    found_lately = Lately(lambda: rates_of(settings(), question))
    run = rates_run(settings(), question, found_lately)
    return found_lately.found, [run]


def _question() -> RateQuestion:
    query = request.args
    return rate_question(settings(), what_asked(), level=query.get("level") or None, span=query.get("span") or None)


def _reach() -> tuple[Rates, list[Desk]]:
    """Return the shares within reach, and beside them those with the scenario's changes, where one is named."""
    level = request.args.get("level") or usual_level(settings(), COVERAGE)
    if level is None:
        raise InvalidInput("there are no areas: load their outlines first", zh="没有区域：请先导入边界")
    question = replace(asked_question(request.args.get("service") or FIRST, ()), by=level)
    asked = [(TODAY, question)]
    if changes := changes_asked():
        asked.append((request.args[SCENARIO], replace(question, changes=tuple(changes))))
    desks = [desk_for(settings(), each) for _, each in asked]
    return reach_rates(settings(), [desk.answer for desk in desks], [name for name, _ in asked]), desks
