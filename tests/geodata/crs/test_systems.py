"""How people and files write coordinate systems, and which ones are refused by name."""

from __future__ import annotations

import pytest
from pyproj import CRS, network

from geodata.crs import STORAGE_SRID, TILE_SRID, in_domain, parse_system, system_name
from geodata.errors import GeodataError, InvalidInput


def esri_gauss_kruger(geographic: str, datum: str, spheroid: str, name: str = "Local_GK") -> str:
    return (
        f'PROJCS["{name}",GEOGCS["{geographic}",DATUM["{datum}",SPHEROID[{spheroid}]],PRIMEM["Greenwich",0.0],'
        'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
        'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",111.0],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )


ESRI_4546 = esri_gauss_kruger(
    "GCS_China_Geodetic_Coordinate_System_2000",
    "D_China_2000",
    '"CGCS2000",6378137.0,298.257222101',
    "CGCS2000_3_Degree_GK_CM_111E",
)
ESRI_BEIJING = esri_gauss_kruger("GCS_Beijing_1954", "D_Beijing_1954", '"Krasovsky_1940",6378245.0,298.3')
ESRI_XIAN = esri_gauss_kruger("GCS_Xian_1980", "D_Xian_1980", '"Xian_1980",6378140.0,298.257')


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("GCJ02", "gcj02"),
        ("gcj-02", "gcj02"),
        ("ＧＣＪ－０２", "gcj02"),
        ("火星坐标", "gcj02"),
        ("火星坐标系", "gcj02"),
        ("高德", "gcj02"),
        ("BD-09", "bd09"),
        ("bd09ll", "bd09"),
        ("百度", "bd09"),
        ("CGCS2000", "cgcs2000"),
        ("2000国家大地坐标系", "cgcs2000"),
        ("4490", "cgcs2000"),
        ("WGS-84", "wgs84"),
        ("WGS 84", "wgs84"),
        ("EPSG:4326", "wgs84"),
        (4326, "wgs84"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "wgs84"),
        ("EPSG:4979", "wgs84"),  # with ellipsoidal heights
        ("EPSG:9518", "wgs84"),  # with EGM2008 heights
        ("EPSG:4546", "EPSG:4546"),
        (" epsg:4546 ", "EPSG:4546"),
        ("4546", "EPSG:4546"),
        (4546, "EPSG:4546"),
        ("+init=epsg:4546", "EPSG:4546"),
        ("urn:ogc:def:crs:EPSG::4546", "EPSG:4546"),
        ("EPSG:7415", "EPSG:28992"),  # Dutch grid with heights: the grid is what counts
        (ESRI_4546, "EPSG:4546"),
        (CRS.from_epsg(4326).to_wkt("WKT1_ESRI"), "wgs84"),
        (CRS.from_epsg(3435).to_wkt("WKT1_ESRI"), "EPSG:3435"),
        (CRS.from_epsg(4490).to_wkt("WKT1_GDAL"), "cgcs2000"),
    ],
)
def test_a_system_is_read_as_people_and_files_write_it(text: str | int, system: str) -> None:
    assert parse_system(text) == system
    assert parse_system(parse_system(text)) == system


def test_a_system_without_a_code_stays_as_it_is_written() -> None:
    local = "+proj=tmerc +lat_0=0 +lon_0=112.05 +k=1 +x_0=500000 +datum=WGS84 +units=m +type=crs"
    assert parse_system(local) == local


@pytest.mark.parametrize("text", ["", "foo", "GCJ-03", "WGS", "China", "地方坐标", "12", "EPSG:"])
def test_an_unknown_word_is_refused_with_the_known_ones(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"wgs84.*gcj02.*bd09.*cgcs2000"):
        parse_system(text)


@pytest.mark.parametrize("text", ["EPSG:99999", "PROJCS[", 'GEOGCS["x"', "+proj=nothing", "ABC:12", "{}"])
def test_broken_text_and_unknown_codes_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="can't be read as a coordinate system"):
        parse_system(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("EPSG:4978", "Geocentric"), ("EPSG:5703", "Vertical"), ('LOCAL_CS["city",UNIT["metre",1]]', "Engineering")],
)
def test_what_is_no_map_system_is_refused(text: str, kind: str) -> None:
    with pytest.raises(InvalidInput, match=kind):
        parse_system(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (4214, "Beijing 1954"),
        ("EPSG:2437", "Beijing 1954"),
        ("EPSG:21413", "Beijing 1954"),
        ("EPSG:4555", "Beijing"),
        ("北京54", "Beijing 1954"),
        ("Beijing54", "Beijing 1954"),
        (ESRI_BEIJING, "Beijing 1954"),
        (4610, "Xian 1980"),
        ("EPSG:2382", "Xian 1980"),
        ("EPSG:2327", "Xian 1980"),
        ("西安80", "Xian 1980"),
        ("1980西安坐标系", "Xian 1980"),
        (ESRI_XIAN, "Xian 1980"),
    ],
)
def test_beijing_1954_and_xian_1980_are_refused_by_name_with_advice(text: str | int, name: str) -> None:
    with pytest.raises(InvalidInput, match=name) as caught:
        parse_system(text)
    assert "CGCS2000" in str(caught.value)
    assert "control points" in str(caught.value)
    with pytest.raises(GeodataError, match=name):
        in_domain(112.0, 27.7, text)


def test_a_text_without_a_datum_gets_no_code() -> None:
    # PROJ would take it for EPSG:2434, Beijing 1954, by the ellipsoid alone.
    text = "+proj=tmerc +lat_0=0 +lon_0=111 +k=1 +x_0=500000 +ellps=krass +units=m +type=crs"
    assert parse_system(text) == text


def test_zeros_for_local_parameters_are_no_parameters() -> None:
    wkt = ESRI_BEIJING.replace("298.3]", "298.3],TOWGS84[0,0,0,0,0,0,0]")
    assert CRS.from_wkt(wkt).is_bound
    with pytest.raises(InvalidInput, match="Beijing 1954"):
        parse_system(wkt)
    stated = wkt.replace("TOWGS84[0,0,0", "TOWGS84[20,-150,-80")
    assert parse_system(stated) == stated


def test_a_system_is_named_for_people() -> None:
    assert system_name("火星坐标") == "GCJ-02 (AMap, Tencent)"
    assert system_name(4490) == "CGCS2000"
    assert system_name(ESRI_4546) == "CGCS2000 / 3-degree Gauss-Kruger CM 111E (EPSG:4546)"
    assert system_name("EPSG:3435") == "NAD83 / Illinois East (ftUS) (EPSG:3435)"


def test_the_store_and_the_tiles_have_their_codes() -> None:
    assert (parse_system(STORAGE_SRID), parse_system(TILE_SRID)) == ("wgs84", "EPSG:3857")


def test_no_grid_is_ever_fetched_from_a_server() -> None:
    assert not network.is_network_enabled()
