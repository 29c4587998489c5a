"""Real files of other people, as they are: Monaco, Chicago, Louxing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import osmium
import pyogrio
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from etl.choosing import Wish
from etl.loading import load_file
from etl.receipt import Receipt
from geodata import crs
from geodata.errors import InvalidInput
from geodata.settings import Settings
from tests.deployments import Deployments, empty
from tests.etl.test_loading import rows, sums

SharedData = Callable[[str], Path]


@pytest.fixture(scope="module")
def monaco(deployments: Deployments) -> Settings:
    """An empty deployment around Monaco."""
    return deployments.make("Monaco", shapely.box(7.40, 43.72, 7.45, 43.76), time_zone="Europe/Monaco")


@pytest.fixture(scope="module")
def _chicago(deployments: Deployments, shared_data: SharedData) -> Settings:
    _, _, wkb, _ = pyogrio.raw.read(shared_data("us-chicago/areas/Chicago77.shp"), columns=[])
    outline = shapely.union_all(
        crs.convert_geometries(shapely.make_valid(shapely.from_wkb(wkb)), source="EPSG:3435", target="wgs84")
    )
    return deployments.make("Chicago", outline, time_zone="America/Chicago")


@pytest.fixture
def chicago(_chicago: Settings) -> Settings:
    """A deployment whose boundary is the union of Chicago's community areas."""
    return empty(_chicago)


def county(path: Path, code: int) -> BaseGeometry:
    """Return one county's outline from a file of counties."""
    features = json.loads(path.read_text("utf-8"))["features"]
    found = next(feature for feature in features if feature["properties"].get("district_adcode") == code)
    return shapely.from_geojson(json.dumps(found["geometry"]))


@pytest.fixture(scope="module")
def _louxing(deployments: Deployments, shared_data: SharedData) -> Settings:
    boundary = county(shared_data("adm-loudi/tianditu_loudi_counties.geojson"), 431302)
    return deployments.make("Louxing", boundary)


@pytest.fixture
def louxing(_louxing: Settings) -> Iterator[Settings]:
    """A deployment whose boundary is Louxing's true outline."""
    return empty(_louxing)  # type: ignore[return-value]


def by_layer(receipts: list[Receipt]) -> dict[str, Receipt]:
    """Return receipts by the layer that they filled."""
    return {receipt.layer: receipt for receipt in receipts}


class _Counter(osmium.SimpleHandler):
    """Counts what an extract holds, apart from our reader."""

    def __init__(self) -> None:
        super().__init__()
        self.roads = self.buildings = 0

    def way(self, way: osmium.osm.Way) -> None:
        self.roads += "highway" in way.tags

    def area(self, area: osmium.osm.Area) -> None:
        self.buildings += "building" in area.tags


def test_monaco(monaco: Settings, shared_data: SharedData) -> None:
    path = shared_data("osm/monaco.osm.pbf")
    counter = _Counter()
    counter.apply_file(str(path), locations=True)
    found = by_layer(load_file(monaco, path, Wish()))
    assert sums(found["police_post"]) == (9, 9, 0, 0, 0)
    assert (found["road"].read, found["building"].read) == (counter.roads, counter.buildings)
    assert all(receipt.quarantined == 0 for receipt in found.values())
    [(nodes, levels)] = rows(
        monaco, "SELECT count(*) FILTER (WHERE cardinality(node_ids) > 1), count(DISTINCT level) FROM live.road"
    )
    # Layers -4 to 2 without 0, as the tags have them.
    assert (nodes, levels) == (found["road"].loaded, 6)
    again = by_layer(load_file(monaco, path, Wish()))
    assert sum(receipt.loaded for receipt in again.values()) == 0
    assert sum(receipt.unchanged for receipt in again.values()) == sum(receipt.loaded for receipt in found.values())


def test_chicagos_areas_need_their_system(chicago: Settings, shared_data: SharedData) -> None:
    path = shared_data("us-chicago/areas/Chicago77.shp")
    with pytest.raises(InvalidInput, match=r"Chicago77\.shp doesn't say .*--crs.*EPSG"):
        load_file(chicago, path, Wish())
    [receipt] = load_file(chicago, path, Wish(crs="EPSG:3435"))
    assert sums(receipt) == (77, 77, 0, 0, 0)
    assert any("within 4 m" in note for note in receipt.notes)
    # The Loop holds the corner of State and Madison.
    assert rows(
        chicago,
        "SELECT name FROM live.area WHERE ST_Contains(geom, ST_SetSRID(ST_Point(-87.6278, 41.8820), 4326))",
    ) == [("LOOP",)]


def test_chicagos_stations_out_of_their_addresses(chicago: Settings, shared_data: SharedData) -> None:
    path = shared_data("us-chicago/Police_Stations.csv")
    [receipt] = load_file(chicago, path, Wish())
    assert sums(receipt) == (23, 23, 0, 0, 0)
    [(x, y, phone)] = rows(
        chicago, "SELECT ST_X(geom), ST_Y(geom), phone FROM live.police_post WHERE address LIKE '1718 S State%'"
    )
    assert (x, y) == (-87.62734256712464, 41.85882087432612)
    assert phone == "312-745-4290"
    assert rows(chicago, "SELECT count(*) FROM live.police_post WHERE geom IS NULL") == [(0,)]


def test_louxing_read_as_what_it_is_and_as_what_it_is_not(louxing: Settings, shared_data: SharedData) -> None:
    path = shared_data("adm-loudi/datav2022_431302.json")
    [wrong] = load_file(louxing, path, Wish(), is_dry=True)
    assert len(wrong.warnings) == 1
    assert "--crs gcj02" in wrong.warnings[0]
    [right] = load_file(louxing, path, Wish(crs="gcj02"))
    assert right.warnings == []
    assert sums(right) == (1, 1, 0, 0, 0)
    [(wkt,)] = rows(louxing, "SELECT ST_AsText(geom) FROM live.area")
    ours, known = crs.to_metric([shapely.from_wkt(str(wkt)), louxing.boundary], louxing.metric_crs)
    assert crs.outline_distance_m(ours, known) < 150


def test_neighbouring_counties_are_quarantined_with_their_distance(louxing: Settings, shared_data: SharedData) -> None:
    [receipt] = load_file(louxing, shared_data("adm-loudi/echarts_loudi.geojson"), Wish(crs="gcj02"))
    assert receipt.read == 5
    assert receipt.reasons[("noted", "mended")] == 2
    assert {issue.reason for issue in receipt.issues} == {"outside_boundary"}
    assert all("km outside" in issue.message for issue in receipt.issues)
    mended = rows(louxing, "SELECT ST_IsValid(geom), ST_IsValid(src_geom) FROM live.area WHERE src_geom IS NOT NULL")
    assert set(mended) <= {(True, False)}


@pytest.mark.parametrize("name", ["uk-wyorks/2016-07-west-yorkshire-street.csv", "us-nyc311/311_small.csv"])
def test_incidents_of_another_place_are_refused(louxing: Settings, shared_data: SharedData, name: str) -> None:
    path = shared_data(name)
    # In China degrees alone don't say which system they are in; the other file says it, and lies in England.
    with pytest.raises(InvalidInput, match=rf"{path.name}(: none of its first .* lies inside| doesn't say)"):
        load_file(louxing, path, Wish())


def test_a_census_without_people_is_refused_with_its_headings(chicago: Settings, shared_data: SharedData) -> None:
    path = shared_data("us-chicago/Census_Data_2012.csv")
    with pytest.raises(InvalidInput, match=rf"{path.name} fits no recipe: its headings are Community Area Number"):
        load_file(chicago, path, Wish())


def test_chinese_road_names_survive(deployments: Deployments, shared_data: SharedData) -> None:
    path = shared_data("osm/shanghai.osm")
    _, _, wkb, _ = pyogrio.raw.read(path, layer="lines", columns=[])
    west, south, east, north = shapely.total_bounds(shapely.from_wkb(wkb))
    shanghai = deployments.make("上海", shapely.box(west, south, east, north))
    found = by_layer(load_file(shanghai, path, Wish(layer="road")))
    assert found["road"].loaded > 0
    assert found["road"].quarantined == 0
    names = {str(name) for (name,) in rows(shanghai, "SELECT DISTINCT name FROM live.road WHERE name IS NOT NULL")}
    assert any("路" in name for name in names)
    assert not any("\ufffd" in name for name in names)
    lengths = [length for (length,) in rows(shanghai, "SELECT ST_Length(geom) FROM live.road")]
    assert np.isfinite(np.array(lengths, dtype=np.float64)).all()
