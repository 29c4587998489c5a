"""Joins places to streets: the nearest point of the nearest edge, with its part of the way to both ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.modes import WALK
from geodata.coverage.reach import NOBODY, Sources
from geodata.coverage.streets import KMH_TO_M_PER_DS, Streets
from geodata.errors import InvalidInput

DOOR_KMH = WALK.kmh["footway"]
"""From a door to the nearest street one walks, whatever comes after."""


@dataclass(frozen=True, eq=False)
class Snapped:
    """Where places meet the streets.

    Attributes:
        edge: (k,) the nearest edge; -1 where none is within the limit: such a place can't be routed.
        share: (k,) how far along the edge, 0 at its tail and 1 at its head.
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
    network = streets.network
    ends = np.stack([
        np.column_stack([network.x_m[streets.tail], network.y_m[streets.tail]]),
        np.column_stack([network.x_m[streets.head], network.y_m[streets.head]]),
    ], axis=1)  # fmt: skip
    edges = np.asarray(shapely.linestrings(ends), dtype=object)
    points = np.asarray(shapely.points(x_m, y_m), dtype=object)
    nearest = np.zeros(len(points), dtype=np.int64)
    # Of edges that are equally near, the first: else the index of the day would decide.
    found = shapely.STRtree(edges).query_nearest(points, all_matches=True)
    order = np.lexsort((found[1], found[0]))
    place, first = np.unique(found[0][order], return_index=True)
    nearest[place] = found[1][order][first]
    away_m = shapely.distance(points, edges[nearest])
    share = shapely.line_locate_point(edges[nearest], points, normalized=True)
    return Snapped(
        edge=np.where(away_m <= limit_m, nearest, -1),
        share=share,
        away_m=away_m,
        door_ds=np.rint(away_m / (DOOR_KMH * KMH_TO_M_PER_DS)).astype(np.int64),
    )


def sources_of(streets: Streets, posts: Snapped) -> Sources:
    """Return where travel from posts begins: at both ends of each one's edge, as its directions allow."""
    joined = np.flatnonzero(posts.is_joined)
    edge, share, door = posts.edge[joined], posts.share[joined], posts.door_ds[joined]
    ahead, back = streets.ahead_ds[edge], streets.back_ds[edge]
    to_head = door + np.rint(ahead * (1 - share)).astype(np.int64)
    to_tail = door + np.rint(back * share).astype(np.int64)
    nodes = np.concatenate([streets.head[edge][ahead > 0], streets.tail[edge][back > 0]])
    offset = np.concatenate([to_head[ahead > 0], to_tail[back > 0]])
    owner = np.concatenate([joined[ahead > 0], joined[back > 0]])
    return Sources(nodes.astype(np.int32), offset, owner)


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
    best, who = np.full(count, np.inf), np.full(count, NOBODY, dtype=np.int64)
    joined = np.flatnonzero(places.is_joined)
    edge, share, door = places.edge[joined], places.share[joined], places.door_ds[joined]
    ahead, back = streets.ahead_ds[edge], streets.back_ds[edge]
    for node, part, is_open in (
        (streets.tail[edge], np.rint(ahead * share), ahead > 0),
        (streets.head[edge], np.rint(back * (1 - share)), back > 0),
    ):
        _take(best, who, joined[is_open], (times[node] + part + door)[is_open], owners[node][is_open])
    for post in np.flatnonzero(posts.is_joined):
        same = joined[places.edge[joined] == posts.edge[post]]
        between = places.share[same] - posts.share[post]
        own = posts.edge[post]
        cost = np.where(between >= 0, streets.ahead_ds[own], streets.back_ds[own])
        way = np.rint(np.abs(between) * cost) + posts.door_ds[post] + places.door_ds[same]
        _take(best, who, same[cost > 0], way[cost > 0], np.full(int((cost > 0).sum()), post))
    return best, who


def _take(best: Floats, who: Ints, at: Ints, times: Floats, owners: Ints) -> None:
    """Keep what is earlier, and of what is equally early the post with the smaller number."""
    is_better = (times < best[at]) | ((times == best[at]) & (owners < who[at]) & np.isfinite(times))
    best[at[is_better]], who[at[is_better]] = times[is_better], owners[is_better]
