"""What questions on the command line have in common."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from geodata.analyses.coverage import DEMANDS, WEIGHTS, Question, parse_period
from geodata.analyses.coverage.question import understand
from geodata.analyses.scenarios import Stated, saved_scenario
from geodata.coverage.modes import MODES
from geodata.errors import InvalidInput
from geodata.services import get_service
from geodata.settings import Settings
from geodata.speeds import read_speeds


def speeds_for(settings: Settings, path: Path | None, *, service: str, mode: str | None) -> Mapping[str, float]:
    """Return the speeds of a file for the mode that a question is asked in; None names no file.

    Raises:
        NotFound: no such service.
        InvalidInput: the file can't be read, or says nothing of this mode.
    """
    if path is None:
        return {}
    wanted = mode or get_service(settings, service).mode
    speeds = read_speeds(path)
    if wanted not in speeds:
        raise InvalidInput(f"{path} has speeds for {', '.join(speeds)}; {service} is asked for {wanted}")
    return speeds[wanted]


def add_scenario(parser: argparse.ArgumentParser) -> None:
    """Let a command be asked as if a scenario's changes had been made."""
    parser.add_argument("--scenario", metavar="NAME", help="as if this scenario's changes had been made")


def changes_of(settings: Settings, given: argparse.Namespace) -> Stated:
    """Return the changes of the scenario that `add_scenario` took; none where none is named.

    Raises:
        NotFound: there is no such scenario.
    """
    return () if given.scenario is None else saved_scenario(settings, given.scenario).changes


def add_question(parser: argparse.ArgumentParser, *, is_split: bool = True, is_changed: bool = True) -> None:
    """Let a command take a question about a service.

    Args:
        parser: the command's.
        is_split: whether the answer may be split by areas.
        is_changed: whether it may be asked as if a scenario's changes had been made.
    """
    parser.add_argument("service", metavar="SERVICE", help="such as police_room, patrol, fire, clinic")
    parser.add_argument("--mode", choices=sorted(MODES), help="how one travels (the service's own)")
    parser.add_argument("--minutes", type=float, metavar="N", help="the limit, inclusive (the service's standard)")
    parser.add_argument("--at", metavar="WHEN", help='a moment of the week, such as "Mon 22:00" (any time)')
    parser.add_argument(
        "--speeds", type=Path, metavar="FILE.toml", help="km/h by class of road, in tables such as [speeds.car]"
    )
    parser.set_defaults(by=None, scenario=None)
    if is_changed:
        add_scenario(parser)
    if is_split:
        parser.add_argument("--by", metavar="LEVEL", help="split by areas: community, grid ...; 'area' for communities")
    parser.add_argument("--demand", choices=DEMANDS, help="where people are (the finest whose numbers are known)")
    parser.add_argument("--weight", choices=WEIGHTS, default="residents", help="what is counted (residents)")
    parser.add_argument("--period", metavar="DAYS", help="of hazards or incidents, such as 2025-01..2025-06 (a year)")
    parser.add_argument("--kind", help="the kind of incidents that is counted")


def question_of(settings: Settings, given: argparse.Namespace) -> Question:
    """Return the question that `add_question` took; one that can't be asked is refused before any data are read.

    Raises:
        NotFound, InvalidInput: as `speeds_for`, `changes_of` and `understand`, or the period is none.
    """
    question = Question(
        service=given.service,
        mode=given.mode,
        minutes=given.minutes,
        at=given.at,
        demand=given.demand,
        weight=given.weight,
        period=parse_period(given.period) if given.period else None,
        kind=given.kind,
        speeds=speeds_for(settings, given.speeds, service=given.service, mode=given.mode),
        by="community" if given.by == "area" else given.by,
        changes=changes_of(settings, given),
    )
    understand(settings, question)
    return question
