"""Picks the parcels that become residential compounds and gives each its kind, name, age and company."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from shapely.geometry import LineString, Point, Polygon

from etl.sample import names
from etl.sample.blocks import Parcel
from etl.sample.districts import District
from etl.sample.gates import Gate, clear, cut_gates, not_joined, with_steps
from etl.sample.ground import Ground
from etl.sample.houses import SLABS, UNIT_YARD, House, Layout, cottages, rows, towers
from etl.sample.roads import Network
from etl.sample.shapes import largest

COUNT = 127
STEPPED, NOT_JOINED, UNCOUNTED = 6, 3, 6
"""Yards that no car reaches, yards whose lane the map doesn't join to the street, compounds of unknown population."""
_LEAST_IN_COMMUNITY = 6
_FAR = 6
KINDS = {"unit_yard": "单位院落", "old_open": "开放式老旧小区", "slab_estate": "商品房小区", "tower": "高层小区"}
_BUILT = {"unit_yard": (1979, 1999), "old_open": (1965, 1992), "slab_estate": (1998, 2012), "tower": (2012, 2023)}
_MANAGED = {"unit_yard": 0.35, "old_open": 0.06, "slab_estate": 0.85, "tower": 1.0}


@dataclass(frozen=True)
class Compound:
    """One residential compound.

    Attributes:
        parcel: the index of its parcel.
        community: the index of its community in its district.
        wall: its outline; for "old_open" only the edge of the area, nothing stands there.
        gates: the ways through the wall, the main one first; none for "old_open".
        links: for "old_open" the ways from the street to the ways inside.
        company: the property company; "" where nobody manages it.
        is_counted: whether the office knows how many people live here.
    """

    code: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    parcel: int
    community: int
    wall: Polygon
    layout: Layout
    gates: tuple[Gate, ...]
    links: tuple[LineString, ...]
    built_year: int
    households: int
    residents: int
    company: str
    is_counted: bool = True


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
    # A few lie far out, where no service is near.
    taken += sorted((number for number in fit if number not in set(taken)), key=lambda number: -parcels[number].away_m)[
        :_FAR
    ]
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


@dataclass(frozen=True)
class _Plan:
    """What is settled about a compound before it has a name."""

    parcel: int
    kind: str
    wall: Polygon
    layout: Layout
    gates: tuple[Gate, ...]
    links: tuple[LineString, ...]


def build(
    parcels: Sequence[Parcel],
    communities: Sequence[int],
    ground: Ground,
    network: Network,
    district: District,
    rng: np.random.Generator,
) -> list[Compound]:
    """Return the compounds, numbered within their communities."""
    chosen = choose(parcels, communities, rng)
    plans = _cut_off([_plan(number, parcels[number], ground, network, rng) for number in chosen], ground)
    words = {kind: map(district.localised, names.compounds(kind, rng)) for kind in KINDS}
    found: list[Compound] = []
    taken: set[str] = set()
    for plan in plans:
        community = communities[plan.parcel]
        rank = 1 + sum(each.community == community for each in found)
        code = f"{district.prefix}{district.communities[community][0][6:]}-{rank:02d}"
        households = sum(house.flats for house in plan.layout.houses)
        found.append(
            Compound(
                code=code,
                name=_new(words[plan.kind], taken),
                aliases=(),
                kind=plan.kind,
                parcel=plan.parcel,
                community=community,
                wall=plan.wall,
                layout=plan.layout,
                gates=tuple(replace(gate, code=f"{code}-M{n}") for n, gate in enumerate(plan.gates, start=1)),
                links=plan.links,
                built_year=int(rng.integers(*_BUILT[plan.kind])),
                households=households,
                residents=round(households * rng.uniform(2.2, 3.1)),
                company=str(rng.choice(names.COMPANIES)) if rng.random() < _MANAGED[plan.kind] else "",
            )
        )
    uncounted = set(rng.choice(len(found), size=UNCOUNTED, replace=False).tolist())
    found = [replace(compound, is_counted=number not in uncounted) for number, compound in enumerate(found)]
    return with_aliases(found, rng)


def _plan(number: int, parcel: Parcel, ground: Ground, network: Network, rng: np.random.Generator) -> _Plan:
    """What becomes of a parcel; where no way leads out through a wall, none was built."""
    kind = kind_of(parcel, parcel.plot.distance(ground.river) < 160, rng)
    kind, wall, layout = _laid_out(parcel, kind, rng)
    gates = cut_gates(parcel, wall, layout, network, kind, rng) if kind != "old_open" else ()
    if gates:
        ways = [*layout.paths, *(line for gate in gates for line in (gate.approach, gate.drive))]
        return _Plan(number, kind, wall, Layout(clear(layout.houses, ways), layout.paths), gates, ())
    links = ways_out(parcel, wall, layout, network)
    houses = clear(layout.houses, [*links, *layout.paths])
    return _Plan(number, "old_open", wall, Layout(houses, layout.paths), (), tuple(links))


def _cut_off(plans: Sequence[_Plan], ground: Ground) -> list[_Plan]:
    """Return the plans, the small yards nearest to the hills up a flight of steps, others at a lane not joined."""
    yards = [number for number, plan in enumerate(plans) if plan.kind == "unit_yard" and plan.wall.area < 16_000]
    yards.sort(key=lambda number: min(plans[number].wall.distance(hill) for hill in ground.hills))
    found = list(plans)
    for number in yards[:STEPPED]:
        found[number] = replace(plans[number], gates=with_steps(plans[number].gates))
    for number in yards[STEPPED : STEPPED + NOT_JOINED]:
        found[number] = replace(plans[number], gates=not_joined(plans[number].gates))
    return found


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


def ways_out(parcel: Parcel, plot: Polygon, layout: Layout, network: Network) -> list[LineString]:
    """Return the shortest way from the inner ways out to a bordering street, within the parcel; none where none is."""
    room = parcel.cell.buffer(0.2)
    starts = [Point(place) for path in layout.paths for place in (path.coords[0], path.coords[-1], *path.coords[1:-1])]
    starts = starts or [plot.representative_point()]
    options = []
    for street in (network.lines[way] for way in network.beside(parcel.cell)):
        for start in starts:
            way = LineString([start, street.interpolate(street.project(start))])
            if way.length > 2 and room.contains(way):
                options.append(way)
    return [min(options, key=lambda way: (round(way.length, 3), way.wkt))] if options else []


def with_houses(compound: Compound, kept: list[House]) -> Compound:
    """Return the compound with only some of its houses, and with the people in them."""
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
