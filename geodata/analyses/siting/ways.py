"""Travel times from posts and candidates to people: what solvers choose by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array

from geodata.analyses.coverage.ground import Ground
from geodata.analyses.coverage.stage import SNAP_LIMIT_M
from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.causes import NOTHING
from geodata.coverage.network import LONGEST_DS
from geodata.coverage.pairs import site_times
from geodata.coverage.snapping import snap


@dataclass(frozen=True, eq=False)
class Sitings:
    """Demand and candidates of a siting.

    Attributes:
        people: (n,) by site: a compound with its gates, or a place of its own.
        travel_ds: (n, m) sparse, whole deciseconds; what isn't stored is out of reach, a stored 0 is a way.
        existing: columns of the posts that are open, numbered as the ground's; the candidates follow.
        post: (m,) the number of each existing post, -1 for candidates.
        candidate: (m,) the number of each candidate, -1 for existing posts.
        site: (n,) the ground's number of each of the demand.
    """

    people: Floats
    travel_ds: csr_array
    post: Ints
    candidate: Ints
    site: Ints

    @property
    def existing(self) -> Ints:
        """The columns of posts that are there."""
        return np.flatnonzero(self.post >= 0)

    def covers(self, limit_ds: int) -> csr_array:
        """(n, m) ones where somebody is within the limit, inclusive."""
        return self._ones(self.travel_ds.data <= limit_ds)

    def of(self, rows: Mask | Ints) -> Sitings:
        """Return some of the demand."""
        return Sitings(self.people[rows], csr_array(self.travel_ds[rows]), self.post, self.candidate, self.site[rows])

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
    starts = ground.open_posts().those(posts).followed_by(candidates.those(own))
    limit = LONGEST_DS if limit_ds is None else limit_ds
    times = site_times(stage.streets, starts, entries, site_count=ground.site_count, limit_ds=limit)
    known = ~np.isnan(ground.places.people)
    people = np.zeros(ground.site_count)
    np.add.at(people, place_site[known], ground.places.people[known])
    wanted = np.flatnonzero(people > 0)
    return Sitings(
        people=people[wanted],
        # All of many pairs are most of the memory: they aren't copied where nobody is left out.
        travel_ds=times if len(wanted) == ground.site_count else csr_array(times[wanted]),
        post=np.concatenate([posts, np.full(len(own), -1)]),
        candidate=np.concatenate([np.full(len(posts), -1), own]),
        site=wanted,
    )
