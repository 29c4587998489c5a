"""The office's records of the sample district: who looks after its compounds, what was done, counted and promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np

from etl.sample.city import City
from etl.sample.districts import District, together
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
from etl.sample.spool import Spool

BOOKS = (
    *("old_names.xlsx", "hazards.csv", "micro_projects.xlsx", "party_branches.xlsx", "owners_committees.xlsx"),
    *("property_companies.xlsx", "three_nos.xlsx", "studio.xlsx", "disputes.csv", "platform.csv", "whistles.xlsx"),
    *("meetings.xlsx", "volunteers.xlsx", "incidents.xlsx", "population.xlsx"),
)
"""In the order in which they have to be loaded."""
_COUNTY_KEY = "企业编号"


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


def draw_books(
    city: City,
    cares: Sequence[Care],
    hazards: Sequence[Hazard],
    projects: Sequence[Project],
    as_of: date,
    rng: np.random.Generator,
) -> dict[str, list[Table]]:
    """Return the tables of each of BOOKS; in those of the first district faults are planted."""
    books = _books(city, cares, hazards, projects, as_of, rng)
    if not city.district.number:
        return {name: plant(_with_odd_cells(name, tables), planted) for name, (tables, planted) in books.items()}
    prefix = city.district.prefix
    return {name: [_with_own_keys(table, prefix) for table in tables] for name, (tables, _) in books.items()}


def write_books(folder: Path, spool: Spool, districts: Sequence[District], as_of: date) -> Records:
    """Write the ledgers and workbooks of all districts, one below the other, to `folder`, faults and all."""
    found: list[Fault] = []
    counts: Counter[str] = Counter()
    for name in BOOKS:
        tables = [_joined(parts, districts) for parts in zip(*spool.each(name), strict=True)]
        path = folder / name
        found += write_ledger(path, tables[0]) if path.suffix == ".csv" else write_book(path, tables, as_of)
        for table in tables:
            counts[table.layer] += table.record_count
    return Records(tuple(folder / name for name in BOOKS), MappingProxyType(counts), tuple(found))


def _with_odd_cells(name: str, tables: list[Table]) -> list[Table]:
    """The tables with what concerns several rows at once."""
    if name == "studio.xlsx":
        return with_merged_amount(tables, "培训", "参训人次", "attendances", 11)
    return [with_ditto(tables[0], "所属社区", "community")] if name == "disputes.csv" else tables


def _with_own_keys(table: Table, prefix: str) -> Table:
    """The table with the district before each of its offices' numbers; those of the county's companies stay."""
    headings = [name for name in table.names if name.endswith("编号") and name != _COUNTY_KEY]
    rows = [
        row.changed({name: f"{prefix}{row.cells[name]}" for name in headings if row.cells.get(name) is not None})
        for row in table.rows
    ]
    return replace(table, rows=rows)


def _joined(parts: Sequence[Table], districts: Sequence[District]) -> Table:
    """One sheet of all districts: the rows one below the other, under the first one's title and above its footer."""
    first, name = parts[0], districts[0].name
    title, footer = (text.replace(name, together(districts)) for text in (first.title, first.footer))
    return replace(first, rows=[row for part in parts for row in part.rows], title=title, footer=footer)


def _books(
    city: City,
    cares: Sequence[Care],
    hazards: Sequence[Hazard],
    projects: Sequence[Project],
    as_of: date,
    rng: np.random.Generator,
) -> dict[str, tuple[list[Table], Sequence[Planting]]]:
    """The tables of each file, and the faults for them."""
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
        ("studio.xlsx", lambda: studio_tables(city, as_of, rng), faults.STUDIO),
        ("disputes.csv", lambda: [dispute_table(city, as_of, rng)], faults.DISPUTES),
        ("platform.csv", lambda: [platform_table(city, as_of, rng)], ()),
        ("whistles.xlsx", lambda: whistle_tables(city, as_of, rng), faults.WHISTLES),
        ("meetings.xlsx", lambda: meeting_tables(meetings, issues, city, as_of), faults.meetings(new, old)),
        ("volunteers.xlsx", lambda: volunteer_tables(city, as_of, rng), faults.VOLUNTEERS),
        ("incidents.xlsx", lambda: incident_tables(city, as_of, rng), faults.INCIDENTS),
        ("population.xlsx", lambda: population_tables(city, as_of, rng), faults.POPULATION),
    ]  # fmt: skip
    return {name: (make(), planted) for name, make, planted in made}


_GCJ_PROJECT = 40
"""The project whose place is once more written in the wrong system."""
