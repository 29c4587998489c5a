"""Which coordinate systems there are: how people and files write them, and the few that are refused by name."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from pyproj import CRS, network
from pyproj.exceptions import CRSError

from geodata.errors import InvalidInput

# PROJ would fetch grids from a server if the machine's environment says so: a run must not depend on that.
network.set_network_enabled(active=False)

STORAGE_SRID = 4326
TILE_SRID = 3857
CGCS2000_SRID = 4490

WGS84, GCJ02, BD09, CGCS2000 = "wgs84", "gcj02", "bd09", "cgcs2000"

_NAMES = {
    WGS84: "WGS 84",
    GCJ02: "GCJ-02 (AMap, Tencent)",
    BD09: "BD-09 (Baidu)",
    CGCS2000: "CGCS2000",
}
_SRIDS = {WGS84: STORAGE_SRID, CGCS2000: CGCS2000_SRID}
_WORDS = {
    WGS84: "wgs84 wgs1984 crs84 ogc:crs84 gps gps坐标 gps坐标系 地球坐标 地球坐标系 世界大地坐标系",
    GCJ02: "gcj02 gcj02ll gcj 火星 火星坐标 火星坐标系 国测局 国测局坐标 国测局坐标系 高德 高德坐标 高德坐标系 "
    "高德地图 腾讯 腾讯坐标 腾讯坐标系 腾讯地图 amap autonavi tencent mars",
    BD09: "bd09 bd09ll bd 百度 百度坐标 百度坐标系 百度地图 百度经纬度 baidu",
    CGCS2000: "cgcs2000 cgcs china2000 2000国家大地坐标系 国家2000 国家2000坐标系 国家2000大地坐标系 国家大地2000 "
    "大地2000 2000坐标系 大地2000坐标系",
}
_BY_WORD = {word: system for system, words in _WORDS.items() for word in words.split()}
# What the names of a system and of its datum look like, folded, in the registry, in ESRI's files and in people's words.
_BEIJING_1954 = re.compile(r"beijing|北京(19)?54|54北京|1954北京|^bj54")
_XIAN_1980 = re.compile(r"xian(19)?80|西安(19)?80|80西安|1980西安|国家80|1980国家|^iag1975$")
_CHINA_2000 = re.compile(r"china2000|cgcs2000|chinageodeticcoordinatesystem2000")
_EPSG = re.compile(r"(?:\+init=)?(?:epsg:{1,2})?(\d{4,6})", re.IGNORECASE)
_CRS_TEXT = re.compile(r"\{|\+|proj=|urn:ogc:|https?://www\.opengis\.net/|[a-z]+:\w+$|[a-z_]+\s*\[", re.IGNORECASE)


def parse_system(text: str | int) -> str:
    """Return the one way in which the project writes a coordinate system.

    Args:
        text: "GCJ02", "火星坐标", "bd-09", "CGCS2000", "WGS-84", "EPSG:4546", "4546", 4546, or WKT / PROJ text as a
            file declares it.

    Returns:
        "wgs84", "gcj02", "bd09", "cgcs2000", "EPSG:n", or the WKT / PROJ text itself where no EPSG code is the same.

    Raises:
        InvalidInput: an unknown word or code, a system that isn't a map's (heights, geocentric, local), or one that
            PROJ would move by nothing at all without a warning: Beijing 1954 and Xian 1980.
    """
    return _parsed(str(text).strip())


def system_name(text: str | int) -> str:
    """Return a coordinate system's name for people, such as "NAD83 / Illinois East (ftUS) (EPSG:3435)".

    Raises:
        InvalidInput: as `parse_system`.
    """
    system = parse_system(text)
    if system in _NAMES:
        return _NAMES[system]
    return _titled(get_crs(system), system)


@cache
def get_crs(system: str) -> CRS:
    """Return the horizontal CRS of a parsed system; the shifted ones (gcj02, bd09) have none and are a KeyError."""
    if system in _NAMES:
        return CRS.from_epsg(_SRIDS[system])
    return _horizontal(CRS.from_user_input(system))


def is_china_2000(crs: CRS) -> bool:
    """Tell whether a CRS stands on CGCS2000, by its datum's name: WKT files carry no code."""
    return not crs.is_bound and _is_named(crs, _CHINA_2000)


def folded(text: str) -> str:
    """Return a name as it is compared: full-width ASCII made half-width, small letters, no blanks, hyphens or dots."""
    half = "".join(unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" else c for c in text)
    return re.sub(r"[\s\-_./()'’]", "", half).lower()


@cache
def _parsed(text: str) -> str:
    word = folded(text)
    if word in _BY_WORD:
        return _BY_WORD[word]
    for pattern, name in ((_BEIJING_1954, "Beijing 1954"), (_XIAN_1980, "Xian 1980")):
        if pattern.search(word) and not _CRS_TEXT.match(text):
            raise InvalidInput(_refusal(f"{text!r}", name))
    number = _EPSG.fullmatch(text.replace(" ", ""))
    if number is None and not _CRS_TEXT.match(text):
        raise InvalidInput(
            f"{text!r} isn't a known coordinate system; known are wgs84 (GPS), gcj02 (火星坐标: AMap, Tencent), "
            "bd09 (百度: Baidu), cgcs2000 (2000国家大地坐标系), EPSG:n such as EPSG:4546, and WKT or PROJ text"
        )
    return _canonical(f"EPSG:{number[1]}" if number else text)


def _canonical(text: str) -> str:
    try:
        crs = _horizontal(CRS.from_user_input(text))
    except CRSError:
        raise InvalidInput(
            f"{_short(text)} can't be read as a coordinate system; wanted is a code of the EPSG registry such as "
            "EPSG:4546, whole WKT or PROJ text, or one of wgs84, gcj02, bd09, cgcs2000"
        ) from None
    # PROJ finds a code by the ellipsoid alone where a text leaves the datum open: that would invent a datum.
    epsg = None if crs.datum is None or "unknown" in crs.datum.name.lower() else crs.to_epsg()
    name = f"EPSG:{epsg}" if epsg else text
    _refuse_unusable(crs, name)
    if epsg == STORAGE_SRID or crs.to_authority() == ("OGC", "CRS84"):
        return WGS84
    return CGCS2000 if epsg == CGCS2000_SRID else name


def _horizontal(crs: CRS) -> CRS:
    """Drop the heights, and the TOWGS84 that some programs write into CGCS2000 files: it is all zeros."""
    if crs.is_bound and crs.source_crs is not None and _is_named(crs.source_crs, _CHINA_2000):
        crs = crs.source_crs
    # to_2d would take the name away by which PROJ finds the code of an ESRI text: only where there is a third axis.
    return crs.to_2d() if (crs.is_geographic or crs.is_projected) and len(crs.axis_info) > 2 else crs


def _refuse_unusable(crs: CRS, system: str) -> None:
    if not (crs.is_geographic or crs.is_projected):
        raise InvalidInput(
            f"{_titled(crs, system)} is a {crs.type_name}, not a map's coordinate system; wanted is a geographic or "
            "projected one: ask who made the file, then give it with --crs"
        )
    if crs.is_bound and _moves(crs):
        return
    for pattern, name in ((_BEIJING_1954, "Beijing 1954"), (_XIAN_1980, "Xian 1980")):
        if _is_named(crs, pattern) or pattern.search(folded(crs.ellipsoid.name if crs.ellipsoid else "")):
            raise InvalidInput(_refusal(_titled(crs, system), name))


def _refusal(seen: str, name: str) -> str:
    return (
        f"{seen} is a {name} system: no public parameters lead from it to WGS 84, and it would land 50 to 150 m off. "
        "Ask for the coordinates in CGCS2000, or for the local parameters (then give --crs as PROJ text with +towgs84) "
        "or at least 4 control points"
    )


def _moves(bound: CRS) -> bool:
    """Tell whether the parameters that came with a file are more than zeros."""
    operation = bound.coordinate_operation
    return operation is not None and any(operation.towgs84 or (1.0,))


def _is_named(crs: CRS, pattern: re.Pattern[str]) -> bool:
    base = crs.geodetic_crs
    names = [crs.name, base.name if base else "", crs.datum.name if crs.datum else ""]
    return any(pattern.search(folded(name)) for name in names)


def _titled(crs: CRS, system: str) -> str:
    return f"{crs.name} ({system})" if system.startswith("EPSG:") else crs.name


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:77] + "...")
