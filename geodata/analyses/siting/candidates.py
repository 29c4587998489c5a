"""Where posts could stand: junctions all over the place, or places of a layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

from geodata.analyses.siting.question import MOST_CANDIDATES, STREETS
from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.network import Network
from geodata.crs import to_metric
from geodata.errors import InvalidInput
from geodata.queries.posts import read_posts, told_apart
from geodata.settings import Settings

SPACING_M = 150.0
"""So far apart are junctions that may become posts: nearer ones hardly differ for anybody on foot."""


def candidate_points(
    settings: Settings, wanted: str, network: Network, demand: npt.NDArray[np.object_]
) -> tuple[npt.NDArray[np.object_], Sequence[str | None]]:
    """Return where posts could stand, metres, and what the places are called.

    Args:
        settings: the deployment.
        wanted: `STREETS`, or a layer with or without kinds, as `SiteQuestion.candidates`.
        network: the streets of the mode.
        demand: where the people are, metres: junctions beside nobody are no candidates.

    Raises:
        InvalidInput: it has no such places, or too many of them.
    """
    if wanted == STREETS:
        nodes = _junctions(settings, network, demand)
        return np.asarray(shapely.points(network.x_m[nodes], network.y_m[nodes]), dtype=object), [None] * len(nodes)
    layer_id, _, kinds = wanted.partition(":")
    rows = read_posts(settings, layer_id, [("kind", tuple(kinds.split(",")))] if kinds else [])
    if not 0 < len(rows) <= MOST_CANDIDATES:
        raise InvalidInput(
            f"{wanted} has {len(rows):,} places; wanted are 1 to {MOST_CANDIDATES:,}: name kinds, such as "
            "service_point:community_office,party_centre",
            zh=f"{wanted} 共有 {len(rows):,} 个地点；应为 1 至 {MOST_CANDIDATES:,} 个，可指定类别",
        )
    points = to_metric(list(shapely.points([(row.lon, row.lat) for row in rows])), settings.metric_crs)
    return points, [row.called for row in told_apart(rows)]


def _junctions(settings: Settings, network: Network, demand: npt.NDArray[np.object_]) -> Ints:
    """Return one junction in each square of a grid: the one nearest to its middle, inside the deployment."""
    (outline,) = to_metric([settings.boundary], settings.metric_crs)
    west, south, east, north = shapely.total_bounds(demand)
    spacing_m = SPACING_M
    near = (network.x_m >= west - spacing_m) & (network.x_m <= east + spacing_m)
    near &= (network.y_m >= south - spacing_m) & (network.y_m <= north + spacing_m)
    shapely.prepare(outline)
    inside = np.flatnonzero(near)
    inside = inside[shapely.contains_xy(outline, network.x_m[inside], network.y_m[inside])]
    nodes = _one_a_square(network.x_m, network.y_m, inside, spacing_m)
    while len(nodes) > MOST_CANDIDATES:
        spacing_m *= max(1.05, float(np.sqrt(len(nodes) / MOST_CANDIDATES)))
        nodes = _one_a_square(network.x_m, network.y_m, inside, spacing_m)
    if not len(nodes):
        raise InvalidInput(
            "no junction lies inside the place's outline; wanted are roads and an outline that meet",
            zh="辖区范围内没有路口：道路与边界应相交",
        )
    return nodes


def _one_a_square(x_m: Floats, y_m: Floats, nodes: Ints, side_m: float) -> Ints:
    column, row = np.floor(x_m[nodes] / side_m), np.floor(y_m[nodes] / side_m)
    off_m = np.hypot(x_m[nodes] - (column + 0.5) * side_m, y_m[nodes] - (row + 0.5) * side_m)
    order = np.lexsort((nodes, off_m, row, column))
    squares = np.column_stack([column[order], row[order]])
    is_first = np.ones(len(order), dtype=np.bool_)
    is_first[1:] = (squares[1:] != squares[:-1]).any(axis=1)
    return np.sort(nodes[order[is_first]])
