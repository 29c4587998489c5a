"""./csmap coverage: who is within reach of a service, who isn't, and why."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from geodata.analyses.coverage import Question, by_community, cover
from geodata.analyses.coverage.kept import coverage_run
from geodata.analyses.coverage.question import understand
from geodata.analyses.coverage.sways import moment_of
from geodata.analyses.runs import Lately, as_told
from geodata.analyses.siting import SiteQuestion, site
from geodata.command.asking import add_question, question_of
from geodata.command.entry import run
from geodata.command.outlet import check_outlet
from geodata.command.runs import answer_told, changes_told
from geodata.errors import InvalidInput
from geodata.layers.text import columns, counted
from geodata.services import get_service
from geodata.settings import Settings, load_settings
from webmap.planning import words as planning_words
from webmap.reports.outlets import LANG_HELP, OUTLETS, ROADS_HELP, language_of_file, write

FULL = "capacity"
"""The cause of those who are reached: posts are full."""


def main(argv: list[str] | None = None) -> int:
    """Answer in words, as JSON for other programs, or as a file for a map."""
    given = _parser().parse_args(argv)
    settings = load_settings()
    for path in given.out:
        check_outlet(path, OUTLETS)
    language = language_of_file(settings, given.lang)
    on = moment_of(settings, given.roads_of) if given.roads_of else None
    question = question_of(settings, given)
    siting = _siting(settings, given, question)
    if given.out:
        question = by_community(settings, question)
    answer = Lately(lambda: cover(settings, question))
    kept = coverage_run(settings, understand(settings, question), answer)
    if given.out:
        plan = site(settings, replace(siting, service=question)) if siting else None
        write(settings, answer.found, plan, given.out, language, roads_on=on)
    told = {**kept.answer, "run": as_told(settings, kept)}
    print(answer_told(told, in_words(settings, told), *given.out, as_json=given.json))
    return 0


def _siting(settings: Settings, given: argparse.Namespace, question: Question) -> SiteQuestion | None:
    """Return what `--sites` asks; None where it isn't given."""
    if not given.sites:
        return None
    if not given.out:
        raise InvalidInput(f"--sites {given.sites} without --out; proposed sites stand in a file, or ask ./csmap site")
    siting = SiteQuestion(question, add=given.sites)
    siting.check(settings)
    return siting


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="csmap coverage", description="Who is within reach of a service on the real streets, who isn't, and why."
    )
    add_question(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object for other programs")
    parser.add_argument(
        "--out",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="write a file, too: a map page that needs no network (.html), a paper with map and tables (.pdf), "
        "a workbook (.xlsx), or all places (.gpkg); again for more files of the same answer",
    )
    parser.add_argument("--sites", type=int, default=0, metavar="N", help="with --out: propose N posts more")
    parser.add_argument("--roads-of", metavar="DAY", help=ROADS_HELP)
    parser.add_argument("--lang", help=LANG_HELP)
    return parser


def in_words(settings: Settings, told: Mapping[str, Any]) -> str:
    """Return an answer, as JSON has it, for people to read."""
    when = f" at {told['at']}" if told["at"] else ""
    total, share = told["demand_total"], told["share"]
    lines = [
        f"{get_service(settings, told['service']).title.en}: {told['mode']}, {told['minutes']:g} min{when}",
        *changes_told(told),
        f"  {told['covered']:,.0f} of {total:,.0f} {told['weight']} are within reach: {share:.1%}",
        f"  {told['straight_line_covered']:,.0f} in a straight line of {told['straight_line_limit_m']:,.0f} m",
    ]
    if told["served"] is not None:
        full, where = told["by_cause"][FULL], counted(told["places_by_cause"][FULL], "place")
        rest = f", {full:,.0f} in {where} find the posts full" if full else ""
        lines.append(f"  {told['served']:,.0f} would find room{rest}")
    lines += _causes(told)
    left_out = told["receipt"]["weight_left_out"]
    if left_out:
        lines.append(f"  {left_out:,.0f} {told['weight']} more are counted, but of no place that is known")
    posts = told["receipt"]["posts"]
    lines += [
        f"  {said}"
        for said in planning_words.posts_told(told["idle_posts"], known=posts["known"], is_open=posts["open"])
    ]
    bands = sorted(told["bands"].items(), key=lambda band: float(band[0]))
    lines.append("  " + ", ".join(f"{minutes} min: {people:,.0f}" for minutes, people in bands))
    lines += _areas(told)
    lines += [f"  {told['receipt']['definition']['en']}", "  A model's estimate, no promise of response."]
    return "\n".join([*lines])


def _causes(told: Mapping[str, Any]) -> list[str]:
    """Return a line for each cause of not being reached: how many, in how many places, and what would help."""
    places, is_told = told["places_by_cause"], told["weight"] != "incidents"
    lines = []
    for cause, words in planning_words.causes().items():
        if cause == FULL or not places.get(cause):
            continue
        title = words.title if is_told or cause != "no_data" else "too few to be told, or uncounted"
        many = "-" if cause == "no_data" else f"{told['by_cause'][cause]:,.0f}"
        lines.append(f"  {title:33}{many:>9}  in {counted(places[cause], 'place'):13} helps: {words.remedy}")
    return lines


def _areas(told: Mapping[str, Any]) -> list[str]:
    """Return a line for each area, in columns."""
    names = [row["name"] or "(in no such area)" for row in told["areas"]]
    wide = max(map(columns, names), default=0)
    lines = []
    for name, row in zip(names, told["areas"], strict=True):
        padded = f"  {name}{' ' * (wide - columns(name))}"
        if row["share"] is None:
            lines.append(f"{padded}  {'nobody known' if told['weight'] != 'incidents' else 'not told'}")
        else:
            lines.append(f"{padded}  {row['covered']:>9,.0f} of {row['demand']:>9,.0f}  {row['share']:6.1%}")
    return lines


if __name__ == "__main__":
    run(main)
