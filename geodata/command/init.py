"""./csmap init: makes a folder into a deployment for one place."""

from __future__ import annotations

import argparse
import os
from datetime import date

from geodata.command.boundary import read_boundary
from geodata.command.entry import run
from geodata.crs import check_metric_crs
from geodata.deployment import init_deployment
from geodata.settings import SPOKEN, home_folder


def main(argv: list[str] | None = None) -> int:
    """Make the deployment that CSMAP_HOME names and say where it is."""
    parser = argparse.ArgumentParser(prog="csmap init", description="Make a deployment for one place.")
    parser.add_argument("--name", required=True, help="what pages call the place")
    parser.add_argument("--boundary", required=True, help="a map file with the outline, an OSM extract, or W,S,E,N")
    parser.add_argument("--boundary-crs", help="the outline's coordinate system, where the file doesn't say it")
    parser.add_argument("--metric-crs", help="where lengths are measured, such as EPSG:4546; a fitting one is derived")
    parser.add_argument("--tz", default="UTC", help="time zone, such as Asia/Shanghai")
    parser.add_argument("--lang", default=",".join(SPOKEN), help="languages of the pages, the default first")
    parser.add_argument("--as-of", type=date.fromisoformat, help="the clock of all data questions; today unless set")
    parser.add_argument("--margin-m", type=float, default=2000, help="how far outside the outline a place may lie")
    given = parser.parse_args(argv)
    settings = init_deployment(
        home_folder(),
        name=given.name,
        boundary=read_boundary(given.boundary, given.boundary_crs),
        metric_crs=check_metric_crs(given.metric_crs) if given.metric_crs else None,
        time_zone=given.tz,
        languages=tuple(given.lang.split(",")),
        as_of=given.as_of,
        margin_m=given.margin_m,
        database_url=os.environ.get("CSMAP_DATABASE_URL") or None,
    )
    print(f"{settings.name} is ready in {settings.home}: lengths are measured in {settings.metric_crs}")
    return 0


if __name__ == "__main__":
    run(main)
