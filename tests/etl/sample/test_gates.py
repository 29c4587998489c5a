"""Gates: in their wall, near a street, as the register and the map have them; open areas have none."""

from __future__ import annotations

from collections import Counter

import geopandas
import pytest
import shapely

from etl.sample import Sample
from geodata.layers.hours import canonical_hours, is_open
from tests.etl.sample.conftest import Extract, file_of

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
    assert geopandas.read_file(file_of(sample, "gates.gpkg")).crs.to_epsg() == 4490


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


def test_a_way_leads_through_each_gate(extract: Extract, gates: geopandas.GeoDataFrame) -> None:
    """At each gate of the register two ways share a node: one from the street, one from inside."""
    uses = Counter(node for _, nodes, _ in extract.roads for node in set(nodes))
    ends = {
        node: shapely.Point(at)
        for _, nodes, line in extract.roads
        for node, at in ((nodes[0], line.coords[0]), (nodes[-1], line.coords[-1]))
        if uses[node] >= 2
    }
    joints = shapely.STRtree(list(ends.values()))
    near, metres = joints.query_nearest(gates.geometry.array, all_matches=False, return_distance=True)
    assert metres.max() < 0.4
    assert len(set(near[1].tolist())) == len(gates)


def test_walls_have_gaps_at_the_gates_and_nowhere_else(
    extract: Extract, gates: geopandas.GeoDataFrame, walls: geopandas.GeoSeries
) -> None:
    drawn = shapely.union_all(extract.walls)
    assert gates.geometry.distance(drawn).between(2, 3).all()
    undrawn = shapely.difference(shapely.union_all(walls.boundary.array), drawn.buffer(0.05))
    assert shapely.difference(undrawn, shapely.union_all(gates.geometry.buffer(3).array)).length < 1


def test_roads_cross_no_wall(extract: Extract) -> None:
    hit = shapely.STRtree(extract.walls).query([line for _, _, line in extract.roads], predicate="intersects")
    assert [extract.roads[road][0] for road in hit[0]] == []


def test_private_ways_lie_behind_walls(extract: Extract, walls: geopandas.GeoSeries) -> None:
    private = [line for tags, _, line in extract.roads if tags.get("access") == "private"]
    inside = shapely.union_all(walls.buffer(0.5).array)
    assert len(private) > 200
    assert all(inside.covers(line) for line in private)
