"""Draws streets, walls and nature as an OpenStreetMap extract, tagged as mappers tag them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from etl.sample.city import City
from etl.sample.earth import places, to_wgs84
from etl.sample.extract import Extract, Tags
from etl.sample.joints import TRACK, End, find_ends
from etl.sample.names import HILLS, STATION_NAME
from etl.sample.roads import Network, Way
from etl.sample.shapes import polygons
from etl.sample.walls import walls

_MAJOR = frozenset({"trunk", "primary", "secondary", "tertiary"})
_RESTRICTIONS = 24
# Uses that OSM maps as areas.
_LANDUSE: Mapping[str, Tags] = {
    "park": {"leisure": "park"},
    "green": {"landuse": "grass"},
    "bank": {"landuse": "grass"},
    "industrial": {"landuse": "industrial"},
    "school": {"landuse": "education"},
    "hospital": {"landuse": "healthcare"},
    "market": {"landuse": "retail"},
    "mall": {"landuse": "retail"},
    "commerce": {"landuse": "commercial"},
}
_FIELDS = ("farmland", "orchard", "meadow", "farmland", "orchard")


def add_town(extract: Extract, city: City) -> tuple[dict[str, int], list[End]]:
    """Add a town to the extract; return how many roads, turn restrictions and walls it has, and what leads out."""
    shift_m = city.district.shift_m
    roads, numbers = _add_roads(extract, city)
    restrictions = _add_restrictions(extract, roads, city.network, numbers)
    pieces = list(walls(city))
    extract.add_lines(pieces, shift_m)
    extract.add_areas([(part, tags) for shape, tags in _nature(city) for part in polygons(shape)], shift_m)
    extract.add_lines(list(_tracks(city)), shift_m)
    stop = city.ground.rail.interpolate(city.ground.rail.project(city.ground.bend.point(-440, 860)))
    ((lon, lat),) = places([stop], "wgs84", shift_m)
    extract.add_node(lon, lat, {"railway": "station", "name": city.district.localised(STATION_NAME)})
    counts = {"road": len(roads), "turn_restriction": restrictions, "barrier": len(pieces)}
    return counts, find_ends(city, numbers)


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


def _add_roads(extract: Extract, city: City) -> tuple[dict[int, Way], dict[int, int]]:
    """Add the network's nodes and its ways; return the ways by their ids, and the ids of the network's nodes."""
    network = city.network
    used = sorted({node for way in network.ways for node in way.nodes})
    chain = LineString([network.places[node] for node in used])
    points = shapely.get_coordinates(to_wgs84([chain], city.district.shift_m)[0]).tolist()
    numbers = {node: extract.add_node(x, y, {}) for node, (x, y) in zip(used, points, strict=True)}
    ways = {}
    for way in split_at_junctions(network):
        tags = {"highway": way.street.highway} | way.street.tags
        if way.street.name:
            tags["name"] = city.district.localised(way.street.name)
        ways[extract.add_way([numbers[node] for node in way.nodes], tags)] = way
    return ways, numbers


def _add_restrictions(extract: Extract, ways: Mapping[int, Way], network: Network, numbers: Mapping[int, int]) -> int:
    """Forbid some left turns where large streets cross; the members end at the node between them, as OSM wants."""
    ends: dict[int, list[int]] = defaultdict(list)
    for number, way in ways.items():
        if way.street.highway in ("trunk", "primary", "secondary") and "oneway" not in way.street.tags:
            for node in {way.nodes[0], way.nodes[-1]}:
                ends[node].append(number)
    count = 0
    for node, arms in sorted(ends.items()):
        if len(arms) != 4 or count >= _RESTRICTIONS:
            continue
        for source in arms[::2]:
            target = next((arm for arm in arms if 60 < _turn(ways[source], ways[arm], node, network) < 120), None)
            if target is not None:
                members = [("w", source, "from"), ("n", numbers[node], "via"), ("w", target, "to")]
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


def _nature(city: City) -> Iterable[tuple[BaseGeometry, Tags]]:
    ground = city.ground
    edge = ground.reach
    yield ground.river.intersection(edge), {"natural": "water", "water": "river", "name": city.district.river}
    for hill, name in zip(ground.hills, HILLS, strict=True):
        yield hill, {"leisure": "park", "name": city.district.localised(name)}
    for track in city.pitches:
        yield track, {"leisure": "track", "sport": "running"}
    for parcel in city.parcels:
        if parcel.use == "field":
            yield parcel.plot, {"landuse": _FIELDS[parcel.block % len(_FIELDS)]}
        is_hill = any(parcel.cell.intersects(hill) for hill in ground.hills)
        if parcel.use in _LANDUSE and parcel.plot.area > 300 and not is_hill:
            yield parcel.plot, _LANDUSE[parcel.use]


def _tracks(city: City) -> Iterable[tuple[BaseGeometry, Tags]]:
    edge = city.ground.reach
    river = city.ground.river.buffer(12)
    yield city.ground.river_line.intersection(edge), {"waterway": "river", "name": city.district.river}
    for track in map(edge.intersection, city.ground.tracks):
        over = track.intersection(Polygon(river.exterior))
        for part in shapely.get_parts(track.difference(Polygon(river.exterior))):
            yield part, TRACK
        for part in shapely.get_parts(over):
            yield part, {**TRACK, "bridge": "yes", "layer": "1"}
