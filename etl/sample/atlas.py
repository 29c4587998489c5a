"""Writes the files about places, and the truth, of all towns that a spool holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain
from pathlib import Path

from etl.sample import tables
from etl.sample.districts import District, together
from etl.sample.extract import write_extract
from etl.sample.gate_register import write_gates
from etl.sample.joints import join
from etl.sample.reach.standard import in_words
from etl.sample.records.files import Fault
from etl.sample.spool import Spool
from etl.sample.survey import write_survey
from etl.sample.truth import write_places, write_truth

FILES = (
    *("areas.geojson", "map.osm.pbf", "compounds.geojson", "buildings.zip", "gates.gpkg"),
    *("police_posts.xlsx", "service_points.xlsx", "hydrants.csv"),
)
"""In the order in which they have to be loaded."""


def write_atlas(folder: Path, spool: Spool, districts: Sequence[District], as_of: date) -> Mapping[str, int]:
    """Write FILES and boundary.geojson; return how many records there are by layer."""
    name = together(districts)
    tables.write_boundary(folder / "boundary.geojson", name, districts[0].code, list(spool.each("outline")))
    counts: Counter[str] = Counter()
    for own in spool.each("counts"):
        counts.update(own)
    counts["road"] += _write_map(folder / "map.osm.pbf", spool, districts)
    posts, services = (list(chain.from_iterable(spool.each(section))) for section in ("posts", "services"))
    for file, sheet, subject, headings, rows in (
        ("police_posts.xlsx", "警务点", "警务点一览表", tables.POST_HEADINGS, posts),
        ("service_points.xlsx", "服务设施", "便民服务设施一览表", tables.SERVICE_HEADINGS, services),
    ):
        tables.write_workbook(folder / file, sheet, f"{name}{subject}", headings, rows, as_of)
    hydrants = chain.from_iterable(spool.each("hydrants"))
    hydrant_count = tables.write_ledger(folder / "hydrants.csv", tables.HYDRANT_HEADINGS, hydrants)
    return counts | {
        "area": tables.write_geojson(folder / "areas.geojson", chain.from_iterable(spool.each("areas"))),
        "compound": tables.write_geojson(folder / "compounds.geojson", chain.from_iterable(spool.each("compounds"))),
        "building": write_survey(folder / "buildings.zip", spool.each("buildings"), as_of),
        "gate": write_gates(folder / "gates.gpkg", list(chain.from_iterable(spool.each("gates"))), as_of),
        "police_post": len(posts),
        "service_point": len(services) + hydrant_count,
    }


def _write_map(path: Path, spool: Spool, districts: Sequence[District]) -> int:
    """Write the extract; return how many roads join the towns."""
    sizes = list(spool.each("sizes"))
    joints = join(districts, list(spool.each("ends")), sizes)
    write_extract(path, spool, sizes, joints)
    return sum("highway" in tags for _, tags in joints.ways)


def write_truths(folder: Path, spool: Spool, head: Mapping[str, object], faults: Sequence[Fault]) -> None:
    """Write truth.json and truth_places.csv."""
    write_places(folder / "truth_places.csv", spool.each("places"))
    coverage: dict[str, object] = {"standard": in_words()}
    for section in ("uncovered", "borderline"):
        coverage[section] = list(chain.from_iterable(spool.each(section)))
    write_truth(folder / "truth.json", head=head, faults=faults, coverage=coverage)
