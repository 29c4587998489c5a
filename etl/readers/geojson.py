"""Lays a GeoJSON file out for GDAL: what it says about coordinates, and bare arrays of features wrapped."""

from __future__ import annotations

import codecs
import json
import re
import shutil
from pathlib import Path

from etl.readers.encoding import find_undecodable
from geodata.errors import InvalidInput

WGS84 = "EPSG:4326"
NO_CRS_NOTE = "The file names no coordinate system: GeoJSON means WGS 84 then."
_WINDOW = 1 << 16
_CRS_MEMBER = re.compile(r'"crs"\s*:\s*')
_CODE = re.compile(r"(?:EPSG|epsg)[^0-9]*:(?:[0-9.]*:)?([0-9]+)$")


def declared_crs(path: Path) -> tuple[str | None, bool]:
    """Return the coordinate system that a GeoJSON file declares, and whether it says anything about it.

    RFC 7946 has no "crs" member and means WGS 84; the older kind names another system, or null for none.

    Returns:
        ("EPSG:4490", True) for a name with a code, (the name, True) for any other, (None, True) for null,
        ("EPSG:4326", False) where there is no such member.
    """
    for text in _outside_features(path):
        if found := _CRS_MEMBER.search(text):
            return _named(text[found.end() :]), True
    return WGS84, False


def _outside_features(path: Path) -> tuple[str, str]:
    """Return what stands before the first feature and after the last, within 64 kB."""
    with path.open("rb") as file:
        head = file.read(_WINDOW)
        file.seek(max(0, path.stat().st_size - _WINDOW))
        tail = file.read()
    before = head.split(b'"features"', 1)[0]
    after = tail.rsplit(b"]", 1)[-1]
    return before.decode("utf-8", "replace"), after.decode("utf-8", "replace")


def _named(text: str) -> str | None:
    try:
        member = json.JSONDecoder().raw_decode(text)[0]
    except ValueError:
        return None
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        return None
    if "CRS84" in name:
        return WGS84
    code = _CODE.search(name)
    return f"EPSG:{code[1]}" if code else name


def lay_out(path: Path, folder: Path) -> Path:
    """Put a GeoJSON file into `folder` as GDAL takes it: linked, or an array of features wrapped as a collection.

    Raises:
        InvalidInput: it isn't UTF-8, the only encoding that GeoJSON has.
    """
    broken_at = find_undecodable(path, "utf-8")
    if broken_at is not None:
        raise InvalidInput(
            f"{path.name} is not UTF-8 (byte {broken_at:,}), the only encoding of GeoJSON: save it again as UTF-8."
        )
    laid_out = folder / "layer.geojson"
    with path.open("rb") as file:
        is_array = file.read(_WINDOW).removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"[")
    if not is_array:
        laid_out.symlink_to(path.resolve())
        return laid_out
    with path.open("rb") as file, laid_out.open("wb") as wrapped:
        wrapped.write(b'{"type":"FeatureCollection","features":')
        file.seek(len(codecs.BOM_UTF8) if file.read(3) == codecs.BOM_UTF8 else 0)
        shutil.copyfileobj(file, wrapped)
        wrapped.write(b"}")
    return laid_out
