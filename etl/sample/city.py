"""Builds the whole town in the plane, step by step: ground, streets, blocks, compounds, houses, areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon

from etl.sample import names
from etl.sample.areas import Tile, divide, grow_communities, tile, union
from etl.sample.blocks import Parcel, give_uses, lay_blocks, lay_parcels
from etl.sample.compounds import Compound, build, clear, gate_ways
from etl.sample.ground import Ground, lay_ground
from etl.sample.houses import (
    HOSPITAL,
    OFFICE,
    SCHOOL,
    SHEDS,
    House,
    Layout,
    Rows,
    cottages,
    rows,
    scattered,
    shop_fronts,
)
from etl.sample.roads import Network, knit
from etl.sample.shapes import cut_line, halve
from etl.sample.streets import CARRIAGEWAY_M, Street, halve_blocks, plan_majors, ring_junction, with_speeds

_GRID_HOUSEHOLDS = 400
_ROWS: dict[str, Rows] = {"school": SCHOOL, "hospital": HOSPITAL, "office": OFFICE, "industrial": SHEDS}


@dataclass(frozen=True)
class City:
    """The town in metres from its centre.

    Attributes:
        parcels: with their uses; `communities` gives each one's community, -1 outside the district.
        houses: all buildings; `house_parcels` gives each one's parcel.
        community_shapes: in the order of names.COMMUNITIES; with `grids` they tile the district.
        grids: (community, shape, households).
    """

    ground: Ground
    network: Network
    parcels: list[Parcel]
    communities: list[int]
    compounds: list[Compound]
    houses: list[House]
    community_shapes: list[Polygon | MultiPolygon]
    grids: list[tuple[int, Polygon | MultiPolygon, int]]


def build_city(rng: np.random.Generator) -> City:
    """Return a town invented from the generator's state."""
    ground = lay_ground(rng)
    words = names.roads(rng)
    majors = ring_junction(plan_majors(ground, rng, words), ground)
    streets = with_speeds(majors + halve_blocks(majors, ground, rng, words))
    plain = knit(streets)
    blocks = lay_blocks(plain, ground)
    parcels = give_uses(lay_parcels(blocks, plain, ground, rng), ground, rng)
    block_communities = grow_communities(blocks, plain, ground)
    communities = [_community(parcel, block_communities, ground) for parcel in parcels]
    lines = [plain.line(way) for way in plain.ways]
    compounds = build(parcels, communities, ground, lines, rng)
    taken = {compound.parcel for compound in compounds}
    layouts = [
        Layout([], []) if number in taken else _other_layout(parcel, lines, rng)
        for number, parcel in enumerate(parcels)
    ]
    services = [
        Street(path, "service", "", {"access": "private"} if compound.kind != "old_open" else {})
        for compound in compounds
        for path in (*compound.layout.paths, *compound.links)
    ]
    services += [Street(path, "service") for layout in layouts for path in layout.paths]
    network = knit([*streets, *services])
    houses = [house for compound in compounds for house in compound.layout.houses]
    houses += [house for layout in layouts for house in layout.houses]
    houses = _off_the_road(houses, network)
    tiles = _tiles(parcels, [block_communities[parcel.block] for parcel in parcels], ground, houses)
    shapes = [union(tiles, [n for n, each in enumerate(tiles) if each.community == c]) for c in range(12)]
    grids = [
        (tiles[group[0]].community, union(tiles, group), sum(tiles[number].households for number in group))
        for group in divide(tiles, _GRID_HOUSEHOLDS)
    ]
    return City(ground, network, parcels, communities, compounds, houses, shapes, grids)


def _community(parcel: Parcel, block_communities: Sequence[int], ground: Ground) -> int:
    """The parcel's community; -1 where it isn't wholly inside the district."""
    return block_communities[parcel.block] if ground.outline.buffer(-6).contains(parcel.cell) else -1


def _other_layout(parcel: Parcel, lines: Sequence[LineString], rng: np.random.Generator) -> Layout:
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
    elif parcel.away_m > 1500:
        return scattered(plot, int(plot.area / 900), rng)
    else:
        layout = cottages(plot, 170 if parcel.is_old_town else 260, 0.84 if parcel.is_old_town else 0.62, rng)
    links = gate_ways(parcel, plot, layout, lines, 1) if layout.paths else []
    return Layout(clear(layout.houses, [*layout.paths, *links]), [*layout.paths, *links])


def _off_the_road(houses: Sequence[House], network: Network) -> list[House]:
    """The houses that stand clear of every carriageway."""
    lines = [network.line(way) for way in network.ways]
    wide = [line.buffer(CARRIAGEWAY_M[way.street.highway]) for line, way in zip(lines, network.ways, strict=True)]
    hit, _ = shapely.STRtree(wide).query([house.outline for house in houses], predicate="intersects")
    on_road = set(hit.tolist())
    return [house for number, house in enumerate(houses) if number not in on_road]


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
    waiting, knives = [cell], []
    while waiting and len(knives) < times - 1:
        waiting.sort(key=lambda part: part.area)
        part = waiting.pop()
        knives.append(cut_line(part, 0.5).intersection(part))
        waiting += halve(part, 0.5)
    return [knife for knife in knives if isinstance(knife, LineString)]
