"""Opens files of every kind as parts with headings and batches of text rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from etl.readers.content import check_file
from etl.readers.kinds import KINDS
from etl.readers.osm_selection import OsmSelection
from etl.readers.part import Part

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


def read(path: Path, osm: Sequence[OsmSelection] = ()) -> list[Part]:
    """Open a file by its ending and return its tables, with at least one row among them.

    Args:
        path: a table, workbook, map file, raster or OpenStreetMap extract: `etl.readers.kinds` lists the endings.
        osm: what to take from an OpenStreetMap file, one part each; other files don't look at it.

    Raises:
        InvalidInput: with one sentence that names the file: missing, a folder, empty, an unknown ending, content
            that contradicts the ending, an unknown encoding, damaged or cut off, no headings, no rows. What only
            comes to light further down in the file is raised while the batches are read.
    """
    name = KINDS[check_file(path)].reader
    reader: Callable[..., list[Part]] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), f"read_{name}")
    return reader(path, osm) if name == "osm" else reader(path)
