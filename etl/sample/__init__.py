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
from etl.sample.reach.planting import plant
from etl.sample.reach.truth import coverage_truth
from etl.sample.records import write_records
from etl.sample.records.care import exits, plan_care
from etl.sample.services import offer_services, set_hydrants
from etl.sample.survey import write_survey
from etl.sample.truth import write_truth

AS_OF = date(2025, 10, 31)
SEED = 431302
_CLERK, _SERVICES = 3, 5
_PLACES = (
    *("areas.geojson", "map.osm.pbf", "compounds.geojson", "buildings.zip", "gates.gpkg"),
    *("police_posts.xlsx", "service_points.xlsx", "hydrants.csv"),
)


@dataclass(frozen=True)
class Sample:
    """What was written.

    Attributes:
        files: the data files in the order in which they have to be loaded.
        boundary: the outline of the district, one GeoJSON Feature in WGS 84.
        truth: what is wrong on purpose, where every record truly is, who isn't covered by the police posts and why.
        as_of: the day on which the offices handed the files over.
        counts: records by layer, without those that have to be turned away.
    """

    files: tuple[Path, ...]
    boundary: Path
    truth: Path
    as_of: date
    counts: Mapping[str, int]


def write(folder: Path, *, seed: int = SEED) -> Sample:
    """Invent a district and write its files to `folder`, which is made where it isn't there.

    The same seed gives the same bytes. Only the communities' names and codes are facts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    built = build_city(rng)
    city, posts = plant(built, place_posts(built, rng))
    # Of their own, so that the records stay as they are when the town's houses change.
    clerk = np.random.default_rng([seed, _CLERK])
    cares = plan_care(city, AS_OF, clerk)
    hazards = find_hazards(city, exits(cares), AS_OF, rng)
    projects = plan_projects(city, AS_OF, rng)
    desk = np.random.default_rng([seed, _SERVICES])
    services, hydrants = offer_services(city, desk), set_hydrants(city, desk)
    tables.write_boundary(folder / "boundary.geojson", city)
    counts = {"area": tables.write_areas(folder / "areas.geojson", city)}
    counts |= write_extract(folder / "map.osm.pbf", city)
    counts["compound"] = tables.write_compounds(folder / "compounds.geojson", city)
    counts["building"] = write_survey(folder / "buildings.zip", city, AS_OF)
    counts["gate"] = write_gates(folder / "gates.gpkg", city, AS_OF)
    counts["police_post"] = tables.write_posts(folder / "police_posts.xlsx", posts, AS_OF)
    counts["service_point"] = tables.write_services(folder / "service_points.xlsx", services, AS_OF)
    counts["service_point"] += tables.write_hydrants(folder / "hydrants.csv", hydrants)
    records = write_records(folder, city, cares, hazards, projects, AS_OF, clerk)
    counts |= records.counts
    counts["hazard_event"] = sum(hazard.event_count for hazard in hazards)
    counts["funding_line"] = sum(len(project.funding) for project in projects)
    places = {
        "compound": [(compound.code, compound.wall.representative_point()) for compound in city.compounds],
        "gate": [(gate.code, gate.place) for compound in city.compounds for gate in compound.gates],
        "police_post": [(post.code, post.place) for post in posts],
        "service_point": [
            *((service.code, service.place) for service in services),
            *((hydrant.code, hydrant.place) for hydrant in hydrants),
        ],
        "hazard": [(hazard.code, hazard.place) for hazard in hazards],
        "micro_project": [(project.code, project.place) for project in projects],
    }
    write_truth(
        folder / "truth.json",
        seed=seed,
        as_of=AS_OF,
        faults=records.faults,
        places=places,
        coverage=coverage_truth(city, posts),
    )
    return Sample(
        files=(*(folder / name for name in _PLACES), *records.files),
        boundary=folder / "boundary.geojson",
        truth=folder / "truth.json",
        as_of=AS_OF,
        counts=MappingProxyType(counts),
    )
