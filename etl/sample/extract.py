"""The elements of an OpenStreetMap extract, numbered as they come, and their file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import osmium
import shapely
from osmium.osm.mutable import Node, Relation
from osmium.osm.mutable import Way as OsmWay
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from etl.sample.earth import NOWHERE, Shift, to_wgs84
from etl.sample.shapes import largest
from etl.sample.spool import Spool

Tags = Mapping[str, str]
NodeRow = tuple[float, float, Tags]
WayRow = tuple[list[int], Tags]
RelationRow = tuple[list[tuple[str, int, str]], Tags]
_NO_TAGS: Tags = {}


@dataclass
class Extract:
    """The elements in the order of their ids, each kind counted on from the number that came before; in degrees."""

    nodes_before: int = 0
    ways_before: int = 0
    nodes: list[NodeRow] = field(default_factory=list)
    ways: list[WayRow] = field(default_factory=list)
    relations: list[RelationRow] = field(default_factory=list)

    def add_node(self, x: float, y: float, tags: Tags = _NO_TAGS) -> int:
        """Add a node and return its id."""
        self.nodes.append((x, y, tags))
        return self.nodes_before + len(self.nodes)

    def add_way(self, refs: list[int], tags: Tags) -> int:
        """Add a way over nodes that are there and return its id."""
        self.ways.append((refs, tags))
        return self.ways_before + len(self.ways)

    def add_chain(self, line: BaseGeometry) -> list[int]:
        """Add a line's corners (degrees) as nodes; a closed line ends in the node that it starts with."""
        corners = [(x, y) for x, y in shapely.get_coordinates(line).tolist()]
        is_closed = corners[0] == corners[-1]
        refs = [self.add_node(x, y) for x, y in (corners[:-1] if is_closed else corners)]
        return [*refs, refs[0]] if is_closed else refs

    def add_lines(self, lines: Sequence[tuple[BaseGeometry, Tags]], shift_m: Shift = NOWHERE) -> None:
        """Add lines (metres from a district's centre) as ways."""
        for line, (_, tags) in zip(to_wgs84([line for line, _ in lines], shift_m), lines, strict=True):
            self.add_way(self.add_chain(line), tags)

    def add_areas(self, areas: Sequence[tuple[Polygon, Tags]], shift_m: Shift = NOWHERE) -> None:
        """Add polygons (metres from a district's centre): closed ways, or multipolygons where they have holes."""
        for flat, (_, tags) in zip(to_wgs84([shape for shape, _ in areas], shift_m), areas, strict=True):
            # Rounding to a centimetre can turn a needle inside out.
            whole = largest(flat if flat.is_valid else shapely.make_valid(flat))
            outer = self.add_chain(whole.exterior)
            if not whole.interiors:
                self.add_way(outer, tags)
                continue
            members = [("w", self.add_way(outer, {}), "outer")]
            members += [("w", self.add_way(self.add_chain(ring), {}), "inner") for ring in whole.interiors]
            self.relations.append((members, {"type": "multipolygon"} | dict(tags)))


def write_extract(path: Path, spool: Spool, sizes: Sequence[tuple[int, int]], joints: Extract) -> None:
    """Write towns and what joins them as uncompressed PBF, whose bytes don't depend on a compression library.

    Args:
        path: the file.
        spool: the elements of each town, its ids counted from 1.
        sizes: how many nodes and ways each town has.
        joints: what joins them, numbered after all of them.
    """
    header = osmium.io.Header()
    header.set("generator", "csmap sample (synthetic)")
    target = osmium.io.File(str(path), "pbf,pbf_compression=none")
    *before, _ = numbers_before(sizes)
    with osmium.SimpleWriter(target, header=header, overwrite=True) as writer:
        for (node_base, _), nodes in zip(before, spool.each("nodes"), strict=True):
            _add_nodes(writer, nodes, node_base)
        _add_nodes(writer, joints.nodes, joints.nodes_before)
        for base, ways in zip(before, spool.each("ways"), strict=True):
            _add_ways(writer, ways, *base)
        _add_ways(writer, joints.ways, 0, joints.ways_before)
        count = 0
        for base, relations in zip(before, spool.each("relations"), strict=True):
            _add_relations(writer, relations, count, *base)
            count += len(relations)


def numbers_before(sizes: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return how many nodes and ways there are before each town, and how many all towns have together."""
    found = [(0, 0)]
    for nodes, ways in sizes:
        found.append((found[-1][0] + nodes, found[-1][1] + ways))
    return found


def _add_nodes(writer: osmium.SimpleWriter, rows: Sequence[NodeRow], node_base: int) -> None:
    for number, (x, y, tags) in enumerate(rows, start=node_base + 1):
        writer.add_node(Node(id=number, version=1, location=(x, y), tags=dict(tags)))


def _add_ways(writer: osmium.SimpleWriter, rows: Sequence[WayRow], node_base: int, way_base: int) -> None:
    for number, (refs, tags) in enumerate(rows, start=way_base + 1):
        writer.add_way(OsmWay(id=number, version=1, nodes=[node_base + ref for ref in refs], tags=dict(tags)))


def _add_relations(
    writer: osmium.SimpleWriter, rows: Sequence[RelationRow], before: int, node_base: int, way_base: int
) -> None:
    base = {"n": node_base, "w": way_base}
    for number, (members, tags) in enumerate(rows, start=before + 1):
        shifted = [(kind, base[kind] + ref, role) for kind, ref, role in members]
        writer.add_relation(Relation(id=number, version=1, members=shifted, tags=dict(tags)))
