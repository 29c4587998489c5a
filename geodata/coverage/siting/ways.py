"""The ways from demands to candidates, a row a candidate, in as few bytes as hold them exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.siting.answer import named
from geodata.coverage.siting.tables import COSTS
from geodata.errors import InvalidInput

MOST_WAYS = 120_000_000
"""50,000 demands x 2,000 candidates and some: half a gigabyte for whole numbers below 2**24, else one."""
MOST_NEAR = 25_000_000
"""So many of the nearest ways are listed besides, by demand and by candidate: 0.6 GB."""
_BLOCK = 4_000_000
"""So many ways are looked at in one go."""
Table = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Ways:
    """What each candidate costs each demand.

    Attributes:
        by_site: (m, n) costs, float32 where that is exact, else float64; inf where there is no way.
        weight: (n,) of the demands, more than 0.
        no_way: what a demand costs that has no way: more than any choice that reaches all.
        worst: the most that a choice costs which reaches all.
    """

    by_site: Table
    weight: Floats
    no_way: float
    worst: float

    @property
    def is_whole(self) -> bool:
        """All weighted costs are whole numbers: between two sums there are none but whole ones."""
        rows = (row[np.isfinite(row)] for row in self.by_site)
        is_whole = bool((self.weight == np.floor(self.weight)).all())
        return is_whole and all(bool((row == np.floor(row)).all()) for row in rows)

    def weighted(self, sites: Ints, begin: int, end: int) -> Floats:
        """Return (demands, sites) weighted costs of some demands to some candidates, `no_way` where there is none."""
        block = self.by_site[sites, begin:end].T.astype(np.float64) * self.weight[begin:end, None]
        return np.where(np.isfinite(block), block, self.no_way)


@dataclass(frozen=True, eq=False)
class Near:
    """The nearest candidates of each demand, by weighted cost, the nearest first.

    Attributes:
        first: (n + 1,) where each demand's begin.
        site: (k,) candidates that aren't fixed.
        cost: (k,) weighted, less than the demand's cap.
        cap: (n,) nothing that costs less is left out: the next way, or the one to the nearest fixed site.
    """

    first: Ints
    site: npt.NDArray[Any]
    cost: Floats
    cap: Floats


def ways_of(table: Table | csr_array, weight: Floats) -> tuple[Ways, Ints]:
    """Return the ways of the demands that have a weight, and (k,) which those are.

    Args:
        table: (n, m) costs as `costs_of` gives them, inf where there is no way; or sparse, where what isn't stored is
            no way and a stored 0 is one.
        weight: (n,) 0 or more.

    Raises:
        InvalidInput: a cost is negative or no number, there are too many, or a demand has no way at all.
    """
    values: Any = table.data if isinstance(table, csr_array) else table
    wrong = _first_wrong(values)
    if wrong is not None:
        raise InvalidInput(f"costs hold {wrong}; wanted is {COSTS}")
    size = table.shape[0] * table.shape[1]
    if size > MOST_WAYS:
        raise InvalidInput(
            f"{table.shape[0]:,} places x {table.shape[1]:,} candidates are {size:,} ways; wanted are at most "
            f"{MOST_WAYS:,}: fewer candidates, or coarser places"
        )
    asked = np.flatnonzero(weight > 0)
    by_site = _by_site(table, asked, np.float32)
    if by_site is None:
        by_site = _by_site(table, asked, np.float64)
    farthest, heavy = np.zeros(len(asked)), weight[asked]
    is_reached = np.zeros(len(asked), dtype=np.bool_)
    for row in by_site:
        is_way = np.isfinite(row)
        is_reached |= is_way
        np.maximum(farthest, row, out=farthest, where=is_way)
    if not is_reached.all():
        raise InvalidInput(f"no candidate can be reached from the places {named(asked[~is_reached])}")
    worst = float((farthest * heavy).sum())
    return Ways(by_site, heavy, 1 + worst, worst), asked


def near_ways(ways: Ways, is_free: Mask, limit: Floats, most: int) -> Near:
    """Return the nearest candidates of each demand.

    Args:
        ways: all of them.
        is_free: (m,) those to list.
        limit: (n,) ways that cost as much, weighted, aren't needed.
        most: so many a demand at most.
    """
    sites, count = np.flatnonzero(is_free), len(ways.weight)
    most = max(1, min(most, len(sites)))
    kind = np.uint16 if len(is_free) < 2**16 else np.int32
    counts, parts, costs = np.zeros(count, dtype=np.int64), [], []
    cap = limit.copy()
    step = max(1, _BLOCK // max(1, len(sites)))
    for begin in range(0, count, step):
        end = min(begin + step, count)
        block = ways.weighted(sites, begin, end)
        if most < len(sites):
            few = np.argpartition(block, most, axis=1)[:, : most + 1]
            cap[begin:end] = np.minimum(cap[begin:end], np.take_along_axis(block, few[:, most:], axis=1)[:, 0])
        else:
            few = np.broadcast_to(np.arange(len(sites)), block.shape)
        found = np.take_along_axis(block, few, axis=1)
        order = np.argsort(found, axis=1, kind="stable")
        found, few = np.take_along_axis(found, order, axis=1), np.take_along_axis(few, order, axis=1)
        is_kept = found < np.minimum(cap[begin:end], ways.no_way)[:, None]
        counts[begin:end] = is_kept.sum(axis=1)
        parts.append(sites[few[is_kept]].astype(kind))
        costs.append(found[is_kept])
    first = np.concatenate([[0], np.cumsum(counts)])
    return Near(first, np.concatenate(parts), np.concatenate(costs), np.minimum(cap, ways.no_way))


def nearer(near: Near, limit: Floats) -> Near:
    """Return those of near ways that cost less than (n,) a limit: what is looked at often has to lie close together."""
    cap = np.minimum(near.cap, limit)
    counts = _count_nearer(near.first, near.cost, cap)
    first = np.concatenate([[0], np.cumsum(counts)])
    taken = np.repeat(near.first[:-1] - first[:-1], counts) + np.arange(first[-1])
    return Near(first, near.site[taken], near.cost[taken], cap)


@numba.njit(cache=True)
def _count_nearer(first: Ints, cost: Floats, limit: Floats) -> Ints:
    counts = np.zeros(len(limit), dtype=np.int64)
    for demand in range(len(limit)):
        for at in range(first[demand], first[demand + 1]):
            if cost[at] >= limit[demand]:
                break
            counts[demand] += 1
    return counts


def _by_site(table: Any, asked: Ints, kind: type[np.floating[Any]]) -> Any:
    """Return (m, k) the costs of some demands in numbers of a kind; None where those of fewer bytes aren't exact."""
    found = np.full((table.shape[1], len(asked)), np.inf, dtype=kind)
    step = max(1, _BLOCK // max(1, table.shape[1]))
    for begin in range(0, len(asked), step):
        rows = table[asked[begin : begin + step]]
        if isinstance(rows, csr_array):
            exact, told = rows.data, rows.data.astype(kind)
            demand = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
            found[rows.indices, begin + demand] = told
        else:
            exact = rows
            told = exact.astype(kind)
            found[:, begin : begin + step] = told.T
        if kind is np.float32 and not np.array_equal(told.astype(np.float64), exact):
            return None
    return found


def _first_wrong(values: Table) -> float | None:
    """Return the first that is no number of 0 or more; None where all are."""
    flat = values.reshape(-1)
    for begin in range(0, flat.size, _BLOCK):
        part = flat[begin : begin + _BLOCK]
        wrong = np.flatnonzero(~(part >= 0))
        if len(wrong):
            return float(part[wrong[0]])
    return None
