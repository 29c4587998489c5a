"""What planners ask in an address: the question of its query, and the usual where it leaves something out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request

from geodata.analyses.access import USUAL
from geodata.analyses.coverage import Answer, Question, parse_period
from geodata.analyses.coverage.desk import Desk, desk_for
from geodata.analyses.coverage.kept import coverage_run
from geodata.analyses.coverage.question import NARROWED_BY
from geodata.analyses.runs import as_told
from geodata.analyses.scenarios import Comparison, Stated, compared, comparison_run, saved_scenario
from geodata.errors import InvalidInput, NotFound
from geodata.layers.hours import DAYS
from geodata.layers.moment import parse_moment
from geodata.queries.runs import Run
from geodata.settings import Settings
from webmap import access
from webmap.bodies import SCENARIO

ANY_TIME = "any"
_DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,20})?")
_NUMBER = re.compile(r"-?\d{1,6}(\.\d{1,6})?")


def desk_asked(service: str, *, at: str | None, kind: str | None = None, changes: Stated | None = None) -> Desk:
    """Return the desk of the question that the request's query asks of a service, at a moment.

    Args:
        service: its id.
        at: the moment; None for any time.
        kind: of incidents, where the query names none.
        changes: those that hold; None for those of the scenario that the query names.

    Raises:
        NotFound, InvalidInput: it can't be asked, or not be answered.
    """
    question = asked_question(service, changes)
    return desk_for(access.settings(), replace(question, at=at, kind=question.kind or kind))


def compared_as_asked(
    service: str, *, at: str | None, before: Stated, after: Stated, kind: str | None = None
) -> Comparison:
    """Return what changes bring to the question of the request's query, against other changes or things as they are.

    `at` and `kind` are as for `desk_asked`.

    Raises:
        NotFound, InvalidInput: it can't be asked, or not be answered, or the changes can't be made.
    """
    question = asked_question(service, ())
    question = replace(question, at=at, kind=question.kind or kind)
    return compared(access.settings(), question, before, after, answered=_at_desk)


def compared_run(service: str, *, at: str | None, before: Stated, after: Stated) -> Run:
    """Return the run that holds this comparison.

    Raises:
        NotFound, InvalidInput: as `compared_as_asked`.
    """
    question = replace(asked_question(service, ()), at=at)

    def compute() -> Comparison:
        return compared(access.settings(), question, before, after, answered=_at_desk)

    return comparison_run(access.settings(), question, before, after, compute)


def changed_desk(service: str, *, at: str | None, changes: Stated) -> Desk:
    """Return the desk of the question that the request's query asks, where changes hold.

    It is the desk from which comparisons are told, too.

    Raises:
        NotFound, InvalidInput: as `compared_as_asked`.
    """
    return desk_for(access.settings(), replace(asked_question(service, changes), at=at, by=None))


def _at_desk(settings: Settings, question: Question) -> Answer:
    return desk_for(settings, question).answer


def run_of(desk: Desk) -> Run:
    """Return the run that holds a desk's answer."""
    return coverage_run(access.settings(), desk.ground.asked, lambda: desk.answer, versions=desk.versions)


def told(run: Run) -> dict[str, Any]:
    """Return what tells a run from others, and whether its data have changed since."""
    return as_told(access.settings(), run)


def changes_asked(name: str = SCENARIO) -> Stated:
    """Return the changes of the scenario that a word of the request's query names; none where it names none.

    Raises:
        InvalidInput: there is no such scenario (any more).
    """
    stated = request.args.get(name)
    try:
        return saved_scenario(access.settings(), stated).changes if stated else ()
    except NotFound as error:
        raise InvalidInput(str(error), zh=error.zh) from None


def asked_question(service: str, changes: Stated | None = None) -> Question:
    """Return the question that the request's query asks of a service, as `./csmap coverage` asks it.

    Args:
        service: its id.
        changes: those that hold; None for those of the scenario that the query names.

    Raises:
        InvalidInput: the minutes aren't a number, or there is no such scenario.
    """
    query = request.args
    minutes = query.get("minutes", "")[:40]
    if minutes and not _NUMBER.fullmatch(minutes):
        raise InvalidInput(
            f"minutes {minutes!r}; wanted is a number, such as 5", zh=f"分钟数 {minutes!r} 有误：应为数字，如 5"
        )
    return Question(
        service=service,
        mode=query.get("mode") or None,
        minutes=float(minutes) if minutes else None,
        at=query.get("at") or None,
        demand=query.get("demand") or None,
        weight=query.get("weight") or "residents",
        period=parse_period(query["period"]) if query.get("period") else None,
        kind=query.get("kind") or None,
        by=query.get("by") or None,
        changes=tuple(changes_asked() if changes is None else changes),
    )


def words_left_behind() -> list[str]:
    """Return the words of the query that narrow a weight other than the one that it asks for."""
    known = NARROWED_BY.get(request.args.get("weight") or "residents", frozenset())
    return [name for name in ("period", "kind") if request.args.get(name) and name not in known]


def access_method_asked() -> str:
    """Return the measure of access that the request's query names, or the usual one."""
    return request.args.get("method") or USUAL


def degrees_asked() -> tuple[float, float]:
    """Return the spot that the request's query names: `?lon=&lat=`.

    Raises:
        InvalidInput: it names none on earth.
    """
    found = []
    for name, most in (("lon", 180), ("lat", 90)):
        stated = request.args.get(name, "")[:40]
        value = float(stated) if _DEGREES.fullmatch(stated) else float("inf")
        if not -most <= value <= most:
            raise InvalidInput(
                f"{name} is {stated!r}; wanted are degrees, such as 27.73",
                zh=f"{name} 为 {stated!r}，应为度数，如 27.73",
            )
        found.append(value)
    return found[0], found[1]


@dataclass(frozen=True)
class PageMoment:
    """The moment that the page's form shows: a day ("Mo" ... or "any") and a time."""

    day: str
    time: str

    @property
    def at(self) -> str | None:
        """The moment as questions have it."""
        return None if self.day == ANY_TIME else f"{self.day} {self.time}"


def moment_now(settings: Settings) -> PageMoment:
    """Return the hour of the clock, on the deployment's day."""
    # Whole hours: who asks again a minute later gets the same answer.
    hour = datetime.now(ZoneInfo(settings.time_zone)).hour
    return PageMoment(DAYS[settings.today().weekday()], f"{hour:02d}:00")


def page_moment(now: PageMoment) -> PageMoment:
    """Return the moment of `?day=&time=`, or of `?at=`; any time where there is none, as every other door has it.

    Args:
        now: whose day or time is meant where only the other is stated.
    """
    day, time, at = (request.args.get(name) or None for name in ("day", "time", "at"))
    if day == ANY_TIME or not (day or time or at):
        return PageMoment(ANY_TIME, time or now.time)
    stated = at if at and not day else f"{day or now.day} {time or now.time}"
    try:
        found = str(parse_moment(stated))
    except InvalidInput:
        # What is no moment is shown as it was written, with what is said of it.
        found = stated
    day, _, time = found.partition(" ")
    return PageMoment(day, time)
