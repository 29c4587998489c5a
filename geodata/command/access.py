"""./csmap access: how much of a service people can get at, and how unequally that is spread."""

from __future__ import annotations

import argparse
import json

from geodata.analyses.access import DEFINITIONS, METHODS, AccessAnswer, access_as_json, measure_access
from geodata.analyses.coverage import Question
from geodata.analyses.coverage.cover import ground_of
from geodata.command.entry import run
from geodata.coverage.modes import MODES
from geodata.settings import load_settings

_GROUPS = {
    "aged_65": "aged 65 and over",
    "three_nos": "in three-nos compounds",
    "not_three_nos": "in compounds that are none",
}


def main(argv: list[str] | None = None) -> int:
    """Answer in words, or as JSON for other programs."""
    given = _parser().parse_args(argv)
    question = Question(service=given.service, mode=given.mode, minutes=given.minutes, at=given.at)
    answer = measure_access(ground_of(load_settings(), question), given.method)
    print(json.dumps(access_as_json(answer), ensure_ascii=False, indent=1) if given.json else in_words(answer))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="csmap access", description="How much of a service people can get at, and how unequally that is spread."
    )
    parser.add_argument("service", metavar="SERVICE", help="one whose posts have a capacity, such as police_room")
    parser.add_argument("--method", choices=METHODS, default="e2sfca", help="how ways count (e2sfca)")
    parser.add_argument("--minutes", type=float, metavar="N", help="the limit, inclusive (the service's standard)")
    parser.add_argument("--mode", choices=sorted(MODES), help="how one travels (the service's own)")
    parser.add_argument("--at", metavar="WHEN", help='a moment of the week, such as "Mon 22:00" (any time)')
    parser.add_argument("--json", action="store_true", help="one JSON object for other programs")
    return parser


def in_words(answer: AccessAnswer) -> str:
    """Return an answer for people to read."""
    asked, people = answer.ground.asked, float(answer.people.sum())
    when = f" at {asked.at}" if asked.at else ""
    unequal = "nobody has any" if answer.gini is None else f"Gini {answer.gini:.3f}"
    lines = [
        f"{asked.service.title.en}: {asked.mode.id}, {asked.minutes:g} min{when}",
        f"  {DEFINITIONS[answer.method].en}",
        f"  {answer.supply:,.0f} desks for {people:,.0f} people: {answer.mean:.3f} on average, {unequal}",
        f"  {answer.without:,.0f} have nothing in reach that is known of",
    ]
    if answer.lorenz is not None:
        lines.append(f"  the half with the least has {answer.lorenz[5]:.1%} of it")
    for name, group in answer.groups.items():
        if group is None or not group.people:
            lines.append(f"  {_GROUPS[name]}: not known")
        else:
            lines.append(f"  {_GROUPS[name]}: {group.people:,.0f}, {group.mean:.3f}; {group.without_share:.1%} nothing")
    unknown = {
        "posts whose desks nobody has counted": answer.posts_unknown,
        "people in reach of these, who may have more than is told": answer.people_beside_unknown,
        "places whose people nobody has counted": answer.places_unknown,
        "people of whose compound nobody has said what it lacks, or of none": answer.status_unknown,
    }
    lines += [f"  not known: {count:,.0f} {what}" for what, count in unknown.items() if count]
    return "\n".join([*lines, "  A model's estimate, no promise of service."])


if __name__ == "__main__":
    run(main)
