"""./csmap grids balance: grids of equal workload, of whole compounds, each in one piece."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from geodata.analyses.grids import GridsAnswer, GridsQuestion, as_json, balance_grids, grid_frame, unit_frame
from geodata.command.entry import run
from geodata.command.outlet import check_outlet, written_whole
from geodata.layers.area import LEVELS
from geodata.settings import load_settings

_KINDS = {"large_unit": "more work than a grid should have, and is never split", "cut_off": "nothing joins to others"}


def main(argv: list[str] | None = None) -> int:
    """Answer in words, as JSON for other programs, or as a file for a map."""
    given = _parser().parse_args(argv)
    check_outlet(given.out)
    settings = load_settings()
    answer = balance_grids(settings, GridsQuestion(given.level, given.hazard_households, given.goal, given.seconds))
    if given.out is not None:
        with written_whole(given.out) as path:
            grid_frame(settings, answer).to_file(path, layer="grids", driver="GPKG")
            unit_frame(settings, answer).to_file(path, layer="units", driver="GPKG")
    print(json.dumps(as_json(answer), ensure_ascii=False, indent=1) if given.json else in_words(answer))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="csmap grids", description="Grids of equal workload.")
    what = parser.add_subparsers(dest="what", metavar="balance", required=True)
    balance = what.add_parser(
        "balance", help="whole compounds, each grid in one piece on the streets, few households moved"
    )
    balance.add_argument("--level", choices=LEVELS, default="grid", help="which areas are balanced (grid)")
    balance.add_argument(
        "--hazard-households", type=float, default=10, metavar="N",
        help="an open hazard is as much work as N households (10)",
    )  # fmt: skip
    balance.add_argument("--goal", type=float, default=0.5, metavar="SHARE", help="the spread by today's (0.5)")
    balance.add_argument("--seconds", type=float, default=60, metavar="N", help="how long to look for the best (60)")
    balance.add_argument("--json", action="store_true", help="one JSON object for other programs")
    balance.add_argument("--out", type=Path, metavar="FILE.gpkg", help="write grids and units as a GeoPackage, too")
    return parser


def in_words(answer: GridsAnswer) -> str:
    """Return new grids for people to read."""
    units, total = answer.units, answer.households_total
    blocks, hazards = units.count - len(units.compounds), int(units.hazards.sum())
    lines = [
        f"{answer.grids_with_units} areas of level {answer.question.level}: {len(units.compounds)} compounds",
        f"  {blocks} blocks, {total:,.0f} households, {hazards:,} open hazards",
        f"  an open hazard counts as {answer.question.hazard_households:g} households",
        f"  spread of workload: {answer.spread_before:.2f} today, {answer.spread:.2f} then",
        _rest(answer),
        f"  in one piece on the streets: {answer.pieces_after} pieces ({answer.pieces_before} today)",
        f"  {answer.moved_households:,.0f} households in {answer.moved_units} units change grid",
    ]
    if answer.is_cut_short:
        lines.append("  time ran out: with more --seconds it may get better")
    if len(answer.large):
        lines.append(f"  more work than a grid should have, never split, a grid each: {_large(answer)}")
    for each in answer.hindrances:
        who = ", ".join(each.names) or f"{each.units} blocks"
        lines.append(
            f"  {who} ({each.households:,.0f} households): {_KINDS[each.kind]}; spread {each.least_spread:.2f}"
        )
    lines += _left_out(answer)
    changed = [row for row in answer.rows if row.moved_in or row.moved_out]
    lines += [
        f"  {row.grid.code or ''} {row.grid.name}  {row.workload_before:,.0f} -> {row.workload:,.0f}"
        f"  (+{row.moved_in:,.0f} -{row.moved_out:,.0f} households)"
        for row in changed
    ]
    return "\n".join([*lines, f"  {answer.seconds:.1f} s. A proposal to talk about, no order."])


def _rest(answer: GridsAnswer) -> str:
    spreads = f"{answer.spread_before_rest:.2f} today, {answer.spread_rest:.2f} then"
    met = f"at most {answer.question.goal_share:g} of today's" if answer.is_met else "MORE than was wanted"
    return f"  without the {len(answer.large)} grids of large compounds: {spreads}: {met}"


def _large(answer: GridsAnswer) -> str:
    rows, households = answer.units.compounds, np.nan_to_num(answer.units.households)
    names = [(rows[unit].name or rows[unit].code) if unit < len(rows) else "a block" for unit in answer.large.tolist()]
    return ", ".join(f"{name} ({households[unit]:,.0f})" for name, unit in zip(names, answer.large, strict=True))


def _left_out(answer: GridsAnswer) -> list[str]:
    units = answer.units
    counts = {
        f"compounds whose households nobody has counted: {', '.join(answer.unknown)}": len(answer.unknown),
        "buildings whose households nobody has counted": int(units.unknown_buildings[len(units.compounds) :].sum()),
        "households in no area of that level": units.outside_households,
        "open hazards in no compound": units.hazards_elsewhere,
        "units that no street reaches: they stay": len(answer.is_left),
        "areas where nobody lives: they stay": len(answer.grids) - answer.grids_with_units,
    }
    return [f"  not counted: {count:,.0f} {what}" for what, count in counts.items() if count]


if __name__ == "__main__":
    run(main)
