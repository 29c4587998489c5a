"""Names of towns on the map: each at its zooms, in no tile as a number, and not where an area says the same."""

from __future__ import annotations

from collections.abc import Iterator
from math import asinh, pi, radians, tan

import pytest

from geodata.layers import get_layer
from geodata.publication import publish
from geodata.queries.areas import list_areas
from geodata.queries.place_names import list_place_names
from geodata.queries.reading import RESIDENT, STEWARD, Reader, Reading, open_reading
from geodata.queries.search import find
from geodata.queries.tiles import tile
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put
from tests.vector_tile import read_tile

WEST = "MULTIPOLYGON(((111.95 27.69, 112 27.69, 112 27.77, 111.95 27.77, 111.95 27.69)))"
SMALL = "MULTIPOLYGON(((111.98 27.72, 111.99 27.72, 111.99 27.73, 111.98 27.73, 111.98 27.72)))"
"""A kilometre each way: 27 pixels at zoom 11, 53 at zoom 12."""
NAMES = (
    ("乐坪", "town", None, "POINT(111.98 27.73)"),
    ("西村", "village", "West Village", "POINT(111.981 27.73)"),
    ("Leping Hill", "locality", None, "POINT(111.982 27.73)"),
    # The same name, but in no area that has it.
    ("西村", "village", None, "POINT(112.02 27.73)"),
    ("东园", "suburb", None, "POINT(112.021 27.73)"),
)


@pytest.fixture(scope="module")
def named(deployments: Deployments) -> Settings:
    """A published district with five named places and an area that says the names of two of them."""
    settings = deployments.make("Named")
    areas = [("s", "S", "乐坪街道", "street"), ("w", "W", "西村", "community")]
    rows = [{"source_id": key, "code": code, "name": name, "kind": kind} for key, code, name, kind in areas]
    small = {"source_id": "n", "code": "N", "name": "Northside", "kind": "community", "geom": SMALL}
    put(settings, "area", [*({**row, "geom": WEST} for row in rows), small])
    places = [{"name": name, "kind": kind, "name_en": en, "geom": at} for name, kind, en, at in NAMES]
    put(settings, "locality", places)
    publish(settings)
    return settings


@pytest.fixture(params=[RESIDENT, STEWARD], ids=["resident", "steward"])
def reading(named: Settings, request: pytest.FixtureRequest) -> Iterator[Reading]:
    """The district, as it is published and as the office reads it."""
    reader: Reader = request.param
    with open_reading(named, reader) as opened:
        yield opened


def _written(reading: Reading, z: int) -> list[tuple[str, str]]:
    """Return name and kind of what the tiles of a zoom hold."""
    found = set()
    for lon in (111.981, 112.021):
        column = int((lon / 360 + 0.5) * 2**z)
        row = int((1 - asinh(tan(radians(27.73))) / pi) / 2 * 2**z)
        features = read_tile(tile(reading, get_layer("locality"), z, column, row)).get("locality", [])
        assert not [feature for feature in features if "records" in feature.properties]
        found |= {(feature.id, feature.properties["name"], feature.properties["kind"]) for feature in features}
    return sorted((name, kind) for _, name, kind in found)


def test_each_kind_is_named_from_its_zoom_to_its_last(reading: Reading) -> None:
    assert _written(reading, 9) == []
    assert _written(reading, 10) == [("西村", "village")]
    assert _written(reading, 12) == [("东园", "suburb"), ("西村", "village")]
    assert _written(reading, 15) == [("Leping Hill", "locality"), ("东园", "suburb"), ("西村", "village")]
    assert _written(reading, 16) == [("Leping Hill", "locality")]
    assert _written(reading, 17) == []


def test_an_area_is_named_as_soon_as_its_name_has_room_in_it(reading: Reading) -> None:
    named = {}
    for z in (10, 11, 12, 13):
        column = int((111.985 / 360 + 0.5) * 2**z)
        row = int((1 - asinh(tan(radians(27.725))) / pi) / 2 * 2**z)
        labels = read_tile(tile(reading, get_layer("area"), z, column, row)).get("area_label", [])
        named[z] = "Northside" in {label.properties["name"] for label in labels}
    assert named == {10: False, 11: False, 12: True, 13: True}


def test_places_of_one_name_are_found_each_and_in_either_language(reading: Reading) -> None:
    hits = [(hit.layer_id, hit.name) for hit in find(reading, "西村")]
    assert hits == [("area", "西村"), ("locality", "西村"), ("locality", "西村")]
    assert [hit.name for hit in find(reading, "west v")] == ["西村"]


def test_all_names_come_the_greatest_first_without_those_that_an_area_says(reading: Reading) -> None:
    layer = get_layer("locality")
    listed = list_place_names(reading, layer, "zh-CN", most=10)
    assert [(place.name, place.kind) for place in listed] == [
        ("西村", "village"),
        ("东园", "suburb"),
        ("Leping Hill", "locality"),
    ]
    assert (listed[0].lon, listed[0].lat) == pytest.approx((112.02, 27.73))
    assert list_place_names(reading, layer, "en", most=2) == listed[:2]
    [west] = [row.id for row in list_areas(reading) if row.name == "西村"]
    assert [place.name for place in list_place_names(reading, layer, "en", area=west, most=10)] == ["Leping Hill"]
