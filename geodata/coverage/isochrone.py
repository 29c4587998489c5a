"""What can be reached within some minutes, as lines and as outlines to be drawn.

    stretches = reachable(streets, times, posts, limit_ds=3000)      # parts of edges, exact
    shape = lines(streets, stretches)                                # one geometry of lines
    rings = isochrones(streets, times, posts, limits_ds=(600, 1800, 3000), buffer_m=30)

An outline is a picture: it holds ground that nobody reaches, over a wall or across a river. People are counted from
times (`snapping.arrive`), never by what lies in an outline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.snapping import Snapped
from geodata.coverage.streets import Streets
from geodata.errors import InvalidInput

_QUARTER_SEGMENTS = 2
"""Round ends are drawn with so many sides a quarter: a picture of a street's end needs no more, and it costs most."""


@dataclass(frozen=True, eq=False)
class Stretches:
    """Parts of edges; an edge may come with two of them, one from each end.

    Attributes:
        edge: (p,) the edges, in order.
        begin, end: (p,) shares along the edge, 0 at its tail; begin < end.
    """

    edge: Ints
    begin: Floats
    end: Floats


@dataclass(frozen=True, eq=False)
class Isochrone:
    """What is reached within one limit.

    Attributes:
        limit_ds: deciseconds, inclusive.
        stretches: the parts of edges.
        outline: they with some metres around them; empty where nothing is reached. To be drawn, not to count by.
    """

    limit_ds: int
    stretches: Stretches
    outline: BaseGeometry


def reachable(streets: Streets, times: Floats, posts: Snapped, *, limit_ds: int) -> Stretches:
    """Return the parts of edges that are reached within a limit, as far as each may be driven.

    Args:
        streets: of one mode; for ways to the posts, those `against`, with times on them.
        times: (n,) to the nodes, as `nearest` gives them from `sources_of(posts)`.
        posts: where the posts are; along its own edge a post needs no node.
        limit_ds: deciseconds, inclusive.

    Raises:
        InvalidInput: the limit is negative, or times aren't one for each node.
    """
    if limit_ds < 0:
        raise InvalidInput(f"a limit of {limit_ds} deciseconds; wanted is 0 or more")
    if len(times) != streets.network.node_count:
        raise InvalidInput(f"{len(times)} times for {streets.network.node_count} nodes; wanted is one for each")
    every = np.arange(len(streets.tail))
    far = _share(limit_ds - streets.enter_ahead.least(times), streets.ahead_ds)
    near = _share(limit_ds - streets.enter_back.least(times), streets.back_ds)
    rows, _ = posts.spread()
    own = rows.those(rows.is_joined)
    edge, at, left = own.edge, own.share, limit_ds - own.door_ds.astype(np.float64)
    return _merged(
        np.concatenate([every, every, edge, edge]),
        np.concatenate([0 * far, 1 - near, at, np.maximum(0, at - _share(left, streets.back_ds[edge]))]),
        np.concatenate([far, 0 * near + 1, np.minimum(1, at + _share(left, streets.ahead_ds[edge])), at]),
    )


def lines(streets: Streets, stretches: Stretches) -> BaseGeometry:
    """Return the stretches as one geometry of lines, those of one way that follow each other joined; metres."""
    return shapely.MultiLineString(_drawn(streets, stretches))


def isochrones(
    streets: Streets, times: Floats, posts: Snapped, *, limits_ds: Sequence[int], buffer_m: float
) -> list[Isochrone]:
    """Return what is reached within each limit, the shortest first; each outline holds those before it.

    Args:
        streets, times, posts: as `reachable` takes them.
        limits_ds: deciseconds, inclusive.
        buffer_m: how far around the streets the outlines go.

    Raises:
        InvalidInput: as `reachable`, or the buffer isn't more than 0.
    """
    if not 0 < buffer_m < np.inf:
        raise InvalidInput(f"a buffer of {buffer_m} m; wanted is more than 0")
    found: list[Isochrone] = []
    outline: BaseGeometry = shapely.Polygon()
    before = Stretches(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    for limit_ds in sorted(set(limits_ds)):
        now = reachable(streets, times, posts, limit_ds=limit_ds)
        # Only what is new is drawn: an outline is made of those before it.
        outline = shapely.union(outline, _outline(_drawn(streets, _only_new(now, before)), buffer_m))
        found.append(Isochrone(limit_ds, now, outline))
        before = now
    return found


def _share(left_ds: Floats, cost_ds: Ints) -> Floats:
    """Return which share of an edge can be driven in the time that is left; 0 where that isn't allowed."""
    share = np.divide(left_ds, cost_ds, out=np.zeros(len(cost_ds)), where=(cost_ds > 0) & (left_ds > 0))
    return np.minimum(share, 1.0)


def _merged(edge: Ints, begin: Floats, end: Floats) -> Stretches:
    """Return the stretches in order, those of one edge that meet made one."""
    is_some = end > begin
    edge, begin, end = edge[is_some], begin[is_some], end[is_some]
    order = np.lexsort((begin, edge))
    edge, begin, end = edge[order], begin[order], end[order]
    # Twice the edge's number keeps one edge's shares (0 to 1) from those of the next.
    reach = np.maximum.accumulate(end + 2.0 * edge) if len(edge) else end
    is_first = np.ones(len(edge), dtype=np.bool_)
    is_first[1:] = begin[1:] + 2.0 * edge[1:] > reach[:-1]
    starts = np.flatnonzero(is_first)
    return Stretches(edge[starts], begin[starts], np.maximum.reduceat(end, starts) if len(starts) else end)


def _only_new(now: Stretches, before: Stretches) -> Stretches:
    """Return the stretches that weren't there already, or not as far."""
    known = {*zip(before.edge.tolist(), before.begin.tolist(), before.end.tolist(), strict=True)}
    told = zip(now.edge.tolist(), now.begin.tolist(), now.end.tolist(), strict=True)
    is_new: Mask = np.fromiter((stretch not in known for stretch in told), dtype=np.bool_, count=len(now.edge))
    return Stretches(now.edge[is_new], now.begin[is_new], now.end[is_new])


def _drawn(streets: Streets, found: Stretches) -> list[shapely.LineString]:
    """Return lines, one for stretches of one way that follow each other: a long line has fewer ends to be rounded."""
    if not len(found.edge):
        return []
    edge, network = found.edge, streets.network
    tail = np.column_stack([network.x_m[streets.tail[edge]], network.y_m[streets.tail[edge]]])
    head = np.column_stack([network.x_m[streets.head[edge]], network.y_m[streets.head[edge]]])
    one, other = tail + found.begin[:, None] * (head - tail), tail + found.end[:, None] * (head - tail)
    is_first = np.ones(len(edge), dtype=np.bool_)
    is_first[1:] = ~(
        (streets.way[edge[1:]] == streets.way[edge[:-1]])
        & (streets.head[edge[:-1]] == streets.tail[edge[1:]])
        & (found.end[:-1] == 1)
        & (found.begin[1:] == 0)
    )
    line = np.cumsum(is_first) - 1
    corners = np.concatenate([one[is_first], other])
    of_line = np.concatenate([np.arange(is_first.sum()), line])
    order = np.argsort(of_line, kind="stable")
    return list(np.atleast_1d(np.asarray(shapely.linestrings(corners[order], indices=of_line[order]))))


def _outline(drawn: list[shapely.LineString], buffer_m: float) -> BaseGeometry:
    """Return the ground within some metres of lines.

    All of them at once: line by line and then united takes twice the time.
    """
    ground: BaseGeometry = shapely.buffer(shapely.MultiLineString(drawn), buffer_m, quad_segs=_QUARTER_SEGMENTS)
    return ground
