"""Writes the register of gates as a GeoPackage, as the office that keeps it on its own map hands it over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import geopandas
import pyogrio
import shapely

from etl.sample.city import City
from etl.sample.earth import degrees

_GEOGRAPHIC = "EPSG:4490"
_HEADINGS = ("大门编号", "名称", "类别", "所属小区", "所属社区", "开放时间")


GateRow = tuple[str | float, ...]


def gate_rows(city: City) -> list[GateRow]:
    """Return a town's gates: the cells of each, then its longitude and latitude (CGCS2000)."""
    pairs = [(compound, gate) for compound in city.compounds for gate in compound.gates]
    places = degrees([gate.place for _, gate in pairs], _GEOGRAPHIC, city.district.shift_m).tolist()
    return [
        (
            *(gate.code, gate.name, gate.kind, compound.name),
            *(city.district.communities[compound.community][1], gate.hours, *place),
        )
        for (compound, gate), place in zip(pairs, places, strict=True)
    ]


def write_gates(path: Path, rows: Sequence[GateRow], as_of: date) -> int:
    """Write one table of a GeoPackage; return how many gates are in it."""
    *cells, lon, lat = zip(*rows, strict=True)
    frame = geopandas.GeoDataFrame(
        dict(zip(_HEADINGS, cells, strict=True)), geometry=shapely.points(lon, lat), crs=_GEOGRAPHIC
    )
    path.unlink(missing_ok=True)  # SQLite counts the changes of a file
    with _dated(as_of):
        frame.to_file(path, layer="小区大门", driver="GPKG", engine="pyogrio")
    return len(rows)


@contextmanager
def _dated(day: date) -> Iterator[None]:
    """Let GDAL write `day`, not this moment, into files that tell when they were changed."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day.isoformat()}T09:30:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
