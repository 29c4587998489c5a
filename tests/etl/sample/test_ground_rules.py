"""What has to be true on the ground: nothing in the water, nothing across a barrier, one road net, no gaps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import geopandas
import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge

from etl.sample import Sample
from etl.sample.streets import CARRIAGEWAY_M
from tests.etl.sample.conftest import Extract, file_of, metric

# Half a metre of rounding and of PROJ's way to degrees and back is far more than there is.
SLACK_M = 0.05


def hits(shapes: Sequence[BaseGeometry], others: Sequence[BaseGeometry]) -> int:
    tree = shapely.STRtree(others)
    return len(set(tree.query([shape.buffer(-SLACK_M) for shape in shapes], predicate="intersects")[0].tolist()))


def test_no_building_stands_on_a_carriageway(extract: Extract, buildings: list[BaseGeometry]) -> None:
    roads = [line.buffer(CARRIAGEWAY_M[tags["highway"]]) for tags, _, line in extract.roads]
    assert hits(buildings, roads) == 0


def test_no_building_stands_in_water_or_on_the_track(extract: Extract, buildings: list[BaseGeometry]) -> None:
    assert hits(buildings, extract.water) == 0
    assert hits(buildings, [track.buffer(3) for track in extract.rails]) == 0


def test_every_outline_is_valid(buildings: list[BaseGeometry], compounds: geopandas.GeoDataFrame) -> None:
    assert compounds.geometry.is_valid.all()
    assert shapely.is_valid(np.array(buildings, dtype=object)).all()


def test_buildings_do_not_overlap_much(buildings: list[BaseGeometry]) -> None:
    inner = [building.buffer(-0.5) for building in buildings]
    left, right = shapely.STRtree(inner).query(inner, predicate="intersects")
    assert (left != right).sum() == 0


def test_no_compound_reaches_across_a_barrier(extract: Extract, compounds: geopandas.GeoDataFrame) -> None:
    walls = list(compounds.geometry)
    assert hits(walls, extract.water) == 0
    assert hits(walls, [track.buffer(5) for track in extract.rails]) == 0
    large = {"trunk", "primary", "secondary", "tertiary", "residential"}
    streets = [
        line.buffer(CARRIAGEWAY_M[tags["highway"]]) for tags, _, line in extract.roads if tags["highway"] in large
    ]
    assert hits(walls, streets) == 0


def test_compounds_do_not_overlap_and_lie_in_their_community(sample: Sample, compounds: geopandas.GeoDataFrame) -> None:
    walls = np.array(compounds.geometry, dtype=object)
    left, right = shapely.STRtree(walls).query(walls, predicate="intersects")
    assert shapely.area(shapely.intersection(walls[left[left != right]], walls[right[left != right]])).sum() < 1
    areas = metric(file_of(sample, "areas.geojson")).set_index("名称").geometry
    own = np.array(areas.loc[compounds["所属社区"]], dtype=object)
    assert shapely.contains(shapely.buffer(own, 0.1), walls).all()


def test_a_compound_has_as_many_buildings_as_its_register_says(
    buildings: list[BaseGeometry], compounds: geopandas.GeoDataFrame
) -> None:
    walls = [wall.buffer(0.1) for wall in compounds.geometry]
    _, owners = shapely.STRtree(walls).query(buildings, predicate="within")
    counted = Counter(owners.tolist())
    assert [counted[number] for number in range(len(walls))] == list(compounds["楼栋数"])


def test_roads_are_one_net(extract: Extract) -> None:
    roots: dict[int, int] = {}

    def root(node: int) -> int:
        while roots.setdefault(node, node) != node:
            node = roots[node]
        return node

    for _, nodes, _ in extract.roads:
        for node in nodes[1:]:
            roots[root(node)] = root(nodes[0])
    size: dict[int, float] = defaultdict(float)
    for _, nodes, line in extract.roads:
        size[root(nodes[0])] += line.length
    assert max(size.values()) >= 0.98 * sum(size.values())


def test_roads_over_water_and_rail_are_bridges_and_tunnels(extract: Extract) -> None:
    check_crossings(extract, towns=1)


def check_crossings(extract: Extract, *, towns: int) -> None:
    water, track = shapely.union_all(extract.water), shapely.union_all(extract.rails)
    over = [tags for tags, _, line in extract.roads if line.intersects(water)]
    across = [tags for tags, _, line in extract.roads if line.intersects(track)]
    assert all(tags.get("bridge") == "yes" and tags.get("layer") == "1" for tags in over)
    assert 3 * towns <= len(over) <= 4 * towns
    assert sorted("tunnel" if "tunnel" in tags else tags["highway"] for tags in across) == [
        *["footway"] * towns,
        *["tunnel", "tunnel"] * towns,
    ]


def test_turn_restrictions_join_where_both_ways_end(extract: Extract) -> None:
    for source, via, target in extract.restrictions:
        assert via in (extract.way_nodes[source][0], extract.way_nodes[source][-1])
        assert via in (extract.way_nodes[target][0], extract.way_nodes[target][-1])


def test_road_classes_and_tags_are_those_of_a_town(extract: Extract) -> None:
    classes = {tags["highway"] for tags, _, _ in extract.roads}
    assert classes == set(CARRIAGEWAY_M)
    assert any("oneway" in tags for tags, _, _ in extract.roads)
    assert any(tags.get("junction") == "roundabout" for tags, _, _ in extract.roads)
    names = Counter(tags["name"] for tags, _, _ in extract.roads if "name" in tags)
    assert len(names) > 100


def test_streets_bend(extract: Extract) -> None:
    """No perfect grid: of the long named streets, most are longer than the straight line between their ends."""
    parts: dict[str, list[LineString]] = {}
    for tags, _, line in extract.roads:
        if tags["highway"] in ("trunk", "primary", "secondary") and "name" in tags:
            parts.setdefault(tags["name"], []).append(line)
    whole = [linemerge(lines) if len(lines) > 1 else lines[0] for lines in parts.values()]
    long = [line for line in whole if isinstance(line, LineString) and line.length > 900]
    bent = [
        line
        for line in long
        if line.length > 1.002 * shapely.Point(line.coords[0]).distance(shapely.Point(line.coords[-1]))
    ]
    assert len(bent) > 0.7 * len(long)


def test_communities_and_grids_tile_the_district(sample: Sample) -> None:
    areas = geopandas.read_file(file_of(sample, "areas.geojson"))
    outline = shapely.union_all(np.array(areas[areas["级别"] == "街道"].geometry, dtype=object))
    for level in ("社区", "网格"):
        shapes = np.array(areas[areas["级别"] == level].geometry, dtype=object)
        assert shapely.is_valid(shapes).all()
        whole = shapely.union_all(shapes)
        # Corners are shared to the last digit, so that not a square metre is lost (a square degree is 1.1e10 of them).
        assert outline.symmetric_difference(whole).area * 1.1e10 < 0.1
        assert (shapely.area(shapes).sum() - whole.area) * 1.1e10 < 0.1


def test_grids_lie_in_their_communities(sample: Sample) -> None:
    areas = metric(file_of(sample, "areas.geojson"))
    by_code = areas.set_index("代码").geometry
    grids = areas[areas["级别"] == "网格"]
    own = np.array(by_code.loc[grids["上级代码"]], dtype=object)
    inside = shapely.area(shapely.intersection(own, np.array(grids.geometry, dtype=object)))
    assert np.allclose(inside, grids.geometry.area, rtol=1e-5)
