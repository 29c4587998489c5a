"""The kinds of file that can be read: by ending, what has to be inside and which reader takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Reader = Literal["table", "workbook", "old_workbook", "vectors", "kml", "parquet", "raster", "osm"]


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        content: what `etl.readers.content.name_content` says about its first bytes.
        reader: which reader takes it.
        driver: GDAL's name of it, "" where GDAL isn't asked.
    """

    content: str
    reader: Reader
    driver: str = ""


_ZIP = "a zip archive"
_PBF = "OpenStreetMap PBF"
KINDS: Mapping[str, Kind] = {
    ".csv": Kind("text", "table"),
    ".tsv": Kind("text", "table"),
    ".xlsx": Kind(_ZIP, "workbook"),
    ".xlsm": Kind(_ZIP, "workbook"),
    ".xls": Kind("an old Office file (.xls, or one with a password)", "old_workbook"),
    ".ods": Kind(_ZIP, "old_workbook"),
    ".geojson": Kind("JSON", "vectors", "GeoJSON"),
    ".json": Kind("JSON", "vectors", "GeoJSON"),
    ".gpkg": Kind("an SQLite database", "vectors", "GPKG"),
    ".shp": Kind("a Shapefile", "vectors", "ESRI Shapefile"),
    ".zip": Kind(_ZIP, "vectors", "ESRI Shapefile"),
    ".dbf": Kind("a dBase table", "vectors", "DBF"),
    ".fgb": Kind("FlatGeobuf", "vectors", "FlatGeobuf"),
    ".gpx": Kind("GPX", "vectors", "GPX"),
    ".kml": Kind("KML", "kml"),
    ".kmz": Kind(_ZIP, "kml"),
    ".parquet": Kind("Parquet", "parquet"),
    ".geoparquet": Kind("Parquet", "parquet"),
    ".tif": Kind("a TIFF image", "raster"),
    ".tiff": Kind("a TIFF image", "raster"),
    ".pbf": Kind(_PBF, "osm"),
    ".osm": Kind("OpenStreetMap XML", "osm"),
    ".osm.gz": Kind("a gzip archive", "osm"),
    ".osm.bz2": Kind("a bzip2 archive", "osm"),
}
"""All endings, lower case, that can be read."""


def ending_of(path: Path) -> str:
    """Return the ending of a file's name in lower case: the last two parts where they are one, as ".osm.gz"."""
    last_two = "".join(path.suffixes[-2:]).lower()
    return last_two if last_two in KINDS else path.suffix.lower()
