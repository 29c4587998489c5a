"""Sites that cover: the most weight with p of them (MCLP), and the fewest that cover everything (LSCP)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, hstack, vstack

from geodata.coverage.arrays import Ints
from geodata.coverage.siting.answer import (
    Clock,
    Progress,
    Siting,
    answer,
    check_number,
    checked_fixed,
    checked_weight,
    named,
)
from geodata.coverage.siting.compiled import compile_covering, compile_fewest
from geodata.coverage.siting.exchange import greedy, kicked, swapped
from geodata.coverage.siting.fewest import fewest
from geodata.coverage.siting.ground import Ground, is_covered, merged
from geodata.coverage.siting.program import Program, solve
from geodata.coverage.siting.relaxed import relax
from geodata.coverage.siting.tables import Given, covers_of
from geodata.errors import InvalidInput

_MOST_FOR_PROGRAM = 300_000
"""So many pairs of a site and what it covers are left to HiGHS: more it doesn't settle in a minute."""


def solve_mclp(
    covers: Given,
    weight: npt.ArrayLike,
    p: int,
    *,
    fixed: Sequence[int] | Ints = (),
    time_limit_s: float = 60,
    progress: Progress | None = None,
) -> Siting:
    """Choose p sites besides the fixed ones so that the covered weight is greatest.

    Args:
        covers: (n, m), not zero where a demand is covered by a candidate; dense or sparse, where any of several values
            of a pair does.
        weight: (n,) of the demands, 0 or more.
        p: how many to add.
        fixed: candidates that are there already, indices in any order or a mask; they cover, and don't count.
        time_limit_s: after so long the best so far is the answer, with its gap.
        progress: told how far it is; None for nobody.

    Returns:
        The choice; its objective is the covered weight, that of the fixed sites included.

    Raises:
        InvalidInput: shapes disagree, a weight is negative or no number, more are wanted than there are.

    Source:
        Church & ReVelle 1974, Papers in Regional Science 32(1), doi:10.1111/j.1435-5597.1974.tb00902.x.
    """
    compile_covering()
    clock = Clock(time_limit_s, progress)
    rows = covers_of(covers)
    heavy = checked_weight(weight, rows.shape[0])
    there = checked_fixed(fixed, rows.shape[1])
    check_number(p, rows.shape[1], there)
    ground = merged(rows, heavy, there)
    chosen, bound = _most(ground, p, clock)
    reached = ground.settled + ground.weight_of(chosen)
    best = min(ground.settled + bound, ground.settled + float(ground.weight.sum()))
    return answer(np.concatenate([there, ground.free[chosen]]), reached, max(best, reached), clock)


def solve_lscp(
    covers: Given, *, fixed: Sequence[int] | Ints = (), time_limit_s: float = 60, progress: Progress | None = None
) -> Siting:
    """Choose the fewest sites, the fixed ones among them, that cover every demand.

    Args:
        covers: (n, m), not zero where a demand is covered by a candidate; dense or sparse, where any of several values
            of a pair does.
        fixed: candidates that are there already: indices in any order, or a mask.
        time_limit_s: after so long the best so far is the answer, with its gap.
        progress: told how far it is; None for nobody.

    Returns:
        The choice; its objective is the number of sites, the fixed ones included.

    Raises:
        InvalidInput: no candidate covers some demand: it is named.

    Source:
        Toregas et al. 1971, Operations Research 19(6), doi:10.1287/opre.19.6.1363.
    """
    compile_fewest()
    clock = Clock(time_limit_s, progress)
    rows = covers_of(covers)
    there = checked_fixed(fixed, rows.shape[1])
    alone = np.flatnonzero(np.diff(rows.indptr) == 0)
    if len(alone):
        raise InvalidInput(
            f"no candidate covers the places {named(alone)}; wanted is one for each",
            zh=f"有 {len(alone)} 个地点不在任何候选位置的服务范围内",
        )
    ground = merged(rows, np.ones(rows.shape[0]), there)
    if not ground.covers.shape[0]:
        return answer(there, len(there), len(there), clock)
    found = fewest(ground.covers, clock)
    return answer(
        np.concatenate([there, ground.free[found.chosen]]),
        len(there) + len(found.chosen),
        len(there) + found.bound,
        clock,
    )


def _most(ground: Ground, p: int, clock: Clock) -> tuple[Ints, float]:
    """Return p free candidates that cover much, and a bound on what any could."""
    chosen = swapped(ground, greedy(ground, p), clock)
    covered = ground.weight_of(chosen)
    groups, sites = ground.covers.shape
    # No choice covers more than its sites would one by one: for a single site that settles it.
    alone = float(np.sort(ground.by_site @ ground.weight)[sites - p :].sum())
    if p in (0, sites) or not groups or covered >= alone:
        return chosen, covered
    relaxed = relax(ground, p, chosen, clock)
    if relaxed.is_settled:
        return relaxed.chosen, relaxed.covered
    taken, barred = relaxed.sure(p)
    rest = merged(ground.covers, ground.weight, taken, barred=barred)
    if rest.covers.nnz > _MOST_FOR_PROGRAM:
        return kicked(ground, relaxed.chosen, clock, relaxed.bound), relaxed.bound
    found, bound = _by_program(rest, p - len(taken), relaxed.chosen, clock)
    # Whatever is better than the best that was seen has those sites and lacks these: the program looks at all of it.
    bound = max(relaxed.covered, min(relaxed.bound, rest.settled + bound))
    better = np.concatenate([taken, rest.free[found]])
    if len(better) == p and ground.weight_of(better) > relaxed.covered:
        return better, bound
    return relaxed.chosen, bound


def _by_program(ground: Ground, p: int, known: Ints, clock: Clock) -> tuple[Ints, float]:
    """Return the p free candidates that cover most and a bound, by HiGHS; none of them where it finds nothing.

    Args:
        ground: what is to be covered.
        p: how many.
        known: a choice to begin with, if it is one of this ground's; numbered as `ground.free` numbers.
        clock: ends it.
    """
    groups, sites = ground.covers.shape
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
    start = None
    begun = np.flatnonzero(np.isin(ground.free, known))
    if len(begun) == p:
        is_open = np.zeros(sites)
        is_open[begun] = 1
        start = np.concatenate([is_open, is_covered(ground, begun).astype(np.float64)])
    found = solve(
        program,
        time_limit_s=clock.left_s,
        start=start,
        watch=lambda best, bound: clock.tell(-best, -bound),
    )
    chosen = np.zeros(0, dtype=np.int64) if found.x is None else np.flatnonzero(found.x[:sites] > 0.5)
    return chosen, -found.bound


def _identity(size: int) -> csr_array:
    return csr_array((np.ones(size), np.arange(size), np.arange(size + 1)), shape=(size, size))
