from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely
from osmium.osm import types
from osmium.osm.mutable import Node, Relation, Way

from etl.readers import OsmSelection, Part, read
from geodata.errors import InvalidInput
from tests.etl.readers.whole import geometries, outlines, records, whole

ROADS = OsmSelection("road", "ways", {"highway": ("*",)}, ("highway", "name", "oneway"))
BUILDINGS = OsmSelection("building", "areas", {"building": ("*",)}, ("building",))
PLACES = OsmSelection("place", "places", {"place": ("city", "square")}, ("name", "place"))
POLICE = OsmSelection("police", "points", {"amenity": ("police",)}, ("name",))
TURNS = OsmSelection("turn", "restrictions", {}, ("except",))
ALL = (ROADS, BUILDINGS, POLICE, TURNS)


def write(path: Path, elements: list[Node | Way | Relation]) -> Path:
    """Write a file with osmium, in the order given."""
    writer = osmium.SimpleWriter(str(path))
    for element in elements:
        add = {Node: writer.add_node, Way: writer.add_way, Relation: writer.add_relation}[type(element)]
        add(element)
    writer.close()
    return path


def node(number: int, x: float, y: float, **tags: str) -> Node:
    return Node(id=number, location=(x, y), tags=tags, version=1)


def way(number: int, nodes: list[int], **tags: str) -> Way:
    return Way(id=number, nodes=nodes, tags=tags, version=1)


def relation(number: int, members: list[tuple[str, int, str]], tags: dict[str, str]) -> Relation:
    return Relation(id=number, members=members, tags=tags, version=1)


SQUARE = [node(1, 0, 0), node(2, 4, 0), node(3, 4, 4), node(4, 0, 4)]
HOLE = [node(5, 1, 1), node(6, 1, 2), node(7, 2, 2), node(8, 2, 1)]
TOWN: list[Node | Way | Relation] = [
    *SQUARE,
    *HOLE,
    node(9, 9, 9, amenity="police", name="所"),
    node(10, 8, 8, amenity="cafe"),
    way(20, [1, 2, 3], highway="residential", name="乐坪街", oneway="yes"),
    way(21, [3, 4], highway="footway"),
    way(22, [1, 2, 3, 4, 1], building="yes", amenity="police", name="派出所"),
    way(23, [1, 2, 3, 4, 1]),
    way(24, [5, 6, 7, 8, 5]),
    way(25, [2, 4], railway="rail"),
    relation(30, [("w", 23, "outer"), ("w", 24, "inner")], {"type": "multipolygon", "building": "school"}),
    relation(
        31,
        [("w", 20, "from"), ("n", 3, "via"), ("w", 21, "to")],
        {"type": "restriction", "restriction": "no_left_turn", "except": "bus"},
    ),
    relation(
        32,
        [("w", 20, "from"), ("w", 21, "from"), ("w", 22, "via"), ("w", 23, "via"), ("w", 21, "to")],
        {"type": "restriction", "restriction": "no_entry"},
    ),
    relation(33, [("w", 20, "from")], {"type": "restriction", "restriction:conditional": "no_u_turn @ (Mo-Fr)"}),
    relation(34, [("w", 20, "from")], {"type": "route", "restriction": "x"}),
]


def parts(path: Path, selections: tuple[OsmSelection, ...] = ALL) -> dict[str, Part]:
    return {part.name: part for part in read(path, selections)}


@pytest.mark.parametrize("file", ["town.osm.pbf", "town.pbf", "town.osm", "town.osm.gz", "town.osm.bz2"])
def test_one_file_gives_a_part_for_each_selection(tmp_path: Path, file: str) -> None:
    found = parts(write(tmp_path / file, TOWN))
    assert list(found) == ["road", "building", "police", "turn"]
    assert {part.crs for part in found.values()} == {"EPSG:4326"}

    road = found["road"]
    assert road.headings == ("@id", "@nodes", "highway", "name", "oneway")
    assert records(road) == {
        1: ["way/20", "1 2 3", "residential", "乐坪街", "yes"],
        2: ["way/21", "3 4", "footway", None, None],
    }
    assert outlines(road) == ["LINESTRING (0 0, 4 0, 4 4)", "LINESTRING (4 4, 0 4)"]

    building = found["building"]
    assert sorted(records(building).values()) == [["relation/30", "school"], ["way/22", "yes"]]
    # 4 x 4, and with the hole of 1 x 1 one less.
    areas = dict(zip(whole(building)["@id"], shapely.area(geometries(building)), strict=True))
    assert areas == {"way/22": 16.0, "relation/30": 15.0}
    assert {geometry.geom_type for geometry in geometries(building)} == {"MultiPolygon"}

    police = found["police"]
    assert records(police) == {1: ["node/9", "所"], 2: ["way/22", "派出所"]}
    at_node, in_area = geometries(police)
    assert at_node.wkt == "POINT (9 9)"
    assert in_area.within(shapely.box(0, 0, 4, 4))

    turn = found["turn"]
    assert turn.headings == ("@id", "restriction", "@from", "@via", "@to", "except")
    assert records(turn) == {
        1: ["relation/31", "no_left_turn", "way/20", "node/3", "way/21", "bus"],
        2: ["relation/32", "no_entry", "way/20", "way/22 way/23", "way/21", None],
    }
    assert [batch.geometry for batch in turn.batches()] == [None]
    assert list(turn.notes) == [
        "Restrictions with several ways in or out, of which the first was read: 1 (relation/32).",
        "Restrictions that hold at times only, whose condition isn't read: 1 (relation/33).",
        "Restrictions without a kind that always holds for all, left out: 1 (relation/33).",
    ]
    assert [note for part in (road, building, police) for note in part.notes] == []


def test_one_key_with_one_of_its_values_has_to_fit(tmp_path: Path) -> None:
    path = write(tmp_path / "a.osm", TOWN)
    either = OsmSelection("a", "ways", {"highway": ("footway", "steps"), "oneway": ("yes", "-1")})
    neither = OsmSelection("b", "ways", {"highway": ("steps",), "oneway": ("-1",)})
    found = parts(path, (either, neither))
    assert records(found["a"]) == {1: ["way/20", "1 2 3"], 2: ["way/21", "3 4"]}
    assert records(found["b"]) == {}


def test_a_way_that_leaves_the_file_keeps_its_longest_stretch(tmp_path: Path) -> None:
    # Nodes 91 to 94 are not there. Way 40 has stretches of 1 and 3 nodes, way 41 has just one node left.
    path = write(
        tmp_path / "a.osm.pbf",
        [
            *SQUARE,
            way(40, [91, 4, 92, 1, 2, 3, 93], highway="primary"),
            way(41, [1, 94], highway="primary"),
            way(42, [91, 92], highway="primary"),
        ],
    )
    road = parts(path, (ROADS,))["road"]
    assert [cells[:2] for cells in records(road).values()] == [["way/40", "1 2 3"], ["way/41", "1"], ["way/42", None]]
    assert outlines(road) == ["LINESTRING (0 0, 4 0, 4 4)", None, None]
    assert list(road.notes) == [
        "Ways with nodes that the file lacks, of which the longest stretch was kept: 3 (way/40, way/41, way/42).",
        "Ways of fewer than two nodes, which have no geometry: 2 (way/41, way/42).",
    ]


def test_repeated_places_stay_in_step_with_the_node_ids(tmp_path: Path) -> None:
    twice = [node(1, 0, 0), node(2, 0, 0), node(3, 1, 0)]
    road = parts(write(tmp_path / "a.osm", [*twice, way(4, [1, 2, 3], highway="path")]), (ROADS,))["road"]
    assert whole(road)["@nodes"].tolist() == ["1 2 3"]
    assert outlines(road) == ["LINESTRING (0 0, 0 0, 1 0)"]


def test_ways_before_their_nodes_are_located_all_the_same(tmp_path: Path) -> None:
    # As web tools hand it out: first what was asked for, then the nodes that it needs.
    nodes = [element for element in TOWN if isinstance(element, Node)]
    others = [element for element in TOWN if not isinstance(element, Node)]
    path = write(tmp_path / "a.osm", [*others, *nodes])
    assert path.read_text().index("<way") < path.read_text().index("<node")
    found_parts = parts(path)
    assert outlines(found_parts["road"]) == ["LINESTRING (0 0, 4 0, 4 4)", "LINESTRING (4 4, 0 4)"]
    assert sorted(shapely.area(geometries(found_parts["building"]))) == [15.0, 16.0]
    assert list(found_parts["road"].notes) == []


def test_an_area_whose_rings_stay_open_has_no_geometry(tmp_path: Path) -> None:
    # A bow tie: its outline crosses itself, so there is no inside.
    path = write(tmp_path / "a.osm", [*SQUARE, way(50, [1, 3, 2, 4, 1], building="yes", amenity="police")])
    found = parts(path, (BUILDINGS, POLICE))
    assert records(found["building"]) == {1: ["way/50", "yes"]}
    assert outlines(found["building"]) == outlines(found["police"]) == [None]
    said = "Areas whose rings can't be put together, which have no geometry: 1 (way/50)."
    assert list(found["building"].notes) == [said]


def test_a_selection_that_nothing_fits_is_an_empty_part(tmp_path: Path) -> None:
    path = write(tmp_path / "a.osm", [*SQUARE, way(20, [1, 2], highway="path")])
    assert [len(whole(part)) for part in read(path, ALL)] == [1, 0, 0, 0]
    with pytest.raises(InvalidInput, match=r"^a\.osm has no rows: nothing in it fits .* \(building, police\)"):
        read(path, (BUILDINGS, POLICE))


def test_what_to_take_has_to_be_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"^a\.osm is an OpenStreetMap file: say what to take"):
        read(write(tmp_path / "a.osm", TOWN))
    with pytest.raises(InvalidInput, match="'road' names no tag"):
        OsmSelection("road", "ways", {})


@pytest.mark.parametrize("size", [60, 0.5, -1])
@pytest.mark.parametrize("file", ["a.osm.pbf", "a.osm"])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, file: str, size: float) -> None:
    path = write(tmp_path / file, TOWN)
    content = path.read_bytes()
    path.write_bytes(content[: int(size if size > 1 or size < 0 else size * len(content)) - (file == "a.osm")])
    with pytest.raises(InvalidInput, match=rf"^{re.escape(file)} is damaged or cut off"):
        read(path, ALL)


@pytest.mark.parametrize(
    "content",
    [
        "<osm></osm>",
        "<osm version='0.6'><node id='a'/></osm>",
        "<osm version='0.6'><node id='1' lat='x' lon='1'><tag k='amenity' v='police'/></node></osm>",
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><osm version='0.6'><node id='1' version='&b;'/></osm>",
        "<osm version='0.6'><node id='1' lat='1' lon='1'></osm>",
    ],
)
def test_wrong_xml_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.osm"
    path.write_text(content)
    with pytest.raises(InvalidInput, match=r"^a\.osm is damaged or cut off"):
        read(path, ALL)


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    path = write(tmp_path / "a.osm", TOWN)
    found = parts(path)
    assert list(folder.iterdir()) != []
    assert len(whole(found["road"])) == len(whole(found["road"])) == 2
    del found
    assert list(folder.iterdir()) == []
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InvalidInput):
        parts(path)
    assert list(folder.iterdir()) == []


def counted(path: Path) -> dict[str, int]:
    """Count with osmium alone, everything unfiltered."""
    counts = dict.fromkeys(("road", "building", "police_node", "police_area", "turn"), 0)
    for element in osmium.FileProcessor(str(path)).with_areas():
        tags = element.tags
        if isinstance(element, types.Area):
            counts["building"] += "building" in tags
            counts["police_area"] += tags.get("amenity") == "police"
        elif isinstance(element, types.Way):
            counts["road"] += "highway" in tags
        elif isinstance(element, types.Node):
            counts["police_node"] += tags.get("amenity") == "police"
        else:
            counts["turn"] += tags.get("type") == "restriction" and "restriction" in tags
    return counts


@pytest.mark.parametrize(
    ("name", "roads", "buildings", "police", "turns"),
    [
        ("osm/monaco.osm.pbf", 2379, 1207, (7, 2), 45),
        ("osm/liechtenstein.osm.pbf", 4660, 8995, (1, 0), 3),
        ("osm/helsinki.osm.pbf", 2650, 446, (0, 0), 45),
        ("osm/shanghai.osm", 796, 0, (0, 0), 0),
        ("br-poa/poa_osm.pbf", 15_886, 19, (0, 0), 0),
    ],
)
def test_real_extracts(
    shared_data: Callable[[str], Path], name: str, roads: int, buildings: int, police: tuple[int, int], turns: int
) -> None:
    path = shared_data(name)
    assert counted(path) == {
        "road": roads,
        "building": buildings,
        "police_node": police[0],
        "police_area": police[1],
        "turn": turns,
    }
    found = parts(path)
    assert {key: len(whole(part)) for key, part in found.items()} == {
        "road": roads,
        "building": buildings,
        "police": sum(police),
        "turn": turns,
    }
    frame = whole(found["road"])
    lines = geometries(found["road"])
    has_line = lines != None  # noqa: E711 - element by element
    nodes = np.array([len(nodes.split()) for nodes in frame["@nodes"].fillna("")])
    assert (shapely.get_num_coordinates(lines[has_line]) == nodes[has_line]).all()
    assert frame["@id"].is_unique
    if buildings:
        assert shapely.is_valid(geometries(found["building"])).all()


def test_open_building_ways_are_no_buildings(shared_data: Callable[[str], Path]) -> None:
    # 8,992 ways of Liechtenstein are tagged as buildings; 2 of them aren't closed, and 5 relations come on top.
    path = shared_data("osm/liechtenstein.osm.pbf")
    ways = OsmSelection("way", "ways", {"building": ("*",)})
    found = parts(path, (ways, BUILDINGS))
    assert len(whole(found["way"])) == 8992
    kinds = whole(found["building"])["@id"].str.split("/").str[0].value_counts()
    assert kinds.to_dict() == {"way": 8990, "relation": 5}


def test_a_city_that_is_a_node_and_an_outline_is_one_place(tmp_path: Path) -> None:
    elements: list[Node | Way | Relation] = [
        *SQUARE,
        node(40, 3, 3, place="city", name="乐坪"),
        node(41, 9, 9, place="city", name="大坪"),
        node(42, 3, 2, place="country", name="国"),
        way(50, [1, 2, 3, 4, 1], place="city", name="乐坪"),
        way(51, [1, 2, 3, 4, 1], place="square", name="大坪"),
        way(52, [1, 2, 3, 4, 1], place="square"),
    ]
    part = parts(write(tmp_path / "named.osm.pbf", elements), (PLACES,))["place"]
    found = [tuple(cells) for cells in records(part).values()]
    # The square has the name of a city elsewhere; the one without a name is nobody's.
    assert found == [
        ("node/40", "乐坪", "city"),
        ("node/41", "大坪", "city"),
        ("way/51", "大坪", "square"),
        ("way/52", None, "square"),
    ]
    assert all(shapely.box(0, 0, 4, 4).contains(shape) for shape in geometries(part)[2:])
