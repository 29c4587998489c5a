"""Builds the whole town in the plane, step by step: ground, streets, blocks, compounds, houses, areas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from etl.sample import names
from etl.sample.areas import Tile, divide, grow_communities, tile, union
from etl.sample.blocks import Parcel, give_uses, lay_blocks, lay_parcels
from etl.sample.compounds import Compound, build, ways_out, with_houses
from etl.sample.districts import LEPING, District
from etl.sample.gates import clear
from etl.sample.ground import Ground, lay_ground
from etl.sample.houses import (
    HOSPITAL,
    OFFICE,
    SCHOOL,
    SHEDS,
    TERRACES,
    House,
    Layout,
    Rows,
    cottages,
    rows,
    scattered,
    shop_fronts,
)
from etl.sample.landmarks import footways, pitch, station_house, with_names
from etl.sample.roads import Network, knit
from etl.sample.shapes import cut_line, halve
from etl.sample.streets import CARRIAGEWAY_M, Street, halve_blocks, plan_majors, ring_junction, with_speeds

_GRID_HOUSEHOLDS = 425
_ROWS: dict[str, Rows] = {"school": SCHOOL, "hospital": HOSPITAL, "office": OFFICE, "industrial": SHEDS}


@dataclass(frozen=True)
class City:
    """The town in metres from its centre.

    Attributes:
        district: whose town it is.
        parcels: with their uses; `communities` gives each one's community, -1 outside the district.
        other_houses: the buildings that belong to no compound.
        pitches: the schools' tracks.
        outline: the district again, with every corner at which a border inside it ends.
        community_shapes: in the order of the district's; they tile the outline, as do the grids.
        grids: (community, shape, households).
    """

    district: District
    ground: Ground
    network: Network
    parcels: list[Parcel]
    communities: list[int]
    compounds: list[Compound]
    other_houses: list[House]
    pitches: list[Polygon]
    outline: Polygon | MultiPolygon
    community_shapes: list[Polygon | MultiPolygon]
    grids: list[tuple[int, Polygon | MultiPolygon, int]]


def build_city(rng: np.random.Generator, district: District = LEPING) -> City:
    """Return a town invented from the generator's state."""
    ground = lay_ground(rng)
    words = names.roads(rng)
    majors = ring_junction(plan_majors(ground, rng, words))
    streets = with_speeds(majors + halve_blocks(majors, ground, rng, words)) + footways(ground, rng)
    plain = knit(streets)
    blocks = lay_blocks(plain, ground)
    parcels = give_uses(lay_parcels(blocks, plain, ground, rng), ground, rng)
    block_communities = grow_communities(blocks, plain, ground)
    communities = [_community(parcel, block_communities, ground) for parcel in parcels]
    compounds = build(parcels, communities, ground, plain, district, rng)
    layouts = _other_layouts(parcels, {compound.parcel for compound in compounds}, plain, district, rng)
    # What was cut off the streets' ends stays off, whatever now stands there.
    trimmed = [replace(way.street, line=path) for path, way in zip(plain.lines, plain.ways, strict=True)]
    network = knit([*trimmed, *_services(compounds, layouts)])
    is_clear = _off_the_roads(network)
    compounds = [with_houses(compound, is_clear(compound.layout.houses)) for compound in compounds]
    others = [*is_clear([house for layout in layouts for house in layout.houses]), station_house(ground, district)]
    houses = [*(house for compound in compounds for house in compound.layout.houses), *others]
    tiles = _tiles(parcels, [block_communities[parcel.block] for parcel in parcels], ground, houses)
    members = [[n for n, each in enumerate(tiles) if each.community == c] for c in range(len(names.COMMUNITIES))]
    return City(
        district=district,
        ground=ground,
        network=network,
        parcels=parcels,
        communities=communities,
        compounds=compounds,
        other_houses=others,
        pitches=_pitches(parcels, layouts),
        outline=union(tiles, range(len(tiles))),
        community_shapes=[union(tiles, group) for group in members],
        grids=[
            (tiles[group[0]].community, union(tiles, group), sum(tiles[number].households for number in group))
            for group in divide(tiles, _GRID_HOUSEHOLDS)
        ],
    )


def _services(compounds: Sequence[Compound], layouts: Sequence[Layout]) -> list[Street]:
    """The ways inside compounds, private where there is a wall, the ways through gates, and those on other plots."""
    found: list[Street] = []
    for compound in compounds:
        through = [way for gate in compound.gates for way in gate.ways()]
        is_loose = any(way.is_loose for way in through)
        # Where no car gets in, the ways inside are for walkers too.
        inner = "footway" if through and all(gate.is_for_walkers for gate in compound.gates) else "service"
        tags = {"access": "private"} if through else {}
        found += through
        found += [Street(path, inner, "", tags, is_loose) for path in (*compound.layout.paths, *compound.links)]
    return found + [Street(path, "service") for layout in layouts for path in layout.paths]


def _pitches(parcels: Sequence[Parcel], layouts: Sequence[Layout]) -> list[Polygon]:
    schools = [(parcel, layout) for parcel, layout in zip(parcels, layouts, strict=True) if parcel.use == "school"]
    tracks = [pitch(parcel.plot, layout.houses) for parcel, layout in schools]
    return [track for track in tracks if track is not None]


def _other_layouts(
    parcels: Sequence[Parcel], taken: set[int], network: Network, district: District, rng: np.random.Generator
) -> list[Layout]:
    """What stands on each parcel that is no compound; nothing on those in `taken`."""
    empty = Layout([], [])
    layouts = [
        empty if number in taken else _other_layout(parcel, network, rng) for number, parcel in enumerate(parcels)
    ]
    return with_names(parcels, layouts, district)


def _community(parcel: Parcel, block_communities: Sequence[int], ground: Ground) -> int:
    """The parcel's community; -1 where it isn't wholly inside the district."""
    return block_communities[parcel.block] if ground.outline.buffer(-6).contains(parcel.cell) else -1


def _other_layout(parcel: Parcel, network: Network, rng: np.random.Generator) -> Layout:
    """What stands on a parcel that is no compound."""
    plot, use = parcel.plot, parcel.use
    if plot.area < 250:
        return Layout([], [])
    if use in _ROWS:
        layout = rows(plot, _ROWS[use], rng)
    elif use == "station":
        layout = Layout([], [])
    elif use in ("market", "mall", "commerce"):
        layout = shop_fronts(plot, "commercial" if use == "mall" else "retail", (3, 9), rng)
    elif use == "field":
        count = int(rng.integers(0, 10)) if parcel.fronts else 0
        return scattered(plot, count, rng)
    elif use in ("park", "green", "rail", "bank"):
        return Layout([], [])
    else:
        layout = _homes(parcel, rng)
    links = ways_out(parcel, plot, layout, network) if layout.paths else []
    return Layout(clear(layout.houses, [*layout.paths, *links]), [*layout.paths, *links])


def _homes(parcel: Parcel, rng: np.random.Generator) -> Layout:
    """Housing that belongs to no compound: old lanes, terraces of small walk-ups, loose cottages, farmhouses."""
    if parcel.away_m > 1500:
        return _village(parcel.plot, rng)
    if parcel.is_old_town:
        return cottages(parcel.plot, 170, 0.84, rng)
    pick = rng.random()
    if pick < 0.58:
        return rows(parcel.plot, TERRACES, rng)
    if pick < 0.66:
        return shop_fronts(parcel.plot, "retail", (2, 6), rng)
    return cottages(parcel.plot, 260, 0.62, rng)


def _village(plot: Polygon, rng: np.random.Generator) -> Layout:
    """A hamlet on a part of a plot at the town's edge, or farmhouses along one side of it."""
    part = max(halve(plot, float(rng.uniform(0.4, 0.65))), key=lambda side: side.area)
    pick = rng.random()
    if pick < 0.5:
        return cottages(part, 240, 0.55, rng)
    if pick < 0.8:
        return scattered(plot, int(rng.integers(5, 13)), rng)
    return rows(part, TERRACES, rng)


def _off_the_roads(network: Network) -> Callable[[Sequence[House]], list[House]]:
    """What picks the houses that stand on no carriageway; the neighbours' ways may have come in the way."""
    wide = [
        path.buffer(CARRIAGEWAY_M[way.street.highway]) for path, way in zip(network.lines, network.ways, strict=True)
    ]
    tree = shapely.STRtree(wide)

    def pick(houses: Sequence[House]) -> list[House]:
        hit = set(tree.query([house.outline for house in houses], predicate="intersects")[0].tolist())
        return [house for number, house in enumerate(houses) if number not in hit]

    return pick


def _tiles(
    parcels: Sequence[Parcel], communities: Sequence[int], ground: Ground, houses: Sequence[House]
) -> list[Tile]:
    homes = [house for house in houses if house.flats]
    points = shapely.get_coordinates(shapely.centroid([house.outline for house in homes]))
    flats = [house.flats for house in homes]
    cells = [parcel.cell for parcel in parcels]
    counts = np.zeros(len(cells))
    found = shapely.STRtree(cells).query(shapely.points(points), predicate="intersects")
    for home, cell in zip(*found, strict=True):
        counts[cell] += flats[home]
    splits = {number: _knives(cells[number], int(count // 160)) for number, count in enumerate(counts) if count > 320}
    return tile(cells, communities, ground.outline, points, flats, splits)


def _knives(cell: Polygon, times: int) -> list[LineString]:
    """The lines that cut a large estate into about `times` pieces of equal size."""
    waiting = [cell]
    knives: list[BaseGeometry] = []
    while waiting and len(knives) < times - 1:
        waiting.sort(key=lambda part: part.area)
        part = waiting.pop()
        knives.append(cut_line(part, 0.5).intersection(part))
        waiting += halve(part, 0.5)
    return [knife for knife in knives if isinstance(knife, LineString)]
