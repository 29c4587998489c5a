"""Joins places to streets: the nearest point of the nearest edge, with its part of the way to both ends."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.ends import Ends
from geodata.coverage.modes import WALK
from geodata.coverage.reach import NOBODY, Sources
from geodata.coverage.streets import KMH_TO_M_PER_DS, Streets
from geodata.coverage.ties import NO_TIES, Ties, edges_beside, on_the_ground, share_of, ties_of
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
        ties: further edges that are as near: a place may use each of them.
    """

    edge: Ints
    share: Floats
    away_m: Floats
    door_ds: Ints
    ties: Ties = NO_TIES

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
        ties = self.ties.those(kept)
        return Snapped(self.edge[kept], self.share[kept], self.away_m[kept], self.door_ds[kept], ties)

    def followed_by(self, more: Snapped) -> Snapped:
        """Return these places and then those."""
        return Snapped(
            edge=np.concatenate([self.edge, more.edge]),
            share=np.concatenate([self.share, more.share]),
            away_m=np.concatenate([self.away_m, more.away_m]),
            door_ds=np.concatenate([self.door_ds, more.door_ds]),
            ties=self.ties.followed_by(more.ties, count=len(self.edge)),
        )

    def spread(self) -> tuple[Snapped, Ints]:
        """Return the places once for each edge that they meet, without ties, and (r,) the place of each.

        The places themselves are the first rows, in their order; ties of places that aren't joined are left out.
        """
        ties, kept = self.ties, self.is_joined[self.ties.place]
        place = np.concatenate([np.arange(len(self.edge)), ties.place[kept]])
        edge, share = np.concatenate([self.edge, ties.edge[kept]]), np.concatenate([self.share, ties.share[kept]])
        return Snapped(edge, share, self.away_m[place], self.door_ds[place]), place

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
    found = streets.met_by.query_nearest(points, all_matches=True)
    order = np.lexsort((found[1], found[0]))
    place, first = np.unique(found[0][order], return_index=True)
    nearest[place] = found[1][order][first]
    beside = edges_beside(streets, points, shapely.distance(points, edges[nearest]))
    nearest = on_the_ground(streets, nearest, beside)
    away_m = shapely.distance(points, edges[nearest])
    share = share_of(streets, nearest, points)
    return Snapped(
        edge=np.where(away_m <= limit_m, nearest, -1),
        share=share,
        away_m=away_m,
        door_ds=np.rint(away_m / (DOOR_KMH * KMH_TO_M_PER_DS)).astype(np.int64),
        ties=ties_of(streets, points, nearest, share, beside),
    )


def sources_of(streets: Streets, posts: Snapped) -> Sources:
    """Return where travel from posts begins: at its node, or at the ends of its edges as directions allow."""
    rows, which = posts.spread()
    parts = [
        _at_nodes(streets, rows),
        _at(rows, streets.leave_ahead, np.rint(_along(rows, streets.ahead_ds, 1 - rows.share))),
        _at(rows, streets.leave_back, np.rint(_along(rows, streets.back_ds, rows.share))),
    ]
    row, nodes, offset_ds = (np.concatenate(found) for found in zip(*parts, strict=True))
    return Sources(nodes.astype(np.int32), offset_ds, which[row])


def arrivals(streets: Streets, places: Snapped) -> tuple[Ints, Ints, Ints]:
    """Return from which nodes places are reached: (a,) the place, (a,) the node, (a,) whole deciseconds from there."""
    rows, which = places.spread()
    parts = [
        _at_nodes(streets, rows),
        _at(rows, streets.enter_ahead, np.rint(_along(rows, streets.ahead_ds, rows.share))),
        _at(rows, streets.enter_back, np.rint(_along(rows, streets.back_ds, 1 - rows.share))),
    ]
    row, node, way_ds = (np.concatenate(found) for found in zip(*parts, strict=True))
    return which[row], node, way_ds


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
    """Return the ways that need no node: (a,) the post, (a,) a place on an edge of its, (a,) whole deciseconds.

    Where the two share several edges there is a way for each.
    """
    (starts, which_post), (stops, which_place) = posts.spread(), places.spread()
    order = np.argsort(stops.edge, kind="stable")
    own = np.flatnonzero(starts.is_joined)
    begin = np.searchsorted(stops.edge[order], starts.edge[own], side="left")
    count = np.searchsorted(stops.edge[order], starts.edge[own], side="right") - begin
    start = np.repeat(own, count)
    stop = order[np.repeat(begin - np.cumsum(count) + count, count) + np.arange(count.sum())]
    between = stops.share[stop] - starts.share[start]
    edge = starts.edge[start]
    cost = np.where(between > 0, streets.ahead_ds[edge], streets.back_ds[edge])
    way_ds = np.rint(np.abs(between) * cost).astype(np.int64) + starts.door_ds[start] + stops.door_ds[stop]
    is_open = (cost > 0) | (between == 0)
    return which_post[start[is_open]], which_place[stop[is_open]], way_ds[is_open]


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
