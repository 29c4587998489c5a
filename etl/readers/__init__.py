"""Opens files of every kind as parts with headings and batches of text rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from etl.readers.content import check_file
from etl.readers.kinds import KINDS
from etl.readers.kml import read_kml
from etl.readers.old_workbook import read_old_workbook
from etl.readers.osm import read_osm
from etl.readers.osm_selection import OsmSelection
from etl.readers.parquet import read_parquet
from etl.readers.part import Part
from etl.readers.raster import read_raster
from etl.readers.tables import read_table
from etl.readers.vectors import read_vectors
from etl.readers.workbook import read_workbook

__all__ = ["OsmSelection", "Part", "read"]

_READERS: Mapping[str, Callable[[Path], list[Part]]] = {
    "table": read_table,
    "workbook": read_workbook,
    "old_workbook": read_old_workbook,
    "vectors": read_vectors,
    "kml": read_kml,
    "parquet": read_parquet,
    "raster": read_raster,
}


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
    reader = KINDS[check_file(path)].reader
    return read_osm(path, osm) if reader == "osm" else _READERS[reader](path)
