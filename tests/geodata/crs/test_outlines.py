"""An outline drawn in a shifted system gives itself away against the deployment's boundary."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from geodata.crs import better_system, convert_geometries, from_metric, outline_distance_m, to_metric

METRIC = "EPSG:4546"
TOWN = shapely.Polygon([(112.00, 27.70), (112.08, 27.71), (112.10, 27.78), (112.04, 27.80), (111.99, 27.76)])


def shape_of(features: list[dict[str, Any]], key: str) -> BaseGeometry:
    (found,) = [feature for feature in features if str(feature["properties"][key]) == "431302"]
    return shapely.from_geojson(json.dumps(found["geometry"]))


@pytest.fixture
def known(shared_data: Callable[[str], Path]) -> BaseGeometry:
    text = shared_data("adm-loudi/tianditu_loudi_counties.geojson").read_text("utf-8")
    return shape_of(json.loads(text)["features"], "district_adcode")


@pytest.fixture
def datav(shared_data: Callable[[str], Path]) -> BaseGeometry:
    text = shared_data("adm-loudi/datav2022_431302.json").read_text("utf-8")
    return shape_of(json.loads(text)["features"], "adcode")


def shifted_m(shape: BaseGeometry, east_m: float) -> BaseGeometry:
    (metres,) = to_metric([shape], METRIC)
    moved: BaseGeometry = from_metric([affinity.translate(metres, xoff=east_m)], METRIC)[0]
    return moved


def test_the_distance_of_two_squares_by_hand() -> None:
    # A square of 1 km, and the same moved 30 m east. Along the moved one's perimeter of 4 km stand 80 points, 20 a
    # side: the two upright sides (40 points) are 30 m from the other outline, the level ones lie on it up to the last
    # 30 m, so 40 points or more are at 0: the median is between the two middle ones, 0 and 30.
    square = shapely.box(0, 0, 1000, 1000)
    assert outline_distance_m(square, square) == 0
    assert outline_distance_m(square, shapely.box(30, 0, 1030, 1000)) == pytest.approx(15)
    # Moved both ways every side is off by 30 m, but for the few points near a corner where outlines cross.
    assert outline_distance_m(square, shapely.box(30, 30, 1030, 1030)) == pytest.approx(30)


def test_holes_and_parts_belong_to_the_outline() -> None:
    square = shapely.box(0, 0, 1000, 1000)
    with_hole = square.difference(shapely.box(100, 100, 900, 900))
    # 64 of 144 points lie on the hole's edge, 100 m from the outer one: the median is still 0 ...
    assert outline_distance_m(with_hole, square) == 0
    # ... and with two more parts far away most points are.
    islands = shapely.union_all([with_hole, shapely.box(2000, 0, 3000, 1000), shapely.box(4000, 0, 5000, 1000)])
    assert outline_distance_m(islands, square) > 100
    assert outline_distance_m(square, islands) > 100


def test_datav_read_as_gcj02_agrees_with_the_true_outline(datav: BaseGeometry, known: BaseGeometry) -> None:
    (moved,) = convert_geometries([datav], source="gcj02", target="wgs84")
    one, other = to_metric([moved, known], METRIC)
    assert outline_distance_m(one, other) < 150


def test_datav_read_as_wgs84_is_noticed(datav: BaseGeometry, known: BaseGeometry) -> None:
    found = better_system(datav, known, metric_crs=METRIC)
    assert found is not None
    system, as_read_m, under_system_m = found
    assert system == "gcj02"
    assert under_system_m < 150
    assert as_read_m > 3 * under_system_m


def test_the_true_outline_raises_no_suspicion(known: BaseGeometry, datav: BaseGeometry) -> None:
    assert better_system(known, known, metric_crs=METRIC) is None
    (mended,) = convert_geometries([datav], source="gcj02", target="wgs84")
    assert better_system(mended, known, metric_crs=METRIC) is None


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_a_shifted_outline_is_told_with_its_system(system: str) -> None:
    (drawn,) = convert_geometries([TOWN], source="wgs84", target=system)
    found = better_system(drawn, TOWN, metric_crs=METRIC)
    assert found is not None
    assert found[0] == system
    assert found[1] > 100
    assert found[2] == pytest.approx(0, abs=1e-3)


def test_a_system_that_fits_only_a_little_better_is_not_proposed() -> None:
    # Six tenths of the way to GCJ-02: four tenths remain under that system, which is 1.5 times better and not 3.
    (drawn,) = convert_geometries([TOWN], source="wgs84", target="gcj02")
    between = shapely.transform(TOWN, lambda points: 0.4 * points + 0.6 * shapely.get_coordinates(drawn))
    assert better_system(between, TOWN, metric_crs=METRIC) is None
    nine_tenths = shapely.transform(TOWN, lambda points: 0.1 * points + 0.9 * shapely.get_coordinates(drawn))
    assert better_system(nine_tenths, TOWN, metric_crs=METRIC) is not None


def test_a_small_error_of_drawing_is_not_taken_for_a_system() -> None:
    assert better_system(shifted_m(TOWN, 40), TOWN, metric_crs=METRIC) is None


def test_another_place_or_a_part_of_it_is_not_compared() -> None:
    (drawn,) = convert_geometries([TOWN], source="wgs84", target="gcj02")
    part = drawn.intersection(shapely.box(111, 27, 112.03, 28))
    assert 0 < part.area < 0.5 * drawn.area
    assert better_system(part, TOWN, metric_crs=METRIC) is None
    assert better_system(shapely.box(2, 48, 3, 49), TOWN, metric_crs=METRIC) is None
    # A belt of 50 m along the town's edge has nearly the same outline, and a small part of the area.
    (metres,) = to_metric([TOWN], METRIC)
    (belt,) = from_metric([metres.difference(metres.buffer(-50))], METRIC)
    (drawn_belt,) = convert_geometries([belt], source="wgs84", target="gcj02")
    assert better_system(drawn_belt, TOWN, metric_crs=METRIC) is None


def test_outside_china_no_system_is_proposed() -> None:
    chicago = shapely.box(-88, 41.6, -87.5, 42.1)
    assert (
        better_system(
            shapely.transform(chicago, lambda p: p + np.array([0.005, 0.003])), chicago, metric_crs="EPSG:32616"
        )
        is None
    )


def test_an_invalid_outline_is_compared_too() -> None:
    bow_tie = shapely.union(TOWN, TOWN).segmentize(1)
    points = [*shapely.get_coordinates(bow_tie).tolist()]
    points.insert(1, [112.01, 27.69])
    points.insert(2, [112.005, 27.705])
    crossed = shapely.Polygon(points)
    assert not crossed.is_valid
    (drawn,) = convert_geometries([crossed], source="wgs84", target="gcj02")
    found = better_system(drawn, TOWN, metric_crs=METRIC)
    assert found is not None
    assert found[0] == "gcj02"
