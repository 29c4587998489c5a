"""Picks the parcels that become residential compounds and gives each its kind, name, age and company."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from shapely.geometry import LineString, Point, Polygon

from etl.sample import names
from etl.sample.blocks import Parcel
from etl.sample.ground import Ground
from etl.sample.houses import SLABS, UNIT_YARD, House, Layout, cottages, rows, towers
from etl.sample.shapes import largest

COUNT = 127
_LEAST_IN_COMMUNITY = 6
KINDS = {"unit_yard": "单位院落", "old_open": "开放式老旧小区", "slab_estate": "商品房小区", "tower": "高层小区"}
_BUILT = {"unit_yard": (1979, 1999), "old_open": (1965, 1992), "slab_estate": (1998, 2012), "tower": (2012, 2023)}
_MANAGED = {"unit_yard": 0.35, "old_open": 0.06, "slab_estate": 0.85, "tower": 1.0}


@dataclass(frozen=True)
class Compound:
    """One residential compound.

    Attributes:
        parcel: the index of its parcel.
        community: the index of its community in names.COMMUNITIES.
        wall: its outline; for "old_open" only the edge of the area, nothing stands there.
        gates: where its ways cross the wall, the main one first.
        links: the ways through the gates, from the street to the ways inside.
        company: the property company; "" where nobody manages it.
    """

    code: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    parcel: int
    community: int
    wall: Polygon
    layout: Layout
    gates: tuple[Point, ...]
    links: tuple[LineString, ...]
    built_year: int
    households: int
    residents: int
    company: str


def choose(parcels: Sequence[Parcel], communities: Sequence[int], rng: np.random.Generator) -> list[int]:
    """Return the parcels of the compounds: some in every community, more towards the centre; -1 marks no community."""
    fit = [
        number
        for number, parcel in enumerate(parcels)
        if not parcel.use and parcel.plot.area > 3600 and parcel.fronts and communities[number] >= 0
    ]
    score = {
        number: parcels[number].away_m / 800 - min(parcels[number].plot.area, 45_000) / 21_000 + rng.gumbel() * 0.5
        for number in fit
    }
    fit.sort(key=lambda number: score[number])
    taken: list[int] = []
    for community in range(len(names.COMMUNITIES)):
        taken += [number for number in fit if communities[number] == community][:_LEAST_IN_COMMUNITY]
    rest = [number for number in fit if number not in set(taken)]
    return sorted((taken + rest)[:COUNT])


def kind_of(parcel: Parcel, is_river_side: bool, rng: np.random.Generator) -> str:
    """Return what kind of compound a parcel would have become, from its place and size."""
    area = parcel.plot.area
    if parcel.is_old_town:
        return "old_open" if area < 9000 or rng.random() < 0.4 else "unit_yard"
    if area < 11_000:
        return "unit_yard" if rng.random() < 0.85 else "slab_estate"
    newness = 0.02 + parcel.away_m / 3600 + 0.3 * is_river_side + min(area, 60_000) / 200_000
    if rng.random() < newness and area > 12_000:
        return "tower"
    return "slab_estate" if area > 16_000 or rng.random() < 0.5 else "unit_yard"


def build(
    parcels: Sequence[Parcel],
    communities: Sequence[int],
    ground: Ground,
    streets: Sequence[LineString],
    rng: np.random.Generator,
) -> list[Compound]:
    """Return the compounds, numbered within their communities."""
    words = {kind: names.compounds(kind, rng) for kind in KINDS}
    found: list[Compound] = []
    taken: set[str] = set()
    for number in choose(parcels, communities, rng):
        parcel = parcels[number]
        kind = kind_of(parcel, parcel.plot.distance(ground.river) < 160, rng)
        kind, wall, layout = _laid_out(parcel, kind, rng)
        links = gate_ways(parcel, wall, layout, streets, 1 if kind in ("unit_yard", "old_open") else 2)
        houses = clear(layout.houses, [*links, *layout.paths])
        households = sum(house.flats for house in houses)
        community = communities[number]
        code = f"{names.COMMUNITIES[community][0][6:]}-{1 + sum(each.community == community for each in found):02d}"
        found.append(
            Compound(
                code=code,
                name=_new(words[kind], taken),
                aliases=(),
                kind=kind,
                parcel=number,
                community=community,
                wall=wall,
                layout=Layout(houses, layout.paths),
                gates=tuple(_gate(link, wall) for link in links) if kind != "old_open" else (),
                links=tuple(links),
                built_year=int(rng.integers(*_BUILT[kind])),
                households=households,
                residents=round(households * rng.uniform(2.2, 3.1)),
                company=str(rng.choice(names.COMPANIES)) if rng.random() < _MANAGED[kind] else "",
            )
        )
    return with_aliases(found, rng)


def _new(words: Iterator[str], taken: set[str]) -> str:
    """The next name that no compound has yet."""
    name = next(word for word in words if word not in taken)
    taken.add(name)
    return name


def _laid_out(parcel: Parcel, kind: str, rng: np.random.Generator) -> tuple[str, Polygon, Layout]:
    """The kind that really fits on the plot, the wall and what stands inside."""
    inset = 0.4 if kind == "old_open" else float(rng.uniform(0.8, 2.4))
    wall = largest(parcel.plot.buffer(-inset, join_style="mitre").simplify(0.4))
    if kind == "tower":
        layout = towers(wall, rng)
        if len(layout.houses) > 1:
            return kind, wall, layout
        kind = "slab_estate"
    if kind != "old_open":
        layout = rows(wall, UNIT_YARD if kind == "unit_yard" else SLABS, rng)
        if len(layout.houses) > 1:
            return kind, wall, layout
    return "old_open", wall, cottages(wall, 150, 0.86, rng)


def gate_ways(
    parcel: Parcel, wall: Polygon, layout: Layout, streets: Sequence[LineString], most: int
) -> list[LineString]:
    """Return short ways from the inner ways out to the bordering streets, each within the parcel, the nearest first."""
    near = [street for street in streets if street.distance(parcel.cell) < 0.5]
    room = parcel.cell.buffer(0.2)
    found: list[LineString] = []
    starts = [Point(place) for path in layout.paths for place in (path.coords[0], path.coords[-1], *path.coords[1:-1])]
    starts = starts or [wall.representative_point()]
    options = []
    for street in near:
        for start in starts:
            end = street.interpolate(street.project(start))
            way = LineString([start, end])
            if way.length > 2 and room.contains(way):
                options.append((way.length, way))
    for _, way in sorted(options, key=lambda option: (round(option[0], 3), option[1].wkt)):
        is_apart = all(_gate(way, wall).distance(_gate(other, wall)) > 70 for other in found)
        if is_apart and (not found or way.length < 90):
            found.append(way)
        if len(found) == most:
            break
    return found


def _gate(way: LineString, wall: Polygon) -> Point:
    """Where a way crosses the wall: the crossing nearest to the street."""
    crossing = way.intersection(wall.exterior)
    if crossing.is_empty:
        return Point(way.coords[-1])
    street = Point(way.coords[-1])
    return wall.exterior.interpolate(
        wall.exterior.project(way.interpolate(way.project(street) - crossing.distance(street)))
    )


def clear(houses: Sequence[House], ways: Sequence[LineString], room_m: float = 3.2) -> list[House]:
    """Return the houses that stand on none of the ways."""
    return [house for house in houses if all(house.outline.distance(way) > room_m for way in ways)]


def without(compound: Compound, gone: Sequence[House]) -> Compound:
    """Return the compound without some of its houses, and without the people in them."""
    kept = [house for house in compound.layout.houses if house not in gone]
    households = sum(house.flats for house in kept)
    size = compound.residents / max(1, compound.households)
    layout = Layout(kept, compound.layout.paths)
    return replace(compound, layout=layout, households=households, residents=round(households * size))


def with_aliases(compounds: Sequence[Compound], rng: np.random.Generator) -> list[Compound]:
    """Return the compounds with former names and nicknames for two in five, none of which names another compound."""
    taken = {compound.name for compound in compounds}
    found = []
    for compound in compounds:
        options = []
        if compound.kind == "unit_yard" and not compound.name.startswith("原"):
            options.append(f"原{compound.name}")
        if compound.kind in ("slab_estate", "tower"):
            options += [f"{compound.name[:2]}小区", f"{compound.name[:2]}{'一期' if rng.random() < 0.5 else '大院'}"]
        if compound.kind == "old_open":
            options.append(compound.name.removesuffix("片区").removesuffix("院子").removesuffix("老区"))
        free = [option for option in options if option not in taken]
        picked = tuple(free[: int(rng.integers(1, 3))]) if rng.random() < 0.42 else ()
        taken.update(picked)
        found.append(replace(compound, aliases=picked))
    return found
