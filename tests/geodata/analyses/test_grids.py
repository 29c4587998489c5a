"""Grids of the sample town, balanced: held to the rules that every plan has to keep, counted from the store anew."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import networkx
import numpy as np
import pytest
import shapely

from geodata.analyses.grids import GridsAnswer, GridsQuestion, as_json, balance_grids, grid_frame, unit_frame
from geodata.analyses.grids.pieces import Pieces, spread_ground
from geodata.analyses.grids.solve import _neighbours
from geodata.command.grids import in_words
from geodata.crs import to_metric
from geodata.errors import InvalidInput
from geodata.queries.demand import read_buildings, read_compounds
from geodata.queries.open_hazards import count_open_hazards
from geodata.queries.outlines import read_outlines
from geodata.settings import Settings

pytestmark = pytest.mark.xdist_group("sample town")


@pytest.fixture(scope="module")
def answer(sample_town: Settings) -> GridsAnswer:
    return balance_grids(sample_town, GridsQuestion())


def test_the_spread_of_what_a_plan_can_shape_is_halved_in_whole_grids(answer: GridsAnswer) -> None:
    found = as_json(answer)
    assert answer.is_met
    assert answer.spread_rest <= 0.5 * answer.spread_before_rest
    assert answer.spread < answer.spread_before
    assert not answer.is_cut_short
    assert found["is_contiguous"]
    assert answer.pieces_before > answer.pieces_after == answer.grids_with_units
    # No plan gets below the largest compound, which is never split.
    work = [row.workload for row in answer.rows if row.workload]
    largest = max(answer.units.households[: len(answer.units.compounds)][answer.large])
    assert max(work) >= largest > 2 * np.mean(work)


def test_each_grid_hangs_together_on_the_streets(sample_town: Settings, answer: GridsAnswer) -> None:
    places, pairs = _neighbours(sample_town, answer.units)
    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(places.tolist())
    graph.add_edges_from(places[pairs].tolist())
    for grid in np.unique(answer.district[places]).tolist():
        members = places[answer.district[places] == grid]
        assert networkx.is_connected(graph.subgraph(members.tolist())), answer.grids[grid].name


def test_the_table_has_the_households_of_the_store(sample_town: Settings, answer: GridsAnswer) -> None:
    rows, _ = read_compounds(sample_town)
    homes, _ = read_buildings(sample_town)
    stated = sum(row.households or 0 for row in rows)
    alone = sum(home.households or 0 for home in homes if home.compound_id is None)
    assert answer.households_total + answer.units.outside_households == stated + alone
    assert sum(row.households for row in answer.rows) == answer.households_total
    assert sum(row.moved_in for row in answer.rows) == answer.moved_households
    for row in answer.rows:
        assert row.households == row.households_before + row.moved_in - row.moved_out
    assert {row.name for row in rows if row.households is None} == set(answer.unknown)
    open_hazards = count_open_hazards(sample_town)
    assert answer.units.hazards.sum() + answer.units.hazards_elsewhere == sum(open_hazards.values()) > 0
    work = sum(row.workload for row in answer.rows)
    assert work == answer.households_total + 10 * answer.units.hazards.sum()


def test_new_outlines_share_todays_ground_and_split_no_compound(sample_town: Settings, answer: GridsAnswer) -> None:
    outlines = grid_frame(sample_town, answer)
    shapes = to_metric(list(outlines.geometry), sample_town.metric_crs)
    apart = float(shapely.area(shapely.union_all(shapes)))
    assert np.isclose(shapely.area(shapes).sum(), apart, rtol=1e-6)
    _, today = read_outlines(sample_town, "grid")
    before = shapely.union_all(to_metric(list(today), sample_town.metric_crs))
    _, compounds = read_compounds(sample_town)
    yards = to_metric(list(compounds), sample_town.metric_crs)
    assert shapely.area(shapely.difference(before, shapely.union_all(shapes))) < 1e-4 * before.area
    for number, yard in enumerate(yards):
        grid = shapes[answer.district[number]]
        assert shapely.area(shapely.intersection(yard, grid)) > 0.98 * yard.area


def test_a_file_has_grids_and_units(sample_town: Settings, answer: GridsAnswer, tmp_path: Path) -> None:
    path = tmp_path / "grids.gpkg"
    grid_frame(sample_town, answer).to_file(path, layer="grids", driver="GPKG")
    unit_frame(sample_town, answer).to_file(path, layer="units", driver="GPKG")
    grids, units = geopandas.read_file(path, layer="grids"), geopandas.read_file(path, layer="units")
    assert grids["households"].sum() == np.nansum(units["households"]) == answer.households_total
    moved = units[units["is_moved"]]
    assert np.nansum(moved["households"]) == answer.moved_households
    assert (moved["grid"] != moved["grid_before"]).all()


def test_the_same_question_has_the_same_answer(sample_town: Settings, answer: GridsAnswer) -> None:
    again = balance_grids(sample_town, GridsQuestion())
    assert json.dumps(as_json(again)) == json.dumps(as_json(answer))


def test_without_hazards_only_households_count(sample_town: Settings) -> None:
    found = balance_grids(sample_town, GridsQuestion(hazard_households=0))
    assert [row.workload for row in found.rows] == [row.households for row in found.rows]


def test_words_name_what_cant_be_balanced_and_what_isnt_counted(answer: GridsAnswer) -> None:
    words = in_words(as_json(answer))
    assert "at most 0.5 of today's" in words
    assert f"not counted: {len(answer.unknown)} compounds whose households nobody has counted" in words
    assert answer.unknown[0] in words
    largest = answer.units.compounds[answer.large[0]]
    assert f"never split, a grid each: {largest.name} ({largest.households:,})" in words


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (GridsQuestion(level="block"), "no level of areas 'block'"),
        (GridsQuestion(level="county"), "no areas of the level county"),
        (GridsQuestion(hazard_households=-1), "a hazard of -1 households"),
        (GridsQuestion(hazard_households=float("nan")), "a hazard of nan households"),
        (GridsQuestion(goal_share=2), "a spread of 2 of today's"),
        (GridsQuestion(time_limit_s=0), "a time limit of 0 s"),
    ],
)
def test_what_cant_be_asked_is_refused(sample_town: Settings, question: GridsQuestion, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        balance_grids(sample_town, question)


def test_ground_where_nobody_lives_joins_its_own_grid_or_the_longest_border() -> None:
    # Four squares in a row, the third empty and of grid 1; the fourth is cut off from all, and stays.
    squares = np.array([shapely.box(x, 0, x + 10, 10) for x in (0, 10, 20)] + [shapely.box(50, 0, 60, 10)])
    nothing = np.full(4, -1)
    pieces = Pieces(squares, nothing, np.array([0, 0, 1, 2]))
    assert spread_ground(pieces, np.array([0, 1, -1, -1])).tolist() == [0, 1, 1, 2]
    # Between two grids: its own where it touches it, else the longer border.
    corner = np.array([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 4), shapely.box(10, 4, 20, 10)])
    between = Pieces(corner, nothing[:3], np.array([2, 0, 1]))
    assert spread_ground(between, np.array([-1, 0, 1])).tolist() == [1, 0, 1]
    assert spread_ground(Pieces(corner, nothing[:3], np.array([0, 0, 1])), np.array([-1, 0, 1])).tolist() == [0, 0, 1]
