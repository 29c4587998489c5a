"""Sites that cover: the most weight with p of them (MCLP), and the fewest that cover everything (LSCP)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array, hstack, vstack

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.siting.answer import Clock, Siting, answer, check_number, check_weight, checked_fixed
from geodata.coverage.siting.program import Program, solve
from geodata.errors import InvalidInput

Covers = npt.NDArray[Any] | csr_array


@dataclass(frozen=True, eq=False)
class _Ground:
    """What the fixed sites leave: rows of demand that are covered by the same candidates are one.

    Attributes:
        covers: (g, f) which of the free candidates cover which group.
        weight: (g,) of all demands of a group.
        free: (f,) the free candidates' indices.
        settled: the weight that the fixed sites cover already.
    """

    covers: csr_array
    weight: Floats
    free: Ints
    settled: float


def solve_mclp(
    covers: Covers, weight: npt.ArrayLike, p: int, *, fixed: Sequence[int] | Ints = (), time_limit_s: float = 60
) -> Siting:
    """Choose p sites besides the fixed ones so that the covered weight is greatest.

    Args:
        covers: (n, m), not zero where a demand is covered by a candidate; dense or sparse.
        weight: (n,) of the demands, 0 or more.
        p: how many to add.
        fixed: candidates that are there already; they cover, and don't count.
        time_limit_s: after so long the best so far is the answer, with its gap.

    Returns:
        The choice; its objective is the covered weight, that of the fixed sites included.

    Raises:
        InvalidInput: shapes disagree, a weight is negative or no number, more are wanted than there are.

    Source:
        Church & ReVelle 1974, Papers in Regional Science 32(1), doi:10.1111/j.1435-5597.1974.tb00902.x.
    """
    clock = Clock(time_limit_s)
    rows = _pattern(covers)
    check_weight(weight, rows.shape[0])
    there = checked_fixed(fixed, rows.shape[1])
    check_number(p, rows.shape[1], there)
    ground = _merged(rows, np.asarray(weight, dtype=np.float64), there)
    start = _swapped(ground, _greedy(ground, p), clock)
    reached = ground.settled + _weight_of(ground, start)
    groups, sites = ground.covers.shape
    # No choice covers more than its sites would one by one: for a single site that settles it.
    alone = np.sort(csr_array(ground.covers.T) @ ground.weight)[sites - p :].sum()
    if p in (0, sites) or not groups or reached >= ground.settled + alone:
        return answer(np.concatenate([there, ground.free[start]]), reached, reached, clock)
    program = Program(
        cost=np.concatenate([np.zeros(sites), -ground.weight]),
        rows=csr_array(
            vstack(
                [
                    hstack([-ground.covers, _identity(groups)]),
                    csr_array(np.concatenate([np.ones(sites), np.zeros(groups)]).reshape(1, -1)),
                ]
            )
        ),
        row_lower=np.concatenate([np.full(groups, -np.inf), [p]]),
        row_upper=np.concatenate([np.zeros(groups), [p]]),
        is_whole=np.arange(sites + groups) < sites,
    )
    is_open = np.zeros(sites)
    is_open[start] = 1
    covered = (ground.covers @ is_open > 0).astype(np.float64)
    found = solve(program, time_limit_s=clock.left_s, start=np.concatenate([is_open, covered]))
    if found.x is not None:
        better = np.flatnonzero(found.x[:sites] > 0.5)
        if _weight_of(ground, better) > _weight_of(ground, start):
            start = better
    reached = ground.settled + _weight_of(ground, start)
    best = min(ground.settled - found.bound, ground.settled + float(ground.weight.sum()))
    return answer(np.concatenate([there, ground.free[start]]), reached, max(best, reached), clock)


def solve_lscp(covers: Covers, *, fixed: Sequence[int] | Ints = (), time_limit_s: float = 60) -> Siting:
    """Choose the fewest sites, the fixed ones among them, that cover every demand.

    Args:
        covers: (n, m), not zero where a demand is covered by a candidate; dense or sparse.
        fixed: candidates that are there already.
        time_limit_s: after so long the best so far is the answer, with its gap.

    Returns:
        The choice; its objective is the number of sites, the fixed ones included.

    Raises:
        InvalidInput: no candidate covers some demand: it is named.

    Source:
        Toregas et al. 1971, Operations Research 19(6), doi:10.1287/opre.19.6.1363.
    """
    clock = Clock(time_limit_s)
    rows = _pattern(covers)
    there = checked_fixed(fixed, rows.shape[1])
    alone = np.flatnonzero(np.diff(rows.indptr) == 0)
    if len(alone):
        named = ", ".join(map(str, alone[:5])) + (" ..." if len(alone) > 5 else "")
        raise InvalidInput(f"no candidate covers the places {named} ({len(alone)} in all); wanted is one for each")
    ground = _merged(rows, np.ones(rows.shape[0]), there)
    groups, sites = ground.covers.shape
    if not groups:
        return answer(there, len(there), len(there), clock)
    start = _greedy(ground, sites)
    program = Program(
        cost=np.ones(sites),
        rows=ground.covers,
        row_lower=np.ones(groups),
        row_upper=np.full(groups, np.inf),
        is_whole=np.ones(sites, dtype=np.bool_),
    )
    is_open = np.zeros(sites)
    is_open[start] = 1
    found = solve(program, time_limit_s=clock.left_s, start=is_open)
    if found.x is not None and (found.x > 0.5).sum() < len(start):
        start = np.flatnonzero(found.x > 0.5)
    fewest = min(len(start), int(np.ceil(found.bound - 1e-6)) if np.isfinite(found.bound) else 1)
    return answer(
        np.concatenate([there, ground.free[start]]), len(there) + len(start), len(there) + max(fewest, 1), clock
    )


def _pattern(covers: Covers) -> csr_array:
    """Return which candidate covers which demand, as ones."""
    if covers.ndim != 2:
        raise InvalidInput(f"covers has the shape {covers.shape}; wanted is (demands, candidates)")
    is_covered: Any = covers != 0
    rows: csr_array = csr_array(is_covered, dtype=np.float64)
    rows.eliminate_zeros()
    return rows


def _merged(rows: csr_array, weight: Floats, fixed: Ints) -> _Ground:
    """Take out what the fixed sites cover and what nothing can, and make one of demands with equal candidates."""
    is_free = np.ones(rows.shape[1], dtype=np.bool_)
    is_free[fixed] = False
    is_settled = rows @ (~is_free).astype(np.float64) > 0
    settled = float(weight[is_settled].sum())
    left = csr_array(csc_array(rows)[:, np.flatnonzero(is_free)])
    open_rows = np.flatnonzero(~is_settled & (np.diff(left.indptr) > 0) & (weight > 0))
    left = csr_array(left[open_rows])
    left.sort_indices()
    groups: dict[bytes, int] = {}
    group = np.array(
        [
            groups.setdefault(left.indices[begin:end].tobytes(), len(groups))
            for begin, end in zip(left.indptr, left.indptr[1:], strict=False)
        ],
        dtype=np.int64,
    )
    _, first = np.unique(group, return_index=True)
    summed = np.zeros(len(groups))
    np.add.at(summed, group, weight[open_rows])
    return _Ground(csr_array(left[first]), summed, np.flatnonzero(is_free), settled)


def _identity(size: int) -> csr_array:
    return csr_array((np.ones(size), np.arange(size), np.arange(size + 1)), shape=(size, size))


def _weight_of(ground: _Ground, chosen: Ints) -> float:
    return float(ground.weight[_is_covered(ground, chosen)].sum())


def _is_covered(ground: _Ground, chosen: Ints) -> Mask:
    is_open = np.zeros(ground.covers.shape[1])
    is_open[chosen] = 1
    found: Mask = ground.covers @ is_open > 0
    return found


def _greedy(ground: _Ground, p: int) -> Ints:
    """Add the site that covers the most of what is left, until there are p, or nothing is left."""
    by_site = csr_array(ground.covers.T)
    left = ground.weight.copy()
    chosen: list[int] = []
    while len(chosen) < p and left.any():
        best = int((by_site @ left).argmax())
        chosen.append(best)
        left[by_site.indices[by_site.indptr[best] : by_site.indptr[best + 1]]] = 0
    rest = np.setdiff1d(np.arange(ground.covers.shape[1]), chosen)
    missing = 0 if p == ground.covers.shape[1] else max(0, p - len(chosen))
    return np.array([*chosen, *rest[:missing]], dtype=np.int64)


def _swapped(ground: _Ground, chosen: Ints, clock: Clock) -> Ints:
    """Swap one site for another for as long as that covers more."""
    by_site = csr_array(ground.covers.T)
    sites = chosen.copy()
    times = np.zeros(ground.covers.shape[0])
    for site in sites:
        times[by_site.indices[by_site.indptr[site] : by_site.indptr[site + 1]]] += 1
    is_better = True
    while is_better and not clock.is_over:
        is_better = False
        for number, site in enumerate(sites):
            own = by_site.indices[by_site.indptr[site] : by_site.indptr[site + 1]]
            times[own] -= 1
            gains = by_site @ np.where(times == 0, ground.weight, 0.0)
            best = int(gains.argmax())
            if gains[best] > gains[site] * (1 + 1e-12):
                sites[number], is_better = best, True
            new = sites[number]
            times[by_site.indices[by_site.indptr[new] : by_site.indptr[new + 1]]] += 1
    return sites
