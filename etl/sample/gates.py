"""Gates in the walls of compounds: where ways cross a wall, who may use them, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon

from etl.sample.blocks import Parcel
from etl.sample.houses import House, Layout
from etl.sample.roads import Network
from etl.sample.shapes import stretch
from etl.sample.streets import RESERVE_M, Street

ALWAYS, NEVER, BY_DAY = "24小时", "不开放", "每天 6:00-22:00"
MAIN, SIDE, FOOT, VEHICLE, EMERGENCY, CLOSED = "主门", "侧门", "人行门", "车行门", "消防门", "封闭门"
"""The kinds in the office's words."""
LETS_IN = {MAIN: ("foot", "car"), SIDE: ("foot", "car"), FOOT: ("foot",), VEHICLE: ("car",)}
"""Who gets through a kind of gate while it is open; the other kinds are for nobody."""
_RANK = {highway: rank for rank, highway in enumerate(RESERVE_M)}
_MOST_FROM_STREET_M, _LONGEST_M, _APART_M = 29.0, 95.0, 45.0
_MOST = {"unit_yard": 2, "slab_estate": 3, "tower": 4}
_LOOSE_M = 2.6
_SIDES = ("东", "北", "西", "南")


@dataclass(frozen=True)
class Gate:
    """One way through a wall.

    Attributes:
        kind: one of the six words above.
        hours: weekly hours as an office writes them.
        place: on the wall, to the centimetre.
        approach: from the street to the gate, public.
        drive: from the gate to the ways inside, private.
        street: the name of the street that it leads to; "" where that has none.
        is_steps: whether the approach is a flight of steps.
        is_loose: whether the map stops the approach a few metres short of the street.
    """

    code: str
    name: str
    kind: str
    hours: str
    place: Point
    approach: LineString
    drive: LineString
    street: str
    is_steps: bool = False
    is_loose: bool = False

    @property
    def is_for_walkers(self) -> bool:
        """Whether the ways through it are too narrow for cars."""
        return self.kind == FOOT or self.is_steps

    def ways(self) -> tuple[Street, Street]:
        """Return the approach and the drive as streets."""
        narrow = "footway" if self.is_for_walkers else "service"
        return (
            Street(self.approach, "steps" if self.is_steps else narrow, is_loose=self.is_loose),
            Street(self.drive, narrow, "", {"access": "private"}, is_loose=self.is_loose),
        )


@dataclass(frozen=True)
class _Option:
    """A straight way from a place inside to a street, and where it crosses the wall."""

    rank: int
    hits: int
    length_m: float
    inside: Point
    gate: Point
    outside: Point
    street: str

    @property
    def order(self) -> tuple[float, ...]:
        """The shortest way that spares the houses comes first."""
        return self.hits, round(self.length_m, 2), self.gate.x, self.gate.y


def cut_gates(
    parcel: Parcel, wall: Polygon, layout: Layout, network: Network, kind: str, rng: np.random.Generator
) -> tuple[Gate, ...]:
    """Return a compound's gates, the main one (towards the largest street that can be reached) first.

    Args:
        parcel: the compound's ground; its gates lead to streets that border it.
        wall: the compound's outline.
        layout: what stands inside; the gates' ways start at its ways.
        network: the streets.
        kind: the compound's kind, which decides how many gates there are.
        rng: settles kinds and hours.

    Returns:
        One gate or more, at least 45 m apart, each within 29 m of its street; none where no way leads out.
    """
    options = list(_options(parcel, wall, layout, network))
    if not options:
        return ()
    best = min(option.hits for option in options)
    main = min((option for option in options if option.hits == best), key=lambda option: (option.rank, *option.order))
    taken = [main]
    count = int(rng.integers(1, _MOST[kind] + 1)) if kind == "unit_yard" else int(rng.integers(2, _MOST[kind] + 1))
    for option in sorted(options, key=lambda option: option.order):
        is_apart = all(option.gate.distance(other.gate) > _APART_M for other in taken)
        if len(taken) < count and is_apart and option.hits == 0 and option.length_m < 60:
            taken.append(option)
    kinds = [_kind(number, kind, rng) for number in range(len(taken))]
    names = _names([option.gate for option in taken], wall.centroid)
    return tuple(
        Gate(
            code="",
            name=name,
            kind=word,
            hours=hours,
            place=option.gate,
            approach=LineString([option.outside, option.gate]),
            drive=LineString([option.gate, option.inside]),
            street=option.street,
        )
        for option, (word, hours), name in zip(taken, kinds, names, strict=True)
    )


def _options(parcel: Parcel, wall: Polygon, layout: Layout, network: Network) -> list[_Option]:
    room = parcel.cell.buffer(0.2)
    found = []
    for number in network.beside(parcel.cell):
        street, line = network.ways[number].street, network.lines[number]
        for start in _starts(layout, line):
            end = line.interpolate(line.project(start))
            way = LineString([start, end])
            crossing = way.intersection(wall.exterior)
            if not isinstance(crossing, Point) or crossing.is_empty or not room.contains(way):
                continue
            gate = Point(round(crossing.x, 2), round(crossing.y, 2))
            if way.length < _LONGEST_M and 3.2 < gate.distance(end) < _MOST_FROM_STREET_M:
                hits = sum(house.outline.distance(way) < 3.2 for house in layout.houses)
                found.append(_Option(_RANK[street.highway], hits, way.length, start, gate, end, street.name))
    return found


def _starts(layout: Layout, street: LineString) -> list[Point]:
    """The places on the ways inside from which a way out may start."""
    found = [Point(place) for path in layout.paths for place in path.coords]
    for path in layout.paths:
        x, y = shapely.shortest_line(path, street).coords[0]
        found.append(Point(round(x, 2), round(y, 2)))
    return found


def _kind(number: int, compound_kind: str, rng: np.random.Generator) -> tuple[str, str]:
    """The kind and hours of the gate that was found as number `number`."""
    if number == 0:
        closes = compound_kind == "unit_yard" and rng.random() < 0.3
        return MAIN, "每天 5:30-23:30" if closes else ALWAYS
    if number == 1 and compound_kind == "tower":
        return VEHICLE, ALWAYS
    if number == 3:
        return EMERGENCY, NEVER
    pick = rng.random()
    if pick < 0.2:
        return CLOSED, NEVER
    if pick < 0.6:
        return FOOT, BY_DAY if rng.random() < 0.6 else ALWAYS
    return SIDE, BY_DAY if rng.random() < 0.5 else ALWAYS


def _names(places: Sequence[Point], middle: Point) -> list[str]:
    """Each gate's name from the side on which it lies, never one twice."""
    found: list[str] = []
    for place in places:
        turn = np.degrees(np.arctan2(place.y - middle.y, place.x - middle.x))
        side = _SIDES[round(turn / 90) % 4]
        options = (f"{side}门", f"{side}侧门", f"{side}小门", f"{side}二门")
        found.append(next(option for option in options if option not in found))
    return found


def with_steps(gates: Sequence[Gate]) -> tuple[Gate, ...]:
    """Return a yard's gates as they are where only steps lead up to it: the first one, for walkers."""
    return (replace(gates[0], kind=FOOT, hours=ALWAYS, is_steps=True),)


def not_joined(gates: Sequence[Gate]) -> tuple[Gate, ...]:
    """Return a yard's gates as a map has them whose lane ends a little before the street: the first one only."""
    approach = gates[0].approach
    return (replace(gates[0], approach=stretch(approach, _LOOSE_M, approach.length), is_loose=True),)


def clear(houses: Sequence[House], ways: Sequence[LineString], room_m: float = 3.2) -> list[House]:
    """Return the houses that stand on none of the ways."""
    return [house for house in houses if all(house.outline.distance(way) > room_m for way in ways)]
