"""The sea, put together from coastlines."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from shapely.geometry import LineString, Polygon, box

from etl.readers.osm import read_osm
from etl.readers.osm_sea import sea_areas
from etl.readers.osm_selection import OsmSelection
from tests.conftest import SHARED

FRAME = box(0, 0, 10, 10)
# Drawn from west to east, the land is on the left: north of y = 4.
SHORE = LineString([(-1, 4), (5, 4), (11, 4)])
# Around an island against the clock: land inside.
ISLAND = LineString([(4, 1), (6, 1), (6, 2), (4, 2), (4, 1)])


def test_the_sea_lies_on_the_right() -> None:
    [sea] = sea_areas([SHORE], FRAME)
    assert sea.equals(box(0, 0, 10, 4))
    [other] = sea_areas([SHORE.reverse()], FRAME)
    assert other.equals(box(0, 4, 10, 10))


def test_an_island_is_a_hole_and_a_bay_in_pieces_is_one() -> None:
    pieces = [LineString([(-1, 4), (2, 4)]), LineString([(2, 4), (5, 4)]), LineString([(5, 4), (11, 4)])]
    [sea] = sea_areas([*pieces, ISLAND], FRAME)
    assert sea.equals(box(0, 0, 10, 4).difference(Polygon(ISLAND)))


def test_an_island_alone_lies_in_the_sea() -> None:
    [sea] = sea_areas([ISLAND], FRAME)
    assert sea.equals(FRAME.difference(Polygon(ISLAND)))


def test_a_lagoon_alone_is_water_in_land() -> None:
    [sea] = sea_areas([ISLAND.reverse()], FRAME)
    assert sea.equals(Polygon(ISLAND))


def test_a_coastline_that_ends_near_the_edge_is_led_there() -> None:
    [sea] = sea_areas([LineString([(1, 4), (5, 4), (9, 4)]), ISLAND], FRAME)
    assert sea.equals(box(0, 0, 10, 4).difference(Polygon(ISLAND)))


def test_an_island_beside_a_torn_coastline_floods_nothing() -> None:
    assert sea_areas([LineString([(4, 5), (5, 5)]), ISLAND], FRAME) == []


@pytest.mark.parametrize("coastlines", [[], [LineString([(4, 5), (5, 5)])], [LineString([(20, 4), (25, 4)])]])
def test_what_bounds_nothing_makes_no_sea(coastlines: list[LineString]) -> None:
    assert sea_areas(coastlines, FRAME) == []


XML = """<osm version="0.6">{bounds}
<node id="1" lon="-1" lat="4"/><node id="2" lon="11" lat="4"/>
<way id="5"><nd ref="1"/><nd ref="2"/><tag k="natural" v="coastline"/></way></osm>"""


def test_the_box_of_the_file_is_where_the_sea_ends(tmp_path: Path) -> None:
    path = tmp_path / "coast.osm"
    path.write_text(XML.format(bounds='<bounds minlon="0" minlat="0" maxlon="10" maxlat="10"/>'), "utf-8")
    selections = [
        OsmSelection("sea", "sea", {"natural": ("coastline",)}, ("name",)),
        OsmSelection("coast", "ways", {"natural": ("coastline",)}),
    ]
    part, _ = read_osm(path, selections)
    [batch] = part.batches()
    assert batch.geometry is not None
    assert shapely.equals(batch.geometry[0], box(0, 0, 10, 4))
    path.write_text(XML.format(bounds=""), "utf-8")
    part, _ = read_osm(path, selections)
    assert list(part.batches()) == []
    assert "doesn't state its box" in " ".join(part.notes)


def test_monaco_lies_north_of_the_sea() -> None:
    path = SHARED / "osm" / "monaco.osm.pbf"
    if not path.exists():
        pytest.skip("needs the real file ../shared/data/osm/monaco.osm.pbf")
    [part] = read_osm(path, [OsmSelection("sea", "sea", {"natural": ("coastline",)})])
    [batch] = part.batches()
    assert batch.geometry is not None
    sea = shapely.union_all(batch.geometry)
    assert sea.contains(shapely.Point(7.440, 43.7265))  # off the port
    assert not sea.intersects(shapely.Point(7.4197, 43.7314))  # the palace
