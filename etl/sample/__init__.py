"""Writes the synthetic sample district, as the files that an office would hand over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np

from etl.sample import tables
from etl.sample.city import build_city
from etl.sample.gate_register import write_gates
from etl.sample.hazards import find_hazards
from etl.sample.osm import write_extract
from etl.sample.posts import place_posts
from etl.sample.projects import plan_projects
from etl.sample.survey import write_survey

AS_OF = date(2025, 10, 31)
SEED = 431302


@dataclass(frozen=True)
class Sample:
    """What was written.

    Attributes:
        files: the data files in the order in which they have to be loaded.
        boundary: the outline of the district, one GeoJSON Feature in WGS 84.
        as_of: the day on which the offices handed the files over.
        counts: records by layer, as written.
    """

    files: tuple[Path, ...]
    boundary: Path
    as_of: date
    counts: Mapping[str, int]


def write(folder: Path, *, seed: int = SEED) -> Sample:
    """Invent a district and write its files to `folder`, which is made where it isn't there.

    The same seed gives the same bytes. Only the communities' names and codes are facts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    city = build_city(rng)
    posts = place_posts(city, rng)
    hazards = find_hazards(city, AS_OF, rng)
    projects = plan_projects(city, AS_OF, rng)
    tables.write_boundary(folder / "boundary.geojson", city)
    counts = {"area": tables.write_areas(folder / "areas.geojson", city)}
    counts |= write_extract(folder / "map.osm.pbf", city)
    counts["compound"] = tables.write_compounds(folder / "compounds.geojson", city)
    counts["building"] = write_survey(folder / "buildings.zip", city, AS_OF)
    counts["gate"] = write_gates(folder / "gates.gpkg", city, AS_OF)
    counts["police_post"] = tables.write_posts(folder / "police_posts.xlsx", posts, AS_OF)
    counts["hazard"] = tables.write_hazards(folder / "hazards.csv", city, hazards, rng)
    counts["hazard_event"] = sum(hazard.event_count for hazard in hazards)
    counts["micro_project"] = tables.write_projects(folder / "micro_projects.xlsx", city, projects, AS_OF, rng)
    counts["funding_line"] = sum(len(project.funding) for project in projects)
    in_order = (
        "areas.geojson",
        "map.osm.pbf",
        "compounds.geojson",
        "buildings.zip",
        "police_posts.xlsx",
        "hazards.csv",
    )
    return Sample(
        files=tuple(folder / name for name in (*in_order, "micro_projects.xlsx")),
        boundary=folder / "boundary.geojson",
        as_of=AS_OF,
        counts=MappingProxyType(counts),
    )
