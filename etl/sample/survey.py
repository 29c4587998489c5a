"""Writes the survey of buildings: a zipped Shapefile in Gauss-Kruger metres, with a GBK table of short headings."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas
import numpy as np
import shapely

from etl.sample.city import City
from etl.sample.dbf import Column, dbf_lines
from etl.sample.districts import District
from etl.sample.earth import METRIC_CRS, origin
from etl.sample.houses import House

_STEM = "fwpc"
_MEMBERS = (".shp", ".shx", ".dbf", ".prj")
_USES: Mapping[str, str] = {
    "apartments": "住宅",
    "residential": "住宅",
    "house": "自建房",
    "retail": "商铺",
    "commercial": "商业",
    "office": "办公",
    "school": "教育",
    "hospital": "医疗",
    "industrial": "工业",
    "train_station": "交通",
}
_COLUMNS = (
    Column("楼栋编号", 10),
    Column("名称", 48),
    Column("用途", 6),
    Column("所属小区名称", 40),
    Column("地上建筑层数", 3, is_number=True),
    Column("户数", 5, is_number=True),
    Column("常住人口数量", 6, is_number=True),
)
_LOOSE_HOME_PEOPLE = 2.7


@dataclass(frozen=True)
class Surveyed:
    """One building as the survey has it; None where nobody counted, 0 where nobody lives."""

    house: House
    name: str
    compound: str
    households: int | None
    residents: int | None


def survey(city: City) -> Iterator[Surveyed]:
    """Yield every building: those of the compounds first, whose people add up to the compounds' register."""
    for compound in city.compounds:
        people = shared_out(compound.residents, [house.flats for house in compound.layout.houses])
        for number, (house, residents) in enumerate(zip(compound.layout.houses, people, strict=True), start=1):
            counted = (house.flats, residents) if compound.is_counted else (None, None)
            yield Surveyed(house, f"{compound.name}{number}栋", compound.name, *counted)
    for house in city.other_houses:
        yield Surveyed(house, house.name, "", house.flats, round(house.flats * _LOOSE_HOME_PEOPLE))


def shared_out(total: int, weights: Sequence[int]) -> list[int]:
    """Return whole parts of `total` in proportion to `weights`, which add up to it; all 0 where the weights are."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    edges = np.rint(np.cumsum([0, *weights]) * (total / whole)).astype(int)
    return [int(part) for part in np.diff(edges)]


TableRow = tuple[str | int | None, ...]


def building_key(district: District, number: int) -> str:
    """Return the key of the survey's building of that number, from 1."""
    return f"{district.prefix}FW{number:05d}"


def surveyed_rows(buildings: Sequence[Surveyed], district: District) -> tuple[list[TableRow], list[bytes]]:
    """Return buildings as rows of the table, and their outlines as WKB: a tenth of what they take as objects."""
    east, north = origin(district.shift_m)
    outlines = np.array([one.house.outline for one in buildings], dtype=object)
    moved = shapely.transform(outlines, lambda places: places + np.array([east, north]))
    rows: list[TableRow] = [
        (
            *(building_key(district, number), one.name or None, _USES[one.house.kind], one.compound or None),
            *(one.house.levels, one.households, one.residents),
        )
        for number, one in enumerate(buildings, start=1)
    ]
    return rows, shapely.to_wkb(moved).tolist()


def write_survey(path: Path, towns: Iterable[tuple[list[TableRow], list[bytes]]], as_of: date) -> int:
    """Write the survey, town after town; return how many buildings are in it."""
    rows: list[TableRow] = []
    with tempfile.TemporaryDirectory() as folder:
        laid_out = Path(folder) / f"{_STEM}.shp"
        for own, outlines in towns:
            shapes = geopandas.GeoSeries.from_wkb(outlines, crs=METRIC_CRS)
            shapes.to_file(laid_out, driver="ESRI Shapefile", engine="pyogrio", mode="a" if rows else "w")
            rows += own
        with laid_out.with_suffix(".dbf").open("wb") as table:
            table.writelines(dbf_lines(_COLUMNS, rows, as_of))
        _zip(path, laid_out, as_of)
    return len(rows)


def _zip(path: Path, laid_out: Path, day: date) -> None:
    """The Shapefile's files without a .cpg, as offices send them: the table's own header names its code page."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for ending in _MEMBERS:
            member = zipfile.ZipInfo(f"{_STEM}{ending}", (day.year, day.month, day.day, 17, 30, 0))
            member.external_attr, member.create_system = 0o600 << 16, 3
            with laid_out.with_suffix(ending).open("rb") as source, archive.open(member, "w") as target:
                shutil.copyfileobj(source, target)
