"""Writes the register of gates as a GeoPackage, as the office that keeps it on its own map hands it over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import geopandas
import pyogrio
import shapely

from etl.sample import names
from etl.sample.city import City
from etl.sample.earth import degrees

_GEOGRAPHIC = "EPSG:4490"


def write_gates(path: Path, city: City, as_of: date) -> int:
    """Write the gates (CGCS2000, degrees) as one table of a GeoPackage; return how many."""
    pairs = [(compound, gate) for compound in city.compounds for gate in compound.gates]
    where = degrees([gate.place for _, gate in pairs], _GEOGRAPHIC)
    frame = geopandas.GeoDataFrame(
        {
            "大门编号": [gate.code for _, gate in pairs],
            "名称": [gate.name for _, gate in pairs],
            "类别": [gate.kind for _, gate in pairs],
            "所属小区": [compound.name for compound, _ in pairs],
            "所属社区": [names.COMMUNITIES[compound.community][1] for compound, _ in pairs],
            "开放时间": [gate.hours for _, gate in pairs],
        },
        geometry=shapely.points(where),
        crs=_GEOGRAPHIC,
    )
    path.unlink(missing_ok=True)  # SQLite counts the changes of a file
    with _dated(as_of):
        frame.to_file(path, layer="小区大门", driver="GPKG", engine="pyogrio")
    return len(pairs)


@contextmanager
def _dated(day: date) -> Iterator[None]:
    """Let GDAL write `day`, not this moment, into files that tell when they were changed."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day.isoformat()}T09:30:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
