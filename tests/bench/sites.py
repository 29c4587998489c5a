"""Sites: published instances with their known optima, and as many places and candidates as a planner may ask about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.spatial import cKDTree

from geodata.coverage.siting import Siting, solve_lscp, solve_mclp, solve_p_center, solve_p_median
from geodata.settings import PROJECT
from tests.bench.machine import forget_peak, peak_mb
from tests.bench.rows import Row, agree, cpu, environment, once, peer
from tests.geodata.coverage.benchmarks import CENTERS, MEDIANS, read_pmed

LIMIT_S = 60.0
_REST_S = 3.0
"""Of that, what comes after the clock: who is held to the limit ends as much sooner."""
PLACES, SITES = 50_000, 2_000
WALK_M_PER_DS = 0.125


def covering_rows() -> Iterator[Row]:
    """Give what the most covered takes: against spopt, and on larger instances alone."""
    yield _with_peer("MCLP", 2_000, 200, 10)
    for places, sites, side_m, radius_m, p, word in (
        (5_000, 500, 20_000.0, 1_000.0, 20, ""),
        (PLACES, SITES, 40_000.0, 1_000.0, 100, ""),
        (PLACES, SITES, 20_000.0, 1_500.0, 30, " dense"),
    ):
        where, spots, people = _scattered(places, sites, side_m)
        covers = within(where, spots, radius_m)
        task = f"MCLP, {places:,} x {sites:,}{word}, {p} posts"
        yield _row(task, partial(solve_mclp, covers, people, p, time_limit_s=LIMIT_S))


def fewest_rows() -> list[Row]:
    """Return what the fewest sites for everybody take."""
    where, spots, _ = _scattered(PLACES, SITES, 40_000.0)
    farthest_m = float(np.max(cKDTree(spots).query(where)[0]))
    covers = within(where, spots, farthest_m)
    own = _row(f"LSCP, {PLACES:,} x {SITES:,}", partial(solve_lscp, covers, time_limit_s=LIMIT_S))
    return [_with_peer("LSCP", 2_000, 200, 0), own]


def median_rows() -> list[Row]:
    """Return what the shortest ways take; the table of costs is 0.2 GB itself."""
    cost, people = _ways()
    task = f"p-median, {PLACES:,} x {SITES:,}, 100 posts"
    own = _row(task, partial(solve_p_median, cost, people, 100, time_limit_s=LIMIT_S - _REST_S))
    return [_with_peer("p-median", 300, 60, 6), own]


def center_rows() -> list[Row]:
    """Return what the shortest longest way takes."""
    cost, _ = _ways()
    return [_with_peer("p-center", 150, 40, 4)] + [
        _row(f"p-center, {PLACES:,} x {SITES:,}, {p} posts", partial(solve_p_center, cost, p, time_limit_s=LIMIT_S))
        for p in (30, 100)
    ]


def library_median_rows() -> Iterator[Row]:
    """Give the p-medians of the OR-Library."""
    yield from _library("p-median", MEDIANS, lambda ways, p: solve_p_median(ways, np.ones(len(ways)), p))


def library_center_rows() -> Iterator[Row]:
    """Give the p-centers of the OR-Library."""
    yield from _library("p-center", CENTERS, solve_p_center)


def _library(what: str, optima: tuple[int, ...], solve: Callable[[np.ndarray, int], Siting]) -> Iterator[Row]:
    """Give each instance, and last all of them: the slowest one's seconds and how many are proven."""
    folder = PROJECT.parent / "shared" / "data" / "orlib"
    if not folder.exists():
        yield Row(f"{what}, OR-Library pmed1-20", "", 0.0, None, f"not measured: no {folder}")
        return
    rows = []
    for number, optimum in enumerate(optima, start=1):
        ways, p = read_pmed(folder / f"pmed{number}.txt")
        row = _row(f"{what}, pmed{number}", partial(solve, ways, p), optimum=optimum)
        rows.append(row)
        yield row
    missed = [row.task for row in rows if row.agrees.startswith("NO")]
    yield Row(
        f"{what}, OR-Library pmed1-20", "", max(row.own_s for row in rows), None,
        f"NO: {', '.join(missed)}" if missed else "every known optimum",
        wall_s=max(row.wall_s or 0.0 for row in rows), gap=max(row.gap or 0.0 for row in rows),
        proven=sum(row.gap == 0 for row in rows),
    )  # fmt: skip


def _row(task: str, solve: Callable[[], Siting], *, optimum: int | None = None) -> Row:
    forget_peak()
    own_s, wall_s, found = once(solve)
    told = "proven" if found.proven else f"{found.objective:,.0f}, at best {found.bound:,.0f}"
    if optimum is not None and found.objective != optimum:
        told = f"NO: {found.objective:g}, known is {optimum}"
    return Row(task, "", own_s, None, told, wall_s=wall_s, gap=found.gap, mb=peak_mb())


def _with_peer(what: str, places: int, sites: int, p: int, *, limit: float = 900.0) -> Row:
    """Return what spopt takes for the same: of a size at which it comes to an end."""
    where, spots, people = _scattered(places, sites, 10_000.0)
    cost = np.hypot(*(where[:, None] - spots[None]).transpose(2, 0, 1))
    if what == "LSCP":
        limit = float(cost.min(axis=1).max())
    solve = {
        "MCLP": lambda: solve_mclp(cost <= limit, people, p),
        "LSCP": lambda: solve_lscp(cost <= limit),
        "p-median": lambda: solve_p_median(cost, people, p),
        "p-center": lambda: solve_p_center(cost, p),
    }[what]
    own_s, plan = cpu(solve, times=3)
    given = {"what": what, "cost": cost, "people": people, "limit": limit, "p": p}
    took_s, build_s, best = peer(environment(), "spopt", given)
    told = agree(np.array([plan.objective]), best, within=1e-6 * plan.objective) if plan.proven else "NO: not proven"
    posts = "" if what == "LSCP" else f", {p} posts"
    return Row(f"{what}, {places:,} x {sites}{posts}", "spopt with CBC", own_s, took_s, told, build_s)


def _ways() -> tuple[np.ndarray, np.ndarray]:
    """Return whole deciseconds on foot as the crow flies, and people."""
    where, spots, people = _scattered(PLACES, SITES, 40_000.0)
    cost = np.empty((PLACES, SITES), dtype=np.int32)
    for begin in range(0, PLACES, 2_000):
        part = where[begin : begin + 2_000, None] - spots[None]
        cost[begin : begin + 2_000] = np.rint(np.hypot(part[..., 0], part[..., 1]) / WALK_M_PER_DS)
    return cost, people


def _scattered(places: int, sites: int, side_m: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    where, spots = rng.uniform(0, side_m, (places, 2)), rng.uniform(0, side_m, (sites, 2))
    return where, spots, rng.integers(1, 300, places)


def within(where: np.ndarray, spots: np.ndarray, radius_m: float) -> csr_array:
    """Return (places, posts) the distances up to a radius; 1 m at least, as a stored 0 would be lost."""
    near = cKDTree(where).sparse_distance_matrix(cKDTree(spots), radius_m, output_type="coo_matrix")
    return csr_array(coo_array((np.maximum(near.data, 1.0), (near.row, near.col)), shape=near.shape))
