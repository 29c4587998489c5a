"""./csmap speeds calibrate: speeds by class of road from observed trips, which are read, used and forgotten."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from etl.trips import read_trips
from geodata.analyses.speeds import LeftOut, SpeedsAnswer, TooFewTrips, calibrate_speeds, speeds_as_json
from geodata.command.entry import run
from geodata.command.outlet import check_outlet, written_whole
from geodata.coverage.calibration import TripError
from geodata.coverage.modes import MODES
from geodata.errors import InvalidInput
from geodata.layers.text import counted
from geodata.settings import load_settings
from geodata.speeds import as_toml

_SHOWN = 20


def main(argv: list[str] | None = None) -> int:
    """Answer in words, as JSON for other programs, or as a file of speeds; 1 where a row could not be used."""
    given = _parser().parse_args(argv)
    check_outlet(given.out, (".toml",))
    settings = load_settings()
    trips, wrong = read_trips(given.trips)
    try:
        answer = calibrate_speeds(settings, given.mode, trips)
    except TooFewTrips as error:
        left_out = _by_row(wrong, error.rows)
        if given.json:
            print(_dumped({"problem": str(error), **_told(left_out)}))
        raise InvalidInput("\n".join([str(error), *_rows_in_words(left_out)])) from None
    left_out = _by_row(wrong, answer.left_out)
    if given.out is not None:
        with written_whole(given.out) as path:
            path.write_text(as_toml({answer.mode.id: answer.found.kmh}), "utf-8")
    if given.json:
        print(_dumped(_as_json(answer, left_out)))
    else:
        print(in_words(answer, left_out))
    return 1 if left_out else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="csmap speeds", description="Speeds by class of road from observed trips.")
    what = parser.add_subparsers(dest="what", metavar="calibrate", required=True)
    calibrate = what.add_parser(
        "calibrate",
        help="fit them to trips",
        description="Fit speeds by class of road to observed trips. The file is read and forgotten: no trip is stored.",
    )
    calibrate.add_argument(
        "trips", type=Path, metavar="TRIPS.csv", help="a table with from, to ('lon lat', WGS 84) and minutes"
    )
    calibrate.add_argument("--mode", choices=sorted(MODES), default="car", help="how all of them travelled (car)")
    calibrate.add_argument("--json", action="store_true", help="one JSON object for other programs")
    calibrate.add_argument(
        "--out", type=Path, metavar="FILE.toml", help="write the speeds, for --speeds or csmap.toml, too"
    )
    return parser


def _as_json(answer: SpeedsAnswer, left_out: list[LeftOut]) -> dict[str, object]:
    found = speeds_as_json(answer)
    return {
        **found,
        "trips": {"used": answer.used, "left_out": len(left_out)},
        **_told(left_out),
    }


def _told(left_out: list[LeftOut]) -> dict[str, object]:
    return {"left_out": [vars(each) for each in left_out]}


def _by_row(*parts: Sequence[LeftOut]) -> list[LeftOut]:
    return sorted((each for part in parts for each in part), key=lambda each: each.row)


def _dumped(told: Mapping[str, object]) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1)


def _rows_in_words(left_out: list[LeftOut]) -> list[str]:
    lines = [f"  row {each.row}: {each.message}" for each in left_out[:_SHOWN]]
    if len(left_out) > _SHOWN:
        lines.append(f"  and {counted(len(left_out) - _SHOWN, 'row')} more: --json lists them all")
    return lines


def in_words(answer: SpeedsAnswer, left_out: list[LeftOut]) -> str:
    """Return calibrated speeds for people to read."""
    found = answer.found
    lines = [f"{answer.mode.id}: {counted(answer.used, 'trip')} used, {len(left_out):,} left out"]
    lines += _rows_in_words(left_out)
    lines.append(f"  {'class':16}{'before':>8}{'now':>8} km/h{'trips':>8}{'km':>10}  from the trips")
    lines += [
        f"  {each.name:16}{each.before_kmh:8.1f}{each.kmh:8.1f}     {each.trips:8,}{each.km:10,.1f}"
        f"  {each.data_share:.0%}"
        for each in found.classes
    ]
    lines += [
        f"  before:  {_error(found.before)}",
        f"  now:     {_error(found.after)}",
        f"  every fifth trip, by speeds of the others:  {_error(found.held_back)}",
    ]
    if not found.is_settled:
        lines.append("  the speeds hadn't settled: more trips, or trips over more roads, would settle them")
    return "\n".join([*lines, "  No trip is kept."])


def _error(error: TripError) -> str:
    return (
        f"{error.mean_abs_min:.2f} min off on average, half within {error.median_pct:.1f}%, {error.bias_min:+.2f} min"
    )


if __name__ == "__main__":
    run(main)
