"""Makes a folder into a deployment: its outline, its settings, its database."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.crs import metric_crs_for
from geodata.errors import InvalidInput
from geodata.migrations import migrate
from geodata.settings import (
    BOUNDARY_NAME,
    CONFIG_NAME,
    SPOKEN,
    Settings,
    check_settings,
    load_settings,
    write_settings,
    write_whole,
)


def init_deployment(
    home: Path,
    *,
    name: str,
    boundary: BaseGeometry,
    metric_crs: str | None = None,
    time_zone: str = "UTC",
    languages: tuple[str, ...] = SPOKEN,
    as_of: date | None = None,
    synthetic: bool = False,
    notice: str = "",
    margin_m: float = 2000,
    database_url: str | None = None,
) -> Settings:
    """Write a deployment's folder, bring its database to the newest shape and return its settings.

    Running it again with the same name and outline changes no file: what somebody added to csmap.toml stays.

    Args:
        home: the folder; made where it isn't there.
        name: what pages call the place.
        boundary: polygon or multipolygon, WGS 84 degrees.
        metric_crs: where lengths are measured; None for one that fits the outline.
        time_zone: such as "Asia/Shanghai".
        languages: of the pages, the default first.
        as_of: the clock of all data questions; None for today.
        synthetic: True where the geometry is invented.
        notice: a sentence for under the map.
        margin_m: how far outside the outline a place may lie.
        database_url: a PostGIS server in place of the embedded cluster.

    Raises:
        InvalidInput: the outline is no area, or the folder is another place's.
    """
    home = home.resolve()
    outline = checked_boundary(boundary)
    settings = Settings(
        home=home,
        name=name,
        metric_crs=metric_crs or metric_crs_for(outline),
        time_zone=time_zone,
        languages=languages,
        as_of=as_of,
        synthetic=synthetic,
        notice=notice,
        margin_m=margin_m,
    )
    if (home / CONFIG_NAME).exists():
        _refuse_other_place(load_settings(home, {}), settings, outline)
    else:
        check_settings(settings)
        home.mkdir(parents=True, exist_ok=True)
        feature = {"type": "Feature", "properties": {"name": name}, "geometry": json.loads(shapely.to_geojson(outline))}
        write_whole(home / BOUNDARY_NAME, json.dumps(feature, ensure_ascii=False))
        # Last of all: a folder without it is no deployment yet, wherever we were stopped.
        write_settings(settings)
    checked = replace(load_settings(home, {}), database_url=database_url)
    migrate(checked)
    return checked


def checked_boundary(boundary: BaseGeometry) -> BaseGeometry:
    """Return an outline fit to be a boundary: 2D, valid, an area in degrees.

    Raises:
        InvalidInput: it has no area, or lies outside the degrees of the earth.
    """
    outline = shapely.make_valid(shapely.force_2d(boundary))
    if outline.geom_type == "GeometryCollection":
        outline = shapely.union_all([part for part in shapely.get_parts(outline) if part.geom_type.endswith("Polygon")])
    if outline.is_empty or not outline.geom_type.endswith("Polygon") or outline.area == 0:
        raise InvalidInput(f"the boundary is a {boundary.geom_type} without area; wanted is a polygon")
    west, south, east, north = outline.bounds
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InvalidInput(
            f"the boundary reaches from {west:g},{south:g} to {east:g},{north:g}, which are no degrees: say its "
            "coordinate system with --boundary-crs"
        )
    return outline


def _refuse_other_place(there: Settings, wanted: Settings, outline: BaseGeometry) -> None:
    """Stop before one place's folder becomes another's."""
    if there.name != wanted.name:
        raise InvalidInput(
            f"{there.home} is the deployment {there.name!r}, not {wanted.name!r}: name another folder in CSMAP_HOME"
        )
    if not there.boundary.equals_exact(outline, 1e-7, normalize=True):
        raise InvalidInput(
            f"{there.home} has another boundary already; change {there.home / there.boundary_file} and run "
            "./csmap migrate, or name another folder in CSMAP_HOME"
        )
