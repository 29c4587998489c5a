"""Services and hydrants: in the district, of kinds that the layer knows, where the lists and the truth have them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter

import geopandas
import numpy as np
import pytest
import shapely

from etl.sample import Sample
from etl.sample.names import COMMUNITIES
from geodata.crs import convert
from geodata.layers import get_layer
from geodata.layers.hours import canonical_hours
from tests.etl.sample.conftest import METRIC, Extract, file_of, table

PLACED = (*("area", "building", "compound", "gate", "police_post", "service_point", "hazard", "micro_project"),)


@pytest.fixture(scope="module")
def services(sample: Sample) -> list[dict[str, object]]:
    return table(file_of(sample, "service_points.xlsx"))


@pytest.fixture(scope="module")
def hydrants(sample: Sample) -> list[dict[str, str]]:
    text = file_of(sample, "hydrants.csv").read_bytes().decode("gb18030")
    return list(csv.DictReader(io.StringIO(text)))


def test_each_community_has_an_office_with_hours_and_a_telephone(services: list[dict[str, object]]) -> None:
    offices = [row for row in services if row["设施类别"] == "社区居委会"]
    assert Counter(row["所属社区"] for row in offices) == Counter(name for _, name in COMMUNITIES)
    assert len({row["联系电话"] for row in offices}) == 12
    assert all(re.fullmatch(r"0738-82\d{5}", str(row["联系电话"])) for row in offices)
    assert all(canonical_hours(str(row["服务时间"])) for row in services if row["服务时间"] is not None)


def test_kinds_are_known_and_many(services: list[dict[str, object]]) -> None:
    kind = get_layer("service_point").field("kind")
    assert kind is not None
    known = {word for choice in kind.choices for word in (choice.label.zh, *choice.synonyms)}
    counts = Counter(str(row["设施类别"]) for row in services)
    assert set(counts) <= known
    assert len(counts) >= 12
    assert counts["学校"] == counts["应急避难场所"] >= 6
    assert counts["充电设施"] >= 40
    assert counts["AED"] >= 8


def test_names_and_keys_are_unique(services: list[dict[str, object]], hydrants: list[dict[str, str]]) -> None:
    for heading in ("设施编号", "设施名称"):
        assert len({row[heading] for row in services}) == len(services)
        assert len({row[heading] for row in hydrants}) == len(hydrants)


def test_hydrants_stand_beside_roads_every_hundred_metres_or_so(
    hydrants: list[dict[str, str]], extract: Extract, sample: Sample
) -> None:
    """Surveyors count X to the north: as x and y they would lie in another country."""
    places = shapely.points([[float(row["Y坐标"]), float(row["X坐标"])] for row in hydrants])
    outline = shapely.geometry.shape(json.loads(sample.boundary.read_text("utf-8"))["geometry"])
    metres = geopandas.GeoSeries([outline], crs=4326).to_crs(METRIC).iloc[0]
    assert shapely.contains(metres.buffer(0.1), places).all()
    roads = shapely.STRtree([line for _, _, line in extract.roads])
    _, away = roads.query_nearest(places, return_distance=True, all_matches=False)
    assert away.max() < 14
    streets = [line for tags, _, line in extract.roads if tags["highway"] not in ("service", "footway", "steps")]
    inside = shapely.length(shapely.intersection(shapely.union_all(streets), metres))
    assert 90 < inside / len(hydrants) < 190


def test_truth_has_the_places_of_the_lists(
    services: list[dict[str, object]],
    hydrants: list[dict[str, str]],
    gates: geopandas.GeoDataFrame,
    true_places: dict[str, dict[str, tuple[float, float]]],
) -> None:
    places = true_places["service_point"]
    assert set(places) == {str(row["设施编号"]) for row in services} | {row["设施编号"] for row in hydrants}
    lon, lat = [float(str(row["经度"])) for row in services], [float(str(row["纬度"])) for row in services]
    there = np.column_stack(convert(lon, lat, source="gcj02", target="wgs84"))
    assert np.abs(there - [places[str(row["设施编号"])] for row in services]).max() < 1e-6
    y, x = [float(row["X坐标"]) for row in hydrants], [float(row["Y坐标"]) for row in hydrants]
    there = np.column_stack(convert(x, y, source=METRIC, target="wgs84"))
    assert np.abs(there - [places[row["设施编号"]] for row in hydrants]).max() < 2e-7
    true_gates = np.array([true_places["gate"][code] for code in gates["大门编号"]])
    assert np.abs(shapely.get_coordinates(gates.to_crs(4326).geometry.array) - true_gates).max() < 1e-6


def test_truth_has_every_place_once(sample: Sample, true_places: dict[str, dict[str, tuple[float, float]]]) -> None:
    assert {layer: len(places) for layer, places in true_places.items()} == {
        layer: sample.counts[layer] for layer in PLACED
    }
    assert len(sample.places.read_text("utf-8").splitlines()) == 1 + sum(sample.counts[layer] for layer in PLACED)
