"""./csmap hotspots: where hazards or incidents gather more than chance would have it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geodata.analyses.hotspots import frame_of_spots, spots_of, spots_question, surface_of
from geodata.analyses.hotspots.kept import spots_run
from geodata.analyses.hotspots.question import HOUSEHOLDS
from geodata.analyses.runs import Lately, as_told
from geodata.command.entry import run
from geodata.command.outlet import check_outlet, written_whole
from geodata.command.runs import answer_told
from geodata.layers.text import counted
from geodata.queries.totals import TOLD_BY
from geodata.settings import load_settings


def main(argv: list[str] | None = None) -> int:
    """Answer in words, as JSON for other programs, or as a file for a map."""
    given = _parser().parse_args(argv)
    check_outlet(given.out)
    settings = load_settings()
    question = spots_question(
        settings, given.what, given.months, radius_m=given.radius, level=given.level, per=given.per
    )
    spots = Lately(lambda: spots_of(settings, question))
    kept = spots_run(settings, question, spots)
    if given.out is not None:
        surface = surface_of(spots.found)
        with written_whole(given.out) as path:
            frame_of_spots(spots.found).to_file(path, layer="spots", driver="GPKG")
            if surface is not None:
                surface.frame.to_file(path, layer="density", driver="GPKG")
    told = {**kept.answer, "run": as_told(settings, kept)}
    print(answer_told(told, in_words(told), given.out, as_json=given.json))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="csmap hotspots", description="Where hazards or incidents gather.")
    parser.add_argument("what", metavar="WHAT", help="open_hazards, hazards, or a kind of incidents")
    parser.add_argument(
        "--months", metavar="FROM..TO", help="such as 2025-01..2025-10; of incidents calendar years (the last year)"
    )
    parser.add_argument("--radius", type=float, metavar="M", help="neighbours' distance (300 m; among areas 1,500 m)")
    parser.add_argument(
        "--level", choices=TOLD_BY, help="of areas, for incidents: the one they are published by (community)"
    )
    parser.add_argument("--per", choices=(HOUSEHOLDS,), help="compare rates of hazards by household (counts)")
    parser.add_argument("--json", action="store_true", help="one JSON object for other programs")
    parser.add_argument("--out", type=Path, metavar="FILE.gpkg", help="write places and density as a GeoPackage, too")
    return parser


def in_words(told: Mapping[str, Any]) -> str:
    """Return hot spots, as JSON has them, for people to read."""
    when = told["period"] or f"as of {told['receipt']['as_of']}"
    total = "too few to tell" if told["total"] is None else f"{told['total']:,}"
    places = counted(told["places"], "place")
    lines = [f"{told['what']}, {when}: {total} in {places}, within {told['radius_m']:,.0f} m"]
    for word in ("hot", "cold"):
        those = sorted((each for each in told["spots"] if each[f"is_{word}"]), key=lambda each: -abs(each["z"] or 0))
        lines += [f"  {word}: {each['name']}  {_figures(each, digits=2 if told['withheld'] else 4)}" for each in those]
    if not (told["hot"] or told["cold"]):
        lines.append("  nothing stands out from chance")
    if told["per"] is None:
        lines.append("  counts are compared, not rates: where more people live there is more to count")
    else:
        lines.append(
            f"  by {told['per']}: each neighbourhood's rate against that of all the rest, each hazard by itself"
        )
    if told["density"] is not None:
        most, wide_m = told["density"]["most_per_km2"], told["density"]["bandwidth_m"]
        lines.append(f"  the densest: {most:,.1f} a km2, spread over {wide_m:,.0f} m")
    if told["is_few"]:
        lines.append(f"  of only {places} chance is hard to tell: read with care")
    if told["withheld"]:
        lines.append(f"  withheld: {counted(told['withheld'], 'count')}, too small or giving one away")
    if told["left_out"]:
        lines.append(f"  not counted: {told['left_out']} of no known place, or with months that nobody has counted")
    return "\n".join(lines)


def _figures(spot: Mapping[str, Any], *, digits: int) -> str:
    count = "withheld" if spot["count"] is None else f"{spot['count']:,}"
    if spot["z"] is None:
        return count
    if spot.get("ratio") is not None:
        high = "" if spot["high"] is None else f"{spot['high']:.2f}"
        return f"{count}  x {spot['ratio']:.2f}, 95% interval {spot['low']:.2f}..{high}  {_q(spot['q'], digits)}"
    return f"{count}  z {spot['z']:+.1f}  {_q(spot['q'], digits)}"


def _q(value: float, digits: int) -> str:
    """Return a q value; none is told as nought."""
    least = 10.0**-digits
    return f"q < {least:g}" if value < least / 2 else f"q {value:.{digits}f}"


if __name__ == "__main__":
    run(main)
