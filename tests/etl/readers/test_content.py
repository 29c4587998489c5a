from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from etl.readers.content import check_file, name_content
from etl.readers.kinds import KINDS
from geodata.errors import InvalidInput

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def zipped() -> bytes:
    """Return an archive of the same bytes at any hour: they stand in the names of tests, on which all workers agree."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), "a")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"name,n\n1,2\n", "text"),
        ("名称,户数".encode("gb18030"), "text"),
        ("名称".encode("utf-16"), "text"),
        (b'{"type": "FeatureCollection"', "JSON"),
        (b'\xef\xbb\xbf\n [ {"type": "Feature"', "JSON"),
        (b"[1999] prices,n\n", "text"),
        (b"<?xml version='1.0'?>\n<osm version='0.6'>", "OpenStreetMap XML"),
        (b"<?xml version='1.0'?>\n<kml>", "KML"),
        (b'<k:kml xmlns:k="http://www.opengis.net/kml/2.2">', "KML"),
        (b'<?xml version="1.0"?>\n<gpx version="1.1">', "GPX"),
        (b"<?xml version='1.0'?>\n<svg>", "XML"),
        (b"fgb\x03fgb\x00", "FlatGeobuf"),
        (b"PAR1\x15", "Parquet"),
        (b"II*\x00", "a TIFF image"),
        (b"II+\x00\x08", "a TIFF image"),
        # version, year, month, day; 2 rows; a header of 65 bytes; rows of 11 bytes
        (b"\x03\x7d\x03\x05\x02\0\0\0\x41\0\x0b\0" + bytes(21), "a dBase table"),
        (b"1,\n\n2,3\n" * 20, "text"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18", "OpenStreetMap PBF"),
        (b"\x00\x00\x27\x0a\x00\x00", "a Shapefile"),
        (PNG, "a PNG image"),
        (b"ab\x00cd", "binary content"),
        (zipped(), "a zip archive"),
    ],
)
def test_content_is_named(head: bytes, name: str) -> None:
    assert name_content(head) == name


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("a.csv", PNG, "a PNG image, not text"),
        ("a.csv", b"<html><body>404</body></html>", "a web page, not text"),
        ("a.csv", zipped(), "a zip archive, not text"),
        ("a.xlsx", b"name,n\n1,2\n", "text, not a zip archive"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office file"),
        ("a.geojson", b"name,n\n1,2\n", "text, not JSON"),
        ("a.gpkg", b"PK\x03\x04", "a zip archive, not an SQLite database"),
        ("a.shp", b"name,n\n", "text, not a Shapefile"),
        ("a.zip", b"\x00\x00\x27\x0a", "a Shapefile, not a zip archive"),
        ("a.osm.pbf", b"hello", "text, not OpenStreetMap PBF"),
        ("a.osm", b"<kml></kml>", "KML, not OpenStreetMap XML"),
        ("a.osm.gz", b"BZh91", "a bzip2 archive, not a gzip archive"),
        ("a.kmz", b"<kml></kml>", "KML, not a zip archive"),
        ("a.xls", zipped(), "a zip archive, not an old Office file"),
        ("a.tif", PNG, "a PNG image, not a TIFF image"),
    ],
)
def test_content_that_contradicts_the_ending_is_refused(
    tmp_path: Path, file: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / file
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=sentence) as refusal:
        check_file(path)
    assert str(refusal.value).startswith(f"{file} holds ")
    assert str(tmp_path) not in str(refusal.value)


def test_missing_empty_and_folder_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InvalidInput, match=r"^none\.csv is not there"):
        check_file(tmp_path / "none.csv")
    with pytest.raises(InvalidInput, match=r"^empty\.csv is empty"):
        check_file(tmp_path / "empty.csv")
    with pytest.raises(InvalidInput, match=r"^folder\.csv is a folder"):
        check_file(tmp_path / "folder.csv")


@pytest.mark.parametrize(
    ("file", "sentence"),
    [("a.docx", r"\.docx.* \.csv, .*\.osm"), ("a", "nothing.* end with"), ("a.et", r"save it as \.xlsx")],
)
def test_unknown_endings_are_refused_with_advice(tmp_path: Path, file: str, sentence: str) -> None:
    (tmp_path / file).write_bytes(b"x")
    with pytest.raises(InvalidInput, match=sentence):
        check_file(tmp_path / file)


def test_endings_count_in_any_case(tmp_path: Path) -> None:
    (tmp_path / "A.CSV").write_bytes(b"name\nx\n")
    assert check_file(tmp_path / "A.CSV") == ".csv"
    assert set(KINDS) == {ending.lower() for ending in KINDS}
