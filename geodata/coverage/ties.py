"""Edges that are as near to a place as its nearest: two directions drawn on each other, or one line drawn twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.streets import SAME_PLACE_M, Streets

TIE_M = 0.001
"""An edge that is farther than the nearest by no more than this is as near."""


@dataclass(frozen=True, eq=False)
class Ties:
    """Where places meet further edges, in order of the places.

    Attributes:
        place: (t,) places, in order.
        edge: (t,) an edge that is as near as the place's nearest.
        share: (t,) how far along that edge, 0 at its tail and 1 at its head.
    """

    place: Ints
    edge: Ints
    share: Floats

    def those(self, kept: Mask | Ints) -> Ties:
        """Return those of some of the places, which are numbered anew in the order that is asked for."""
        if not len(self.place):
            return self
        places = np.flatnonzero(kept) if kept.dtype == np.bool_ else kept
        begin = np.searchsorted(self.place, places, side="left")
        count = np.searchsorted(self.place, places, side="right") - begin
        at = np.repeat(begin - np.cumsum(count) + count, count) + np.arange(count.sum())
        return Ties(np.repeat(np.arange(len(places)), count), self.edge[at], self.share[at])

    def followed_by(self, more: Ties, *, count: int) -> Ties:
        """Return these and then those of further places, which are numbered from `count` on."""
        return Ties(
            np.concatenate([self.place, count + more.place]),
            np.concatenate([self.edge, more.edge]),
            np.concatenate([self.share, more.share]),
        )


NO_TIES = Ties(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))


def share_of(streets: Streets, edge: Ints, points: npt.NDArray[np.object_]) -> Floats:
    """Return (k,) how far along each edge its point is, exactly 0 or 1 where that is the edge's end."""
    share = shapely.line_locate_point(streets.lines[edge], points, normalized=True)
    length_m = streets.length_m[edge]
    is_at_tail, is_at_head = share * length_m <= SAME_PLACE_M, (1 - share) * length_m <= SAME_PLACE_M
    ends: Floats = np.where(is_at_tail, 0.0, np.where(is_at_head, 1.0, share))
    return ends


def edges_beside(streets: Streets, points: npt.NDArray[np.object_], away_m: Floats) -> tuple[Ints, Ints]:
    """Return the edges that are as near to places as their nearest: (p,) the place, (p,) the edge.

    Args:
        streets: of one mode.
        points: (k,) the places, in the streets' metres.
        away_m: (k,) how far the nearest edge of each is.
    """
    place, edge = streets.met_by.query(points, predicate="dwithin", distance=away_m + TIE_M)
    return place.astype(np.int64), edge.astype(np.int64)


def on_the_ground(streets: Streets, nearest: Ints, beside: tuple[Ints, Ints]) -> Ints:
    """Return (k,) the edges that places are on: of a street and one drawn on it above or below, that by the ground.

    Args:
        streets: of one mode.
        nearest: (k,) the nearest edge of each place.
        beside: as `edges_beside` gives them.
    """
    place, edge = beside
    depth = np.abs(streets.level)
    least = depth[nearest]
    np.minimum.at(least, place, depth[edge])
    lower = np.flatnonzero(least < depth[nearest])
    if not len(lower):
        return nearest
    found = nearest.copy()
    is_lower = np.isin(place, lower) & (depth[edge] == least[place])
    order = np.lexsort((edge[is_lower], place[is_lower]))
    own, first = np.unique(place[is_lower][order], return_index=True)
    found[own] = edge[is_lower][order][first]
    return found


def ties_of(
    streets: Streets, points: npt.NDArray[np.object_], nearest: Ints, share: Floats, beside: tuple[Ints, Ints]
) -> Ties:
    """Return the edges that are as near to places as their nearest, and on its level.

    Edges that meet a place at one junction are no ties: who is at a junction is on all of its edges. A road that is
    drawn on a street above it is none either: nobody gets onto it there.

    Args:
        streets: of one mode.
        points: (k,) the places, in the streets' metres.
        nearest: (k,) the nearest edge of each.
        share: (k,) how far along it.
        beside: as `edges_beside` gives them.
    """
    place, edge = beside
    is_other = (edge != nearest[place]) & (np.abs(streets.level[edge]) == np.abs(streets.level[nearest[place]]))
    place, edge = place[is_other], edge[is_other]
    places = np.concatenate([np.arange(len(points)), place])
    edges = np.concatenate([nearest, edge])
    shares = np.concatenate([share, share_of(streets, edge, points[place])])
    # The nearest edge itself comes before its ties; of those that meet a place at one spot, the first is kept.
    spot, is_tie = _spot(streets, edges, shares), np.arange(len(edges)) >= len(points)
    order = np.lexsort((edges, is_tie, spot, places))
    is_first = np.ones(len(order), dtype=np.bool_)
    is_first[1:] = np.diff(places[order]).astype(np.bool_) | np.diff(spot[order]).astype(np.bool_)
    kept = order[is_first & is_tie[order]]
    kept = kept[np.lexsort((edges[kept], places[kept]))]
    return Ties(places[kept], edges[kept], shares[kept])


def _spot(streets: Streets, edge: Ints, share: Floats) -> Ints:
    """Return (k,) a number for the junction that an edge is met at, or for the edge where it is met in between."""
    node = np.where(share == 0, streets.tail[edge], streets.head[edge])
    ids = streets.network.ids
    # A node that was added has a number below 0, as edges have here.
    number = np.where(ids[node] >= 0, ids[node], ids.max(initial=-1) + 1 + node)
    return np.where((share == 0) | (share == 1), number, -1 - edge)
