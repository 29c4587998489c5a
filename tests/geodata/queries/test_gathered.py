"""Tiles that would be too large: drawn coarser, then counted, and nothing left out without a word."""

from __future__ import annotations

import math
from datetime import date

import pytest

from geodata.publication import publish
from geodata.queries import tiles
from geodata.queries.reading import RESIDENT, STEWARD, open_reading
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put
from tests.vector_tile import Feature, read_tile

ACROSS, RECORDS = 20, 200
WEST, SOUTH, STEP = 111.97, 27.70, 0.003


@pytest.fixture(scope="module")
def crowded(deployments: Deployments) -> Settings:
    """Two hundred compounds of eight corners each, as many roads, and as many posts in one place's streets."""
    settings = deployments.make("Crowded", as_of=date(2025, 10, 31))
    compounds, roads, posts = [], [], []
    for n in range(RECORDS):
        lon, lat = WEST + (n % ACROSS) * STEP, SOUTH + (n // ACROSS) * STEP
        ring = [(0, 0), (4, 1), (9, 0), (8, 4), (9, 9), (5, 8), (0, 9), (1, 5), (0, 0)]
        corners = ", ".join(f"{lon + x * 1e-4} {lat + y * 1e-4}" for x, y in ring)
        compounds.append({"source_id": f"c{n}", "name": f"Yard {n}", "geom": f"MULTIPOLYGON((({corners})))"})
        line = f"MULTILINESTRING(({lon} {lat}, {lon + 1e-3} {lat + 1e-3}))"
        roads.append({"source_id": f"way/{n}", "name": f"Road {n}", "highway": "primary", "geom": line})
        spot = f"POINT({112.002 + n * 1e-6} {27.73 + n % 7 * 1e-6})"
        posts.append({"source_id": f"p{n}", "name": f"Post {n}", "geom": spot})
    for layer, rows in (("compound", compounds), ("road", roads), ("police_post", posts)):
        put(settings, layer, rows)
    publish(settings)
    return settings


def _place(z: int, lon: float, lat: float) -> tuple[int, int]:
    south = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * 2**z), int(south * 2**z)


def _bodies(settings: Settings, layer_id: str, z: int) -> list[bytes]:
    """Return the tiles of a zoom that the district lies in."""
    west, south = _place(z, WEST, SOUTH)
    east, north = _place(z, WEST + ACROSS * STEP, SOUTH + RECORDS / ACROSS * STEP)
    with open_reading(settings, RESIDENT) as reading:
        layer = reading.layer(layer_id)
        return [tiles.tile(reading, layer, z, x, y) for x in range(west, east + 1) for y in range(north, south + 1)]


def _features(bodies: list[bytes], layer_id: str) -> list[Feature]:
    return [each for body in bodies for each in read_tile(body).get(layer_id, [])]


@pytest.mark.parametrize("layer", ["compound", "road"])
def test_a_larger_tile_is_coarser_and_says_so(crowded: Settings, monkeypatch: pytest.MonkeyPatch, layer: str) -> None:
    whole = _bodies(crowded, layer, 13)
    ids = {each.id for each in _features(whole, layer)}
    assert len(ids) == RECORDS
    assert not any({"coarser", "records"} & each.properties.keys() for each in _features(whole, layer))
    most = max(len(body) for body in whole) - 1
    monkeypatch.setattr(tiles, "MOST_BYTES", most)
    after = _bodies(crowded, layer, 13)
    coarse = [body for body in after if any("coarser" in each.properties for each in _features([body], layer))]
    assert 1 <= len(coarse) < len([body for body in whole if body])
    for body in coarse:
        assert {each.properties["coarser"] for each in _features([body], layer)} == {tiles.COARSER}
        # By its class a road is drawn at all.
        assert layer != "road" or {each.properties["highway"] for each in _features([body], layer)} == {"primary"}
    assert {each.id for each in _features(after, layer)} == ids
    assert max(len(body) for body in after) <= most


@pytest.mark.parametrize("layer", ["compound", "road"])
def test_where_that_is_too_much_each_is_counted_once(
    crowded: Settings, monkeypatch: pytest.MonkeyPatch, layer: str
) -> None:
    monkeypatch.setattr(tiles, "MOST_BYTES", 0)
    for z in (11, 13):
        found = _features(_bodies(crowded, layer, z), layer)
        assert sum(each.properties["records"] for each in found) == RECORDS
        for each in found:
            assert each.properties["west"] < each.properties["east"]
            assert each.properties["south"] < each.properties["north"]
        assert len({each.id for each in found}) == len(found)


def test_points_close_up_are_counted_too(crowded: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    layer, z = "police_post", 16
    whole = _features(_bodies(crowded, layer, z), layer)
    assert len({each.id for each in whole}) == RECORDS
    monkeypatch.setattr(tiles, "MOST_BYTES", 100)
    x, y = _place(z, 112.002, 27.73)
    with open_reading(crowded, RESIDENT) as reading:
        counted = _features([tiles.tile(reading, reading.layer(layer), z, x, y)], layer)
    assert sum(each.properties.get("records", 1) for each in counted) == RECORDS
    assert len(counted) < RECORDS


def test_a_tile_of_all_is_no_larger_than_one_may_be(crowded: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("compound", "road", "police_post")
    x, y = _place(12, 112.002, 27.73)
    with open_reading(crowded, RESIDENT) as reading:
        layers = [reading.layer(name) for name in names]
        whole = tiles.tile_of_all(reading, layers, 12, x, y)
        assert whole == b"".join(tiles.tile(reading, layer, 12, x, y) for layer in layers)
        for most in (len(whole) - 1, len(whole) // 2, 8000):
            monkeypatch.setattr(tiles, "MOST_BYTES", most)
            body = tiles.tile_of_all(reading, layers, 12, x, y)
            assert len(body) <= most
            for name in names:
                told = [each.properties.get("records", 1) for each in _features([body], name)]
                every = [each.properties.get("records", 1) for each in _features([whole], name)]
                assert sum(told) == sum(every), name


def test_what_a_statement_reads_is_known_each_time_that_it_is_asked(crowded: Settings) -> None:
    """The log of what staff read goes by it, and a statement is composed once alone."""
    for _ in range(2):
        with open_reading(crowded, STEWARD) as reading:
            tiles.tile(reading, reading.layer("road"), 13, *_place(13, 112.002, 27.73))
            assert "road" in reading.touched
            assert "compound" not in reading.touched
