"""Two districts of another seed in one set of files: both by the rules of the first, nothing twice, roads lead on."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import geopandas
import osmium
import pytest
import shapely
from osmium.osm import Node, Way

from etl.sample import MOST_DISTRICTS, Sample, write
from etl.sample.districts import lay_districts
from etl.sample.earth import to_wgs84
from tests.etl.sample import test_coverage_truth as coverage
from tests.etl.sample import test_files as files
from tests.etl.sample import test_gates as gates
from tests.etl.sample import test_ground_rules as ground
from tests.etl.sample import test_survey as survey
from tests.etl.sample.clerk import PARTS, Cells, faults, good_rows
from tests.etl.sample.conftest import LARGE_SCALE, Extract, file_of, metric, places_in, read_extract, table
from tests.etl.sample.travelling import TIMES

OTHER = "01-"
"""What the second district's own keys begin with."""
OWN_KEYS = {
    "alias": "别名编号", "hazard": "隐患编号", "micro_project": "项目编号", "party_branch": "支部编号",
    "owners_committee": "业委会编号",
    "studio": "工作室编号", "clinic_session": "坐诊编号", "training": "培训编号", "consultation": "咨询编号",
    "dispute": "纠纷编号", "whistle": "哨单编号", "meeting": "会议编号", "meeting_issue": "议题编号",
    "brand": "品牌编号", "volunteer_team": "队伍编号", "activity": "活动编号",
}  # fmt: skip
FIGURES = {
    "hazard": 528, "micro_project": 307, "party_branch": 88, "owners_committee": 119, "training": 26,
    "consultation": 258, "dispute": 272, "platform_link": 15, "whistle": 168, "meeting": 480, "brand": 9,
    "volunteer_team": 25, "activity": 582, "incident_count": 864, "compound": 127, "police_post": 17, "studio": 3,
}  # fmt: skip


def test_names_and_codes_of_all_districts_are_their_own() -> None:
    districts = lay_districts(MOST_DISTRICTS)
    assert districts[0] == lay_districts(1)[0]
    communities = [community for district in districts for community in district.communities]
    for found in (
        [district.code for district in districts],
        [district.name for district in districts],
        [code for code, _ in communities],
        [name for _, name in communities],
        [district.shift_m for district in districts],
        [
            district.localised(name)
            for district in districts
            for name in ("云山公园", "春园路", "金谷里片区", "粮食局宿舍")
        ],
    ):
        assert len(set(found)) == len(found)
    assert all(code.startswith(district.code) for district in districts for code, _ in district.communities)
    assert all(district.code.startswith("4399") for district in districts[1:])
    assert all(district.label.endswith("（虚构）") for district in districts[1:])


@pytest.mark.parametrize("scale", [10, 50, MOST_DISTRICTS])
def test_all_districts_lie_in_the_zone_in_which_metres_are_counted(scale: int) -> None:
    town = shapely.box(-2900, -3100, 2900, 3100)
    for district in lay_districts(scale):
        west, _, east, _ = to_wgs84([town], district.shift_m)[0].bounds
        assert 111.9 < west < east < 112.5


@pytest.mark.parametrize("scale", [0, MOST_DISTRICTS + 1])
def test_a_scale_without_names_is_refused_before_anything_is_written(tmp_path: Path, scale: int) -> None:
    with pytest.raises(ValueError, match=f"{scale} districts can't be made"):
        write(tmp_path / "files", scale=scale)
    assert not (tmp_path / "files").exists()


pytestmark = pytest.mark.xdist_group("large sample")


@pytest.fixture(scope="module")
def extract(large: Sample) -> Extract:
    return read_extract(large)


@pytest.fixture(scope="module")
def compounds(large: Sample) -> geopandas.GeoDataFrame:
    return metric(file_of(large, "compounds.geojson"))


@pytest.fixture(scope="module")
def doors(large: Sample) -> geopandas.GeoDataFrame:
    return metric(file_of(large, "gates.gpkg"))


@pytest.fixture(scope="module")
def houses(large: Sample) -> geopandas.GeoDataFrame:
    return metric(file_of(large, "buildings.zip"))


@pytest.fixture(scope="module")
def truth(large: Sample) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(large.truth.read_text("utf-8"))
    return found


def of_layer(sample: Sample, layer: str) -> list[Cells]:
    return [row for name, part in PARTS[layer] for row in good_rows(sample, name, part)]


def test_each_district_has_the_same_figures(large: Sample) -> None:
    assert {layer: large.counts[layer] for layer in FIGURES} == {
        layer: LARGE_SCALE * count for layer, count in FIGURES.items()
    }
    for layer, heading in OWN_KEYS.items():
        keys = [str(row[heading]) for row in of_layer(large, layer) if row[heading]]
        assert len(set(keys)) == len(keys), layer
        own = sum(key.startswith(OTHER) for key in keys)
        assert own == FIGURES.get(layer, large.counts[layer] - len(keys) + own), layer
        assert own > 0, layer
    outcomes = Counter((row["处理结果"], row["纠纷编号"].startswith(OTHER)) for row in of_layer(large, "dispute"))
    assert outcomes["调解成功", True] == outcomes["调解成功", False] == 244


def test_records_name_compounds_of_their_own_district(large: Sample, compounds: geopandas.GeoDataFrame) -> None:
    known = set(zip(compounds["所属社区"], compounds["小区名称"], strict=True))
    known |= {(row["所属社区"], row["别名"]) for row in of_layer(large, "alias")}
    home = dict(zip(compounds["所属社区"], compounds["小区编号"].str.startswith(OTHER), strict=True))
    for layer, heading in (("hazard", "所在小区"), ("micro_project", "所在小区"), ("dispute", "发生小区")):
        for row in of_layer(large, layer):
            if row["所属社区"] != "同上":
                assert (row["所属社区"], row[heading]) in known
                own = str(row[OWN_KEYS[layer]] or "").startswith(OTHER)
                assert own == home[row["所属社区"]] or not row[OWN_KEYS[layer]]


def test_places_of_records_lie_in_their_compounds(large: Sample, compounds: geopandas.GeoDataFrame) -> None:
    files.test_gcj02_places_lie_in_their_compounds(of_layer(large, "hazard"), compounds, large)
    files.check_projects_places(of_layer(large, "micro_project"), compounds)


def test_faults_are_the_first_districts(large: Sample, sample: Sample) -> None:
    lines = {"total_row", "subtotal_row", "footer"}
    planted, alone = (Counter(fault["kind"] for fault in faults(one)) for one in (large, sample))
    assert {kind: count for kind, count in planted.items() if kind not in lines} == {
        kind: count for kind, count in alone.items() if kind not in lines
    }
    assert not any(str(fault["key"]).startswith(OTHER) for fault in faults(large) if fault["kind"] not in lines)


def test_no_key_or_name_comes_twice(large: Sample, extract: Extract) -> None:
    areas = geopandas.read_file(file_of(large, "areas.geojson"))
    compounds = geopandas.read_file(file_of(large, "compounds.geojson"))
    posts = table(file_of(large, "police_posts.xlsx"))
    services = table(file_of(large, "service_points.xlsx"))
    for what, found in {
        "area": [*areas["代码"], *areas["名称"]],
        "compound": [*compounds["小区编号"], *compounds["小区名称"]],
        "building": geopandas.read_file(file_of(large, "buildings.zip"))["楼栋编号"],
        "gate": geopandas.read_file(file_of(large, "gates.gpkg"))["大门编号"],
        "post": [row[heading] for row in posts for heading in ("编号", "名称", "电话")],
        "service": [row[heading] for row in services for heading in ("设施编号", "设施名称")],
    }.items():
        assert len(set(found)) == len(found), what
    places = places_in(large)
    assert {layer: len(found) for layer, found in places.items()} == {layer: large.counts[layer] for layer in places}
    outlines = areas[areas["级别"] == "街道"].to_crs("EPSG:4546").buffer(300)
    streets = [
        {tags["name"] for tags, _, line in extract.roads if "name" in tags and line.within(outline)}
        for outline in outlines
    ]
    assert min(len(names) for names in streets) > 100
    assert streets[0] & streets[1] == set()


def test_elements_of_the_map_are_numbered_once_and_used(large: Sample) -> None:
    seen: Counter[tuple[str, int]] = Counter()
    used: set[int] = set()
    for thing in osmium.FileProcessor(str(file_of(large, "map.osm.pbf"))):
        seen[type(thing).__name__, thing.id] += 1
        if isinstance(thing, Way):
            used |= {node.ref for node in thing.nodes}
        elif isinstance(thing, Node) and len(thing.tags):
            used.add(thing.id)
    assert set(seen.values()) == {1}
    assert used == {each for kind, each in seen if kind == "Node"}


def test_the_ground_keeps_the_rules(
    large: Sample, extract: Extract, compounds: geopandas.GeoDataFrame, houses: geopandas.GeoDataFrame
) -> None:
    outlines = list(houses.geometry)
    ground.test_no_building_stands_on_a_carriageway(extract, outlines)
    ground.test_no_building_stands_in_water_or_on_the_track(extract, outlines)
    ground.test_every_outline_is_valid(outlines, compounds)
    ground.test_buildings_do_not_overlap_much(outlines)
    ground.test_no_compound_reaches_across_a_barrier(extract, compounds)
    ground.test_compounds_do_not_overlap_and_lie_in_their_community(large, compounds)
    ground.test_a_compound_has_as_many_buildings_as_its_register_says(outlines, compounds)
    ground.test_roads_are_one_net(extract)
    ground.check_crossings(extract, towns=LARGE_SCALE)
    ground.test_communities_and_grids_tile_the_district(large)


def test_the_gates_keep_the_rules(
    extract: Extract,
    compounds: geopandas.GeoDataFrame,
    doors: geopandas.GeoDataFrame,
    houses: geopandas.GeoDataFrame,
) -> None:
    walls = compounds[compounds["类型"] != "开放式老旧小区"].set_index("小区名称").geometry
    gates.test_every_walled_compound_has_one_to_four_gates_and_open_areas_none(doors, walls)
    gates.test_every_gate_is_in_its_wall_and_near_a_street(extract, doors, walls)
    gates.test_a_compound_has_one_main_gate_unless_only_walkers_reach_it(doors)
    gates.test_a_way_leads_through_each_gate(extract, doors)
    gates.test_walls_have_gaps_at_the_gates_and_nowhere_else(extract, doors, walls)
    gates.test_roads_cross_no_wall(extract)
    survey.test_people_add_up_to_the_register(houses, compounds)


def test_the_truth_about_coverage_holds(
    large: Sample,
    extract: Extract,
    compounds: geopandas.GeoDataFrame,
    doors: geopandas.GeoDataFrame,
    truth: dict[str, Any],
) -> None:
    """Over the roads that join the districts nobody comes within reach of the other one's posts."""
    cases = coverage.cases_of(large, extract, compounds, doors, truth)
    for when in TIMES:
        coverage.test_full_posts_are_those_that_the_files_say(cases, truth, when)
        for mode in ("foot", "car"):
            coverage.test_uncovered_are_those_that_the_files_say(cases, truth, mode, when)


def test_each_district_has_each_cause_five_times(truth: dict[str, Any]) -> None:
    assert truth["scale"] == LARGE_SCALE
    compounds: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for fact in truth["coverage"]["uncovered"]:
        assert fact["remedy"]
        compounds[fact["cause"], fact["compound"].startswith(OTHER)].add(fact["compound"])
    assert {key: len(found) >= 5 for key, found in compounds.items()} == dict.fromkeys(
        ((cause, other) for cause in coverage.CAUSES for other in (False, True)), True
    )


def test_roads_and_rails_lead_from_one_district_to_the_next(large: Sample, extract: Extract) -> None:
    areas = metric(file_of(large, "areas.geojson"))
    left, right = areas[areas["级别"] == "街道"].geometry
    assert left.distance(right) > 500
    uses = Counter(node for _, nodes, _ in extract.roads for node in set(nodes))
    middles = [(tags, nodes, line.interpolate(0.5, normalized=True)) for tags, nodes, line in extract.roads]
    between = [(tags, nodes) for tags, nodes, at in middles if left.distance(at) > 500 and right.distance(at) > 500]
    assert len(between) >= 2
    assert all(uses[nodes[0]] > 1 and uses[nodes[-1]] > 1 and tags["name"] for tags, nodes in between)
    tracks = shapely.get_parts(shapely.union_all([track.buffer(0.2) for track in extract.rails]))
    assert sum(track.intersects(left) and track.intersects(right) for track in tracks) == 2


def test_no_towns_are_left_beside_the_files_not_even_those_of_a_killed_run(large: Sample) -> None:
    assert {path.name for path in large.truth.parent.iterdir()} == {
        path.name for path in (*large.files, large.boundary, large.truth, large.places)
    }
