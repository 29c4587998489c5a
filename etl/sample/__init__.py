"""Writes the synthetic sample district, as the files that an office would hand over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np

from etl.sample.atlas import FILES, Atlas, build_town
from etl.sample.districts import MOST as MOST_DISTRICTS
from etl.sample.districts import lay_districts
from etl.sample.hazards import find_hazards
from etl.sample.projects import plan_projects
from etl.sample.reach.standard import in_words
from etl.sample.records import write_records
from etl.sample.records.care import exits, plan_care
from etl.sample.truth import write_truth

__all__ = ["AS_OF", "MOST_DISTRICTS", "SEED", "Sample", "write"]

AS_OF = date(2025, 10, 31)
SEED = 431302
_CLERK, _OTHERS = 3, 7


@dataclass(frozen=True)
class Sample:
    """What was written.

    Attributes:
        files: the data files in the order in which they have to be loaded.
        boundary: the outlines of all districts, one GeoJSON Feature in WGS 84.
        truth: what is wrong on purpose, where every record truly is, who isn't covered by the police posts and why.
        as_of: the day on which the offices handed the files over.
        counts: records by layer, without those that have to be turned away.
    """

    files: tuple[Path, ...]
    boundary: Path
    truth: Path
    as_of: date
    counts: Mapping[str, int]


def write(folder: Path, *, seed: int = SEED, scale: int = 1) -> Sample:
    """Invent a district, or several side by side, and write their files to `folder`, which is made where needed.

    The same seed gives the same bytes, and the first district is the same at any scale. Only its communities' names
    and codes are facts. The other districts have towns by the same rules; the records of governance, hazards and
    projects are the first one's.

    Args:
        folder: where the files go.
        seed: what everything follows from.
        scale: how many districts.

    Raises:
        ValueError: there are no names for so many districts.
    """
    first, *others = lay_districts(scale)
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    city, posts = build_town(first, rng)
    # Of their own, so that the records stay as they are when the town's houses change.
    clerk = np.random.default_rng([seed, _CLERK])
    cares = plan_care(city, AS_OF, clerk)
    hazards = find_hazards(city, exits(cares), AS_OF, rng)
    projects = plan_projects(city, AS_OF, rng)
    atlas = Atlas()
    atlas.add(city, posts, seed)
    atlas.note("hazard", [(hazard.code, hazard.place) for hazard in hazards], first.shift_m)
    atlas.note("micro_project", [(project.code, project.place) for project in projects], first.shift_m)
    for district in others:
        atlas.add(*build_town(district, np.random.default_rng([seed, _OTHERS, district.number])), seed)
    counts = dict(atlas.write(folder, AS_OF))
    records = write_records(folder, city, cares, hazards, projects, AS_OF, clerk)
    counts |= records.counts
    counts["hazard_event"] = sum(hazard.event_count for hazard in hazards)
    counts["funding_line"] = sum(len(project.funding) for project in projects)
    coverage = {"standard": in_words(), "uncovered": atlas.uncovered, "borderline": atlas.borderline}
    write_truth(
        folder / "truth.json",
        head={"seed": seed, "scale": scale, "as_of": AS_OF.isoformat()},
        faults=records.faults,
        places=atlas.places,
        coverage=coverage,
    )
    return Sample(
        files=(*(folder / name for name in FILES), *records.files),
        boundary=folder / "boundary.geojson",
        truth=folder / "truth.json",
        as_of=AS_OF,
        counts=MappingProxyType(counts),
    )
