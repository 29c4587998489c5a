"""The office's records of the sample district: who looks after its compounds, what was done, counted and promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np

from etl.sample.city import City
from etl.sample.earth import places
from etl.sample.hazards import Hazard
from etl.sample.projects import Project
from etl.sample.records import faults
from etl.sample.records.care import Care, care_tables
from etl.sample.records.committees import committee_tables, elect
from etl.sample.records.disputes import dispute_table
from etl.sample.records.files import Fault, write_book, write_ledger
from etl.sample.records.incidents import incident_tables
from etl.sample.records.ledgers import hazard_table, project_table
from etl.sample.records.meetings import hold_meetings, meeting_tables
from etl.sample.records.names import alias_table
from etl.sample.records.party import branch_tables, found_branches
from etl.sample.records.planting import Planting, plant, with_ditto, with_merged_amount
from etl.sample.records.platform import platform_table
from etl.sample.records.population import population_tables
from etl.sample.records.property import grade, property_tables, sign_contracts
from etl.sample.records.studio import studio_tables
from etl.sample.records.table import Table
from etl.sample.records.volunteers import volunteer_tables
from etl.sample.records.whistles import whistle_tables


@dataclass(frozen=True)
class Records:
    """What was written.

    Attributes:
        files: in the order of loading.
        counts: records to be loaded, by layer; those made from other records' rows are left out.
        faults: each planted fault, and each line that is no record.
    """

    files: tuple[Path, ...]
    counts: Mapping[str, int]
    faults: tuple[Fault, ...]


def write_records(
    folder: Path,
    city: City,
    cares: Sequence[Care],
    hazards: Sequence[Hazard],
    projects: Sequence[Project],
    as_of: date,
    rng: np.random.Generator,
) -> Records:
    """Write the ledgers and workbooks to `folder`, faults and all."""
    files: list[Path] = []
    found: list[Fault] = []
    counts: Counter[str] = Counter()
    for name, tables in _books(city, cares, hazards, projects, as_of, rng).items():
        path = folder / name
        is_ledger = path.suffix == ".csv"
        found += write_ledger(path, tables[0]) if is_ledger else write_book(path, tables, as_of)
        files.append(path)
        for table in tables:
            counts[table.layer] += table.record_count
    return Records(tuple(files), MappingProxyType(counts), tuple(found))


def _books(
    city: City,
    cares: Sequence[Care],
    hazards: Sequence[Hazard],
    projects: Sequence[Project],
    as_of: date,
    rng: np.random.Generator,
) -> dict[str, list[Table]]:
    """The tables of each file, with their faults."""
    aliases = {one.name: (one.aliases[0], one.code) for one in city.compounds if one.aliases}
    contracts = sign_contracts(city, cares, as_of, rng)
    meetings, issues = hold_meetings(city, as_of, rng)
    gcj_place = places([projects[_GCJ_PROJECT].place], "gcj02")[0]
    new, old = (f"{year}年1-{as_of.month}月" for year in (as_of.year, as_of.year - 1))
    made: list[tuple[str, Callable[[], list[Table]], Sequence[Planting]]] = [
        ("old_names.xlsx", lambda: [alias_table(city, as_of)], faults.names(city.compounds[0].name)),
        ("hazards.csv", lambda: [hazard_table(city, hazards, rng)], faults.hazards(aliases)),
        ("micro_projects.xlsx", lambda: [project_table(city, projects, as_of, rng)], faults.projects(gcj_place)),
        ("party_branches.xlsx", lambda: branch_tables(found_branches(city, as_of, rng), city, as_of), faults.PARTY),
        ("owners_committees.xlsx", lambda: committee_tables(elect(city, cares, as_of, rng), city, as_of),
         faults.COMMITTEES),
        ("property_companies.xlsx",
         lambda: property_tables(contracts, grade(contracts, as_of, rng), city, as_of, rng), faults.PROPERTY),
        ("three_nos.xlsx", lambda: care_tables(cares, city, as_of), faults.CARE),
        ("studio.xlsx", lambda: with_merged_amount(studio_tables(as_of, rng), "培训", "参训人次", "attendances", 11),
         faults.STUDIO),
        ("disputes.csv", lambda: [with_ditto(dispute_table(city, as_of, rng), "所属社区", "community")],
        faults.DISPUTES),
        ("platform.csv", lambda: [platform_table(city, as_of, rng)], ()),
        ("whistles.xlsx", lambda: whistle_tables(city, as_of, rng), faults.WHISTLES),
        ("meetings.xlsx", lambda: meeting_tables(meetings, issues, city, as_of), faults.meetings(new, old)),
        ("volunteers.xlsx", lambda: volunteer_tables(city, as_of, rng), faults.VOLUNTEERS),
        ("incidents.xlsx", lambda: incident_tables(city, as_of, rng), faults.INCIDENTS),
        ("population.xlsx", lambda: population_tables(city, as_of, rng), faults.POPULATION),
    ]  # fmt: skip
    return {name: plant(make(), planted) for name, make, planted in made}


_GCJ_PROJECT = 40
"""The project whose place is once more written in the wrong system."""
