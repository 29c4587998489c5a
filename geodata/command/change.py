"""./csmap change: what has changed between two equal periods, and whether it can be told from chance."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geodata.analyses.hotspots import ChangeRow, change_question, changed, frame_of_change
from geodata.analyses.hotspots.kept import change_run
from geodata.analyses.runs import Lately, as_told
from geodata.command.entry import run
from geodata.command.outlet import check_outlet, written_whole
from geodata.command.runs import answer_told
from geodata.layers.area import LEVELS
from geodata.settings import load_settings


def main(argv: list[str] | None = None) -> int:
    """Answer in words, as JSON for other programs, or as a file for a map."""
    given = _parser().parse_args(argv)
    check_outlet(given.out)
    settings = load_settings()
    question = change_question(settings, given.what, given.before, given.after, level=given.level)
    change = Lately(lambda: changed(settings, question))
    kept = change_run(settings, question, change)
    if given.out is not None:
        with written_whole(given.out) as path:
            frame_of_change(change.found).to_file(path, layer="change", driver="GPKG")
    answer = {**kept.answer, "run": as_told(settings, kept)}
    print(answer_told(answer, in_words(answer), given.out, as_json=given.json))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="csmap change", description="What has changed between two equal periods.")
    parser.add_argument("what", metavar="WHAT", help="hazards, or a kind of incidents as its table calls it")
    parser.add_argument(
        "--after",
        metavar="FROM..TO",
        help="months such as 2025-01..2025-10; of incidents calendar years (the last year)",
    )
    parser.add_argument("--before", metavar="FROM..TO", help="as many months (those of the year before)")
    parser.add_argument(
        "--level", choices=LEVELS, help="of areas (the finest above grids that there is; of incidents no other)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object for other programs")
    parser.add_argument("--out", type=Path, metavar="FILE.gpkg", help="write the areas as a GeoPackage, too")
    return parser


def in_words(answer: Mapping[str, Any]) -> str:
    """Return a comparison, as JSON has it, for people to read."""
    lines = [
        f"{answer['what']}: {answer['before']} -> {answer['after']}",
        f"  all: {told(ChangeRow(**answer['total']))}",
    ]
    lines += [f"  {row['name']}: {told(ChangeRow(**row))}" for row in answer["areas"]]
    lines += [f"  {name}: not compared, a month isn't counted" for name in answer["left_out"]]
    if answer["begins"]:
        lines.append(f"  known from {answer['begins']} on, for less than two years: its two halves are compared")
    if answer["elsewhere"]:
        lines.append(f"  not compared: {answer['elsewhere']} in no known compound or area")
    return "\n".join(lines)


def told(row: ChangeRow) -> str:
    """Return a change as a sentence: no rise and no fall unless chance can be left out."""
    if row.before is None or row.after is None:
        said = ("withheld" if count is None else f"{count}" for count in (row.before, row.after))
        return f"{' -> '.join(said)}: too few to tell, or they would give others away"
    counts = f"{row.before} -> {row.after} ({row.after - row.before:+d})"
    verdict = "beyond chance" if row.is_beyond_chance else "can't be told from chance"
    if row.is_lost_among_many:
        verdict = f"beyond chance by itself, not among so many areas (q {row.q:.2f})"
    if row.change is None or row.low is None:
        return f"{counts}: {verdict}"
    high = "" if row.high is None else f"{row.high:+.0%}"
    return f"{counts}, {row.change:+.0%}, 95% interval {row.low:+.0%}..{high}: {verdict}"


if __name__ == "__main__":
    run(main)
