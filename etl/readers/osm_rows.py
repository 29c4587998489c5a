"""Turns OpenStreetMap elements into rows: one writer for each kind of selection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import osmium
import shapely
from osmium.geom import WKBFactory
from osmium.osm.types import Area, Node, Relation, Way

from etl.readers.osm_sea import sea_areas
from etl.readers.osm_selection import OsmSelection
from etl.readers.part import Notes
from etl.readers.spool import Spool, SpoolFolder

_FACTORY = WKBFactory()
_MOST_NAMED = 5
_KINDS = {"n": "node", "w": "way", "r": "relation"}


class RowWriter:
    """Writes the elements that fit a selection into its spool, and counts what was odd about them."""

    own_headings: tuple[str, ...] = ("@id",)
    has_geometry = True

    def __init__(self, selection: OsmSelection, folder: SpoolFolder, name: str) -> None:
        self.selection = selection
        self.keys = tuple(key for key in dict.fromkeys(selection.keys) if key not in self.own_headings)
        headings = (*self.own_headings, *self.keys)
        self.spool = Spool(folder, name, headings, has_geometry=self.has_geometry)
        self._odd: Counter[str] = Counter()
        self._named: dict[str, list[str]] = {}

    def node(self, node: Node) -> None:
        """Take a node; most writers have no use for it."""

    def way(self, way: Way) -> None:
        """Take a way; most writers have no use for it."""

    def area(self, area: Area) -> None:
        """Take an area; most writers have no use for it."""

    def relation(self, relation: Relation) -> None:
        """Take a relation; most writers have no use for it."""

    def rest(self, frame: shapely.Polygon | None) -> None:
        """Write what could only be written once everything was seen; `frame` is the box that the file states."""

    def notes(self) -> Notes:
        """Return a sentence for each oddity, with how often it was met and the first few elements."""
        return Notes(
            f"{what}: {count:,} ({', '.join(self._named[what])}{' ...' if count > _MOST_NAMED else ''})."
            for what, count in self._odd.items()
        )

    def _note(self, what: str, element: str) -> None:
        self._odd[what] += 1
        if self._odd[what] <= _MOST_NAMED:
            self._named.setdefault(what, []).append(element)

    def _assemble(self, area: Area) -> tuple[str, bytes | None]:
        """Return an area's name and its geometry as WKB, None where its rings can't be put together."""
        name = f"{'way' if area.from_way() else 'relation'}/{area.orig_id()}"
        if area.num_rings()[0] == 0:
            self._note("Areas whose rings can't be put together, which have no geometry", name)
            return name, None
        return name, bytes.fromhex(_FACTORY.create_multipolygon(area))

    def _tags(self, element: Node | Way | Area | Relation) -> tuple[str | None, ...]:
        return tuple(element.tags.get(key) or None for key in self.keys)


class WayWriter(RowWriter):
    """Ways as lines; "@nodes" are the ids of the line's points, in order, so that lines can be joined exactly."""

    own_headings = ("@id", "@nodes")

    def way(self, way: Way) -> None:
        """Write a way; of one that leaves the file, the longest stretch that lies in it."""
        if not self.selection.matches(way.tags):
            return
        name = f"way/{way.id}"
        points = [(node.ref, node.lon, node.lat) for node in _located(way)]
        if len(points) < len(way.nodes):
            self._note("Ways with nodes that the file lacks, of which the longest stretch was kept", name)
        wkb = None
        if len(points) < 2:
            self._note("Ways of fewer than two nodes, which have no geometry", name)
        else:
            wkb = shapely.to_wkb(shapely.LineString([point[1:] for point in points]))
        nodes = " ".join(str(point[0]) for point in points)
        self.spool.add((name, nodes or None, *self._tags(way)), wkb)


def _located(way: Way) -> Sequence[osmium.osm.NodeRef]:
    """Return the longest run of nodes with a place; of equals the first."""
    runs: list[list[osmium.osm.NodeRef]] = [[]]
    for node in way.nodes:
        if node.location.valid():
            runs[-1].append(node)
        elif runs[-1]:
            runs.append([])
    return max(runs, key=len)


class AreaWriter(RowWriter):
    """Closed ways and multipolygons as osmium assembles them."""

    def area(self, area: Area) -> None:
        """Write an area; without geometry where its rings can't be put together."""
        if self.selection.matches(area.tags):
            name, wkb = self._assemble(area)
            self.spool.add((name, *self._tags(area)), wkb)


class PointWriter(RowWriter):
    """Nodes, for each area a point that lies inside it, and the middle of a line, as wide gates are drawn."""

    def node(self, node: Node) -> None:
        """Write a node."""
        if self.selection.matches(node.tags):
            wkb = bytes.fromhex(_FACTORY.create_point(node)) if node.location.valid() else None
            self.spool.add((f"node/{node.id}", *self._tags(node)), wkb)

    def way(self, way: Way) -> None:
        """Write the middle of a line; a closed way comes again as an area."""
        points = [] if way.is_closed() or not self.selection.matches(way.tags) else _located(way)
        if len(points) > 1:
            line = shapely.LineString([(node.lon, node.lat) for node in points])
            middle = shapely.line_interpolate_point(line, 0.5, normalized=True)
            self.spool.add((f"way/{way.id}", *self._tags(way)), shapely.to_wkb(middle))

    def area(self, area: Area) -> None:
        """Write a point inside an area."""
        if self.selection.matches(area.tags):
            name, wkb = self._assemble(area)
            point = shapely.to_wkb(shapely.from_wkb(wkb).representative_point()) if wkb else None
            self.spool.add((name, *self._tags(area)), point)


class PlaceWriter(PointWriter):
    """Named places: nodes, and a point inside each area that has no node of its name in it.

    Many a city is drawn twice, as a node and as its outline.
    """

    def __init__(self, selection: OsmSelection, folder: SpoolFolder, name: str) -> None:
        super().__init__(selection, folder, name)
        self._spots: dict[str, list[shapely.Point]] = {}
        self._areas: list[tuple[str, str | None, tuple[str | None, ...], bytes | None]] = []

    def node(self, node: Node) -> None:
        """Write a node, and keep where its name is."""
        super().node(node)
        called = node.tags.get("name")
        if called and self.selection.matches(node.tags) and node.location.valid():
            self._spots.setdefault(called, []).append(shapely.Point(node.lon, node.lat))

    def area(self, area: Area) -> None:
        """Keep an area until all nodes are known."""
        if self.selection.matches(area.tags):
            name, wkb = self._assemble(area)
            self._areas.append((name, area.tags.get("name"), self._tags(area), wkb))

    def rest(self, frame: shapely.Polygon | None) -> None:
        """Write the areas that no node stands for."""
        super().rest(frame)
        for name, called, tags, wkb in self._areas:
            shape = shapely.from_wkb(wkb) if wkb else None
            spots = self._spots.get(called or "", [])
            if shape is None:
                self.spool.add((name, *tags), None)
            elif not shapely.intersects(shape, spots).any():
                self.spool.add((name, *tags), shapely.to_wkb(shape.representative_point()))


class RestrictionWriter(RowWriter):
    """Turn restrictions: from a way, via a node or ways, to a way."""

    own_headings = ("@id", "restriction", "@from", "@via", "@to")
    has_geometry = False

    def relation(self, relation: Relation) -> None:
        """Write a restriction that always holds, for all vehicles."""
        tags = relation.tags
        if tags.get("type") != "restriction" or not self.selection.matches(tags):
            return
        name, kind = f"relation/{relation.id}", tags.get("restriction")
        if tags.get("restriction:conditional"):
            self._note("Restrictions that hold at times only, whose condition isn't read", name)
        if not kind:
            self._note("Restrictions without a kind that always holds for all, left out", name)
            return
        members: dict[str, list[str]] = {"from": [], "via": [], "to": []}
        for member in relation.members:
            if member.role in members:
                members[member.role].append(f"{_KINDS.get(member.type, member.type)}/{member.ref}")
        if len(members["from"]) > 1 or len(members["to"]) > 1:
            self._note("Restrictions with several ways in or out, of which the first was read", name)
        ends = (next(iter(members["from"]), None), " ".join(members["via"]) or None, next(iter(members["to"]), None))
        self.spool.add((name, kind, *ends, *self._tags(relation)))


class SeaWriter(RowWriter):
    """The sea, which has no element of its own: what lies on the right of the coastlines."""

    own_headings = ("@id",)

    def __init__(self, selection: OsmSelection, folder: SpoolFolder, name: str) -> None:
        super().__init__(selection, folder, name)
        self._coastlines: list[shapely.LineString] = []

    def way(self, way: Way) -> None:
        """Keep a coastline."""
        points = [(node.lon, node.lat) for node in _located(way)] if self.selection.matches(way.tags) else []
        if len(points) > 1:
            self._coastlines.append(shapely.LineString(points))

    def rest(self, frame: shapely.Polygon | None) -> None:
        """Write each piece of sea inside the file's box."""
        if self._coastlines and frame is None:
            self._note(
                "Coastlines in a file that doesn't state its box, so that the sea can't be drawn", "natural=coastline"
            )
        elif frame is not None:
            for number, area in enumerate(sea_areas(self._coastlines, frame), start=1):
                self.spool.add((f"sea/{number}", *(None for _ in self.keys)), shapely.to_wkb(area))


WRITERS: dict[str, type[RowWriter]] = {
    "ways": WayWriter,
    "areas": AreaWriter,
    "points": PointWriter,
    "places": PlaceWriter,
    "restrictions": RestrictionWriter,
    "sea": SeaWriter,
}
