"""What decides of a covering problem: neither what is covered whenever something else is, nor sites that others outdo.

Source:
    Toregas & ReVelle 1973, Geographical Analysis 5(2), doi:10.1111/j.1538-4632.1973.tb01003.x: rows and columns that
    another one dominates, and sites that have to be there, again and again until nothing changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numba
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from geodata.coverage.arrays import Ints, Mask, Nodes

_Bits = npt.NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Core:
    """What is left to be decided.

    Attributes:
        covers: (g, f) which of the sites cover which of the demands that are left, as ones; each has two sites or more.
        sites: (f,) the sites' columns.
        taken: columns that every choice has which covers all, or some best one.
    """

    covers: csr_array
    sites: Ints
    taken: Ints

    @cached_property
    def by_site(self) -> csr_array:
        """(f, g) the same, a row a site."""
        return csr_array(self.covers.T)


def core_of(covers: csr_array) -> Core:
    """Return what decides how few sites cover all demands.

    Args:
        covers: (n, m) which candidate covers which demand, as ones; a candidate for each demand at least.
    """
    rows, sites, taken = covers, np.arange(covers.shape[1]), list[Ints]()
    while True:
        rows.sort_indices()
        before = rows.shape
        columns = csr_array(rows.T)
        is_needless = _supersets(*_parts(rows), *_parts(columns), _bits(rows))
        rows = csr_array(rows[np.flatnonzero(~is_needless)])
        columns = csr_array(rows.T)
        is_useful = ~_subsets(*_parts(columns), *_parts(rows), _bits(columns))
        rows, sites = csr_array(rows[:, np.flatnonzero(is_useful)]), sites[is_useful]
        alone = np.unique(rows.indices[rows.indptr[:-1][np.diff(rows.indptr) == 1]])
        if len(alone):
            taken.append(sites[alone])
            is_met = rows[:, alone].sum(axis=1) > 0
            is_left = ~np.isin(np.arange(len(sites)), alone)
            rows, sites = csr_array(rows[np.flatnonzero(~is_met)][:, np.flatnonzero(is_left)]), sites[is_left]
        if rows.shape == before or not rows.shape[0]:
            break
    return Core(rows, sites, np.concatenate([np.zeros(0, dtype=np.int64), *taken]))


def _parts(rows: csr_array) -> tuple[Nodes, Nodes]:
    return rows.indptr, rows.indices


def _bits(rows: csr_array) -> _Bits:
    """Return (r, words) each row's columns as bits."""
    found = np.zeros((rows.shape[0], max(1, -(-rows.shape[1] // 64))), dtype=np.uint64)
    _set_bits(*_parts(rows), found)
    return found


@numba.njit(cache=True)
def _set_bits(first: Nodes, column: Nodes, bits: _Bits) -> None:
    for row in range(len(first) - 1):
        for at in range(first[row], first[row + 1]):
            bits[row, column[at] >> 6] |= np.uint64(1) << np.uint64(column[at] & 63)


@numba.njit(cache=True)
def _is_within(bits: _Bits, one: int, other: int) -> bool:
    """Tell whether a row has no column that the other has not."""
    for word in range(bits.shape[1]):  # noqa: SIM110 - what numba compiles
        if bits[one, word] & ~bits[other, word]:
            return False
    return True


@numba.njit(cache=True)
def _rarest(first: Nodes, column: Nodes, other_first: Nodes, row: int) -> int:
    """Return the column of a row that the fewest rows have."""
    best = column[first[row]]
    for at in range(first[row], first[row + 1]):
        if other_first[column[at] + 1] - other_first[column[at]] < other_first[best + 1] - other_first[best]:
            best = column[at]
    return int(best)


@numba.njit(cache=True)
def _supersets(first: Nodes, column: Nodes, other_first: Nodes, other_row: Nodes, bits: _Bits) -> Mask:
    """Tell which rows have all columns of another row that isn't told: of equal rows all but one."""
    count = len(first) - 1
    is_told = np.zeros(count, dtype=np.bool_)
    for row in np.argsort(first[1:] - first[:-1], kind="mergesort"):
        if is_told[row] or first[row] == first[row + 1]:
            continue
        rarest = _rarest(first, column, other_first, row)
        for at in range(other_first[rarest], other_first[rarest + 1]):
            other = other_row[at]
            if other != row and not is_told[other] and _is_within(bits, row, other):
                is_told[other] = True
    return is_told


@numba.njit(cache=True)
def _subsets(first: Nodes, column: Nodes, other_first: Nodes, other_row: Nodes, bits: _Bits) -> Mask:
    """Tell which rows have no column but those of another row that isn't told: of equal rows all but one."""
    count = len(first) - 1
    is_told = np.zeros(count, dtype=np.bool_)
    for row in range(count):
        if first[row] == first[row + 1]:
            is_told[row] = True
            continue
        rarest = _rarest(first, column, other_first, row)
        for at in range(other_first[rarest], other_first[rarest + 1]):
            other = other_row[at]
            if other != row and not is_told[other] and _is_within(bits, row, other):
                is_told[row] = True
                break
    return is_told
