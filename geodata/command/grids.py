"""./csmap grids balance: grids of equal workload, of whole compounds, each in one piece."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geodata.analyses.grids import GridsQuestion, balance_grids, grid_frame, unit_frame
from geodata.analyses.grids.kept import grids_run
from geodata.analyses.runs import Lately, as_told
from geodata.command.asking import add_scenario, changes_of
from geodata.command.entry import run
from geodata.command.outlet import check_outlet, written_whole
from geodata.command.runs import answer_told, changes_told
from geodata.layers.area import LEVELS
from geodata.layers.text import counted
from geodata.settings import load_settings

_KINDS = {"large_unit": "more work than a grid should have, and is never split", "cut_off": "nothing joins to others"}


def main(argv: list[str] | None = None) -> int:
    """Answer in words, as JSON for other programs, or as a file for a map."""
    given = _parser().parse_args(argv)
    check_outlet(given.out)
    settings = load_settings()
    question = GridsQuestion(
        given.level, given.hazard_households, given.goal, given.seconds, changes_of(settings, given)
    )
    question.check()
    answer = Lately(lambda: balance_grids(settings, question))
    kept = grids_run(settings, question, answer)
    if given.out is not None:
        with written_whole(given.out) as path:
            grid_frame(settings, answer.found).to_file(path, layer="grids", driver="GPKG")
            unit_frame(settings, answer.found).to_file(path, layer="units", driver="GPKG")
    told = {**kept.answer, "run": as_told(settings, kept)}
    print(answer_told(told, in_words(told), given.out, as_json=given.json))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="csmap grids", description="Grids of equal workload.")
    what = parser.add_subparsers(dest="what", metavar="balance", required=True)
    balance = what.add_parser(
        "balance", help="whole compounds, each grid in one piece on the streets, few households moved"
    )
    balance.add_argument("--level", choices=LEVELS, default="grid", help="which areas are balanced (grid)")
    balance.add_argument(
        "--hazard-households", type=float, default=10.0, metavar="N",
        help="an open hazard is as much work as N households (10)",
    )  # fmt: skip
    balance.add_argument("--goal", type=float, default=0.5, metavar="SHARE", help="the spread by today's (0.5)")
    balance.add_argument("--seconds", type=float, default=60.0, metavar="N", help="how long to look for the best (60)")
    add_scenario(balance)
    balance.add_argument("--json", action="store_true", help="one JSON object for other programs")
    balance.add_argument("--out", type=Path, metavar="FILE.gpkg", help="write grids and units as a GeoPackage, too")
    return parser


def in_words(told: Mapping[str, Any]) -> str:
    """Return new grids, as JSON has them, for people to read."""
    blocks, hazards = told["units"] - told["compounds"], told["open_hazards"]
    lines = [
        f"{counted(told['grids'], 'area')} of level {told['level']}: {counted(told['compounds'], 'compound')}",
        *changes_told(told),
        f"  {counted(blocks, 'block')}, {_homes(told['households_total'])}, {counted(hazards, 'open hazard')}",
        f"  an open hazard counts as much as {told['hazard_households']:g} of these",
        f"  spread of workload: {told['spread_before']:.2f} today, {told['spread']:.2f} then",
        _rest(told),
        f"  in one piece on the streets: {counted(told['pieces'], 'piece')} ({told['pieces_before']} today)",
        f"  {_homes(told['moved_households'])} in {counted(told['moved_units'], 'unit')} would change grid",
    ]
    if told["is_cut_short"]:
        lines.append(
            "  time ran out: with more --seconds it may get better, and another time it may come out otherwise"
        )
    if told["large_compounds"]:
        named = ", ".join(
            f"{each['name'] or 'a block'} ({each['households']:,.0f})" for each in told["large_compounds"]
        )
        lines.append(f"  more work than a grid should have, never split, a grid each: {named}")
    for each in told["hindrances"]:
        who = ", ".join(each["names"]) or counted(each["units"], "block")
        lines.append(
            f"  {who} ({_homes(each['households'])}): {_KINDS[each['kind']]}; spread {each['least_spread']:.2f}"
        )
    lines += _left_out(told)
    lines += [
        f"  {row['code'] or ''} {row['name']}  {row['workload_before']:,.0f} -> {row['workload']:,.0f}"
        f"  (+{row['moved_in']:,.0f} -{row['moved_out']:,.0f} households)"
        for row in told["table"]
        if row["moved_in"] or row["moved_out"]
    ]
    return "\n".join([*lines, "  A proposal to talk about, no order."])


def _homes(number: float) -> str:
    return counted(number, "household")


def _rest(told: Mapping[str, Any]) -> str:
    spreads = f"{told['spread_before_rest']:.2f} today, {told['spread_rest']:.2f} then"
    met = f"at most {told['goal_share']:g} of today's" if told["is_met"] else "MORE than was wanted"
    return f"  without the {counted(len(told['large_compounds']), 'grid')} of large compounds: {spreads}: {met}"


def _left_out(told: Mapping[str, Any]) -> list[str]:
    left = told["not_counted"]
    unknown = left["compounds_without_households"]
    counts = {
        f"compounds whose households nobody has counted: {', '.join(unknown)}": len(unknown),
        "buildings whose households nobody has counted": left["buildings_without_households"],
        "households in no area of that level": left["households_in_no_grid"],
        "open hazards in no compound": left["hazards_in_no_compound"],
        "units that no street reaches: they stay": left["units_off_the_streets"],
        "areas where nobody lives: they stay": told["grids_without_units"],
    }
    return [f"  not counted: {count:,.0f} {what}" for what, count in counts.items() if count]


if __name__ == "__main__":
    run(main)
