"""Joins places to streets: the nearest point of the nearest edge, with its part of the way to both ends."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.ends import Ends
from geodata.coverage.modes import WALK
from geodata.coverage.reach import NOBODY, Sources
from geodata.coverage.streets import KMH_TO_M_PER_DS, SAME_PLACE_M, Streets
from geodata.errors import InvalidInput

DOOR_KMH = WALK.kmh["footway"]
"""From a door to the nearest street one walks, whatever comes after."""


@dataclass(frozen=True, eq=False)
class Snapped:
    """Where places meet the streets.

    Attributes:
        edge: (k,) the nearest edge; -1 where none is within the limit: such a place can't be routed.
        share: (k,) how far along the edge, 0 at its tail and 1 at its head: there a place meets all edges of the node.
        away_m: (k,) how far the place is from it, also where that is too far.
        door_ds: (k,) what the walk there takes, whole deciseconds.
    """

    edge: Ints
    share: Floats
    away_m: Floats
    door_ds: Ints

    @property
    def is_joined(self) -> Mask:
        """(k,) whether a place meets the streets at all."""
        return self.edge >= 0

    @property
    def is_at_node(self) -> Mask:
        """(k,) whether a place meets the streets at an end of its edge: which of the edges there says nothing."""
        is_end: Mask = (self.share == 0) | (self.share == 1)
        return self.is_joined & is_end

    def those(self, kept: Mask | Ints) -> Snapped:
        """Return some of the places, in the order that is asked for."""
        return Snapped(self.edge[kept], self.share[kept], self.away_m[kept], self.door_ds[kept])

    def followed_by(self, more: Snapped) -> Snapped:
        """Return these places and then those."""
        pairs = zip(vars(self).values(), vars(more).values(), strict=True)
        return Snapped(*(np.concatenate(pair) for pair in pairs))

    def within(self, limit_m: Floats) -> Snapped:
        """Return the same with a limit for each place: one that is farther from its street isn't joined."""
        return replace(self, edge=np.where(self.away_m <= limit_m, self.edge, -1))


def snap(streets: Streets, x_m: Floats, y_m: Floats, *, limit_m: float) -> Snapped:
    """Return where places meet the streets.

    Args:
        streets: of one mode.
        x_m, y_m: (k,) the places, metres.
        limit_m: farther from every street than this, inclusive, a place isn't joined.

    Raises:
        InvalidInput: a place isn't finite.
    """
    if not (np.isfinite(x_m).all() and np.isfinite(y_m).all()):
        raise InvalidInput("a place to be joined to the streets lies nowhere; wanted are finite coordinates")
    edges = streets.lines
    points = np.asarray(shapely.points(x_m, y_m), dtype=object)
    nearest = np.zeros(len(points), dtype=np.int64)
    # Of edges that are equally near, the first: else the index of the day would decide. Where they meet, all count.
    found = streets.index.query_nearest(points, all_matches=True)
    order = np.lexsort((found[1], found[0]))
    place, first = np.unique(found[0][order], return_index=True)
    nearest[place] = found[1][order][first]
    away_m = shapely.distance(points, edges[nearest])
    share = shapely.line_locate_point(edges[nearest], points, normalized=True)
    length_m = streets.length_m[nearest]
    is_at_tail, is_at_head = share * length_m <= SAME_PLACE_M, (1 - share) * length_m <= SAME_PLACE_M
    share = np.where(is_at_tail, 0.0, np.where(is_at_head, 1.0, share))
    return Snapped(
        edge=np.where(away_m <= limit_m, nearest, -1),
        share=share,
        away_m=away_m,
        door_ds=np.rint(away_m / (DOOR_KMH * KMH_TO_M_PER_DS)).astype(np.int64),
    )


def sources_of(streets: Streets, posts: Snapped) -> Sources:
    """Return where travel from posts begins: at its node, or at the ends of its edge as directions allow."""
    parts = [
        _at_nodes(streets, posts),
        _at(posts, streets.leave_ahead, np.rint(_along(posts, streets.ahead_ds, 1 - posts.share))),
        _at(posts, streets.leave_back, np.rint(_along(posts, streets.back_ds, posts.share))),
    ]
    post, nodes, offset_ds = (np.concatenate(found) for found in zip(*parts, strict=True))
    return Sources(nodes.astype(np.int32), offset_ds, post)


def arrivals(streets: Streets, places: Snapped) -> tuple[Ints, Ints, Ints]:
    """Return from which nodes places are reached: (a,) the place, (a,) the node, (a,) whole deciseconds from there."""
    parts = [
        _at_nodes(streets, places),
        _at(places, streets.enter_ahead, np.rint(_along(places, streets.ahead_ds, places.share))),
        _at(places, streets.enter_back, np.rint(_along(places, streets.back_ds, 1 - places.share))),
    ]
    place, node, way_ds = (np.concatenate(found) for found in zip(*parts, strict=True))
    return place, node, way_ds


def arrive(streets: Streets, times: Floats, owners: Ints, places: Snapped, posts: Snapped) -> tuple[Floats, Ints]:
    """Return the times to places and whose they are, from those to the nodes.

    A place is reached from either end of its edge, as far as that may be driven from there, or from a post on the very
    same edge without any node in between.

    Args:
        streets: of one mode.
        times, owners: (n,) as `nearest` gives them from `sources_of(posts)`.
        places: (k,) where the places are.
        posts: where the posts are.

    Returns:
        (k,) times in whole deciseconds, inf where no post leads to or the place isn't joined; (k,) owners.
    """
    count = len(places.edge)
    place, node, way_ds = arrivals(streets, places)
    same_post, same_place, same_ds = on_same_edge(streets, posts, places)
    all_places = np.concatenate([place, same_place])
    time = np.concatenate([times[node] + way_ds, same_ds])
    owner = np.concatenate([owners[node], same_post])
    best, who = np.full(count, np.inf), np.full(count, NOBODY, dtype=np.int64)
    reached = np.flatnonzero(np.isfinite(time))
    order = reached[np.lexsort((owner[reached], time[reached], all_places[reached]))]
    found, first = np.unique(all_places[order], return_index=True)
    best[found], who[found] = time[order[first]], owner[order[first]]
    return best, who


def on_same_edge(streets: Streets, posts: Snapped, places: Snapped) -> tuple[Ints, Ints, Ints]:
    """Return the ways that need no node: (a,) the post, (a,) the place on its edge, (a,) whole deciseconds."""
    order = np.argsort(places.edge, kind="stable")
    own = np.flatnonzero(posts.is_joined)
    begin = np.searchsorted(places.edge[order], posts.edge[own], side="left")
    count = np.searchsorted(places.edge[order], posts.edge[own], side="right") - begin
    post = np.repeat(own, count)
    place = order[np.repeat(begin - np.cumsum(count) + count, count) + np.arange(count.sum())]
    between = places.share[place] - posts.share[post]
    edge = posts.edge[post]
    cost = np.where(between > 0, streets.ahead_ds[edge], streets.back_ds[edge])
    way_ds = np.rint(np.abs(between) * cost).astype(np.int64) + posts.door_ds[post] + places.door_ds[place]
    is_open = (cost > 0) | (between == 0)
    return post[is_open], place[is_open], way_ds[is_open]


def _along(places: Snapped, cost_ds: Ints, share: Floats) -> Floats:
    """Return what a part of each place's edge takes; nonsense where it isn't joined."""
    return cost_ds[places.edge] * share


def _at_nodes(streets: Streets, places: Snapped) -> tuple[Ints, Ints, Ints]:
    """Return the places that meet the streets at a node, with that node and its twins: no way is barred there."""
    at = np.flatnonzero(places.is_at_node)
    edge = places.edge[at]
    which, node = streets.junctions.of(np.where(places.share[at] == 0, streets.tail[edge], streets.head[edge]))
    return at[which], node, places.door_ds[at[which]]


def _at(places: Snapped, ends: Ends, part_ds: Floats) -> tuple[Ints, Ints, Ints]:
    """Return the places within their edges at the ends' nodes, with the way from there and the walk to the door."""
    joined = np.flatnonzero(places.is_joined & ~places.is_at_node)
    which, node = ends.of(places.edge[joined])
    place = joined[which]
    return place, node, part_ds[place].astype(np.int64) + places.door_ds[place]
