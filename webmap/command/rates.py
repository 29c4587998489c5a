"""./csmap rates: what areas have by household or by resident, in periods beside each other."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geodata.analyses.hotspots import HAZARDS
from geodata.analyses.rates import COVERAGE, rate_question, rates_of
from geodata.analyses.rates.kept import rates_run
from geodata.analyses.rates.question import SPANS
from geodata.analyses.runs import Lately, as_told
from geodata.command.entry import run
from geodata.command.outlet import check_outlet, written_whole
from geodata.command.runs import answer_told
from geodata.errors import InvalidInput
from geodata.layers.area import LEVELS
from geodata.layers.text import counted
from geodata.settings import load_settings
from webmap.planning.rate_files import rates_file
from webmap.planning.table_files import TYPES
from webmap.reports.outlets import language_of_file

Row = Mapping[str, Any]


def main(argv: list[str] | None = None) -> int:
    """Answer in words, as JSON for other programs, or as a table."""
    given = _parser().parse_args(argv)
    check_outlet(given.out, tuple(TYPES))
    if given.what == COVERAGE:
        raise InvalidInput(
            "people within reach of which service? ./csmap coverage SERVICE --by LEVEL tells their share by area"
        )
    settings = load_settings()
    language = language_of_file(settings, given.lang)
    question = rate_question(settings, given.what, level=given.level, span=given.span)
    rates = Lately(lambda: rates_of(settings, question))
    kept = rates_run(settings, question, rates)
    if given.out is not None:
        with written_whole(given.out) as path:
            path.write_bytes(rates_file(rates.found, given.out.suffix.lower(), language))
    told = {**kept.answer, "run": as_told(settings, kept)}
    print(answer_told(told, in_words(told), given.out, as_json=given.json))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="csmap rates",
        description="What areas have by 1,000 households (hazards) or residents (incidents) and year, by period.",
    )
    parser.add_argument("what", metavar="WHAT", help="hazards, or a kind of incidents as its table calls it")
    parser.add_argument(
        "--level", choices=LEVELS, help="of areas (the finest above grids that there is; of incidents no other)"
    )
    parser.add_argument(
        "--span", choices=SPANS, help="how long the periods are (years where two are over; of incidents no others)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object for other programs")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write every area in every period as a table, too: .csv or .xlsx"
    )
    parser.add_argument("--lang", help="the workbook's language, zh-CN or en; the deployment's first unless given")
    return parser


def in_words(told: Mapping[str, Any]) -> str:
    """Return rates, as JSON has them, for people to read: those of the last period, the highest first."""
    base = "households" if told["what"] == HAZARDS else "residents"
    periods, rows = told["periods"], told["areas"]
    areas = len(rows) // len(periods)
    before = rows[-2 * areas : -areas] if len(periods) > 1 else [None] * areas
    pairs = sorted(zip(rows[-areas:], before, strict=True), key=lambda pair: -(pair[0]["rate"] or 0))
    total = "too few to tell" if told["totals"][-1] is None else f"{told['totals'][-1]:,}"
    lines = [f"{told['what']} by 1,000 {base} and year, by {told['level']}; {periods[-1]}: {total} in all"]
    lines += [f"  {row['name']}: {_said(row, base)}{_before(other)}" for row, other in pairs]
    if told.get("left_out"):
        lines.append(f"  not counted: {told['left_out']:,} of no known compound or area, or without known households")
    if told.get("areas_left_out"):
        lines.append(
            f"  not counted: {counted(told['areas_left_out'], 'area')} with an older outline or a month missing"
        )
    number = counted(len(periods), "period")
    return "\n".join([*lines, f"  {number} from {periods[0]} on; --json and --out have every one"])


def _said(row: Row, base: str) -> str:
    """Return an area's rate with what it is made of, or why there is none."""
    people = "not counted" if row["base"] is None else f"{row['base']:,} {base}"
    if row["told"] == "withheld":
        return f"withheld, on {people}"
    cases = "not known" if row["count"] is None else f"{row['count']:,}"
    if row["told"] != "rate":
        why = {"few": "too few for a rate", "unknown": "no rate is known"}[row["told"]]
        return f"{why} ({cases} on {people})"
    interval = f"95% interval {_digits(row['rate_low'])}..{_digits(row['rate_high'])}"
    return f"{_digits(row['rate'])}, {interval} ({cases} on {people})"


def _before(row: Row | None) -> str:
    return f"; {_digits(row['rate'])} in {row['period']}" if row and row["rate"] is not None else ""


def _digits(rate: float) -> str:
    """Return a rate with three digits at the least, as far as its interval has any use for them."""
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.1f}" if rate >= 1 else f"{rate:.2f}"


if __name__ == "__main__":
    run(main)
