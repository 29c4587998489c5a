"""Several districts in one set of files: no key or code twice, each by the same rules, the first as it is alone."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import geopandas
import numpy as np
import osmium
import pytest
import shapely
from osmium.osm import Way

from etl.sample import MOST_DISTRICTS, Sample, write
from etl.sample.districts import lay_districts
from tests.etl.sample.conftest import Extract, file_of, metric, read_extract, table
from tests.etl.sample.test_gates import STREETS

SCALE = 2
TILED = ("街道", "社区", "网格")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return write(tmp_path_factory.mktemp("large"), scale=SCALE)


@pytest.fixture(scope="module")
def extract(large: Sample) -> Extract:
    return read_extract(large)


@pytest.fixture(scope="module")
def outlines(large: Sample) -> geopandas.GeoSeries:
    areas = metric(file_of(large, "areas.geojson"))
    found: geopandas.GeoSeries = areas[areas["级别"] == "街道"].geometry
    return found


def test_names_and_codes_of_all_districts_are_their_own() -> None:
    districts = lay_districts(MOST_DISTRICTS)
    communities = [community for district in districts for community in district.communities]
    for found in (
        [district.code for district in districts],
        [district.name for district in districts],
        [code for code, _ in communities],
        [name for _, name in communities],
        [district.shift_m for district in districts],
    ):
        assert len(set(found)) == len(found)
    assert all(code.startswith(district.code) for district in districts for code, _ in district.communities)
    assert all(district.code.startswith("4399") for district in districts[1:])


@pytest.mark.parametrize("scale", [0, MOST_DISTRICTS + 1])
def test_a_scale_without_names_is_refused_before_anything_is_written(tmp_path: Path, scale: int) -> None:
    with pytest.raises(ValueError, match=f"{scale} districts can't be made"):
        write(tmp_path / "files", scale=scale)
    assert not (tmp_path / "files").exists()


@pytest.mark.slow
def test_no_key_comes_twice(large: Sample) -> None:
    read = {
        "代码": geopandas.read_file(file_of(large, "areas.geojson"))["代码"],
        "小区编号": geopandas.read_file(file_of(large, "compounds.geojson"))["小区编号"],
        "楼栋编号": geopandas.read_file(file_of(large, "buildings.zip"))["楼栋编号"],
        "大门编号": geopandas.read_file(file_of(large, "gates.gpkg"))["大门编号"],
        "编号": [row["编号"] for row in table(file_of(large, "police_posts.xlsx"))],
        "设施编号": [row["设施编号"] for row in table(file_of(large, "service_points.xlsx"))],
    }
    for heading, keys in read.items():
        assert len(set(keys)) == len(keys), heading
    assert len(read["小区编号"]) == SCALE * 127
    assert len(read["编号"]) == SCALE * 17
    phones = Counter(row["电话"] for row in table(file_of(large, "police_posts.xlsx")))
    assert set(phones.values()) == {1}


@pytest.mark.slow
def test_elements_of_the_map_are_numbered_once(large: Sample) -> None:
    seen = Counter(
        (type(thing).__name__, thing.id) for thing in osmium.FileProcessor(str(file_of(large, "map.osm.pbf")))
    )
    assert set(seen.values()) == {1}
    nodes = {each for kind, each in seen if kind == "Node"}
    used = {
        node.ref
        for thing in osmium.FileProcessor(str(file_of(large, "map.osm.pbf")))
        if isinstance(thing, Way)
        for node in thing.nodes
    }
    assert used <= nodes


@pytest.mark.slow
def test_each_district_is_tiled_and_they_lie_apart(large: Sample, outlines: geopandas.GeoSeries) -> None:
    assert len(outlines) == SCALE
    assert outlines.iloc[0].distance(outlines.iloc[1]) > 500
    areas = metric(file_of(large, "areas.geojson"))
    boundary = json.loads(large.boundary.read_text("utf-8"))
    whole = geopandas.GeoSeries([shapely.geometry.shape(boundary["geometry"])], crs=4326).to_crs(areas.crs).area.iloc[0]
    for level in TILED:
        assert areas[areas["级别"] == level].area.sum() == pytest.approx(whole, rel=1e-6)
    assert boundary["properties"]["name"] == "乐坪街道等2个街道"


@pytest.mark.slow
def test_each_district_keeps_the_rules(large: Sample, extract: Extract, outlines: geopandas.GeoSeries) -> None:
    compounds = metric(file_of(large, "compounds.geojson"))
    gates = metric(file_of(large, "gates.gpkg"))
    houses = metric(file_of(large, "buildings.zip"))
    streets = shapely.union_all([line for tags, _, line in extract.roads if tags["highway"] in STREETS])
    assert gates.distance(streets).max() <= 30
    assert compounds.sjoin(geopandas.GeoDataFrame(geometry=outlines), predicate="within").shape[0] == SCALE * 127
    for outline in outlines:
        town = outline.buffer(550)
        roads = [(nodes, line) for _, nodes, line in extract.roads if line.intersects(town)]
        assert _largest_share(roads) >= 0.98
        assert (houses.within(town)).sum() > 7000
        assert gates.within(town).sum() >= 127


def _largest_share(roads: list[tuple[list[int], shapely.LineString]]) -> float:
    roots: dict[int, int] = {}

    def root(node: int) -> int:
        while roots.setdefault(node, node) != node:
            node = roots[node]
        return node

    for nodes, _ in roads:
        for node in nodes[1:]:
            roots[root(node)] = root(nodes[0])
    size: dict[int, float] = defaultdict(float)
    for nodes, line in roads:
        size[root(nodes[0])] += line.length
    return max(size.values()) / sum(size.values())


@pytest.mark.slow
def test_each_district_has_each_cause_five_times(large: Sample) -> None:
    truth = json.loads(large.truth.read_text("utf-8"))
    assert truth["scale"] == SCALE
    compounds: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for fact in truth["coverage"]["uncovered"]:
        compounds[fact["cause"], fact["compound"].startswith("01-")].add(fact["compound"])
    assert len(compounds) == 16
    assert min(len(found) for found in compounds.values()) >= 5


@pytest.mark.slow
def test_the_first_district_is_the_same_at_any_scale(large: Sample, sample: Sample) -> None:
    for name in ("hazards.csv", "meetings.xlsx", "incidents.xlsx"):
        assert file_of(large, name).read_bytes() == file_of(sample, name).read_bytes()
    for name in ("compounds.geojson", "gates.gpkg", "buildings.zip"):
        alone, among = geopandas.read_file(file_of(sample, name)), geopandas.read_file(file_of(large, name))
        assert np.array_equal(alone.geometry.to_wkb(), among.geometry.iloc[: len(alone)].to_wkb())
