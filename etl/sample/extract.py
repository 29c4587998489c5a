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

from etl.sample.earth import Shift, to_wgs84
from etl.sample.shapes import largest

Tags = Mapping[str, str]


@dataclass
class Extract:
    """The elements in the order of their ids, each kind counted from 1; places in degrees."""

    nodes: list[tuple[float, float, Tags]] = field(default_factory=list)
    ways: list[tuple[list[int], Tags]] = field(default_factory=list)
    relations: list[tuple[list[tuple[str, int, str]], Tags]] = field(default_factory=list)

    def add_node(self, x: float, y: float, tags: Tags) -> int:
        """Add a node and return its id."""
        self.nodes.append((x, y, tags))
        return len(self.nodes)

    def add_way(self, refs: list[int], tags: Tags) -> int:
        """Add a way over nodes that are there and return its id."""
        self.ways.append((refs, tags))
        return len(self.ways)

    def add_chain(self, line: BaseGeometry) -> list[int]:
        """Add a line's corners (degrees) as nodes; a closed line ends in the node that it starts with."""
        corners = [(x, y) for x, y in shapely.get_coordinates(line).tolist()]
        is_closed = corners[0] == corners[-1]
        refs = [self.add_node(x, y, {}) for x, y in (corners[:-1] if is_closed else corners)]
        return [*refs, refs[0]] if is_closed else refs

    def add_lines(self, lines: Sequence[tuple[BaseGeometry, Tags]], shift_m: Shift) -> None:
        """Add lines (metres from a district's centre) as ways."""
        for line, (_, tags) in zip(to_wgs84([line for line, _ in lines], shift_m), lines, strict=True):
            self.add_way(self.add_chain(line), tags)

    def add_areas(self, areas: Sequence[tuple[Polygon, Tags]], shift_m: Shift) -> None:
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

    def write(self, path: Path) -> None:
        """Write uncompressed PBF: its bytes then don't depend on the machine's compression library."""
        header = osmium.io.Header()
        header.set("generator", "csmap sample (synthetic)")
        target = osmium.io.File(str(path), "pbf,pbf_compression=none")
        with osmium.SimpleWriter(target, header=header, overwrite=True) as writer:
            for number, (x, y, tags) in enumerate(self.nodes, start=1):
                writer.add_node(Node(id=number, version=1, location=(x, y), tags=dict(tags)))
            for number, (refs, tags) in enumerate(self.ways, start=1):
                writer.add_way(OsmWay(id=number, version=1, nodes=refs, tags=dict(tags)))
            for number, (members, tags) in enumerate(self.relations, start=1):
                writer.add_relation(Relation(id=number, version=1, members=members, tags=dict(tags)))
