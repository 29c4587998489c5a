"""Boxes as web standards state them: in any offered system, in the order of its axes, however wide."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.crs.axes import CRS84, box_in_storage, offered_systems
from geodata.crs.conversion import convert
from geodata.errors import InvalidInput

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
METRIC = "EPSG:4546"
"""3-degree Gauss-Krüger zone of CGCS2000 around 111 degrees; the northing comes first."""
PLACE = shapely.Point(112.0, 27.73)
WORLD = {
    CRS84: (-180, -90, 180, 90),
    f"{EPSG}4326": (-90, -180, 90, 180),
    f"{EPSG}3857": (-20037508.342789244, -20048966.1, 20037508.342789244, 20048966.1),
    f"{EPSG}4490": (-90, -180, 90, 180),
    f"{EPSG}4546": (-9e6, -9e6, 9e6, 9e6),
}


def test_a_box_around_the_world_holds_what_its_system_can_tell_of() -> None:
    assert WORLD.keys() == set(offered_systems(METRIC))
    for uri, box in WORLD.items():
        assert box_in_storage(box, uri).covers(PLACE), uri
    assert box_in_storage(WORLD[f"{EPSG}4490"], f"{EPSG}4490").bounds == (73.62, 16.7, 134.77, 53.56)
    west, _, east, _ = box_in_storage(WORLD[f"{EPSG}4546"], f"{EPSG}4546").bounds
    assert (west, east) == pytest.approx((109.5, 112.5), abs=1e-6)


def test_a_box_beside_its_system_holds_nothing() -> None:
    assert box_in_storage((-20, -20, -10, -10), f"{EPSG}4490").is_empty
    assert box_in_storage((9e6, 9e6, 9.1e6, 9.1e6), f"{EPSG}4546").is_empty


def test_a_box_over_the_180th_meridian_in_degrees() -> None:
    assert box_in_storage((10, 100, 40, -100), f"{EPSG}4490").covers(PLACE)
    assert not box_in_storage((10, 170, 40, -170), f"{EPSG}4490").covers(PLACE)
    with pytest.raises(InvalidInput, match="least two numbers"):
        box_in_storage((10, 100, 40, -100), f"{EPSG}3857")


def test_a_box_without_an_area_is_the_point_or_the_line_it_is() -> None:
    assert box_in_storage((27.73, 112.0, 27.73, 112.0), f"{EPSG}4490").equals(PLACE)
    assert box_in_storage((27.0, 112.0, 28.0, 112.0), f"{EPSG}4490").length == pytest.approx(1)


@given(st.floats(109.51, 112.49), st.floats(18.12, 45.1), st.floats(1, 2e6), st.floats(1, 2e6))
def test_a_point_lies_in_a_box_of_metres_just_when_its_metres_do(
    lon: float, lat: float, wide: float, high: float
) -> None:
    """Boxes whose corner is at the place: a metre inside of it the point is held, a metre outside it isn't."""
    x, y = (float(each[0]) for each in convert([111.2], [30.0], source="wgs84", target=METRIC))
    px, py = (float(each[0]) for each in convert([lon], [lat], source="wgs84", target=METRIC))
    inside = x - wide <= px <= x + wide and y - high <= py <= y + high
    edges = np.array([px - x + wide, x + wide - px, py - y + high, y + high - py])
    if np.abs(edges).min() < 200:  # so far an edge of 16 pieces may be beside its curve
        return
    box = box_in_storage((y - high, x - wide, y + high, x + wide), f"{EPSG}4546")
    assert shapely.distance(box, shapely.Point(lon, lat)) < 1e-5 if inside else not box.covers(shapely.Point(lon, lat))
