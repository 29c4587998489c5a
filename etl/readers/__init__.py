"""Opens files of every kind as parts with headings and batches of text rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from etl.readers.content import check_file
from etl.readers.osm import read_osm
from etl.readers.osm_selection import OsmSelection
from etl.readers.part import Part
from etl.readers.tables import read_table
from etl.readers.vectors import read_vectors
from etl.readers.workbook import read_workbook

__all__ = ["OsmSelection", "Part", "read"]


def read(path: Path, osm: Sequence[OsmSelection] = ()) -> list[Part]:
    """Open a file by its ending and return its tables, with at least one row among them.

    Args:
        path: CSV, TSV, XLSX, XLSM, GeoJSON, JSON, GPKG, SHP, a zipped Shapefile, OSM PBF or OSM XML.
        osm: what to take from an OpenStreetMap file, one part each; other files don't look at it.

    Raises:
        InvalidInput: with one sentence that names the file: missing, a folder, empty, an unknown ending, content
            that contradicts the ending, an unknown encoding, damaged or cut off, no headings, no rows. What only
            comes to light further down in the file is raised while the batches are read.
    """
    ending = check_file(path)
    if ending in (".csv", ".tsv"):
        return read_table(path)
    if ending in (".xlsx", ".xlsm"):
        return read_workbook(path)
    if ending in (".pbf", ".osm"):
        return read_osm(path, osm)
    return read_vectors(path)
