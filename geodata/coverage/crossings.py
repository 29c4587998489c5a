"""What if one could cross: streets with a way over a river or a railway wherever both banks are near enough."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from geodata.coverage.arrays import Ints
from geodata.coverage.network import Network, with_arcs
from geodata.coverage.streets import KMH_TO_M_PER_DS, Streets

CROSSING_M = 250.0
"""How long a bridge or an underpass that isn't there could be: about the longest that a town builds for walkers."""
NEIGHBOURS = 64
"""So many nodes around one are looked at: among denser streets those that stand nearer to the obstacle cross it."""
ON_OBSTACLE_M = 5.0
"""What is this near to an obstacle's line, such as a bend of a tunnel below it, is on neither of its sides."""


def crossings(network: Network, obstacles: npt.NDArray[np.object_]) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
    """Return the pairs of nodes on two sides of an obstacle that are at most CROSSING_M apart, and how far, in metres.

    Args:
        network: in metres.
        obstacles: lines in the same metres.
    """
    nothing = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
    if not len(obstacles):
        return nothing
    lines = shapely.union_all(obstacles)
    shapely.prepare(lines)
    nodes = np.asarray(shapely.points(network.x_m, network.y_m), dtype=object)
    is_near = shapely.dwithin(lines, nodes, CROSSING_M) & ~shapely.dwithin(lines, nodes, ON_OBSTACLE_M)
    near = np.flatnonzero(is_near)
    if not len(near):
        return nothing
    left, right = _neighbours(_spots(network, near))
    left, right = near[left], near[right]
    ends = np.stack([_spots(network, left), _spots(network, right)], axis=1)
    ways = np.asarray(shapely.linestrings(ends), dtype=object)
    crosses = shapely.intersects(lines, ways)
    return left[crosses], right[crosses], shapely.length(ways[crosses])


def _neighbours(spots: npt.NDArray[np.float64]) -> tuple[Ints, Ints]:
    """Return the pairs of spots at most CROSSING_M apart, each once, of every spot the nearest NEIGHBOURS."""
    _, found = cKDTree(spots).query(spots, k=NEIGHBOURS + 1, distance_upper_bound=np.nextafter(CROSSING_M, np.inf))
    one, other = np.repeat(np.arange(len(spots)), found.shape[1]), found.ravel().astype(np.int64)
    is_pair = (other < len(spots)) & (other != one)
    pairs = np.sort(np.column_stack([one[is_pair], other[is_pair]]), axis=1)
    pairs = np.unique(pairs, axis=0)
    return pairs[:, 0], pairs[:, 1]


def with_crossings(streets: Streets, obstacles: npt.NDArray[np.object_], *, kmh: float) -> Streets:
    """Return the streets with a straight way, both directions, over all crossings that there could be.

    Args:
        streets: of one mode; its edges and the numbers of its nodes stay.
        obstacles: lines in the network's metres.
        kmh: how fast one is on a crossing.
    """
    left, right, length_m = crossings(streets.network, obstacles)
    cost_ds = np.maximum(1, np.rint(length_m / (kmh * KMH_TO_M_PER_DS))).astype(np.int64)
    network = with_arcs(
        streets.network, np.concatenate([left, right]), np.concatenate([right, left]), np.concatenate([cost_ds] * 2)
    )
    return replace(streets, network=network)


def _spots(network: Network, nodes: Ints) -> npt.NDArray[np.float64]:
    return np.column_stack([network.x_m[nodes], network.y_m[nodes]])
