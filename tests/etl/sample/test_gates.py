"""Gates: in their wall, near a street, as the register and the map have them; open areas have none."""

from __future__ import annotations

from collections import Counter

import geopandas
import numpy as np
import pytest
import shapely

from etl.sample import Sample
from geodata.layers.hours import canonical_hours, is_open
from tests.etl.sample.conftest import METRIC, Extract

STREETS = {"trunk", "primary", "secondary", "tertiary", "residential", "living_street", "pedestrian"}
MONDAY = 0


@pytest.fixture(scope="session")
def walls(compounds: geopandas.GeoDataFrame) -> geopandas.GeoSeries:
    """The outlines of walled compounds by name."""
    walled = compounds[compounds["类型"] != "开放式老旧小区"]
    outlines: geopandas.GeoSeries = walled.set_index("小区名称").geometry
    return outlines


def test_every_walled_compound_has_one_to_four_gates_and_open_areas_none(
    gates: geopandas.GeoDataFrame, walls: geopandas.GeoSeries
) -> None:
    counts = Counter(gates["所属小区"])
    assert set(counts) == set(walls.index)
    assert set(counts.values()) == {1, 2, 3, 4}
    assert len(gates) >= 127
    assert gates["大门编号"].is_unique


def test_gates_come_in_cgcs2000(sample: Sample) -> None:
    assert geopandas.read_file(sample.boundary.with_name("gates.gpkg")).crs.to_epsg() == 4490


def test_every_gate_is_in_its_wall_and_near_a_street(
    extract: Extract, gates: geopandas.GeoDataFrame, walls: geopandas.GeoSeries
) -> None:
    own = walls.loc[gates["所属小区"]].boundary
    assert gates.geometry.distance(own, align=False).max() <= 5
    streets = shapely.union_all([line for tags, _, line in extract.roads if tags["highway"] in STREETS])
    assert gates.geometry.distance(streets).max() <= 30


def test_a_compound_has_one_main_gate_unless_only_walkers_reach_it(gates: geopandas.GeoDataFrame) -> None:
    kinds = gates.groupby("所属小区")["类别"].agg(list)
    mains = kinds.map(lambda found: found.count("主门"))
    assert set(mains) == {0, 1}
    assert kinds[mains == 0].map(lambda found: found == ["人行门"]).all()
    assert (mains == 0).sum() >= 5
    assert set(gates["类别"]) == {"主门", "侧门", "人行门", "车行门", "消防门", "封闭门"}


def test_gates_keep_hours_that_can_be_read(gates: geopandas.GeoDataFrame) -> None:
    hours = gates["开放时间"].map(canonical_hours)
    assert hours.notna().all()
    by_night = hours.map(lambda found: is_open(found, MONDAY, 22 * 60 + 30))
    by_day = hours.map(lambda found: is_open(found, MONDAY, 10 * 60))
    assert (by_day & ~by_night).sum() >= 20
    assert (by_day == ~gates["类别"].isin(["消防门", "封闭门"])).all()


def test_the_map_has_the_same_gates_on_walls_and_ways(extract: Extract, gates: geopandas.GeoDataFrame) -> None:
    """Each gate of the register is a node of one wall, and of a way on each side."""
    on_walls = {node for _, nodes, _ in extract.walls for node in nodes}
    ways = Counter(node for _, nodes, _ in extract.roads for node in set(nodes))
    assert len(extract.gates) == len(gates)
    assert all(node in on_walls and ways[node] >= 2 for _, node, _ in extract.gates)
    places = geopandas.GeoSeries([place for _, _, place in extract.gates], crs=METRIC)
    near, metres = gates.geometry.sindex.nearest(places, return_all=False, return_distance=True)
    assert metres.max() < 0.4
    assert len(set(near[1].tolist())) == len(gates)


def test_roads_cross_walls_at_gates_only(extract: Extract) -> None:
    """A way and a wall meet where they share a node, and a shared node is a gate."""
    at_gates = {node for _, node, _ in extract.gates}
    lines = np.array([line for _, _, line in extract.walls], dtype=object)
    assert all(line.is_ring for line in lines)
    roads, walls = shapely.STRtree(lines).query([line for _, _, line in extract.roads], predicate="intersects")
    for road, wall in zip(roads, walls, strict=True):
        shared = set(extract.roads[road][1]) & set(extract.walls[wall][1])
        assert shared, f"{extract.roads[road][0]} crosses a wall where there is no gate"
        assert shared <= at_gates


def test_private_ways_lie_behind_walls(extract: Extract, walls: geopandas.GeoSeries) -> None:
    private = [line for tags, _, line in extract.roads if tags.get("access") == "private"]
    inside = shapely.union_all(walls.buffer(0.5).array)
    assert len(private) > 200
    assert all(inside.covers(line) for line in private)
