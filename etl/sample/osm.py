"""Writes streets, buildings and nature as an OpenStreetMap extract, tagged as mappers tag them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium
import shapely
from osmium.osm.mutable import Node, Relation
from osmium.osm.mutable import Way as OsmWay
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from etl.sample.city import City
from etl.sample.earth import places, to_wgs84
from etl.sample.roads import Network, Way
from etl.sample.shapes import largest, polygons

Tags = Mapping[str, str]
_MAJOR = frozenset({"trunk", "primary", "secondary", "tertiary"})
_RESTRICTIONS = 24
# Uses that OSM maps as areas.
_LANDUSE: Mapping[str, Tags] = {
    "park": {"leisure": "park"},
    "green": {"landuse": "grass"},
    "bank": {"landuse": "grass"},
    "field": {"landuse": "farmland"},
    "industrial": {"landuse": "industrial"},
    "school": {"amenity": "school"},
    "hospital": {"amenity": "hospital"},
    "market": {"amenity": "marketplace"},
    "mall": {"landuse": "retail"},
    "commerce": {"landuse": "commercial"},
}


@dataclass
class _Extract:
    """The elements in the order of their ids, in degrees."""

    nodes: list[tuple[float, float, Tags]] = field(default_factory=list)
    ways: list[tuple[list[int], Tags]] = field(default_factory=list)
    relations: list[tuple[list[tuple[str, int, str]], Tags]] = field(default_factory=list)

    def add_node(self, x: float, y: float, tags: Tags) -> int:
        self.nodes.append((x, y, tags))
        return len(self.nodes)

    def add_way(self, refs: list[int], tags: Tags) -> int:
        self.ways.append((refs, tags))
        return len(self.ways)


def write_extract(path: Path, city: City) -> dict[str, int]:
    """Write the extract; return how many roads, turn restrictions and buildings are in it."""
    extract = _Extract()
    roads = _add_roads(extract, city.network)
    restrictions = _add_restrictions(extract, roads, city.network)
    for outline, tags in _buildings(city):
        _add_area(extract, outline, tags)
    for shape, tags in _nature(city):
        for part in polygons(shape):
            _add_area(extract, part, tags)
    for track, tags in _tracks(city):
        extract.add_way(_chain(extract, to_wgs84([track])[0]), tags)
    stop = city.ground.rail.interpolate(city.ground.rail.project(city.ground.bend.point(-440, 860)))
    ((lon, lat),) = places([stop], "wgs84")
    extract.add_node(lon, lat, {"railway": "station", "name": "娄底站（示例）"})
    _write(path, extract)
    return {"road": len(roads), "turn_restriction": restrictions, "building": len(city.houses)}


def split_at_junctions(network: Network) -> list[Way]:
    """Return the ways, those of the larger streets cut where they meet each other: there turns can be forbidden."""
    uses = Counter(node for way in network.ways if way.street.highway in _MAJOR for node in set(way.nodes))
    found = []
    for way in network.ways:
        if way.street.highway not in _MAJOR:
            found.append(way)
            continue
        start = 0
        for at in range(1, len(way.nodes)):
            if uses[way.nodes[at]] > 1 or at == len(way.nodes) - 1:
                found.append(Way(way.nodes[start : at + 1], way.street))
                start = at
    return found


def _add_roads(extract: _Extract, network: Network) -> list[Way]:
    """Add the network's nodes (ids from 1, as numbered) and its ways (ids from 1); return the ways."""
    used = _used_nodes(network)
    points = shapely.get_coordinates(to_wgs84([LineString([network.places[node] for node in used])])[0]).tolist()
    numbers = {node: extract.add_node(x, y, {}) for node, (x, y) in zip(used, points, strict=True)}
    ways = split_at_junctions(network)
    for way in ways:
        tags = {"highway": way.street.highway} | way.street.tags
        if way.street.name:
            tags["name"] = way.street.name
        extract.add_way([numbers[node] for node in way.nodes], tags)
    return ways


def _used_nodes(network: Network) -> list[int]:
    """The nodes that some way uses, in the order in which they are written."""
    return sorted({node for way in network.ways for node in way.nodes})


def _add_restrictions(extract: _Extract, ways: list[Way], network: Network) -> int:
    """Forbid some left turns where large streets cross; the members end at the node between them, as OSM wants."""
    ends: dict[int, list[int]] = defaultdict(list)
    for number, way in enumerate(ways):
        if way.street.highway in ("trunk", "primary", "secondary") and "oneway" not in way.street.tags:
            for node in {way.nodes[0], way.nodes[-1]}:
                ends[node].append(number)
    order = {node: number for number, node in enumerate(_used_nodes(network), start=1)}
    count = 0
    for node, arms in sorted(ends.items()):
        if len(arms) != 4 or count >= _RESTRICTIONS:
            continue
        for source in arms[::2]:
            target = next((arm for arm in arms if 60 < _turn(ways[source], ways[arm], node, network) < 120), None)
            if target is not None:
                members = [("w", source + 1, "from"), ("n", order[node], "via"), ("w", target + 1, "to")]
                extract.relations.append((members, {"type": "restriction", "restriction": "no_left_turn"}))
                count += 1
    return count


def _turn(source: Way, target: Way, node: int, network: Network) -> float:
    """How far one turns left going from one way into the other at `node`, degrees in [-180, 180)."""

    def heading(way: Way) -> float:
        beside = way.nodes[1] if way.nodes[0] == node else way.nodes[-2]
        (x, y), (a, b) = network.places[node], network.places[beside]
        return float(np.degrees(np.arctan2(b - y, a - x)))

    return (heading(target) - heading(source) - 180 + 180) % 360 - 180


def _buildings(city: City) -> Iterable[tuple[Polygon, Tags]]:
    for house in city.houses:
        tags = {"building": house.kind, "building:levels": str(house.levels)}
        if house.flats:
            tags["building:flats"] = str(house.flats)
        if house.name:
            tags["name"] = house.name
        yield house.outline, tags


def _nature(city: City) -> Iterable[tuple[BaseGeometry, Tags]]:
    ground = city.ground
    edge = ground.land.buffer(250)
    yield ground.river.intersection(edge), {"natural": "water", "water": "river", "name": "涟滨河（示例）"}
    for hill, name in zip(ground.hills, ("月形山公园", "云山公园"), strict=True):
        yield hill, {"leisure": "park", "name": name}
    for track in city.pitches:
        yield track, {"leisure": "track", "sport": "running"}
    for parcel in city.parcels:
        is_hill = any(parcel.cell.intersects(hill) for hill in ground.hills)
        if parcel.use in _LANDUSE and parcel.plot.area > 300 and not is_hill:
            yield parcel.plot, _LANDUSE[parcel.use]


def _tracks(city: City) -> Iterable[tuple[BaseGeometry, Tags]]:
    edge = city.ground.land.buffer(250)
    river = city.ground.river.buffer(12)
    yield city.ground.river_line.intersection(edge), {"waterway": "river", "name": "涟滨河（示例）"}
    for aside in (-2.3, 2.3):
        track = city.ground.rail.parallel_offset(abs(aside), "left" if aside > 0 else "right").intersection(edge)
        over = track.intersection(Polygon(river.exterior))
        for part in shapely.get_parts(track.difference(Polygon(river.exterior))):
            yield part, {"railway": "rail", "usage": "main", "gauge": "1435"}
        for part in shapely.get_parts(over):
            yield part, {"railway": "rail", "usage": "main", "gauge": "1435", "bridge": "yes", "layer": "1"}


def _chain(extract: _Extract, line: BaseGeometry) -> list[int]:
    """Add the corners of a line in degrees as nodes; a closed line ends in the node that it starts with."""
    corners = [(x, y) for x, y in shapely.get_coordinates(line).tolist()]
    is_closed = corners[0] == corners[-1]
    refs = [extract.add_node(x, y, {}) for x, y in (corners[:-1] if is_closed else corners)]
    return [*refs, refs[0]] if is_closed else refs


def _add_area(extract: _Extract, shape: Polygon, tags: Tags) -> None:
    """Add a polygon: a closed way, or a multipolygon where it has holes."""
    flat = to_wgs84([shape])[0]
    # Rounding to a centimetre can turn a needle inside out.
    whole = largest(flat if flat.is_valid else shapely.make_valid(flat))
    outer = _chain(extract, whole.exterior)
    if not whole.interiors:
        extract.add_way(outer, tags)
        return
    members = [("w", extract.add_way(outer, {}), "outer")]
    members += [("w", extract.add_way(_chain(extract, ring), {}), "inner") for ring in whole.interiors]
    extract.relations.append((members, {"type": "multipolygon"} | dict(tags)))


def _write(path: Path, extract: _Extract) -> None:
    """Write uncompressed PBF: its bytes then don't depend on the machine's compression library."""
    header = osmium.io.Header()
    header.set("generator", "csmap sample (synthetic)")
    target = osmium.io.File(str(path), "pbf,pbf_compression=none")
    with osmium.SimpleWriter(target, header=header, overwrite=True) as writer:
        for number, (x, y, tags) in enumerate(extract.nodes, start=1):
            writer.add_node(Node(id=number, version=1, location=(x, y), tags=dict(tags)))
        for number, (refs, tags) in enumerate(extract.ways, start=1):
            writer.add_way(OsmWay(id=number, version=1, nodes=refs, tags=dict(tags)))
        for number, (members, tags) in enumerate(extract.relations, start=1):
            writer.add_relation(Relation(id=number, version=1, members=members, tags=dict(tags)))
