"""Writes the register of gates as a GeoPackage, as the office that keeps it on its own map hands it over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import geopandas
import pyogrio
import shapely

from etl.sample.city import City
from etl.sample.earth import degrees

_GEOGRAPHIC = "EPSG:4490"
_HEADINGS = ("大门编号", "名称", "类别", "所属小区", "所属社区", "开放时间")


@dataclass
class GateRegister:
    """The gates of all districts, and their places in degrees (CGCS2000)."""

    rows: list[tuple[str, ...]] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list)

    def add(self, city: City) -> None:
        """Add a town's gates."""
        pairs = [(compound, gate) for compound in city.compounds for gate in compound.gates]
        self.places += degrees([gate.place for _, gate in pairs], _GEOGRAPHIC, city.district.shift_m).tolist()
        self.rows += [
            (
                *(gate.code, gate.name, gate.kind, compound.name),
                *(city.district.communities[compound.community][1], gate.hours),
            )
            for compound, gate in pairs
        ]

    def write(self, path: Path, as_of: date) -> int:
        """Write one table of a GeoPackage; return how many gates are in it."""
        frame = geopandas.GeoDataFrame(
            dict(zip(_HEADINGS, zip(*self.rows, strict=True), strict=True)),
            geometry=shapely.points(self.places),
            crs=_GEOGRAPHIC,
        )
        path.unlink(missing_ok=True)  # SQLite counts the changes of a file
        with _dated(as_of):
            frame.to_file(path, layer="小区大门", driver="GPKG", engine="pyogrio")
        return len(self.rows)


@contextmanager
def _dated(day: date) -> Iterator[None]:
    """Let GDAL write `day`, not this moment, into files that tell when they were changed."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day.isoformat()}T09:30:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
