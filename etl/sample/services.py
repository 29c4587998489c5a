"""Where residents get help: community offices, clinics, schools, sheds, shelters; and hydrants along the roads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import Point

from etl.sample import names
from etl.sample.blocks import Parcel
from etl.sample.city import City
from etl.sample.districts import District
from etl.sample.posts import at_street, compound_points, hearts
from etl.sample.streets import CARRIAGEWAY_M

_OFFICE, _LONG, _ALWAYS = "周一至周五 8:30-12:00、14:30-17:30", "每天 8:00-21:00", "24小时"
_HYDRANT_STREETS = frozenset({"trunk", "primary", "secondary", "tertiary", "residential"})
_SHEDS_SHARE = 0.5
_M2_A_PERSON = 2.0


@dataclass(frozen=True)
class Service:
    """One row of the list of services; "" and None where the list says nothing."""

    code: str
    name: str
    kind: str
    address: str
    phone: str
    hours: str
    capacity: int | None
    community: str
    place: Point


@dataclass(frozen=True)
class _Draft:
    name: str
    kind: str
    place: Point
    address: str = ""
    hours: str = ""
    capacity: int | None = None
    has_phone: bool = False


def offer_services(city: City, rng: np.random.Generator) -> list[Service]:
    """Return all services but the hydrants, those of the communities first."""
    drafts = [*_of_communities(city, rng), *_of_parcels(city, rng), *_sheds(city, rng)]
    tree = shapely.STRtree(city.community_shapes)
    lines = iter(range(8_200_101 + 600 * city.district.number, 8_300_000, 3))
    found = []
    for number, draft in enumerate(drafts, start=1):
        community = city.district.communities[int(tree.nearest(draft.place))][1]
        phone = f"0738-{next(lines)}" if draft.has_phone else ""
        found.append(
            Service(
                code=f"{city.district.prefix}SS{number:04d}",
                name=draft.name,
                kind=draft.kind,
                address=draft.address,
                phone=phone,
                hours=draft.hours,
                capacity=draft.capacity,
                community=community,
                place=draft.place,
            )
        )
    return found


def _of_communities(city: City, rng: np.random.Generator) -> Iterator[_Draft]:
    """An office, a clinic and a few shops' worth of care in each community, near where its people live."""
    for number, (_, name) in enumerate(city.district.communities):
        heart = hearts(city)[number]
        near = sorted(_free(city, number), key=lambda parcel: round(parcel.plot.distance(heart), 2))
        stem = name.removesuffix("社区")
        # The first plot is the police room's.
        for rank, (title, kind, hours, capacity) in enumerate(
            (
                (f"{name}居民委员会", "社区居委会", _OFFICE, None),
                (f"{name}卫生服务站", "社区卫生服务站", "每天 8:00-18:00", None),
                (f"{stem}日间照料中心", "养老服务", "周一至周六 8:30-17:30", 20 + 5 * (number % 5)),
                (f"{stem}惠民药房", "药店", _LONG, None),
                (f"{stem}幼儿园", "幼儿园", "", 150 + 30 * (number % 4)),
            ),
            start=1,
        ):
            place, address = at_street(near[rank % len(near)], city, rng)
            yield _Draft(title, kind, place, address, hours, capacity, has_phone=True)


def _free(city: City, community: int) -> list[Parcel]:
    return [
        parcel
        for parcel, own in zip(city.parcels, city.communities, strict=True)
        if own == community and parcel.use in ("", "commerce") and parcel.plot.area > 1500
    ]


def _of_parcels(city: City, rng: np.random.Generator) -> Iterator[_Draft]:
    """The public places, with what belongs to them: shelters on school grounds, defibrillators, toilets."""
    seen: dict[str, int] = {}
    for parcel, community in zip(city.parcels, city.communities, strict=True):
        if community < 0 or parcel.plot.area < 1500:
            continue
        rank = seen[parcel.use] = seen.get(parcel.use, -1) + 1
        words = names.PUBLIC.get(parcel.use, ())
        if rank < len(words):
            name = city.district.localised(words[rank])
            yield from _public(parcel, name, *at_street(parcel, city, rng), city.district)
        elif parcel.use == "park" and all(not parcel.cell.intersects(hill) for hill in city.ground.hills):
            place, address = at_street(parcel, city, rng)
            yield _Draft(city.district.localised(f"口袋公园{rank + 1}号公厕"), "公共厕所", place, address, _ALWAYS)


def _public(parcel: Parcel, name: str, place: Point, address: str, district: District) -> Iterator[_Draft]:
    beside = Point(round(place.x + 6, 2), round(place.y - 4, 2))
    if parcel.use == "school":
        yield _Draft(name, "学校", place, address, "", 1200, has_phone=True)
        ground = parcel.plot.representative_point()
        room = int(parcel.plot.area * 0.3 / _M2_A_PERSON)
        yield _Draft(f"{name}应急避难场所", "应急避难场所", _rounded(ground), address, _ALWAYS, room)
    elif parcel.use == "hospital":
        yield _Draft(name, "医院", place, address, _ALWAYS, 300, has_phone=True)
    elif parcel.use == "market":
        yield _Draft(name, "农贸市场", place, address, "每天 5:30-19:30")
        yield _Draft(f"{name}公厕", "公共厕所", beside, address, "每天 5:30-21:00")
    elif name.endswith("文化站"):
        yield _Draft(name, "图书馆", place, address, "周二至周日 9:00-17:30", 80, has_phone=True)
    elif name.endswith("办事处"):
        yield _Draft(f"{district.name}党群服务中心", "党群服务中心", place, address, _OFFICE, has_phone=True)
        yield _Draft(district.localised("乐坪消防救援站"), "消防站", beside, address, _ALWAYS, has_phone=True)
    if parcel.use != "school" or name[3] in "一三五七九":
        yield _Draft(f"{name}AED", "AED", beside, address, _ALWAYS if parcel.use == "hospital" else "每天 8:00-20:00")


def _sheds(city: City, rng: np.random.Generator) -> Iterator[_Draft]:
    """Sheds in which electric bicycles are charged, inside every other compound."""
    picks = [number for number in range(len(city.compounds)) if rng.random() < _SHEDS_SHARE]
    for pick, place in zip(picks, compound_points(city, picks, rng), strict=True):
        compound = city.compounds[pick]
        sockets = int(np.clip(compound.households // 12, 8, 60))
        yield _Draft(f"{compound.name}充电棚", "充电设施", place, "", _ALWAYS, sockets)


def _rounded(place: Point) -> Point:
    return Point(round(place.x, 2), round(place.y, 2))


@dataclass(frozen=True)
class Hydrant:
    """One hydrant: its number, the street beside which it stands, its place."""

    code: str
    street: str
    place: Point


def set_hydrants(city: City, rng: np.random.Generator) -> list[Hydrant]:
    """Return the hydrants: every 100-140 m along the streets of the district, at the kerb."""
    found: list[Hydrant] = []
    for way in city.network.ways:
        if way.street.highway not in _HYDRANT_STREETS or {"bridge", "tunnel"} & way.street.tags.keys():
            continue
        path = city.network.line(way)
        kerb = path.offset_curve(-CARRIAGEWAY_M[way.street.highway] - 1.5)
        at = float(rng.uniform(20, 120))
        while at < kerb.length - 10:
            place = _rounded(kerb.interpolate(at))
            if city.outline.contains(place):
                code = f"{city.district.prefix}XHS{len(found) + 1:04d}"
                found.append(Hydrant(code, city.district.localised(way.street.name), place))
            at += float(rng.uniform(100, 140))
    return found
