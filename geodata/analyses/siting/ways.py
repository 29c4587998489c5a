"""Travel times from posts and candidates to people: what solvers choose by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array, vstack

from geodata.analyses.coverage.ground import SNAP_LIMIT_M, Ground
from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.causes import NOTHING
from geodata.coverage.network import LONGEST_DS
from geodata.coverage.pairs import node_times, travel_times
from geodata.coverage.snapping import Snapped, snap, sources_of


@dataclass(frozen=True, eq=False)
class Sitings:
    """Demand and candidates of a siting.

    Attributes:
        people: (n,) by site: a compound with its gates, or a place of its own.
        travel_ds: (n, m) sparse, whole deciseconds; what isn't stored is out of reach, a stored 0 is a way.
        existing: columns of the posts that are open, numbered as the ground's; the candidates follow.
        post: (m,) the number of each existing post, -1 for candidates.
        candidate: (m,) the number of each candidate, -1 for existing posts.
    """

    people: Floats
    travel_ds: csr_array
    post: Ints
    candidate: Ints

    @property
    def existing(self) -> Ints:
        """The columns of posts that are there."""
        return np.flatnonzero(self.post >= 0)

    def covers(self, limit_ds: int) -> csr_array:
        """(n, m) ones where somebody is within the limit, inclusive."""
        return self._ones(self.travel_ds.data <= limit_ds)

    def dense(self) -> Floats:
        """(n, m) deciseconds, inf where there is no way."""
        table = np.full(self.travel_ds.shape, np.inf)
        rows = np.repeat(np.arange(table.shape[0]), np.diff(self.travel_ds.indptr))
        table[rows, self.travel_ds.indices] = self.travel_ds.data
        return table

    def of(self, rows: Mask | Ints) -> Sitings:
        """Return some of the demand."""
        return Sitings(self.people[rows], csr_array(self.travel_ds[rows]), self.post, self.candidate)

    def _ones(self, is_kept: Mask) -> csr_array:
        rows = np.repeat(np.arange(self.travel_ds.shape[0]), np.diff(self.travel_ds.indptr))[is_kept]
        columns = self.travel_ds.indices[is_kept]
        return csr_array((np.ones(len(rows)), (rows, columns)), shape=self.travel_ds.shape)


def sitings_of(ground: Ground, points: npt.NDArray[np.object_], *, limit_ds: int | None) -> Sitings:
    """Return who could be reached from where.

    Args:
        ground: posts, gates and people at the moment that is asked of.
        points: (c,) candidates, metres; those that meet no street within the usual limit are left out.
        limit_ds: nothing farther is needed; None for all.
    """
    stage = ground.stage(NOTHING)
    entries, place_site = ground.entries_now()
    spots = shapely.get_coordinates(points)
    candidates = snap(stage.streets, spots[:, 0], spots[:, 1], limit_m=SNAP_LIMIT_M)
    posts, own = np.flatnonzero(ground.open_posts().is_joined), np.flatnonzero(candidates.is_joined)
    starts = _after(ground.open_posts().those(posts), candidates.those(own))
    limit = LONGEST_DS if limit_ds is None else limit_ds
    by_point = travel_times(stage.streets, starts, entries.at, limit_ds=limit)
    by_node = node_times(stage.streets.network, sources_of(stage.streets, starts), limit_ds=limit)
    by_node = csr_array((by_node.data, by_node.indices, by_node.indptr), shape=(by_node.shape[0], len(starts.edge)))
    ways = csr_array(vstack([by_point, by_node[entries.node]]))
    known = ~np.isnan(ground.places.people)
    people = np.zeros(ground.site_count)
    np.add.at(people, place_site[known], ground.places.people[known])
    wanted = np.flatnonzero(people > 0)
    quickest = _quickest(np.concatenate([entries.site, entries.node_site]), ways, ground.site_count)
    return Sitings(
        people=people[wanted],
        travel_ds=csr_array(quickest[wanted]),
        post=np.concatenate([posts, np.full(len(own), -1)]),
        candidate=np.concatenate([np.full(len(posts), -1), own]),
    )


def _quickest(site: Ints, ways: csr_array, site_count: int) -> csr_array:
    """Return the least time into each site, over its entries."""
    row = site[np.repeat(np.arange(ways.shape[0]), np.diff(ways.indptr))]
    order = np.lexsort((ways.data, ways.indices, row))
    row, column, time_ds = row[order], ways.indices[order], ways.data[order]
    is_first = np.ones(len(row), dtype=np.bool_)
    is_first[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    kept = np.flatnonzero(is_first)
    first = np.searchsorted(row[kept], np.arange(site_count + 1))
    return csr_array((time_ds[kept], column[kept], first), shape=(site_count, ways.shape[1]))


def _after(first: Snapped, second: Snapped) -> Snapped:
    pairs = zip(vars(first).values(), vars(second).values(), strict=True)
    return Snapped(*(np.concatenate(pair) for pair in pairs))
