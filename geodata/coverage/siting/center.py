"""Sites whose longest way is shortest (p-center): the least limit at which p sites cover everything."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.siting.answer import (
    Clock,
    Progress,
    Siting,
    answer,
    check_number,
    checked_fixed,
    refuse_unreached,
)
from geodata.coverage.siting.covering import solve_lscp
from geodata.errors import InvalidInput


def solve_p_center(
    cost: npt.ArrayLike,
    p: int,
    *,
    fixed: Sequence[int] | Ints = (),
    time_limit_s: float = 60,
    progress: Progress | None = None,
) -> Siting:
    """Choose p sites besides the fixed ones so that the farthest demand is as near as can be.

    Args:
        cost: (n, m) from each demand to each candidate; inf where there is no way.
        p: how many to add.
        fixed: candidates that are there already.
        time_limit_s: after so long the best so far is the answer, with its gap.
        progress: told how far it is; None for nobody.

    Returns:
        The choice; its objective is the greatest of the demands' costs to their nearest site.

    Raises:
        InvalidInput: more are wanted than there are, or some demand isn't reached by so many sites:
            none reach it, or none that do were found in time.

    Source:
        Minieka 1970, SIAM Review 12(1), doi:10.1137/1012016: a search among the costs, each step a covering problem.
    """
    clock = Clock(time_limit_s, progress)
    table = np.asarray(cost, dtype=np.float64)
    if table.ndim != 2 or np.isnan(table).any():
        raise InvalidInput(f"costs of shape {table.shape}; wanted is (demands, candidates), each a number or inf")
    there = checked_fixed(fixed, table.shape[1])
    check_number(p, table.shape[1], there)
    if not table.shape[0]:
        return answer(there, 0.0, 0.0, clock)
    if p + len(there) == 0:
        raise InvalidInput(
            "no site is there and none is to be added; wanted is at least one",
            zh="现有和增设的服务点都是 0；至少应有一处",
        )
    chosen, reached = _farthest_first(table, there, p)
    # The longest way is no shorter than that of who is farthest from any candidate, and no longer than this choice's.
    limits = np.unique(table[(table >= table.min(axis=1).max()) & (table <= reached) & (table < np.inf)])
    low = 0
    high = len(limits) - 1 if np.isfinite(reached) else len(limits)
    while low < high and not clock.is_over:
        clock.tell(reached, float(limits[low]))
        middle = (low + high) // 2
        sites, is_proven = _within(table, limits[middle], there, p, clock)
        if sites is not None:
            chosen, reached = sites, float(table[:, sites].min(axis=1).max())
            high = min(middle, int(np.searchsorted(limits, reached)))
        elif is_proven:
            low = middle + 1
        else:
            break
    unreached = np.flatnonzero(np.isinf(table[:, chosen].min(axis=1)))
    refuse_unreached(unreached, p, is_proven=low >= len(limits))
    return answer(chosen, reached, float(limits[low]), clock)


def _within(table: Floats, limit: float, fixed: Ints, p: int, clock: Clock) -> tuple[Ints | None, bool]:
    """Return sites that reach everything within a limit, or None and whether it is proven that there are none."""
    covers = csr_array(table <= limit)
    found = solve_lscp(covers, fixed=fixed, time_limit_s=clock.left_s, progress=lambda *_: clock.tell())
    if len(found.chosen) - len(fixed) <= p:
        rest = np.setdiff1d(np.arange(table.shape[1]), found.chosen)
        return np.concatenate([found.chosen, rest[: p + len(fixed) - len(found.chosen)]]), True
    return None, found.bound - len(fixed) > p


def _farthest_first(table: Floats, fixed: Ints, p: int) -> tuple[Ints, float]:
    """Go to the demand that is worst off and add the site nearest to it, p times."""
    sites = list(fixed)
    nearest = table[:, sites].min(axis=1) if sites else np.full(table.shape[0], np.inf)
    for _ in range(p):
        ways = table[int(nearest.argmax())].copy()
        ways[sites] = np.inf
        best = int(ways.argmin())
        if best in sites:
            best = next(number for number in range(table.shape[1]) if number not in sites)
        sites.append(best)
        nearest = np.minimum(nearest, table[:, best])
    return np.array(sites, dtype=np.int64), float(nearest.max())
