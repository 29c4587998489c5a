"""The base map: packing and unpacking, ranks of roads, the room in the file."""

from __future__ import annotations

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.layers import get_layer
from webmap.briefing import base
from webmap.cartography.basemap import FILLS
from webmap.wording import Wording


def _array(*wkt: str) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.asarray([shapely.from_wkt(text) for text in wkt], dtype=object)


def test_a_line_is_its_first_point_and_the_steps_from_there() -> None:
    # 112.000001 E, 27.7 N, then 2 millionths west and 1 north
    packed = base.pack(_array("LINESTRING(112.000001 27.7, 111.999999 27.700001)"))
    assert packed == [[112_000_001, 27_700_000, -2, 1]]


def test_a_ring_leaves_out_its_last_point() -> None:
    # From 0, 0 one degree east, then one north; the way back is the ring's own.
    packed = base.pack(_array("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)))"))
    assert packed == [[0, 0, 1_000_000, 0, 0, 1_000_000]]


def test_points_that_fall_together_are_one() -> None:
    packed = base.pack(_array("LINESTRING(1 1, 1.0000001 1, 1.000001 1)"))
    assert packed == [[1_000_000, 1_000_000, 1, 0]]


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-85, 85)), min_size=2, max_size=20, unique=True))
def test_unpacking_gives_every_point_back_within_half_a_unit(points: list[tuple[float, float]]) -> None:
    line = shapely.LineString(points)
    for packed in base.pack(np.asarray([line], dtype=object)):
        back = np.cumsum(np.asarray(packed).reshape(-1, 2), axis=0) / base.UNITS_PER_DEGREE
        away = np.abs(np.asarray(points)[:, None, :] - back[None, :, :]).max(axis=2).min(axis=1)
        assert away.max() <= 0.51 / base.UNITS_PER_DEGREE


def _roads(*classes: str) -> geopandas.GeoDataFrame:
    lines = [shapely.LineString([(112, 27.7 + row / 1000), (112.01, 27.7 + row / 1000)]) for row in range(len(classes))]
    return geopandas.GeoDataFrame({"highway": list(classes)}, geometry=lines, crs=4326)


def test_roads_are_drawn_by_rank_paths_first() -> None:
    roads = _roads("primary", "footway", "residential", "primary_link")
    looks = base.base_looks([(get_layer("road"), roads)], Wording("en"), [])
    assert [len(look.parts) for look in looks] == [1, 1, 2]
    path, street, primary = looks
    assert path.outline == ""
    assert street.colour == "#ffffff"
    assert primary.colour == FILLS["primary"]
    assert primary.widths > street.widths


def test_what_has_no_room_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MOST_CHARACTERS", 100)
    houses = geopandas.GeoDataFrame(geometry=[shapely.box(112, 27.7, 112.1, 27.8)] * 9, crs=4326)
    notes: list[str] = []
    looks = base.base_looks(
        [(get_layer("building"), houses), (get_layer("road"), _roads("primary"))], Wording("en"), notes
    )
    assert [look.is_area for look in looks] == [False]
    assert notes == ["The base map leaves out Buildings (9 records) to keep the file small; a smaller area shows them."]
