"""./csmap access: how much of a service people can get at, and how unequally that is spread."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from geodata.analyses.access import DEFINITIONS, METHODS, USUAL
from geodata.analyses.coverage import Question
from geodata.analyses.kept_access import access_run
from geodata.analyses.runs import as_told
from geodata.command.asking import add_scenario, changes_of
from geodata.command.entry import run
from geodata.command.runs import answer_told, changes_told
from geodata.coverage.modes import MODES
from geodata.layers.text import counted
from geodata.services import get_service
from geodata.settings import Settings, load_settings

_GROUPS = {
    "aged_65": "aged 65 and over",
    "three_nos": "in three-nos compounds",
    "not_three_nos": "in other compounds",
}
_UNKNOWN = {
    "posts_without_capacity": "posts whose desks nobody has counted",
    "people_beside_them": "people in reach of these, who may have more than is told",
    "places_without_people": "places whose people nobody has counted",
    "people_where_no_elderly_are_counted": "people where nobody has counted those aged 65 and over",
    "elderly_of_no_known_home": "people aged 65 and over of areas where no home is known",
    "people_of_unknown_status": "people of whose compound nobody has said what it lacks, or of none",
}


def main(argv: list[str] | None = None) -> int:
    """Answer in words, or as JSON for other programs."""
    given = _parser().parse_args(argv)
    settings = load_settings()
    question = Question(
        service=given.service, mode=given.mode, minutes=given.minutes, at=given.at, changes=changes_of(settings, given)
    )
    kept = access_run(settings, question, given.method)
    told = {**kept.answer, "run": as_told(settings, kept)}
    print(answer_told(told, in_words(settings, told), as_json=given.json))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="csmap access", description="How much of a service people can get at, and how unequally that is spread."
    )
    parser.add_argument("service", metavar="SERVICE", help="one whose posts have a capacity, such as police_room")
    parser.add_argument("--method", choices=METHODS, default=USUAL, help=f"how ways count ({USUAL})")
    parser.add_argument("--minutes", type=float, metavar="N", help="the limit, inclusive (the service's standard)")
    parser.add_argument("--mode", choices=sorted(MODES), help="how one travels (the service's own)")
    parser.add_argument("--at", metavar="WHEN", help='a moment of the week, such as "Mon 22:00" (any time)')
    add_scenario(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object for other programs")
    return parser


def in_words(settings: Settings, told: Mapping[str, Any]) -> str:
    """Return an answer, as JSON has it, for people to read."""
    when = f" at {told['at']}" if told["at"] else ""
    unequal = "nobody has any" if told["gini"] is None else f"Gini {told['gini']:.3f}"
    desks, people = counted(told["supply"], "desk"), counted(told["people"], "person", "people")
    lines = [
        f"{get_service(settings, told['service']).title.en}: {told['mode']}, {told['minutes']:g} min{when}",
        *changes_told(told),
        f"  {DEFINITIONS[told['method']].en}",
        f"  {desks} for {people}: {told['mean']:.3f} on average, {unequal}",
        f"  {told['without']:,.0f} have nothing in reach that is known of",
    ]
    if told["lorenz_tenths"] is not None:
        lines.append(f"  the half with the least has {told['lorenz_tenths'][5]:.1%} of it")
    for name, title in _GROUPS.items():
        group = told["groups"][name]
        if group is None or not group["people"]:
            lines.append(f"  {title}: not known")
        else:
            without = group["without_share"]
            tail = "" if without is None else f"; {without:.1%} have nothing in reach"
            lines.append(
                f"  {title}: {counted(group['people'], 'person', 'people')}, {group['mean']:.3f} on average{tail}"
            )
    lines += [
        f"  not known: {told['unknown'][name]:,.0f} {what}" for name, what in _UNKNOWN.items() if told["unknown"][name]
    ]
    return "\n".join([*lines, "  A model's estimate, no promise of service."])


if __name__ == "__main__":
    run(main)
