"""What planners ask in an address: the question of its query, and the usual where it leaves something out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request

from geodata.analyses.coverage import Question
from geodata.analyses.coverage.desk import Desk, desk_for
from geodata.analyses.coverage.kept import coverage_run
<<<<<<< HEAD
from geodata.analyses.runs import as_told
=======
from geodata.analyses.coverage.question import understand
from geodata.analyses.runs import is_outdated
from geodata.analyses.scenarios import Comparison, Stated, comparison, comparison_run, understand_changes
>>>>>>> 18bc9b6 (Save what is tried under a name, and say who gains and who loses by it)
from geodata.errors import InvalidInput
from geodata.layers.hours import DAYS
from geodata.queries.outlines import read_outlines
from geodata.queries.runs import Run
from geodata.settings import Settings
from webmap import access

ANY_TIME = "any"
_NUMBER = re.compile(r"\d{1,6}(\.\d{1,6})?")


def desk_asked(service: str, *, at: str | None) -> Desk:
    """Return the desk of the question that the request's query asks of a service, at a moment.

    Raises:
        NotFound, InvalidInput: it can't be asked, or not be answered.
    """
    return desk_for(access.settings(), replace(asked_question(service), at=at))


def compared(service: str, *, at: str | None, before: Stated = (), after: Stated = ()) -> Comparison:
    """Return what changes bring to the question of the request's query, against other changes or things as they are.

    It is told by community where there are any, unless the query asks for another level.

    Raises:
        NotFound, InvalidInput: it can't be asked, or not be answered, or the changes can't be made.
    """
    settings = access.settings()
    question = replace(asked_question(service), at=at)
    if question.by is None and read_outlines(settings, "community")[0]:
        question = replace(question, by="community")
    asked = understand(settings, question)
    pair = [understand_changes(settings, asked, list(stated)) for stated in (before, after)]
    one, other = (desk_for(settings, question, each.changes).answer for each in pair)
    return comparison(settings, one, other, left_out=pair[1].left_out)


def compared_run(found: Comparison, before: Stated, after: Stated) -> Run:
    """Return the run that holds a comparison."""
    return comparison_run(access.settings(), found.before.asked, before, after, lambda: found)


def run_of(desk: Desk) -> Run:
    """Return the run that holds a desk's answer."""
    return coverage_run(access.settings(), desk.ground.asked, lambda: desk.answer)


def told(run: Run) -> dict[str, Any]:
    """Return what tells a run from others, and whether its data have changed since."""
    return as_told(access.settings(), run)


def asked_question(service: str) -> Question:
    """Return the question that the request's query asks of a service, as `./csmap coverage` asks it.

    Raises:
        InvalidInput: the minutes aren't a number.
    """
    query = request.args
    minutes = query.get("minutes", "")
    if minutes and not _NUMBER.fullmatch(minutes):
        raise InvalidInput(f"minutes {minutes!r}; wanted is a number, such as 5")
    return Question(
        service=service,
        mode=query.get("mode") or None,
        minutes=float(minutes) if minutes else None,
        at=query.get("at") or None,
        demand=query.get("demand") or None,
        weight=query.get("weight") or "residents",
        by=query.get("by") or None,
    )


@dataclass(frozen=True)
class PageMoment:
    """The moment that the page's form shows: a day ("Mo" ... or "any") and a time."""

    day: str
    time: str

    @property
    def at(self) -> str | None:
        """The moment as questions have it."""
        return None if self.day == ANY_TIME else f"{self.day} {self.time}"


def page_moment(settings: Settings) -> PageMoment:
    """Return the moment of `?day=&time=`, or of `?at=`; now, on the deployment's day, where there is none."""
    day, time, at = request.args.get("day"), request.args.get("time"), request.args.get("at")
    if at and not day:
        day, _, time = at.partition(" ")
    now = datetime.now(ZoneInfo(settings.time_zone))
    # Whole hours: who asks again a minute later gets the same answer.
    shown = time or f"{now.hour:02d}:00"
    return PageMoment(day or DAYS[settings.today().weekday()], shown)
