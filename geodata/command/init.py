"""./csmap init: makes a folder into a deployment for one place."""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.command.entry import run
from geodata.crs import STORAGE_SRID, check_metric_crs, convert_geometries
from geodata.deployment import init_deployment
from geodata.errors import InvalidInput
from geodata.settings import SPOKEN, home_folder


def main(argv: list[str] | None = None) -> int:
    """Make the deployment that CSMAP_HOME names and say where it is."""
    parser = argparse.ArgumentParser(prog="csmap init", description="Make a deployment for one place.")
    parser.add_argument("--name", required=True, help="what pages call the place")
    parser.add_argument("--boundary", required=True, help="a file with the outline, or W,S,E,N in degrees")
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


def read_boundary(text: str, crs: str | None = None) -> BaseGeometry:
    """Return the outline that a command line names, in WGS 84.

    Args:
        text: a vector file (all its areas together), or "west,south,east,north" in degrees.
        crs: the file's coordinate system; None for what the file says.

    Raises:
        InvalidInput: no such file, no areas in it, or its coordinate system isn't known.
    """
    parts = text.split(",")
    if len(parts) == 4:
        return _box(parts, text)
    path = Path(text)
    if not path.exists():
        raise InvalidInput(f"{text!r} is neither a file nor W,S,E,N in degrees")
    try:
        meta, _, wkb, _ = pyogrio.raw.read(path, columns=[])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise InvalidInput(f"{path.name} can't be read as a map file: {error}") from None
    shapes = shapely.force_2d(shapely.from_wkb(wkb))
    areas = np.asarray([shape for shape in shapes if shape is not None and shape.geom_type.endswith("Polygon")], object)
    if len(areas) == 0:
        raise InvalidInput(f"{path.name} holds no area; wanted is the outline of the place")
    system = crs or meta["crs"]
    if system is None:
        raise InvalidInput(f"{path.name} doesn't say its coordinate system: give --boundary-crs, such as EPSG:3435")
    return shapely.union_all(shapely.make_valid(convert_geometries(areas, source=system, target=STORAGE_SRID)))


def _box(parts: list[str], text: str) -> BaseGeometry:
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError:
        raise InvalidInput(f"--boundary {text!r} is no W,S,E,N in degrees, such as 7.40,43.72,7.44,43.76") from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InvalidInput(f"--boundary {text!r}: wanted are west < east in -180..180 and south < north in -90..90")
    return shapely.box(west, south, east, north)


if __name__ == "__main__":
    run(main)
