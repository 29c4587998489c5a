"""Low zooms count points by cells: nothing is lost, whoever asks, and the numbers are the same live and published."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from math import asinh, pi, radians, tan

import pytest
from sqlalchemy import func, select

from geodata.layers import LAYERS, get_layer
from geodata.layers.audience import Audience
from geodata.layers.layer import Layer
from geodata.publication import publish
from geodata.queries.cells import HIGHEST_COUNTED
from geodata.queries.reading import OWN_AREAS_ONLY, Reader, Reading, open_reading
from geodata.queries.tiles import tile
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put
from tests.vector_tile import Feature, read_tile

WEST = "MULTIPOLYGON(((111.95 27.69, 112 27.69, 112 27.77, 111.95 27.77, 111.95 27.69)))"
YARD = "MULTIPOLYGON(((111.98 27.73, 111.982 27.73, 111.982 27.732, 111.98 27.732, 111.98 27.73)))"
POINT_LAYERS = [layer for layer in LAYERS if layer.geometry == "point"]


CROWDED = 5
"""Where the publication begins to count close up, in place of thousands."""


@pytest.fixture(scope="module")
def scattered(deployments: Deployments) -> Settings:
    """A published district with 300 posts, projects and hazards: some on one spot, some on the edges of tiles.

    The publication counts at zooms 14 and 15, too, where a tile has more than a few spots.
    """
    settings = deployments.make("Scattered", synthetic=True, as_of=date(2025, 10, 31))
    put(settings, "area", [{"source_id": "w", "code": "W", "name": "West", "kind": "grid", "geom": WEST}])
    put(settings, "compound", [{"source_id": "c", "name": "Yard", "geom": YARD}])
    spots = [(111.951 + 0.0971 * (n * 37 % 101) / 101, 27.691 + 0.0771 * (n * 61 % 89) / 89) for n in range(290)]
    spots += [(112.0, 27.73)] * 6 + [(111.9727, 27.7)] * 4
    points = [f"POINT({lon} {lat})" for lon, lat in spots]
    put(settings, "police_post", [{"source_id": f"p{n}", "name": f"P{n}", "geom": at} for n, at in enumerate(points)])
    put(settings, "micro_project", [{"source_id": f"m{n}", "name": "M", "geom": at} for n, at in enumerate(points)])
    hazards = [{"source_id": f"h{n}", "kind": "gas", "found_on": "2025-09-01", "geom": points[n]} for n in range(280)]
    at_yard = [{**hazards[n], "source_id": f"y{n}", "compound_name": "Yard", "geom": None} for n in range(20)]
    put(settings, "hazard", [*hazards, *at_yard])
    closed = [{"parent_source_id": f"h{n}", "kind": "closed", "happened_on": "2025-09-02"} for n in range(0, 280, 3)]
    put(settings, "hazard_event", closed)
    people = [{"source_id": f"c{n}", "residents": n + 0.5, "geom": at} for n, at in enumerate(points[:40])]
    put(settings, "population_cell", people)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("geodata.queries.cell_filling.MOST_SPOTS", CROWDED)
        publish(settings)
    return settings


def _reader(audience: Audience) -> Reader:
    return Reader(audience, ("W",) if audience in OWN_AREAS_ONLY else ())


def _counted(reading: Reading, layer: Layer) -> int:
    query = reading.rows(layer, func.count()).select_from(reading.table(layer))
    return int(reading.connection.execute(query).scalar_one())


def _tiles(settings: Settings, zoom: int) -> Iterator[tuple[int, int]]:
    """Yield the columns and rows of the tiles that the deployment and its margin lie in."""
    west, south, east, north = settings.boundary.buffer(0.03).bounds
    columns = [int((lon / 360 + 0.5) * 2**zoom) for lon in (west, east)]
    rows = [int((0.5 - asinh(tan(radians(lat))) / (2 * pi)) * 2**zoom) for lat in (north, south)]
    for x in range(columns[0], columns[1] + 1):
        for y in range(rows[0], rows[1] + 1):
            yield x, y


def _inside(reading: Reading, layer: Layer, zoom: int, tiles: Iterable[tuple[int, int]]) -> list[Feature]:
    """Return the features of a zoom that lie in their tile, not just in its buffer."""
    bodies = (tile(reading, layer, zoom, x, y) for x, y in tiles)
    features = [feature for body in bodies for feature in read_tile(body).get(layer.id, [])]
    return [feature for feature in features if 0 <= feature.x < 4096 and 0 <= feature.y < 4096]


def _number(feature: Feature) -> int:
    return int(feature.properties.get("records") or feature.properties["stacked"])


@pytest.mark.parametrize("zoom", [8, 11, 13, 14, 15])
@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("layer", POINT_LAYERS, ids=lambda layer: layer.id)
def test_the_numbers_of_a_zoom_sum_to_all_records(
    scattered: Settings, layer: Layer, audience: Audience, zoom: int
) -> None:
    if audience not in layer.audiences or zoom < layer.zooms[0]:
        return
    with open_reading(scattered, _reader(audience)) as reading:
        wanted = _counted(reading, layer)
        tiles = _tiles(scattered, zoom) if wanted else itertools.islice(_tiles(scattered, zoom), 1)
        assert sum(map(_number, _inside(reading, layer, zoom, tiles))) == wanted


def test_what_is_counted_when_published_is_what_staff_count_now(scattered: Settings) -> None:
    layer = get_layer("police_post")
    found = []
    for audience in (Audience.RESIDENT, Audience.STEWARD):
        with open_reading(scattered, Reader(audience)) as reading:
            features = [
                _inside(reading, layer, zoom, _tiles(scattered, zoom)) for zoom in range(8, HIGHEST_COUNTED + 1)
            ]
        found.append([sorted((f.x, f.y, _number(f), f.properties.get("west")) for f in each) for each in features])
    assert found[0] == found[1]
    assert [len(each) for each in found[0]] == sorted(len(each) for each in found[0])


@pytest.mark.parametrize("zoom", [14, 15])
def test_a_crowded_tile_close_up_is_counted_alike_published_and_by_staff(
    scattered: Settings, zoom: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geodata.queries.tiles.MOST_SPOTS", CROWDED)
    layer, tiles = get_layer("police_post"), list(_tiles(scattered, zoom))
    found = []
    for audience in (Audience.RESIDENT, Audience.STEWARD):
        with open_reading(scattered, Reader(audience)) as reading:
            each = [_inside(reading, layer, zoom, [tile]) for tile in tiles]
        found.append([sorted((f.x, f.y, _number(f), f.properties.get("west", 0)) for f in own) for own in each])
    assert found[0] == found[1]
    is_counted = [any(said[3] for said in own) for own in found[0]]
    assert is_counted == [_spots_in(scattered, layer, zoom, *tile) > CROWDED for tile in tiles]
    assert set(is_counted) == {True, False}


def _spots_in(settings: Settings, layer: Layer, zoom: int, x: int, y: int) -> int:
    with open_reading(settings, Reader(Audience.STEWARD)) as reading:
        shape = reading.table(layer).c.geom_3857
        inside = shape.bool_op("&&")(func.ST_TileEnvelope(zoom, x, y))
        return int(reading.connection.execute(select(func.count(shape.distinct())).where(inside)).scalar_one())


def test_states_are_counted_apart_and_sum_to_the_cell(scattered: Settings) -> None:
    layer = get_layer("hazard")
    with open_reading(scattered, Reader(Audience.STEWARD)) as reading:
        features = _inside(reading, layer, 11, _tiles(scattered, 11))
        status = reading.table(layer).c.status
        query = select(status, func.count()).group_by(status)
        wanted = {row[0]: int(row[1]) for row in reading.connection.execute(query)}
    apart: Counter[str] = Counter()
    for feature in features:
        parts = {name[2:]: number for name, number in feature.properties.items() if name.startswith("n_")}
        if "records" in feature.properties:
            assert sum(parts.values()) == feature.properties["records"]
            apart.update(parts)
        else:
            apart[feature.properties["status"]] += feature.properties["stacked"]
    assert apart == Counter(wanted)


def test_one_spot_is_a_number_from_afar_and_its_foremost_record_close_up(scattered: Settings) -> None:
    """Residents get the yard's twenty hazards, all open, on one spot."""
    layer = get_layer("hazard")
    with open_reading(scattered, Reader(Audience.RESIDENT)) as reading:
        [afar] = _inside(reading, layer, 9, _tiles(scattered, 9))
        [near] = _inside(reading, layer, 14, _tiles(scattered, 14))
    assert afar.properties["records"] == afar.properties["n_reported"] == 20
    assert afar.properties["west"] == afar.properties["east"]
    assert (near.properties["stacked"], near.properties["status"]) == (20, "reported")


def test_a_record_that_is_alone_is_itself_from_afar(scattered: Settings) -> None:
    layer = get_layer("police_post")
    with open_reading(scattered, Reader(Audience.RESIDENT)) as reading:
        alone = [
            each for each in _inside(reading, layer, 13, _tiles(scattered, 13)) if "records" not in each.properties
        ]
    assert alone
    assert all(each.properties["name"].startswith("P") and each.id < 10**6 for each in alone)


def test_a_cell_says_where_its_records_lie(scattered: Settings) -> None:
    layer = get_layer("police_post")
    with open_reading(scattered, Reader(Audience.RESIDENT)) as reading:
        finest = _inside(reading, layer, 14, _tiles(scattered, 14))
        features = _inside(reading, layer, 8, _tiles(scattered, 8))
    assert sum(map(_number, features)) == 300
    for feature in features:
        west, south, east, north = (feature.properties[edge] for edge in ("west", "south", "east", "north"))
        assert 111.95 < west < east < 112.05
        assert 27.69 < south < north < 27.77
    assert min(feature.properties["west"] for feature in features) == pytest.approx(111.951, abs=1e-4)
    assert len(finest) > len(features)


@pytest.mark.parametrize("audience", [Audience.PLANNER, Audience.STEWARD])
def test_cells_of_people_sum_the_people(scattered: Settings, audience: Audience) -> None:
    layer = get_layer("population_cell")
    with open_reading(scattered, Reader(audience)) as reading:
        for zoom in (8, 13):
            found = [feature.properties for feature in _inside(reading, layer, zoom, _tiles(scattered, zoom))]
            said = [float(facts["amount"] if "amount" in facts else facts["residents"]) for facts in found]
            assert sum(said) == 40 * 20
            assert any("amount" in facts for facts in found)


def test_a_compound_smaller_than_a_pixel_is_still_drawn(scattered: Settings) -> None:
    layer = get_layer("compound")
    with open_reading(scattered, Reader(Audience.RESIDENT)) as reading:
        assert len(_inside(reading, layer, 8, _tiles(scattered, 8))) == 1
