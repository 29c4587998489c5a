"""Times from every post to every place within a limit, as a sparse matrix: what access, siting and districts are fed.

    travel_ds = travel_times(streets, posts, places, limit_ds=6000)      # (places, posts)
    travel_ds = node_times(network, sources, limit_ds=6000)              # (nodes, owners)

Rows are places and columns posts, whole deciseconds; what isn't stored is out of reach, a stored 0 is a way.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_array, csr_array

from geodata.coverage.alone import nodes_each, places_each
from geodata.coverage.arrays import Ints, Nodes
from geodata.coverage.entries import Entries
from geodata.coverage.network import LONGEST_DS, Network
from geodata.coverage.reach import Sources, check_sources
from geodata.coverage.snapping import Snapped, arrivals, on_same_edge, sources_of
from geodata.coverage.streets import Streets
from geodata.errors import InvalidInput


def travel_times(streets: Streets, posts: Snapped, places: Snapped, *, limit_ds: int) -> csr_array:
    """Return the times from posts to places, doors included.

    A row's least time is what `arrive` tells of that place. Places and posts that aren't joined have empty rows and
    columns.

    Args:
        streets: of one mode; for ways to the posts, those `against`.
        posts, places: where they meet the streets.
        limit_ds: inclusive.

    Returns:
        (places, posts) sparse, int32, columns in order.

    Raises:
        InvalidInput: the limit is negative or too long.
    """
    place, node, way_ds = arrivals(streets, places)
    return _search(
        streets.network, sources_of(streets, posts), (node, place, way_ds), on_same_edge(streets, posts, places),
        (len(places.edge), len(posts.edge)), limit_ds,
    )  # fmt: skip


def site_times(streets: Streets, posts: Snapped, entries: Entries, *, site_count: int, limit_ds: int) -> csr_array:
    """Return the times from posts to sites, each by the soonest of its entries.

    Args:
        streets: of one mode; for ways to the posts, the reversed ones.
        posts: where they meet the streets.
        entries: the ways into sites that are open.
        site_count: how many sites there are.
        limit_ds: inclusive.

    Returns:
        (sites, posts) sparse, int32, columns in order.

    Raises:
        InvalidInput: the limit is negative or too long.
    """
    point, node, way_ds = arrivals(streets, entries.at)
    post, near, direct_ds = on_same_edge(streets, posts, entries.at)
    stops = (
        np.concatenate([node, entries.node]),
        np.concatenate([entries.site[point], entries.node_site]),
        np.concatenate([way_ds, np.zeros(len(entries.node), dtype=np.int64)]),
    )
    return _search(
        streets.network, sources_of(streets, posts), stops, (post, entries.site[near], direct_ds),
        (site_count, len(posts.edge)), limit_ds,
    )  # fmt: skip


def node_times(network: Network, sources: Sources, *, limit_ds: int) -> csr_array:
    """Return the times from each owner to all nodes within a limit.

    Args:
        network: times run along its arcs.
        sources: where the owners' searches begin.
        limit_ds: inclusive.

    Returns:
        (nodes, owners) sparse, int32, columns in order.

    Raises:
        InvalidInput: a source is no node, or the limit is negative or too long.
    """
    _check(network, sources, limit_ds)
    owners = int(sources.owner.max()) + 1 if len(sources.owner) else 0
    post_first, start, start_ds = _grouped(sources.owner, owners, sources.nodes, sources.offset_ds)
    first, node, times_ds = nodes_each(
        network.first, network.head, network.cost_ds, post_first, start, start_ds, limit_ds
    )
    return csr_array(csc_array((times_ds, node, first), shape=(network.node_count, owners)))


def _search(
    network: Network,
    sources: Sources,
    stops: tuple[Ints, Ints, Ints],
    direct: tuple[Ints, Ints, Ints],
    shape: tuple[int, int],
    limit_ds: int,
) -> csr_array:
    """Search from each post.

    Args:
        network, sources: where from.
        stops: nodes, the places that are met there, and how long it takes from the node to the place.
        direct: posts, places, and times that lead over no node.
        shape: numbers of places and posts.
        limit_ds: inclusive.
    """
    _check(network, sources, limit_ds)
    count, posts = shape
    post_first, start, start_ds = _grouped(sources.owner, posts, sources.nodes, sources.offset_ds)
    stop_first, stop_place, stop_ds = _grouped(stops[0], network.node_count, stops[1], stops[2])
    direct_first, direct_place, direct_ds = _grouped(direct[0], posts, direct[1], direct[2])
    first, place, times_ds = places_each(
        network.first, network.head, network.cost_ds, post_first, start, start_ds, stop_first, stop_place, stop_ds,
        direct_first, direct_place, direct_ds, count, limit_ds,
    )  # fmt: skip
    # From columns to rows: a row's columns come in order.
    return csr_array(csc_array((times_ds, place, first), shape=shape))


def _check(network: Network, sources: Sources, limit_ds: int) -> None:
    check_sources(network, sources, limit_ds)
    if limit_ds > LONGEST_DS:
        raise InvalidInput(f"a limit of {limit_ds} deciseconds; wanted are 0 to {LONGEST_DS}")


def _grouped(key: Ints, count: int, *values: Ints | Nodes) -> tuple[Ints, ...]:
    """Return where each key's values begin, and the values in the order of their keys."""
    order = np.argsort(key, kind="stable")
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(key, minlength=count), out=first[1:])
    return (first, *(np.asarray(each[order], dtype=np.int64) for each in values))
