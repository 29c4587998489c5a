"""./csmap coverage: who is within reach of a service, who isn't, and why."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

from geodata.analyses.coverage import DEMANDS, WEIGHTS, Answer, Question, as_json, cover, parse_period
from geodata.analyses.siting import SiteQuestion, site
from geodata.command.asking import speeds_for
from geodata.command.entry import run
from geodata.command.outlet import check_outlet
from geodata.coverage.modes import MODES
from geodata.errors import InvalidInput
from geodata.queries.outlines import read_outlines
from geodata.settings import Settings, load_settings
from webmap import planning_words
from webmap.reports.outlets import OUTLETS, write


def main(argv: list[str] | None = None) -> int:
    """Answer in words, as JSON for other programs, or as a file for a map."""
    given = _parser().parse_args(argv)
    settings = load_settings()
    check_outlet(given.out, OUTLETS)
    language = given.lang or settings.languages[0]
    if language not in settings.languages:
        raise InvalidInput(f"--lang {language} isn't spoken here; there are {', '.join(settings.languages)}")
    question = _question(settings, given)
    if given.out is not None and question.by is None and read_outlines(settings, "community")[0]:
        question = replace(question, by="community")
    answer = cover(settings, question)
    if given.out is not None:
        plan = site(settings, SiteQuestion(question, add=given.sites)) if given.sites else None
        write(settings, answer, plan, given.out, language)
    print(json.dumps(as_json(answer), ensure_ascii=False, indent=1) if given.json else in_words(answer))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="csmap coverage", description="Who is within reach of a service on the real streets, who isn't, and why."
    )
    parser.add_argument("service", metavar="SERVICE", help="such as police_room, patrol, fire, clinic")
    parser.add_argument("--mode", choices=sorted(MODES), help="how one travels (the service's own)")
    parser.add_argument("--minutes", type=float, metavar="N", help="the limit, inclusive (the service's standard)")
    parser.add_argument("--at", metavar="WHEN", help='a moment of the week, such as "Mon 22:00" (any time)')
    parser.add_argument(
        "--speeds", type=Path, metavar="FILE.toml", help="km/h by class of road, in tables such as [speeds.car]"
    )
    parser.add_argument("--by", metavar="LEVEL", help="split by areas: community, grid ...; 'area' for communities")
    parser.add_argument("--demand", choices=DEMANDS, help="where people are (the finest whose numbers are known)")
    parser.add_argument("--weight", choices=WEIGHTS, default="residents", help="what is counted (residents)")
    parser.add_argument("--period", metavar="DAYS", help="of hazards or incidents, such as 2025-01..2025-06 (a year)")
    parser.add_argument("--kind", help="the kind of incidents that is counted")
    parser.add_argument("--json", action="store_true", help="one JSON object for other programs")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="write a file, too: a map page that needs no network (.html), a workbook (.xlsx), or all places (.gpkg)",
    )
    parser.add_argument("--sites", type=int, default=0, metavar="N", help="with --out: propose N posts more")
    parser.add_argument("--lang", help="the file's language, zh-CN or en; the deployment's first unless given")
    return parser


def _question(settings: Settings, given: argparse.Namespace) -> Question:
    return Question(
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
    )


def in_words(answer: Answer) -> str:
    """Return an answer for people to read."""
    asked, total = answer.asked, answer.demand_total
    when = f" at {asked.at}" if asked.at else ""
    lines = [
        f"{asked.service.title.en}: {asked.mode.id}, {asked.minutes:g} min{when}",
        f"  {answer.covered:,.0f} of {total:,.0f} {asked.weight} are within reach: {answer.share:.1%}",
        f"  {answer.straight_line_covered:,.0f} in a straight line of {answer.straight_limit_m:,.0f} m",
    ]
    if answer.served is not None:
        lines.append(f"  {answer.served:,.0f} would find room")
    places, causes = answer.places_by_cause(), planning_words.causes()
    for cause, people in answer.by_cause().items():
        if places[cause]:
            lines.append(f"  {causes[cause].title:31}{people:9,.0f}  in {places[cause]} places")
    lines.append("  " + ", ".join(f"{minutes:g} min: {people:,.0f}" for minutes, people in answer.bands().items()))
    for row in answer.areas:
        share = "nobody known" if row.share is None else f"{row.share:6.1%}"
        name = row.area.name if row.area else "(in no such area)"
        lines.append(f"  {name}  {row.covered:,.0f} of {row.demand:,.0f}  {share}")
    return "\n".join([*lines, f"  {asked.service.definition.en}", "  A model's estimate, no promise of response."])


if __name__ == "__main__":
    run(main)
