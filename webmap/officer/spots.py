"""Spots as addresses and forms state them: degrees, and the system in which a phone gives them."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

import numpy as np

from geodata.crs.china_offset import wgs84_from_gcj02

GCJ02 = "GCJ-02"
FARTHEST_LAT = 85.0
MOST_HAZARDS = 12
"""So many, and where one begins, are put in order."""


def stated_spot(form: Mapping[str, str]) -> tuple[float, float] | None:
    """Return the longitude and latitude, WGS 84, that `lon`, `lat` and `system` say; None where they say no spot."""
    lon, lat = stated_degrees(form.get("lon")), stated_degrees(form.get("lat"))
    if lon is None or lat is None or abs(lat) > FARTHEST_LAT:
        return None
    return world_spot(lon, lat, form.get("system"))


def world_spot(lon: float, lat: float, system: str | None) -> tuple[float, float]:
    """Return a spot in WGS 84 that is given in it, or in GCJ-02."""
    if system != GCJ02:
        return lon, lat
    moved_lon, moved_lat = wgs84_from_gcj02(np.array([lon]), np.array([lat]))
    return float(moved_lon[0]), float(moved_lat[0])


def stated_degrees(stated: str | None) -> float | None:
    """Return degrees; None where none are stated."""
    try:
        value = float(stated or "")
    except ValueError:
        return None
    return value if isfinite(value) and abs(value) <= 180 else None


def stated_number(stated: str | None) -> int | None:
    """Return a record's key; None where none is stated."""
    return int(stated) if stated and stated.isascii() and stated.isdecimal() and len(stated) < 16 else None
