"""Points and geometries from one system to another, and the ones that are refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.crs import convert, convert_geometries, geometries_in_domain, in_domain, operation
from geodata.errors import GeodataError
from tests.geodata.crs.test_systems import ESRI_4546, esri_gauss_kruger

# Once around the earth over the poles, metres: PROJ comes back to the same spot.
MERIDIAN_M = 40_007_862.917


def test_a_gauss_kruger_point_by_hand() -> None:
    # On the central meridian x is the false easting, and y the length of the meridian from the equator: to 30 degrees
    # that is 3,320,113.398 m on GRS 80 (6,367,449.146 m radius of the rectifying sphere; tables of the meridian arc).
    x, y = convert(111.0, 30.0, source="wgs84", target="EPSG:4546")
    assert float(x) == pytest.approx(500_000, abs=1e-6)
    assert float(y) == pytest.approx(3_320_113.398, abs=1e-3)


def test_the_zone_prefix_stands_before_the_easting() -> None:
    plain = convert(112.0, 27.7, source="cgcs2000", target="EPSG:4546")
    prefixed = convert(112.0, 27.7, source="cgcs2000", target="EPSG:4525")
    assert float(prefixed[0] - plain[0]) == pytest.approx(37_000_000, abs=1e-6)
    assert float(prefixed[1]) == pytest.approx(float(plain[1]), abs=1e-6)


def test_feet_of_illinois_by_hand() -> None:
    # EPSG:3435: false easting 300,000 m are 984,250 US survey feet at 88 degrees 20 minutes west, and y = 0 at 36 40 N.
    # (A US survey foot is 1200/3937 m: 300,000 * 3937 / 1200 = 984,250.) The origin itself lies south of the zone's
    # area of use, so a point 2,000,000 feet (609,601.2 m) north of it: about 5.49 degrees.
    lon, lat = convert(984_250.0, 2_000_000.0, source="EPSG:3435", target="wgs84")
    assert float(lon) == pytest.approx(-88 - 1 / 3, abs=1e-9)
    assert float(lat) == pytest.approx(36 + 2 / 3 + 609_601.2 / 111_050, abs=0.01)


@given(lon=st.floats(109.6, 112.4), lat=st.floats(18.2, 45.0))
@pytest.mark.parametrize("system", ["EPSG:4546", "EPSG:4525", "cgcs2000", ESRI_4546, "EPSG:3857", "EPSG:32649"])
def test_wgs84_there_and_back(system: str, lon: float, lat: float) -> None:
    there = convert(lon, lat, source="wgs84", target=system)
    assert convert(*there, source=system, target="wgs84") == pytest.approx((lon, lat), abs=1e-10, rel=0)


@given(lon=st.floats(109.6, 112.4), lat=st.floats(18.2, 45.0))
def test_a_way_over_two_systems_is_the_way_over_wgs84(lon: float, lat: float) -> None:
    gcj = convert(lon, lat, source="wgs84", target="gcj02")
    straight = convert(*gcj, source="gcj02", target="EPSG:4546")
    np.testing.assert_allclose(straight, convert(lon, lat, source=4326, target=4546), atol=1e-6, rtol=0)


def test_a_gauss_kruger_system_of_ones_own_is_known_by_its_datum() -> None:
    # A city's own central meridian has no EPSG code, and PROJ doesn't know this spelling of the datum.
    own = esri_gauss_kruger("GCS_CGCS2000", "D_CGCS2000", '"CGCS2000",6378137.0,298.257222101').replace(
        '"Central_Meridian",111.0', '"Central_Meridian",112.05'
    )
    assert convert(112.05, 27.7, source="wgs84", target=own)[0] == pytest.approx(500_000, abs=1e-6)
    assert operation(own, "wgs84").accuracy_m == 1.0


def test_zeros_of_towgs84_in_a_cgcs2000_file_change_nothing() -> None:
    with_zeros = ESRI_4546.replace("298.257222101]", "298.257222101],TOWGS84[0,0,0,0,0,0,0]")
    seen = convert(598_635.8, 3_065_596.8, source=with_zeros, target="wgs84")
    assert operation(with_zeros, "wgs84").accuracy_m == 1.0
    np.testing.assert_array_equal(seen, convert(598_635.8, 3_065_596.8, source=4546, target="wgs84"))


def test_one_system_to_itself_changes_nothing_and_copies() -> None:
    x = np.array([112.0])
    out_x, _ = convert(x, [27.7], source="WGS84", target=4326)
    out_x[0] = 0
    assert x[0] == 112.0


def test_nothing_converts_to_nothing() -> None:
    x, y = convert([], [], source="gcj02", target="EPSG:4546")
    assert x.shape == y.shape == (0,)
    assert x.dtype == np.float64


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("source", ["wgs84", "gcj02", "bd09", "EPSG:4546"])
def test_nan_and_inf_are_refused_with_their_place(source: str, bad: float) -> None:
    with pytest.raises(GeodataError, match=r"2 of 4 points .* NaN or inf.* index 1: x=112, y=.*; wanted: finite"):
        convert([112.0, 112.0, bad, 112.0], [27.7, bad, 27.7, 27.7], source=source, target=3857)
    assert not in_domain(bad, 27.7, source)
    assert not in_domain(112.0, bad, source)


@pytest.mark.parametrize("source", ["gcj02", "bd09"])
def test_the_domain_of_the_shifted_systems_has_exact_edges(source: str) -> None:
    inside = in_domain(
        [72.004, 137.8347, 72.0039, 137.8348, 105, 105], [0.8293, 55.8271, 30, 30, 0.8292, 55.8272], source
    )
    assert inside.tolist() == [True, True, False, False, False, False]
    assert np.isfinite(convert(72.004, 0.8293, source=source, target="wgs84")).all()
    other = "gcj02" if source == "bd09" else "bd09"
    assert np.isfinite(convert([72.004, 137.8347], [0.8293, 55.8271], source=source, target=other)).all()
    with pytest.raises(GeodataError, match=r"1 of 1 points .*x=2\.35, y=48\.85; wanted: lon 72\.004 to"):
        convert(2.35, 48.85, source=source, target="wgs84")
    with pytest.raises(GeodataError, match=r"index 1: x=2\.35, y=48\.85"):
        convert([112.0, 2.35], [27.7, 48.85], source="wgs84", target=source)


@pytest.mark.parametrize(
    ("source", "x", "y"),
    [
        ("wgs84", 180.1, 0.0),
        ("wgs84", 0.0, -90.1),
        ("cgcs2000", 2.35, 48.85),
        ("EPSG:4546", 598_635.8, 5_065_596.8),  # north of China's part of the zone
        ("EPSG:4546", 37_598_635.8, 3_065_596.8),  # with a zone prefix: 4525
        ("EPSG:4546", 598_635.8, 3_065_596.8 + MERIDIAN_M),  # unprojected, the very spot of y - MERIDIAN_M
        ("EPSG:4269", 272.0, 41.0),  # the longitude of Chicago, counted from 0 to 360
        ("EPSG:3435", 0.0, 0.0),
        ("EPSG:3857", 0.0, 3e7),
    ],
)
def test_points_outside_the_area_of_use_are_refused(source: str, x: float, y: float) -> None:
    assert not in_domain(x, y, source)
    with pytest.raises(GeodataError, match=r"1 of 1 points lie outside .*index 0: .*wanted: lon"):
        convert(x, y, source=source, target="wgs84" if source != "wgs84" else 3857)


def test_points_outside_the_targets_area_of_use_are_refused() -> None:
    with pytest.raises(GeodataError, match=r"1 of 2 points lie outside CGCS2000 .*EPSG:4546.*x=95, y=27"):
        convert([112, 95], [27.7, 27], source="wgs84", target="EPSG:4546")


def test_an_area_of_use_across_the_antimeridian_holds_both_sides() -> None:
    # NZGD2000 is used from 160.6 E to 171.2 W.
    assert in_domain([175.0, -175.0, 0.0, 190.0], [-40.0, -40.0, -40.0, -40.0], 4167).tolist() == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(("source", "x", "y"), [(4546, 3_065_596.8, 598_635.8), ("wgs84", 27.7, 112.0)])
def test_swapped_axes_are_told(source: str | int, x: float, y: float) -> None:
    with pytest.raises(GeodataError, match="swapped it would fit"):
        convert(x, y, source=source, target="gcj02")


def test_shapes_and_words_in_place_of_numbers_are_refused() -> None:
    with pytest.raises(GeodataError, match=r"\(2,\).*\(1,\)"):
        convert([1, 2], [1], source="wgs84", target=3857)
    with pytest.raises(GeodataError, match="must be numbers"):
        convert(["东"], ["北"], source="wgs84", target=3857)
    with pytest.raises(GeodataError, match="must be numbers"):
        in_domain("111.9E", "27.7N", "wgs84")


@pytest.mark.parametrize("system", ["EPSG:9000", "EPSG:7415", "EPSG:9518", "EPSG:4807", "EPSG:7844", "EPSG:4936"])
def test_heights_epochs_and_other_meridians_dont_crash(system: str) -> None:
    if system == "EPSG:4936":  # geocentric
        with pytest.raises(GeodataError, match="Geocentric"):
            convert(1.0, 2.0, source=system, target="wgs84")
    else:
        assert in_domain([0.1, np.nan], [0.1, 0.1], system)[1] == np.False_


def test_geometries_are_converted_in_two_dimensions_and_none_stays() -> None:
    # 0.9 degrees west of the central meridian, so 0.9 degrees of the other sign is its mirror image.
    line = shapely.from_wkt("LINESTRING Z (110.1 27 5, 111.9 27 6)")
    point = shapely.from_wkt("POINT ZM (111 27 1 2)")
    empty = shapely.from_wkt("POLYGON EMPTY")
    out_line, out_none, out_point, out_empty = convert_geometries([line, None, point, empty], source=4490, target=4546)
    assert out_none is None
    assert out_empty.is_empty
    assert not shapely.has_z([out_line, out_point]).any()
    assert not shapely.has_m([out_line, out_point]).any()
    (west, south), (east, north) = shapely.get_coordinates(out_line)
    assert (west + east) / 2 == pytest.approx(500_000, abs=1e-6)
    assert south == pytest.approx(north, abs=1e-6)
    assert shapely.get_coordinates(line).tolist() == [[110.1, 27], [111.9, 27]]


def test_a_geometry_that_reaches_outside_is_named_by_its_index() -> None:
    shapes = [shapely.Point(112, 27), None, shapely.LineString([(112, 27), (2, 48)]), shapely.Point()]
    assert geometries_in_domain(shapes, "gcj02").tolist() == [True, True, False, True]
    with pytest.raises(GeodataError, match=r"1 of 3 points .*geometry at index 2: x=2, y=48"):
        convert_geometries(shapes, source="gcj02", target="wgs84")


def test_threads_get_the_same_answers() -> None:
    x, y = np.linspace(109.6, 112.4, 5000), np.linspace(20, 40, 5000)
    alone = convert(x, y, source="wgs84", target="EPSG:4546")
    with ThreadPoolExecutor(4) as pool:
        for seen in pool.map(lambda _: convert(x, y, source="wgs84", target="EPSG:4546"), range(16)):
            assert np.array_equal(seen, alone)
