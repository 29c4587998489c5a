"""Tells from a file's first bytes what it is, so that a wrong ending is refused with a sentence."""

from __future__ import annotations

import codecs
from pathlib import Path

from geodata.errors import InvalidInput

HEAD_BYTES = 4096

_SIGNATURES = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.xls, or one with a password)"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x00\x00\x27\x0a", "a Shapefile"),
)
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WANTED = {
    ".csv": "text",
    ".tsv": "text",
    ".xlsx": "a zip archive",
    ".xlsm": "a zip archive",
    ".geojson": "JSON",
    ".json": "JSON",
    ".gpkg": "an SQLite database",
    ".shp": "a Shapefile",
    ".zip": "a zip archive",
    ".pbf": "OpenStreetMap PBF",
    ".osm": "OpenStreetMap XML",
}
ENDINGS = tuple(_WANTED)
"""The endings that can be read, lower case."""

_ADVICE = {
    ".xls": "save it as .xlsx",
    ".et": "save it as .xlsx",
    ".ods": "save it as .xlsx",
    ".shx": "give the .shp that lies beside it",
    ".dbf": "give the .shp that lies beside it",
    ".prj": "give the .shp that lies beside it",
    ".gz": "unpack it first",
    ".bz2": "unpack it first",
    ".rar": "unpack it first",
    ".7z": "unpack it first",
}


def check_file(path: Path) -> str:
    """Return the file's ending in lower case after making sure that it can be opened and holds what it says.

    Raises:
        InvalidInput: missing, a folder, not readable, empty, an unknown ending, or other content than its ending
            promises.
    """
    ending = path.suffix.lower()
    if path.is_dir():
        raise InvalidInput(f"{path.name} is a folder: name the file in it.")
    if not path.is_file():
        raise InvalidInput(f"{path.name} is not there: look at the name and the folder.")
    if ending not in _WANTED:
        advice = _ADVICE.get(ending, f"files that can be read end with {', '.join(ENDINGS)}")
        raise InvalidInput(f"{path.name} ends with {ending or 'nothing'!r}, which can't be read: {advice}.")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except PermissionError as error:
        raise InvalidInput(f"{path.name} may not be read by this user: change its permissions.") from error
    if not head:
        raise InvalidInput(f"{path.name} is empty (0 bytes): hand it over again.")
    seen = name_content(head)
    if seen != _WANTED[ending]:
        raise InvalidInput(
            f"{path.name} holds {seen}, not {_WANTED[ending]} as {ending!r} promises: "
            "give it its true ending, or save it again as what it should be."
        )
    return ending


def name_content(head: bytes) -> str:
    """Name what a file is from its first bytes: "a PNG image", "JSON", "text", "binary content" ..."""
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if b"OSMHeader" in head[:64]:
        return "OpenStreetMap PBF"
    if head.startswith(_UTF16_MARKS):
        return "text"
    if b"\x00" in head:
        return "binary content"
    return _name_text(head.removeprefix(codecs.BOM_UTF8).lstrip())


def _name_text(text: bytes) -> str:
    start = text[:HEAD_BYTES].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if start.startswith((b"<?xml", b"<osm")):
        return "OpenStreetMap XML" if b"<osm" in start else "XML"
    if start[:1] in (b"{", b"[") and start[1:].lstrip()[:1] in (b'"', b"{", b"[", b"}", b"]", b""):
        return "JSON"
    return "text"
