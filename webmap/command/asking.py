"""The words of a command that ask about a service: the same for coverage and for scenarios."""

from __future__ import annotations

import argparse

from geodata.analyses.coverage import DEMANDS, WEIGHTS, Question, parse_period
from geodata.coverage.modes import MODES


def add_question(parser: argparse.ArgumentParser) -> None:
    """Let a command take a question."""
    parser.add_argument("service", metavar="SERVICE", help="such as police_room, patrol, fire, clinic")
    parser.add_argument("--mode", choices=sorted(MODES), help="how one travels (the service's own)")
    parser.add_argument("--minutes", type=float, metavar="N", help="the limit, inclusive (the service's standard)")
    parser.add_argument("--at", metavar="WHEN", help='a moment of the week, such as "Mon 22:00" (any time)')
    parser.add_argument("--by", metavar="LEVEL", help="split by areas: community, grid ...; 'area' for communities")
    parser.add_argument("--demand", choices=DEMANDS, help="where people are (the finest whose numbers are known)")
    parser.add_argument("--weight", choices=WEIGHTS, default="residents", help="what is counted (residents)")
    parser.add_argument("--period", metavar="DAYS", help="of hazards or incidents, such as 2025-01..2025-06 (a year)")
    parser.add_argument("--kind", help="the kind of incidents that is counted")


def question_of(given: argparse.Namespace) -> Question:
    """Return the question that was asked."""
    return Question(
        service=given.service,
        mode=given.mode,
        minutes=given.minutes,
        at=given.at,
        demand=given.demand,
        weight=given.weight,
        period=parse_period(given.period) if given.period else None,
        kind=given.kind,
        by="community" if given.by == "area" else given.by,
    )
