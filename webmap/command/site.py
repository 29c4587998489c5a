"""./csmap site: where the next posts of a service belong."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geodata.analyses.coverage import by_community, cover
from geodata.analyses.coverage.sways import moment_of
from geodata.analyses.runs import Lately, as_told
from geodata.analyses.siting import EXISTING, OBJECTIVES, SiteQuestion, site
from geodata.analyses.siting.kept import site_run
from geodata.command.asking import add_question, question_of
from geodata.command.entry import run
from geodata.command.outlet import check_outlet
from geodata.command.runs import answer_told, changes_told
from geodata.layers.text import counted
from geodata.services import get_service
from geodata.settings import Settings, load_settings
from webmap.planning.siting_words import is_about_ways, unreached_told, ways_told
from webmap.reports.outlets import LANG_HELP, OUTLETS, ROADS_HELP, language_of_file, write
from webmap.wording import Wording


def main(argv: list[str] | None = None) -> int:
    """Answer in words, as JSON for other programs, or as a file."""
    given = _parser().parse_args(argv)
    for path in given.out:
        check_outlet(path, OUTLETS)
    settings = load_settings()
    language = language_of_file(settings, given.lang)
    on = moment_of(settings, given.roads_of) if given.roads_of else None
    question = _question(settings, given)
    plan = Lately(lambda: site(settings, question))
    kept = site_run(settings, question, plan)
    if given.out:
        asked = by_community(settings, question.service)
        write(settings, cover(settings, asked), plan.found, given.out, language, roads_on=on)
    told = {**kept.answer, "run": as_told(settings, kept)}
    print(answer_told(told, in_words(settings, told), *given.out, as_json=given.json))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="csmap site", description="Where the next posts of a service belong.")
    add_question(parser, is_split=False)
    parser.add_argument("--add", type=int, default=3, metavar="N", help="how many posts more (3)")
    parser.add_argument(
        "--objective",
        choices=OBJECTIVES,
        default="mclp",
        help="most people within the limit (mclp), most who find room there, too (cmclp, with --capacity), shortest "
        "ways in all (p-median), shortest longest way (p-center), fewest posts for everybody (lscp)",
    )
    parser.add_argument(
        "--candidates",
        default="streets",
        metavar="WHERE",
        help="junctions all over the place (streets), or a layer of points, some kinds of it after a colon: "
        "service_point:community_office,party_centre",
    )
    parser.add_argument(
        "--existing",
        choices=EXISTING,
        default="fixed",
        help="posts that are there stay, may stand elsewhere, or some close (--close) and none is added",
    )
    parser.add_argument("--close", type=int, default=0, metavar="N", help="with closable: how many of them close")
    parser.add_argument(
        "--capacity", type=float, metavar="N", help="with cmclp: what each new post has, such as officers"
    )
    parser.add_argument("--seconds", type=float, default=60.0, metavar="N", help="how long to look for the best (60)")
    parser.add_argument("--json", action="store_true", help="one JSON object for other programs")
    parser.add_argument(
        "--out",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="write a file, too, of the sites and of who is within reach today: layers for a map (.gpkg), a map page "
        "that needs no network (.html), a paper with map and tables (.pdf), or a workbook (.xlsx); again for more",
    )
    parser.add_argument("--roads-of", metavar="DAY", help=ROADS_HELP)
    parser.add_argument("--lang", help=LANG_HELP)
    return parser


def _question(settings: Settings, given: argparse.Namespace) -> SiteQuestion:
    question = SiteQuestion(
        service=question_of(settings, given),
        add=given.add,
        objective=given.objective,
        candidates=given.candidates,
        existing=given.existing,
        close=given.close,
        capacity=given.capacity,
        time_limit_s=given.seconds,
    )
    question.check(settings)
    return question


def in_words(settings: Settings, told: Mapping[str, Any]) -> str:
    """Return a siting, as JSON has it, for people to read."""
    title, when = get_service(settings, told["service"]).title.en, f" at {told['at']}" if told["at"] else ""
    total, sites = told["demand_total"], told["sites"]
    lines = [
        f"{title}: {told['mode']}, {told['minutes']:g} min{when}",
        *changes_told(told),
        f"  {told['covered_before']:,.0f} of {total:,.0f} {told['weight']} are within reach now",
        f"  {told['covered_after']:,.0f} with {_what(told)}",
    ]
    for number, place in enumerate(sites, start=1):
        named = (
            " · ".join(word for word in (place["name"], place["area"], place["street"]) if word)
            or "nothing with a name is near"
        )
        lines.append(f"  {number}. {place['lat']:.5f}, {place['lon']:.5f} ({named}): {place['gain']:+,.0f}")
    if told["closed"]:
        end = "close" if told["existing"] == "closable" else "stand elsewhere"
        lines.append(f"  posts that would {end}: {', '.join(_named(post) for post in told['closed_posts'])}")
    if told["objective"] == "cmclp":
        first, last = (f"{step['covered']:,.0f}" for step in (told["curve"][0], told["curve"][-1]))
        # Where posts may stand elsewhere, the curve begins with as many as now, and not where they are now.
        lines.append(
            f"  {last} find room:" if told["existing"] == "movable" else f"  {first} find room now, {last} then:"
        )
    lines += _curve(told)
    english = Wording("en")
    lines += [f"  {said}" for said in (ways_told(told, english), unreached_told(told, english)) if said]
    proof = (
        "proven: nothing is better" if told["proven"] else f"not proven: the best is at most {told['gap']:.2%} better"
    )
    lines += [f"  {proof} ({told['objective']})", "  A model's estimate, no promise of response."]
    return "\n".join([*lines])


def _what(told: Mapping[str, Any]) -> str:
    """Return what would be done to the posts."""
    closed = len(told["closed"])
    among = f"of {counted(told['candidates'], 'place')} to choose from:"
    if told["existing"] == "closable":
        return f"{counted(closed, 'post')} fewer"
    if told["existing"] == "movable" and closed:
        return f"{counted(len(told['sites']), 'new post')} and {closed:,} of today's closed, {among}"
    return f"{counted(len(told['sites']), 'post')} more, {among}"


def _named(post: Mapping[str, Any]) -> str:
    return str(post["called"] if post["code"] in post["called"] else f"{post['called']} ({post['code']})")


def _curve(told: Mapping[str, Any]) -> list[str]:
    """Return a line for each number of posts."""
    way = "fewer" if told["existing"] == "closable" else "more"
    if is_about_ways(told):
        of = "on average" if told["objective"] == "p-median" else "at most"
        return [
            f"  {abs(step['add'])} {way}: {step['minutes']:.1f} min {of}, {step['covered']:,.0f} within reach"
            + ("" if step["proven"] else f", gap {step['gap']:.2%}")
            for step in told["curve"]
        ]
    return [
        f"  {abs(step['add'])} {way}: {step['covered']:,.0f}"
        + (f" ({step['gain']:+,.0f})" if step["add"] else "")
        + ("" if step["proven"] else f", gap {step['gap']:.2%}")
        for step in told["curve"]
    ]


if __name__ == "__main__":
    run(main)
