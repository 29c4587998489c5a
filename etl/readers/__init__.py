"""Opens files of every kind as parts with headings and batches of text rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from etl.readers.content import check_file
from etl.readers.kinds import KINDS
from etl.readers.osm_selection import OsmSelection
from etl.readers.part import Part
from geodata.errors import InvalidInput

__all__ = ["OsmSelection", "Part", "read"]

_MODULES: Mapping[str, str] = {
    "table": "tables",
    "workbook": "workbook",
    "old_workbook": "old_workbook",
    "vectors": "vectors",
    "kml": "kml",
    "parquet": "parquet",
    "raster": "raster",
    "osm": "osm",
}
"""Where each reader is, as read_<name>: only the one that a file needs is imported; their libraries take a second."""


def read(
    path: Path,
    osm: Sequence[OsmSelection] = (),
    *,
    land: Path | None = None,
    extent: BaseGeometry | None = None,
) -> list[Part]:
    """Open a file by its ending and return its tables, with at least one row among them.

    Args:
        path: a table, workbook, map file, raster or OpenStreetMap extract: `etl.readers.kinds` lists the endings.
        osm: what to take from an OpenStreetMap file, one part each; other files don't look at it.
        land: for a raster, another one that says how much of each cell is land.
        extent: WGS 84; of a raster only what is near is read.

    Raises:
        InvalidInput: with one sentence that names the file: missing, a folder, empty, an unknown ending, content
            that contradicts the ending, an unknown encoding, damaged or cut off, no headings, no rows. What only
            comes to light further down in the file is raised while the batches are read.
    """
    name = KINDS[check_file(path)].reader
    reader: Callable[..., list[Part]] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), f"read_{name}")
    if name == "raster":
        return reader(path, land=land, extent=extent)
    if land is not None:
        raise InvalidInput(f"{path.name} is no raster, and --land-area is about the cells of one: leave it out.")
    return reader(path, osm) if name == "osm" else reader(path)
