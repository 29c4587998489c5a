"""Writes the survey of buildings: a zipped Shapefile in Gauss-Kruger metres, with a GBK table of short headings."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import geopandas
import numpy as np
import shapely
from shapely import affinity

from etl.sample.city import City
from etl.sample.dbf import Column, dbf_bytes
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


@dataclass
class SurveyTable:
    """The buildings of all districts as rows, and their outlines as WKB: a tenth of what they take as objects."""

    rows: list[tuple[str | int | None, ...]] = field(default_factory=list)
    outlines: list[bytes] = field(default_factory=list)

    def add(self, city: City) -> None:
        """Add a town's buildings."""
        east, north = origin(city.district.shift_m)
        for number, row in enumerate(survey(city), start=1):
            use, levels = _USES[row.house.kind], row.house.levels
            key = f"{city.district.prefix}FW{number:05d}"
            self.rows.append((key, row.name or None, use, row.compound or None, levels, row.households, row.residents))
            self.outlines.append(shapely.to_wkb(affinity.translate(row.house.outline, east, north)))

    def write(self, path: Path, as_of: date) -> int:
        """Write the survey; return how many buildings are in it."""
        with tempfile.TemporaryDirectory() as folder:
            laid_out = Path(folder) / f"{_STEM}.shp"
            shapes = geopandas.GeoSeries.from_wkb(self.outlines, crs=METRIC_CRS)
            shapes.to_file(laid_out, driver="ESRI Shapefile", engine="pyogrio")
            laid_out.with_suffix(".dbf").write_bytes(dbf_bytes(_COLUMNS, self.rows, as_of))
            path.write_bytes(_zipped(laid_out, as_of))
        return len(self.rows)


def _zipped(laid_out: Path, day: date) -> bytes:
    """The Shapefile's files without a .cpg, as offices send them: the table's own header names its code page."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for ending in _MEMBERS:
            member = zipfile.ZipInfo(f"{_STEM}{ending}", (day.year, day.month, day.day, 17, 30, 0))
            member.external_attr, member.create_system = 0o600 << 16, 3
            archive.writestr(member, laid_out.with_suffix(ending).read_bytes())
    return out.getvalue()
