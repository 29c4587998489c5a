"""Which operation is taken, and what a receipt can say of it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geodata.crs import convert, operation
from geodata.crs.links import Box
from geodata.errors import InvalidInput

CHICAGO = shapely.box(-88, 41.6, -87.5, 42.1)
LOUXING = shapely.box(111.8, 27.5, 112.2, 28.0)
EDINBURGH = shapely.box(-3.4, 55.8, -3.0, 56.0)


def test_cgcs2000_is_taken_as_wgs84_and_says_so() -> None:
    for source, target in ((4546, "wgs84"), ("wgs84", 4546), ("cgcs2000", "wgs84"), (4490, 4326), (4326, 4490)):
        seen = operation(source, target, LOUXING)
        assert seen.accuracy_m == 1.0
        assert "less than 1 m" in seen.description
        assert seen.area_of_interest == (111.8, 27.5, 112.2, 28.0)
    assert np.array_equal(convert([112.0], [27.7], source="cgcs2000", target="wgs84"), [[112.0], [27.7]])


def test_feet_on_nad83_have_an_operation_with_a_stated_accuracy() -> None:
    # NAD83 to WGS 84 (1) is a shift of nothing, stated to 4 m.
    seen = operation("EPSG:3435", "wgs84", CHICAGO)
    assert (seen.source, seen.target) == ("NAD83 / Illinois East (ftUS) (EPSG:3435)", "WGS 84")
    assert seen.accuracy_m == 4.0
    assert "NAD83 to WGS 84 (1)" in seen.description


def test_the_shifted_systems_state_no_accuracy() -> None:
    seen = operation("gcj02", "EPSG:4546")
    assert seen.accuracy_m is None
    assert "GCJ-02 to WGS 84" in seen.description
    assert "projected to CGCS2000" in seen.description


def test_accuracies_of_two_steps_add_up() -> None:
    assert operation("EPSG:3857", "EPSG:32649").accuracy_m == 0
    assert operation("EPSG:3435", "EPSG:2263").accuracy_m == 8


def test_one_system_to_itself_is_exact() -> None:
    seen = operation("WGS84", 4326)
    assert (seen.accuracy_m, seen.description) == (0, "nothing to change")


def test_the_boundary_chooses_the_operation() -> None:
    # For ED50 the registry has dozens of shifts, each for some countries: Madrid and Oslo get different ones.
    madrid = operation(4230, "wgs84", shapely.box(-3.9, 40.3, -3.5, 40.6))
    oslo = operation(4230, "wgs84", shapely.box(10.6, 59.8, 10.9, 60.0))
    assert madrid.description != oslo.description
    at_madrid = convert(-3.7, 40.4, source=4230, target=4326, boundary=shapely.box(-3.9, 40.3, -3.5, 40.6))
    at_oslo = convert(-3.7, 40.4, source=4230, target=4326, boundary=shapely.box(10.6, 59.8, 10.9, 60.0))
    assert not np.array_equal(at_madrid, at_oslo)


def test_no_operation_for_the_boundary_is_refused_in_a_sentence() -> None:
    assert operation("EPSG:27700", "wgs84", EDINBURGH).accuracy_m is not None
    with pytest.raises(
        InvalidInput, match=r"British National Grid.*ballpark that is valid for the boundary \(-88, 41\.6"
    ):
        operation("EPSG:27700", "wgs84", CHICAGO)
    # The shift of Great Britain is used as far as 1.92 E: a boundary may reach over that, its middle may not.
    assert operation("EPSG:27700", "wgs84", shapely.box(1.0, 51, 2.5, 52)).accuracy_m is not None
    with pytest.raises(InvalidInput, match="valid for the boundary"):
        operation("EPSG:27700", "wgs84", shapely.box(1.5, 51, 4, 52))
    with pytest.raises(InvalidInput, match="ballpark"):
        convert(400_000, 300_000, source="EPSG:27700", target="wgs84", boundary=CHICAGO)


def test_a_datum_that_nothing_is_known_of_is_refused() -> None:
    unknown = "+proj=tmerc +lat_0=0 +lon_0=111 +k=1 +x_0=500000 +ellps=krass +units=m +type=crs"
    with pytest.raises(InvalidInput, match="no operation better than a ballpark"):
        operation(unknown, "wgs84")


def test_local_parameters_that_a_survey_office_gives_are_used() -> None:
    local = "+proj=longlat +ellps=krass +towgs84=20,-150,-80,0,0,0,0 +type=crs"
    seen = operation(local, "wgs84")
    assert seen.accuracy_m is None
    assert "came with the system" in seen.description
    # -150 m along the y axis of the earth moves a point on the Greenwich meridian 150 m west, and it is at the equator.
    lon, _ = convert(0.0, 0.0, source=local, target="wgs84")
    assert float(lon) * 111_320 == pytest.approx(-150, abs=0.1)


@pytest.mark.parametrize("boundary", [shapely.Polygon(), shapely.box(500_000, 3_000_000, 600_000, 3_100_000)])
def test_a_boundary_that_isnt_in_degrees_is_refused(boundary: shapely.Polygon) -> None:
    with pytest.raises(InvalidInput, match="WGS 84 degrees"):
        operation("EPSG:4546", "wgs84", boundary)


def test_a_box_across_the_antimeridian() -> None:
    box = Box(170, -10, -170, 10)
    assert box.holds(np.array([175.0, -175, 0, 190, 170, -170]), np.zeros(6)).tolist() == [
        True,
        True,
        False,
        False,
        True,
        True,
    ]
    assert not box.holds(np.array([175.0, np.nan]), np.array([np.nan, 0.0])).any()
