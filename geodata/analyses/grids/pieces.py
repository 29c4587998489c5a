"""The ground cut into pieces by streets, rivers, railways, compounds and today's grids: what new grids are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.streets import Streets

Shapes = npt.NDArray[np.object_]
_ROUNDED_M = 0.01
"""Lines are met to the centimetre: finer differences are slips of drawing."""
_TOUCHING_M = 0.5
"""A border that is shorter than this is a corner."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """Polygons without gaps or overlaps.

    Attributes:
        shape: (p,) metres.
        compound: (p,) the number of the compound that each is part of, -1 for none.
        grid: (p,) the number of today's grid that each lies in, -1 for none.
    """

    shape: Shapes
    compound: Ints
    grid: Ints


def cut_ground(grids: Shapes, compounds: Shapes, streets: Streets, obstacles: Shapes) -> Pieces:
    """Return the ground of grids and compounds in pieces, none of which lies on both sides of a line.

    Args:
        grids: today's outlines, metres.
        compounds: outlines, metres; of two that overlap the first has the ground.
        streets: those that bound blocks.
        obstacles: lines that bound blocks, too.
    """
    around = shapely.box(*shapely.total_bounds(np.concatenate([grids, compounds])))
    x_m, y_m = streets.network.x_m, streets.network.y_m
    ends = np.stack([
        np.column_stack([x_m[streets.tail], y_m[streets.tail]]), np.column_stack([x_m[streets.head], y_m[streets.head]])
    ], axis=1)  # fmt: skip
    roads = np.asarray(shapely.linestrings(ends), dtype=object)
    lines = np.concatenate([shapely.boundary(grids), shapely.boundary(compounds), roads, obstacles])
    noded = shapely.union_all(lines[shapely.intersects(lines, around)], grid_size=_ROUNDED_M)
    shape = np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))), dtype=object)
    spots = shapely.point_on_surface(shape)
    compound, grid = first_around(compounds, spots), first_around(grids, spots)
    kept = np.flatnonzero((compound >= 0) | (grid >= 0))
    return Pieces(shape[kept], compound[kept], grid[kept])


def first_around(outlines: Shapes, points: npt.NDArray[np.object_]) -> Ints:
    """Return for each point the number of the first outline that it lies in, -1 for none."""
    found = np.full(len(points), -1, dtype=np.int64)
    point, outline = shapely.STRtree(outlines).query(points, predicate="intersects")
    order = np.lexsort((-outline, point))
    found[point[order]] = outline[order]
    return found


def spread_ground(pieces: Pieces, district: Ints) -> Ints:
    """Return the district of every piece: those where nobody lives join one beside them.

    Such a piece stays with today's grid where it touches it, else it goes where its longest border is. What touches
    nothing stays as it is.

    Args:
        pieces: p of them.
        district: (p,) by the numbers of today's grids, -1 for a piece where nobody lives.
    """
    found = district.copy()
    one, other, length_m = _borders(pieces)
    while (found < 0).any():
        is_open = (found[one] < 0) & (found[other] >= 0)
        if not is_open.any():
            break
        piece, near, border_m = one[is_open], found[other[is_open]], length_m[is_open]
        keys, index = np.unique(np.column_stack([piece, near]), axis=0, return_inverse=True)
        total_m = np.bincount(index.reshape(-1), border_m)
        is_own = pieces.grid[keys[:, 0]] == keys[:, 1]
        order = np.lexsort((-keys[:, 1], total_m, is_own, keys[:, 0]))
        found[keys[order, 0]] = keys[order, 1]
    return np.where(found < 0, pieces.grid, found)


def _borders(pieces: Pieces) -> tuple[Ints, Ints, Floats]:
    """Return the pairs of pieces that share a border, both ways round, and how long it is."""
    one, other = shapely.STRtree(pieces.shape).query(pieces.shape, predicate="intersects")
    one, other = one[one != other], other[one != other]
    edges = shapely.boundary(pieces.shape)
    length_m: Floats = np.asarray(shapely.length(shapely.intersection(edges[one], edges[other])), dtype=np.float64)
    kept = length_m > _TOUCHING_M
    return one[kept], other[kept], length_m[kept]
