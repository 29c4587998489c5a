"""The police posts: a station, a room in every community, kiosks where people gather."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import Point

from etl.sample.blocks import Parcel
from etl.sample.city import City

# Rooms that stay open in the evening: the centre, the open area, the station.
_LATE = frozenset({0, 10, 11})
_OFFICE_HOURS, _LATE_HOURS, _ALWAYS = "周一至周五 9:00-17:00", "每天 8:00-22:00", "24小时"


@dataclass(frozen=True)
class Post:
    """One police post as the station's list has it."""

    code: str
    name: str
    kind: str
    address: str
    phone: str
    hours: str
    desks: int
    place: Point


def place_posts(city: City, rng: np.random.Generator) -> list[Post]:
    """Return the station, twelve rooms and four kiosks, each on a plot beside a street."""
    found: list[Post] = []
    district = city.district

    def add(name: str, kind: str, hours: str, desks: int, parcel: Parcel) -> None:
        place, address = at_street(parcel, city, rng)
        number = len(found) + 1
        code = f"{district.prefix}JW{number:03d}"
        found.append(Post(code, name, kind, address, f"0738-{district.exchange}{100 + number}", hours, desks, place))

    add(district.localised("乐坪派出所"), "派出所", _ALWAYS, 6, _with_use(city, "office"))
    for number, heart in enumerate(hearts(city)):
        name = f"{district.communities[number][1]}警务室"
        options = [
            parcel
            for parcel, community in zip(city.parcels, city.communities, strict=True)
            if community == number and parcel.use in ("", "commerce") and parcel.plot.area > 1500
        ]
        parcel = min(options, key=lambda each: each.plot.distance(heart))
        hours, desks = (_LATE_HOURS, 3) if number in _LATE else (_OFFICE_HOURS, 2)
        add(name, "社区警务室", hours, desks, parcel)
    for name, use in (("火车站广场警务亭", "station"), ("中心市场警务亭", "market"), ("医院路口警务亭", "hospital")):
        add(district.localised(name), "警务亭", _ALWAYS, 1, _with_use(city, use))
    add(district.localised("市民广场警务亭"), "警务亭", _ALWAYS, 1, _with_use(city, "park", is_hill=False))
    return found


def hearts(city: City) -> list[Point]:
    """Return the middle of each community's compounds, weighted by households."""
    return [_heart(city, number, shape.centroid) for number, shape in enumerate(city.community_shapes)]


def _heart(city: City, community: int, otherwise: Point) -> Point:
    """The middle of a community's compounds, weighted by households."""
    here = [compound for compound in city.compounds if compound.community == community]
    if not here:
        return otherwise
    weights = np.array([compound.households for compound in here], dtype=np.float64)
    middles = np.array([compound.wall.centroid.coords[0] for compound in here])
    return Point(np.average(middles, axis=0, weights=weights + 1))


def _with_use(city: City, use: str, *, is_hill: bool = True) -> Parcel:
    options = [
        parcel
        for parcel, community in zip(city.parcels, city.communities, strict=True)
        if parcel.use == use and community >= 0 and not parcel.plot.is_empty
    ]
    if not is_hill:
        options = [parcel for parcel in options if all(not parcel.cell.intersects(hill) for hill in city.ground.hills)]
    return min(options, key=lambda parcel: parcel.away_m)


def at_street(parcel: Parcel, city: City, rng: np.random.Generator) -> tuple[Point, str]:
    """Return a place just inside the plot, opposite the nearest named street, and its address."""
    named = [number for number, way in enumerate(city.network.ways) if way.street.name]
    lines = np.array(city.network.lines, dtype=object)[named]
    nearest = int(np.argmin(np.round(shapely.distance(lines, parcel.plot), 2)))
    inner = parcel.plot.buffer(-5)
    place = shapely.shortest_line(inner if not inner.is_empty else parcel.plot, lines[nearest]).coords[0]
    street = city.district.localised(city.network.ways[named[nearest]].street.name)
    return Point(np.round(place, 2)), f"{street}{int(rng.integers(2, 298))}号"


def compound_points(city: City, picks: Sequence[int], rng: np.random.Generator) -> list[Point]:
    """Return a random place inside each of the compounds `picks`, at least two metres from its edge."""
    found = []
    for pick in picks:
        room = city.compounds[pick].wall.buffer(-2.5)
        left, bottom, right, top = room.bounds
        place = room.representative_point()
        for _ in range(40):
            here = Point(round(float(rng.uniform(left, right)), 2), round(float(rng.uniform(bottom, top)), 2))
            if room.contains(here):
                place = here
                break
        found.append(place)
    return found
