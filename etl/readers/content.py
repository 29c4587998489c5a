"""Tells from a file's first bytes what it is, so that a wrong ending is refused with a sentence."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from etl.readers.kinds import KINDS, ending_of
from geodata.errors import InvalidInput

HEAD_BYTES = 4096

_SIGNATURES = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"II+\x00", "a TIFF image"),
    (b"MM\x00+", "a TIFF image"),
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
    (b"fgb\x03fgb", "FlatGeobuf"),
    (b"PAR1", "Parquet"),
)
_DBASE_VERSIONS = frozenset(b"\x02\x03\x30\x31\x32\x43\x63\x83\x8b\x8e\xcb\xf5")
_ROOTS = ((re.compile(rb"<(\w+:)?kml[\s>]"), "KML"), (re.compile(rb"<(\w+:)?gpx[\s>]"), "GPX"))
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ADVICE = {
    ".et": "save it as .xlsx",
    ".xlsb": "save it as .xlsx",
    ".shx": "give the .shp that lies beside it",
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
    ending = ending_of(path)
    if path.is_dir():
        raise InvalidInput(f"{path.name} is a folder: name the file in it.")
    if not path.is_file():
        raise InvalidInput(f"{path.name} is not there: look at the name and the folder.")
    if ending not in KINDS:
        advice = _ADVICE.get(ending, f"files that can be read end with {', '.join(KINDS)}")
        raise InvalidInput(f"{path.name} ends with {ending or 'nothing'!r}, which can't be read: {advice}.")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except PermissionError as error:
        raise InvalidInput(f"{path.name} may not be read by this user: change its permissions.") from error
    if not head:
        raise InvalidInput(f"{path.name} is empty (0 bytes): hand it over again.")
    seen, wanted = name_content(head), KINDS[ending].content
    if seen != wanted:
        raise InvalidInput(
            f"{path.name} holds {seen}, not {wanted} as {ending!r} promises: "
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
    if _is_dbase(head):
        return "a dBase table"
    if b"\x00" in head:
        return "binary content"
    return _name_text(head.removeprefix(codecs.BOM_UTF8).lstrip())


def _is_dbase(head: bytes) -> bool:
    """Tell a table of dBase or FoxPro from its header: version, month and day of the last change, header's size."""
    if len(head) < 33 or head[0] not in _DBASE_VERSIONS or head[2] > 12 or head[3] > 31 or 0 not in head[12:32]:
        return False
    return int.from_bytes(head[8:10], "little") > 32 and int.from_bytes(head[10:12], "little") > 1


def _name_text(text: bytes) -> str:
    start = text[:HEAD_BYTES].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if start.startswith(b"<"):
        roots = [name for root, name in _ROOTS if root.search(start)]
        return "OpenStreetMap XML" if b"<osm" in start else next(iter(roots), "XML" if b"<?xml" in start else "text")
    if start[:1] in (b"{", b"[") and start[1:].lstrip()[:1] in (b'"', b"{", b"[", b"}", b"]", b""):
        return "JSON"
    return "text"
