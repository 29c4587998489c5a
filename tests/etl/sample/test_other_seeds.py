"""Other seeds give other towns by the same rules: the tests of the sample, held to each of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import geopandas
import pytest

from etl.sample import Sample, write
from tests.etl.sample import test_coverage_truth as coverage
from tests.etl.sample import test_gates as gates
from tests.etl.sample import test_ground_rules as ground
from tests.etl.sample import test_survey as survey
from tests.etl.sample.conftest import Extract, file_of, metric, read_extract
from tests.etl.sample.travelling import TIMES

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Town:
    """One town's files, read back."""

    sample: Sample
    extract: Extract
    compounds: geopandas.GeoDataFrame
    survey: geopandas.GeoDataFrame
    gates: geopandas.GeoDataFrame
    truth: dict[str, Any]


@pytest.fixture(scope="module", params=[1, 2, 77])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Town:
    sample = write(tmp_path_factory.mktemp("town"), seed=request.param)
    compounds, houses, doors = (
        metric(file_of(sample, name)) for name in ("compounds.geojson", "buildings.zip", "gates.gpkg")
    )
    truth = json.loads(sample.truth.read_text("utf-8"))
    return Town(sample, read_extract(sample), compounds, houses, doors, truth)


def test_the_ground_keeps_the_rules(town: Town) -> None:
    extract, houses = town.extract, list(town.survey.geometry)
    ground.test_no_building_stands_on_a_carriageway(extract, houses)
    ground.test_no_building_stands_in_water_or_on_the_track(extract, houses)
    ground.test_every_outline_is_valid(houses, town.compounds)
    ground.test_buildings_do_not_overlap_much(houses)
    ground.test_no_compound_reaches_across_a_barrier(extract, town.compounds)
    ground.test_compounds_do_not_overlap_and_lie_in_their_community(town.sample, town.compounds)
    ground.test_a_compound_has_as_many_buildings_as_its_register_says(houses, town.compounds)
    ground.test_roads_are_one_net(extract)
    ground.test_roads_over_water_and_rail_are_bridges_and_tunnels(extract)
    ground.test_communities_and_grids_tile_the_district(town.sample)


def test_the_gates_keep_the_rules(town: Town) -> None:
    walled = town.compounds[town.compounds["类型"] != "开放式老旧小区"]
    walls = walled.set_index("小区名称").geometry
    gates.test_every_walled_compound_has_one_to_four_gates_and_open_areas_none(town.gates, walls)
    gates.test_every_gate_is_in_its_wall_and_near_a_street(town.extract, town.gates, walls)
    gates.test_a_compound_has_one_main_gate_unless_only_walkers_reach_it(town.gates)
    gates.test_a_way_leads_through_each_gate(town.extract, town.gates)
    gates.test_walls_have_gaps_at_the_gates_and_nowhere_else(town.extract, town.gates, walls)
    gates.test_roads_cross_no_wall(town.extract)
    survey.test_people_add_up_to_the_register(town.survey, town.compounds)


def test_the_truth_about_coverage_holds(town: Town) -> None:
    cases = coverage.cases_of(town.sample, town.extract, town.compounds, town.gates, town.truth)
    for when in TIMES:
        coverage.test_full_posts_are_those_that_the_files_say(cases, town.truth, when)
        for mode in ("foot", "car"):
            coverage.test_uncovered_are_those_that_the_files_say(cases, town.truth, mode, when)
    coverage.test_each_cause_befalls_five_compounds_and_each_has_a_remedy(town.truth)
