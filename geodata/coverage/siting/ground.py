"""What a covering problem comes down to: groups of demand, and which of the free candidates cover them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csc_array, csr_array

from geodata.coverage.arrays import Floats, Ints, Mask


@dataclass(frozen=True, eq=False)
class Ground:
    """What the fixed sites leave: rows of demand that are covered by the same candidates are one.

    Attributes:
        covers: (g, f) which of the free candidates cover which group, as ones.
        weight: (g,) of all demands of a group.
        free: (f,) the free candidates' indices.
        settled: the weight that the fixed sites cover already.
    """

    covers: csr_array
    weight: Floats
    free: Ints
    settled: float

    @cached_property
    def by_site(self) -> csr_array:
        """(f, g) the same, a row a site."""
        return csr_array(self.covers.T)

    def times_covered(self, chosen: Ints) -> Floats:
        """Return (g,) how many of the chosen free candidates cover each group."""
        is_open = np.zeros(self.covers.shape[1])
        is_open[chosen] = 1
        found: Floats = self.covers @ is_open
        return found

    def weight_of(self, chosen: Ints) -> float:
        """Return the weight that chosen free candidates cover, that of the fixed ones left out."""
        return float(self.weight[self.times_covered(chosen) > 0].sum())


def merged(rows: csr_array, weight: Floats, fixed: Ints, *, barred: Ints | None = None) -> Ground:
    """Take out what the fixed sites cover and what nothing can, and make one of demands with equal candidates.

    Args:
        rows: (n, m) as `covers_of` gives it.
        weight: (n,).
        fixed: candidates that are there.
        barred: candidates that won't be chosen.
    """
    is_free = np.ones(rows.shape[1], dtype=np.bool_)
    is_free[fixed] = False
    is_settled = rows @ (~is_free).astype(np.float64) > 0
    if barred is not None:
        is_free[barred] = False
    settled = float(weight[is_settled].sum())
    left = csr_array(csc_array(rows)[:, np.flatnonzero(is_free)])
    open_rows = np.flatnonzero(~is_settled & (np.diff(left.indptr) > 0) & (weight > 0))
    left = csr_array(left[open_rows])
    left.sort_indices()
    group = _alike(left)
    _, first = np.unique(group, return_index=True)
    summed = np.bincount(group, weights=weight[open_rows], minlength=len(first)).astype(np.float64)
    return Ground(csr_array(left[first]), summed, np.flatnonzero(is_free), settled)


def is_covered(ground: Ground, chosen: Ints) -> Mask:
    """Return (g,) which groups the chosen free candidates cover."""
    found: Mask = ground.times_covered(chosen) > 0
    return found


def _alike(rows: csr_array) -> Ints:
    """Return each row's group, numbered as they come: rows with the same columns are one."""
    groups: dict[bytes, int] = {}
    return np.array(
        [
            groups.setdefault(rows.indices[begin:end].tobytes(), len(groups))
            for begin, end in zip(rows.indptr, rows.indptr[1:], strict=False)
        ],
        dtype=np.int64,
    )
