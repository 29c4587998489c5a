"""./csmap hotspots: where hazards or incidents gather more than chance would have it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from geodata.analyses.hotspots import (
    Spots,
    Steps,
    find_hot_spots,
    frame_of_spots,
    spots_as_json,
    surface_of,
)
from geodata.command.entry import run
from geodata.command.outlet import check_outlet, written_whole
from geodata.layers.text import counted
from geodata.queries.totals import TOLD_BY
from geodata.settings import load_settings


def main(argv: list[str] | None = None) -> int:
    """Answer in words, as JSON for other programs, or as a file for a map."""
    given = _parser().parse_args(argv)
    check_outlet(given.out)
    spots = find_hot_spots(load_settings(), given.what, given.months, radius_m=given.radius, level=given.level)
    surface = surface_of(spots)
    if given.out is not None:
        with written_whole(given.out) as path:
            frame_of_spots(spots).to_file(path, layer="spots", driver="GPKG")
            if surface is not None:
                surface.frame.to_file(path, layer="density", driver="GPKG")
    told = spots_as_json(spots, surface)
    print(json.dumps(told, ensure_ascii=False, indent=1) if given.json else in_words(spots, surface))
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
    parser.add_argument("--json", action="store_true", help="one JSON object for other programs")
    parser.add_argument("--out", type=Path, metavar="FILE.gpkg", help="write places and density as a GeoPackage, too")
    return parser


def in_words(spots: Spots, surface: Steps | None) -> str:
    """Return hot spots for people to read."""
    found, count = spots.found, len(spots.values)
    when = f"as of {spots.settings.today()}" if spots.period is None else str(spots.period)
    total = "too few to tell" if spots.total is None else f"{spots.total:,}"
    lines = [f"{spots.what}, {when}: {total} in {counted(count, 'place')}, within {spots.radius_m:,.0f} m"]
    for word, is_it in (("hot", found.is_hot), ("cold", found.is_cold)):
        lines += [f"  {word}: {spots.names[n]}  {_figures(spots, n)}" for n in spots.order(is_it)]
    if not (found.is_hot.any() or found.is_cold.any()):
        lines.append("  nothing stands out from chance")
    lines.append("  counts are compared, not rates: where more people live there is more to count")
    if surface is not None:
        lines.append(f"  the densest: {surface.most_per_km2:,.1f} a km2, spread over {surface.bandwidth_m:,.0f} m")
    if spots.is_few:
        lines.append(f"  of only {counted(count, 'place')} chance is hard to tell: read with care")
    if spots.is_withheld.any():
        lines.append(f"  withheld: {counted(int(spots.is_withheld.sum()), 'count')}, too small or giving one away")
    if spots.left_out:
        lines.append(f"  not counted: {spots.left_out} of no known place, or with months that nobody has counted")
    return "\n".join(lines)


def _figures(spots: Spots, n: int) -> str:
    count = "withheld" if spots.is_withheld[n] else f"{spots.values[n]:,.0f}"
    if spots.is_blurred[n]:
        return count
    return f"{count}  z {spots.found.z[n]:+.1f}  q {spots.found.q[n]:.{2 if spots.is_withheld.any() else 4}f}"


if __name__ == "__main__":
    run(main)
