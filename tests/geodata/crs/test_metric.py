"""Which metric system fits a place, and lengths that come out right in it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from geodata.crs import check_metric_crs, from_metric, metric_crs_for, to_metric
from geodata.errors import InvalidInput


def around(lon: float, lat: float, half_deg: float = 0.1) -> shapely.Polygon:
    return shapely.box(lon - half_deg, lat - half_deg, lon + half_deg, lat + half_deg)


@pytest.mark.parametrize(
    ("place", "lon", "lat", "crs"),
    [
        # 3-degree zones: the central meridian is the multiple of 3 that is nearest.
        ("Louxing", 112.0, 27.7, "EPSG:4546"),  # 111 E
        ("Changsha", 112.9, 28.2, "EPSG:4547"),  # 114 E
        ("Beijing", 116.4, 39.9, "EPSG:4548"),  # 117 E
        ("Kashgar", 76.0, 39.5, "EPSG:4534"),  # 75 E
        ("Fuyuan", 134.3, 48.3, "EPSG:4554"),  # 135 E
        ("Sanya", 109.5, 18.3, "EPSG:4545"),  # 108 E or 111 E are equally near; Python rounds 36.5 to the even 36
        ("Shenzhen", 114.06, 22.60, "EPSG:4547"),
        ("Hekou", 103.9, 22.65, "EPSG:4544"),
        # UTM: zone 1 begins at 180 W, 6 degrees each.
        ("Chicago", -87.7, 41.8, "EPSG:32616"),
        ("Monaco", 7.42, 43.73, "EPSG:32632"),
        ("Porto Alegre", -51.2, -30.0, "EPSG:32722"),
        ("Helsinki", 24.9, 60.2, "EPSG:32635"),
        ("Hong Kong", 114.17, 22.30, "EPSG:32650"),
        ("Taipei", 121.56, 25.03, "EPSG:32651"),
        ("Hanoi", 105.85, 21.03, "EPSG:32648"),
        ("Ulaanbaatar", 106.9, 47.9, "EPSG:32648"),
        ("Vladivostok", 131.9, 43.1, "EPSG:32652"),
        ("Seoul", 127.0, 37.5, "EPSG:32652"),
        ("Delhi", 77.2, 28.6, "EPSG:32643"),
        ("Taveuni", 179.9, -16.8, "EPSG:32760"),
    ],
)
def test_a_place_gets_the_zone_it_lies_in(place: str, lon: float, lat: float, crs: str) -> None:
    assert metric_crs_for(around(lon, lat, 0.05)) == crs, place


@pytest.mark.parametrize(
    ("boundary", "message"),
    [
        (shapely.MultiPolygon([around(179.5, -17), around(-179.5, -17)]), "antimeridian"),
        (shapely.box(75, 20, 130, 50), "55 degrees of longitude wide"),
        (around(20, 85), "--metric-crs"),
        (around(20, -80), "--metric-crs"),
        (shapely.box(500_000, 3_000_000, 600_000, 3_100_000), "WGS 84 degrees"),
        (shapely.Point(112, 27), "polygon"),
        (shapely.Polygon(), "polygon"),
    ],
)
def test_what_no_zone_fits_is_refused(boundary: BaseGeometry, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        metric_crs_for(boundary)


@given(lon=st.floats(-179, 179), lat=st.floats(-79, 83))
def test_a_kilometre_is_a_kilometre_in_the_derived_system(lon: float, lat: float) -> None:
    # Within half a UTM zone (3 degrees) and the scale of 0.9996 a length is right to 0.1 %; a Gauss-Kruger zone is
    # half as wide, with scale 1.
    east, north, _ = Geod(ellps="WGS84").fwd(lon, lat, 60, 1000)
    metric = metric_crs_for(around(lon, lat, 0.01))
    line = to_metric([shapely.LineString([(lon, lat), (east, north)])], metric)
    assert float(shapely.length(line)[0]) == pytest.approx(1000, rel=1.1e-3)


def test_to_metres_and_back_keeps_everything_but_heights() -> None:
    shapes = [around(112, 27.7), None, shapely.from_wkt("POINT ZM (112 27 1 2)"), shapely.Point()]
    metres = to_metric(shapes, "EPSG:4546")
    back = from_metric(metres, "EPSG:4546")
    assert metres[1] is None
    assert back[1] is None
    assert back[2].wkt == shapely.Point(*shapely.get_coordinates(back[2])[0]).wkt
    assert shapely.equals_exact(back[0], shapes[0], 1e-10)
    assert back[3].is_empty
    assert isinstance(metres, np.ndarray)


def test_a_road_that_leaves_the_zone_is_measured_all_the_same() -> None:
    # CM 111 is for 109.5 to 112.5 E; a deployment near the edge has neighbours beyond.
    metres = to_metric([shapely.Point(113.4, 27.7)], "EPSG:4546")
    assert shapely.equals_exact(from_metric(metres, "EPSG:4546")[0], shapely.Point(113.4, 27.7), 1e-10)


@pytest.mark.parametrize("bad", [shapely.Point(np.inf, 27.7), shapely.Point(112, 95)])
def test_a_point_without_a_place_is_refused_with_its_index(bad: shapely.Point) -> None:
    with pytest.raises(InvalidInput, match="geometry at index 1"):
        to_metric([shapely.Point(112, 27), bad], "EPSG:4546")


def test_a_metric_system_is_projected_and_in_metres() -> None:
    assert check_metric_crs("4546") == "EPSG:4546"
    for text, reason in (
        ("EPSG:4326", "isn't projected"),
        ("gcj02", "isn't projected"),
        ("cgcs2000", "isn't projected"),
        ("EPSG:4269", "isn't projected"),
        ("EPSG:3435", "US survey foot"),
        ("EPSG:3857", "stretches"),
        ("EPSG:2437", "Beijing 1954"),
    ):
        with pytest.raises(InvalidInput, match=reason):
            check_metric_crs(text)
