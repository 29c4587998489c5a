"""Tiles that would be too large: drawn coarser, then counted, and nothing left out without a word."""

from __future__ import annotations

import math
from datetime import date

import pytest
from sqlalchemy import event

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
    """Two hundred compounds of eight corners each, as many roads, and as many posts in one place's streets.

    There are buildings, too: large and smaller than a pixel, thin, with a hole, in two parts, and one of a kilometre.
    """
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
    buildings = [{"source_id": f"b{n}", "name": f"B{n}", "geom": _building(n)} for n in range(RECORDS)]
    layers = {"compound": compounds, "road": roads, "police_post": posts, "building": buildings}
    for layer, rows in layers.items():
        put(settings, layer, rows)
    publish(settings)
    return settings


def _building(n: int) -> str:
    """Return an outline: a ring of up to 60 corners, every fifth with a hole, every seventh in two parts."""
    lon, lat = WEST + (n * 37 % 101) * 6e-4, SOUTH + (n * 61 % 89) * 3.3e-4
    size = 5e-3 if n == 0 else 4e-6 * 1.6 ** (n % 12)
    corners = [math.tau * each / (4 + n % 57) for each in range(4 + n % 57)]
    thin = 0.01 if n % 3 == 0 else 1.0

    def ring(side: float, east: float = 0.0) -> str:
        spots = [(lon + east + side * math.cos(a), lat + side * thin * math.sin(a)) for a in [*corners, 0.0]]
        return f"({', '.join(f'{x:.9f} {y:.9f}' for x, y in spots)})"

    rings = f"{ring(size)}, {ring(size / 3)}" if n % 5 == 0 else ring(size)
    return f"MULTIPOLYGON(({rings})" + (f", ({ring(size, 2.5 * size)}))" if n % 7 == 0 else ")")


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


@pytest.mark.parametrize("z", [14, 16, 17])
def test_what_is_ready_is_what_a_tile_would_draw(crowded: Settings, z: int) -> None:
    """Residents' buildings come from what their publication has ready, the steward's are drawn when asked for."""
    found = []
    for reader in (RESIDENT, STEWARD):
        asked: list[str] = []
        with open_reading(crowded, reader) as reading:
            event.listen(reading.connection, "before_cursor_execute", lambda *said, asked=asked: asked.append(said[2]))
            layer = reading.layer("building")
            (west, north), (east, south) = _place(z, WEST, SOUTH + 0.03), _place(z, WEST + 0.062, SOUTH)
            places = [(x, y) for x in range(west - 1, east + 1) for y in range(north, south + 2)]
            bodies = {place: tiles.tile(reading, layer, z, *place) for place in places}
        assert any(f"drawn_{z}" in each for each in asked) is (reader is RESIDENT and z < 17)
        found.append(
            {
                place: sorted((each.id, each.shape) for each in read_tile(body).get("building", []))
                for place, body in bodies.items()
            }
        )
    assert found[0] == found[1]
    assert len({key for features in found[0].values() for key, _ in features}) > RECORDS / 3
