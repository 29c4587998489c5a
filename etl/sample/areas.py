"""Divides the district: twelve communities along arterials, river and railway, grids of 300-500 households in them."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon

from etl.sample import names
from etl.sample.ground import Ground
from etl.sample.roads import Network
from etl.sample.shapes import Floats, polygons

# Where each community's heart lies in the plan's grid, in the order of names.COMMUNITIES.
_HEARTS = (
    (-110, 0),
    (-780, -880),
    (-1430, -60),
    (-790, 330),
    (-480, -1760),
    (350, 1500),
    (1180, 1480),
    (-900, 1330),
    (1300, -1150),
    (1250, 330),
    (330, -850),
    (-160, 640),
)
# What it costs a community, in metres, to grow over a line: they end at barriers and arterials.
_OVER = {"river": 2500.0, "rail": 2500.0, "trunk": 900.0, "primary": 500.0, "secondary": 160.0, "tertiary": 60.0}

Neighbours = dict[int, dict[int, float]]


def edges_shared(shapes: Sequence[Polygon]) -> dict[tuple[int, int], list[tuple[float, float, float]]]:
    """Return, for neighbouring shapes of one tiling, the middle x, y and length of each edge that they share."""
    owners: dict[tuple[tuple[float, float], tuple[float, float]], list[int]] = defaultdict(list)
    for number, shape in enumerate(shapes):
        for ring in (shape.exterior, *shape.interiors):
            corners = [(x, y) for x, y in np.round(shapely.get_coordinates(ring), 2).tolist()]
            for start, end in pairwise(corners):
                owners[min(start, end), max(start, end)].append(number)
    found: dict[tuple[int, int], list[tuple[float, float, float]]] = defaultdict(list)
    for (start, end), sides in owners.items():
        if len(sides) == 2 and sides[0] != sides[1]:
            length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
            middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
            found[min(sides), max(sides)].append((*middle, length))
    return found


def grow_communities(blocks: Sequence[Polygon], network: Network, ground: Ground) -> list[int]:
    """Return each block's community, grown from twelve hearts so that barriers and arterials become borders."""
    costs = _crossing_costs(blocks, network, ground)
    hearts = [ground.bend.point(*heart) for heart in _HEARTS]
    tree = shapely.STRtree(list(blocks))
    queue: list[tuple[float, int, int]] = []
    for community, heart in enumerate(hearts):
        queue.append((0.0, int(tree.nearest(heart)), community))
    middles = shapely.get_coordinates(shapely.point_on_surface(np.array(blocks, dtype=object)))
    owner = [-1] * len(blocks)
    heapq.heapify(queue)
    while queue:
        cost, block, community = heapq.heappop(queue)
        if owner[block] >= 0:
            continue
        owner[block] = community
        for other, crossing in sorted(costs[block].items()):
            if owner[other] < 0:
                step = float(np.hypot(*(middles[other] - middles[block])))
                heapq.heappush(queue, (cost + step + crossing, other, community))
    # Slivers between streets that share next to no edge with a block belong to the nearest one.
    owned = [block for block, community in enumerate(owner) if community >= 0]
    nearest = shapely.STRtree([blocks[block] for block in owned])
    return [
        community if community >= 0 else owner[owned[int(nearest.nearest(blocks[block]))]]
        for block, community in enumerate(owner)
    ]


def _crossing_costs(blocks: Sequence[Polygon], network: Network, ground: Ground) -> Neighbours:
    lines: list[LineString] = [*network.lines]
    kinds = [way.street.highway for way in network.ways]
    lines += [ground.river_line, ground.rail]
    kinds += ["river", "rail"]
    tree = shapely.STRtree(lines)
    costs: Neighbours = defaultdict(dict)
    for (a, b), edges in edges_shared(blocks).items():
        if sum(edge[2] for edge in edges) < 8:
            continue
        x, y, _ = max(edges, key=lambda edge: edge[2])
        near = tree.query(shapely.Point(x, y), predicate="dwithin", distance=0.5)
        cost = max((_OVER.get(kinds[line], 0.0) for line in near), default=0.0)
        costs[a][b] = costs[b][a] = cost
    return costs


@dataclass(frozen=True)
class Tile:
    """A piece of ground that no border cuts: its shape, its parcel, its community and the households on it."""

    shape: Polygon
    parcel: int
    community: int
    households: int


def tile(
    cells: Sequence[Polygon],
    communities: Sequence[int],
    outline: Polygon,
    homes: Floats,
    flats: Sequence[int],
    splits: Mapping[int, Sequence[LineString]],
) -> list[Tile]:
    """Return the district cut into tiles that fit together without gap or overlap.

    Args:
        cells: parcels up to the middle of the streets.
        communities: each cell's community.
        outline: the district.
        homes: (n, 2) places of dwellings.
        flats: households at each.
        splits: lines that cut a cell with many households into several tiles.
    """
    knives = [knife for cell in sorted(splits) for knife in splits[cell]]
    edges = [cell.boundary for cell in cells]
    noded = shapely.union_all([*edges, outline.exterior, *knives], grid_size=0.01)
    shapes = [
        part for part in polygons(shapely.polygonize([noded]), 0.0) if outline.contains(part.representative_point())
    ]
    tree = shapely.STRtree(list(cells))
    counts: Counter[int] = Counter()
    found = shapely.STRtree(shapes).query(shapely.points(homes), predicate="intersects")
    for home, shape in zip(*found, strict=True):
        counts[int(shape)] += flats[home]
    tiles = []
    for number, shape in enumerate(shapes):
        parcel = int(tree.nearest(shape.representative_point()))
        tiles.append(Tile(shape, parcel, communities[parcel], counts[number]))
    return tiles


def divide(tiles: Sequence[Tile], target: int) -> list[list[int]]:
    """Return groups of tiles: in each community, halves of halves until about `target` households are in each."""
    graph: dict[int, set[int]] = defaultdict(set)
    for (a, b), edges in edges_shared([each.shape for each in tiles]).items():
        if sum(edge[2] for edge in edges) > 4 and tiles[a].community == tiles[b].community:
            graph[a].add(b)
            graph[b].add(a)
    groups: list[list[int]] = []
    for community in range(len(names.COMMUNITIES)):
        members = [number for number, each in enumerate(tiles) if each.community == community]
        if members:
            groups += _halves(members, tiles, graph, target)
    return groups


def _halves(members: list[int], tiles: Sequence[Tile], graph: Mapping[int, set[int]], target: int) -> list[list[int]]:
    count = max(1, round(sum(tiles[number].households for number in members) / target))
    if count == 1 or len(members) < 2:
        return [members]
    middles = np.array([tiles[number].shape.centroid.coords[0] for number in members])
    weights = np.array([tiles[number].households + 0.01 for number in members])
    best: tuple[float, list[int], list[int]] | None = None
    for angle in np.radians(np.arange(0, 180, 15)):
        order = np.argsort(_along(middles, angle), kind="stable")
        sums = np.cumsum(weights[order])
        at = int(np.searchsorted(sums, sums[-1] * (count // 2) / count)) + 1
        for stop in (at - 1, at):
            low, high = ([members[i] for i in part] for part in (order[:stop], order[stop:]))
            if low and high:
                low, high = _made_whole(low, high, graph)
                cost = _misfit(low, tiles, target) + _misfit(high, tiles, target)
                spread = float(np.std(_along(middles, angle - np.pi / 2)))
                if low and high and (best is None or cost + spread / 6000 < best[0]):
                    best = cost + spread / 6000, low, high
    if best is None:
        return [members]
    return _halves(best[1], tiles, graph, target) + _halves(best[2], tiles, graph, target)


def _along(points: Floats, angle: float) -> Floats:
    """How far points lie in a direction. Added up by hand: BLAS's sums depend on the processor."""
    found: Floats = points[:, 0] * math.cos(angle) + points[:, 1] * math.sin(angle)
    return found


def _misfit(part: list[int], tiles: Sequence[Tile], target: int) -> float:
    """How far the households of a part are from a whole number of grids, per grid."""
    total = sum(tiles[number].households for number in part)
    count = max(1, round(total / target))
    return abs(total / count - target) / target


def _made_whole(low: list[int], high: list[int], graph: Mapping[int, set[int]]) -> tuple[list[int], list[int]]:
    """Move the loose pieces of each side to the other, so that both are in one piece."""
    for _ in range(2):
        pieces = sorted(_pieces(low, graph), key=len, reverse=True)
        low, high = pieces[0], high + [number for piece in pieces[1:] for number in piece]
        low, high = high, low
    return low, high


def _pieces(members: list[int], graph: Mapping[int, set[int]]) -> list[list[int]]:
    waiting, pieces = set(members), []
    for start in members:
        if start not in waiting:
            continue
        waiting.discard(start)
        piece, open_ends = [start], [start]
        while open_ends:
            for other in sorted(graph[open_ends.pop()] & waiting):
                waiting.discard(other)
                piece.append(other)
                open_ends.append(other)
        pieces.append(piece)
    return pieces


def union(tiles: Sequence[Tile], members: Sequence[int]) -> Polygon | MultiPolygon:
    """Return the ground of some tiles as one shape whose corners are exactly theirs."""
    shape = shapely.coverage_union_all([tiles[number].shape for number in members])
    parts = polygons(shape)
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)
