"""How a place is entered: at any of its gates, or from the streets beside it; the soonest one counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.network import Network
from geodata.coverage.reach import NOBODY
from geodata.coverage.snapping import Snapped, arrive
from geodata.coverage.streets import Streets


@dataclass(frozen=True, eq=False)
class Entries:
    """Ways into sites: points that are joined to an edge, and nodes that need no joining.

    Attributes:
        site: (e,) the site that each point leads into.
        at: (e,) where these points meet the streets.
        node_site: (m,) the site that each node leads into.
        node: (m,) nodes of the network.
    """

    site: Ints
    at: Snapped
    node_site: Ints
    node: Ints

    def those(self, is_point: Mask, is_node: Mask) -> Entries:
        """Return some of them, in their order."""
        return Entries(self.site[is_point], self.at.those(is_point), self.node_site[is_node], self.node[is_node])


@dataclass(frozen=True, eq=False)
class Arrival:
    """The soonest way into each site.

    Attributes:
        time_ds: (s,) whole deciseconds, inf where there is no way.
        owner: (s,) the post, NOBODY where there is no way.
        entry: (s,) the point's number, or the number of points more than the node's; -1 where there is no way.
    """

    time_ds: Floats
    owner: Ints
    entry: Ints


def soonest(
    streets: Streets, times: Floats, owners: Ints, entries: Entries, posts: Snapped, *, site_count: int
) -> Arrival:
    """Return the soonest way into each site; of equally soon ones that of the smaller post, then the first entry.

    Args:
        streets: of one mode.
        times, owners: (n,) as `nearest` gives them from `sources_of(posts)`.
        entries: the ways into sites that are open.
        posts: where the posts are.
        site_count: how many sites there are; one without any entry isn't reached.
    """
    at_points, by_points = arrive(streets, times, owners, entries.at, posts)
    site = np.concatenate([entries.site, entries.node_site])
    time = np.concatenate([at_points, times[entries.node]])
    owner = np.concatenate([by_points, owners[entries.node]])
    reached = np.flatnonzero(np.isfinite(time))
    order = reached[np.lexsort((reached, owner[reached], time[reached], site[reached]))]
    found, first = np.unique(site[order], return_index=True)
    best = Arrival(
        np.full(site_count, np.inf),
        np.full(site_count, NOBODY, dtype=np.int64),
        np.full(site_count, -1, dtype=np.int64),
    )
    best.time_ds[found] = time[order[first]]
    best.owner[found] = owner[order[first]]
    best.entry[found] = order[first]
    return best


def nodes_beside(network: Network, outlines: npt.NDArray[np.object_], *, within_m: float) -> tuple[Ints, Ints]:
    """Return the nodes within a distance of outlines, inclusive, as (outline, node), in that order.

    Args:
        network: in metres.
        outlines: areas in the same metres.
        within_m: also nodes inside an outline count.
    """
    if not len(outlines) or not network.node_count:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    nodes = np.asarray(shapely.points(network.x_m, network.y_m), dtype=object)
    outline, node = shapely.STRtree(nodes).query(outlines, predicate="dwithin", distance=within_m)
    order = np.lexsort((node, outline))
    return outline[order].astype(np.int64), node[order].astype(np.int64)
