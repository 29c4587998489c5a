"""Which sites posts reach in time: what another post adds is looked up from the nodes that it would be nearest to."""

from __future__ import annotations

import numpy as np

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.ends import Ends
from geodata.coverage.entries import Entries
from geodata.coverage.reach import Incumbent
from geodata.coverage.snapping import Snapped, arrivals, on_same_edge, sources_of
from geodata.coverage.streets import Streets


class Catchment:
    """The ways into sites in the order of the nodes that they leave from.

    Args:
        streets: of one mode.
        entries: the ways into sites that are open.
        site_count: how many sites there are.
        limit_ds: within reach is what takes no longer, whole deciseconds.
    """

    def __init__(self, streets: Streets, entries: Entries, *, site_count: int, limit_ds: int) -> None:
        self._streets = streets
        self._site_count, self._limit_ds = site_count, limit_ds
        point, node, way_ds = arrivals(streets, entries.at)
        node = np.concatenate([node, entries.node])
        order = np.argsort(node, kind="stable")
        self._node = node[order]
        self._way_ds = np.concatenate([way_ds, np.zeros(len(entries.node), dtype=np.int64)])[order]
        self._site = np.concatenate([entries.site[point], entries.node_site])[order]
        first = np.searchsorted(self._node, np.arange(streets.network.node_count + 1))
        self._ways = Ends(first, np.arange(len(order)))
        rows, which = entries.at.spread()
        by_edge = np.argsort(rows.edge, kind="stable")
        self._met, self._met_site = rows.those(by_edge), entries.site[which[by_edge]]

    def reached(self, times: Floats, posts: Snapped) -> Mask:
        """Return (s,) which sites are within the limit of some posts.

        Args:
            times: (n,) to all nodes, as `nearest` gives them from `sources_of(posts)`.
            posts: where the posts are.
        """
        found = np.zeros(self._site_count, dtype=np.bool_)
        found[self._site[times[self._node] + self._way_ds <= self._limit_ds]] = True
        return self._with_same_edge(found, posts)

    def gained(self, standing: Incumbent, post: Snapped) -> Mask:
        """Return (s,) sites that another post reaches in time, those among them that `standing` doesn't.

        Only nodes that are nearer to it than to any post are searched, and no farther than the limit. What is entered
        from another node is in reach already, if it is at all: the way there is no longer from the posts that stand.
        """
        nodes, times = standing.with_added(sources_of(self._streets, post), limit_ds=self._limit_ds)
        which, way = self._ways.of(nodes.astype(np.int64))
        found = np.zeros(self._site_count, dtype=np.bool_)
        found[self._site[way[times[which] + self._way_ds[way] <= self._limit_ds]]] = True
        return self._with_same_edge(found, post)

    def _with_same_edge(self, found: Mask, posts: Snapped) -> Mask:
        """Add the sites that are entered on a post's own edge, without any node in between."""
        starts, _ = posts.spread()
        edges: Ints = np.unique(starts.edge[starts.is_joined])
        begin = np.searchsorted(self._met.edge, edges, side="left")
        count = np.searchsorted(self._met.edge, edges, side="right") - begin
        point = np.repeat(begin - np.cumsum(count) + count, count) + np.arange(count.sum())
        _, near, way_ds = on_same_edge(self._streets, posts, self._met.those(point))
        found[self._met_site[point[near[way_ds <= self._limit_ds]]]] = True
        return found
