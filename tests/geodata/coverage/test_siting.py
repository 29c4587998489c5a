"""Where posts belong: published optima, every choice tried on small cases, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.sparse import csr_array

from geodata.coverage.siting import (
    Siting,
    covering,
    medians,
    radius,
    solve_lscp,
    solve_mclp,
    solve_p_center,
    solve_p_median,
)
from geodata.coverage.siting.answer import Clock
from geodata.coverage.siting.core import core_of
from geodata.coverage.siting.fewest import fewest
from geodata.coverage.siting.interchange import interchanged
from geodata.errors import InvalidInput
from geodata.settings import PROJECT
from tests.geodata.coverage.benchmarks import read_pmed, read_points

SharedData = Callable[[str], Path]
seeds = some.integers(0, 10_000)


def small(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return costs of 12 places to 7 candidates (some without a way), weights, and one fixed candidate or none."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 20, (12, 7)).astype(np.float64)
    cost[rng.random(cost.shape) < 0.15] = np.inf
    cost[:, 0] = np.minimum(cost[:, 0], 60)  # so that each place has a way to somewhere
    return cost, rng.integers(0, 9, 12).astype(np.float64), np.flatnonzero(rng.random(7) < 0.15)[:1]


def choices(candidates: int, p: int, fixed: np.ndarray) -> list[list[int]]:
    free = [number for number in range(candidates) if number not in fixed]
    return [[*map(int, fixed), *added] for added in combinations(free, p)]


def is_sound(found: Siting) -> None:
    assert list(found.chosen) == sorted(set(found.chosen.tolist()))
    assert found.proven
    assert found.gap == 0
    assert found.bound == found.objective
    assert found.seconds >= 0


# Trap 4.
@pytest.mark.parametrize(
    ("number", "optimum"), [(1, 5819), (2, 4093), (4, 3034), (5, 1355), (8, 4445), (10, 1255), (13, 4374), (20, 1789)]
)
def test_medians_of_the_or_library_are_found_and_proven(shared_data: SharedData, number: int, optimum: int) -> None:
    ways, p = read_pmed(shared_data(f"orlib/pmed{number}.txt"))
    found = solve_p_median(ways, np.ones(len(ways)), p)
    is_sound(found)
    assert found.objective == optimum
    assert len(found.chosen) == p
    assert ways[:, found.chosen].min(axis=1).sum() == optimum


@pytest.mark.parametrize(("p", "optimum"), [(1, 5461), (2, 8790), (3, 11604), (4, 12106), (5, 12152)])
def test_the_most_covered_demand_of_sjc324(shared_data: SharedData, p: int, optimum: int) -> None:
    places, demand = read_points(shared_data("mclp-sjc/SJC324.txt"))
    away_m = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    found = solve_mclp(away_m <= 800, demand, p)
    is_sound(found)
    assert found.objective == optimum


@pytest.mark.parametrize(("number", "optimum"), [(1, 127), (5, 48), (10, 20)])
def test_the_shortest_longest_way_of_the_or_library(shared_data: SharedData, number: int, optimum: int) -> None:
    ways, p = read_pmed(shared_data(f"orlib/pmed{number}.txt"))
    found = solve_p_center(ways, p)
    is_sound(found)
    assert found.objective == optimum == ways[:, found.chosen].min(axis=1).max()


def test_a_choice_whose_sites_were_changed_one_by_one_is_no_worse_and_true() -> None:
    rng = np.random.default_rng(3)
    places, spots = rng.uniform(0, 1000, (400, 2)), rng.uniform(0, 1000, (60, 2))
    by_site = np.rint(np.hypot(*(spots[:, None] - places[None]).transpose(2, 0, 1))).astype(np.float32)
    begun, fixed = np.arange(8), np.arange(2)
    found, longest = interchanged(by_site, fixed, begun, 0.0, Clock(60))
    assert longest == by_site[found].min(axis=0).max() < by_site[begun].min(axis=0).max()
    assert found[:2].tolist() == [0, 1]
    assert len(np.unique(found)) == 8
    # No single site makes it better.
    for place, new in product(range(2, 8), range(60)):
        assert by_site[[*np.delete(found, place), new]].min(axis=0).max() >= longest
    # What is known to be the least ends it, and so does the clock.
    assert interchanged(by_site, fixed, found, longest, Clock(60))[1] == longest
    assert interchanged(by_site, fixed, begun, 0.0, Clock(0))[0].tolist() == begun.tolist()


# Trap 10.
def test_a_start_that_the_solver_hands_back_for_a_better_one_is_not_believed(shared_data: SharedData) -> None:
    ways, _ = read_pmed(shared_data("orlib/pmed6.txt"))
    found = solve_lscp(ways <= 85)
    is_sound(found)
    assert found.objective == len(found.chosen) == 5


@given(seeds, some.integers(1, 4))
@settings(max_examples=40)
def test_no_choice_has_shorter_ways(seed: int, p: int) -> None:
    cost, weight, fixed = small(seed)
    # Each place has a way to some candidate, but often to none of so few.
    cost[:, 6] = np.where(np.isinf(cost).all(axis=1), 40, cost[:, 6])
    asked = cost[weight > 0], weight[weight > 0]
    sums = [float((asked[0][:, sites].min(axis=1) * asked[1]).sum()) for sites in choices(7, p, fixed)]
    if np.isinf(min(sums)):
        with pytest.raises(InvalidInput, match="more sites don't reach every place"):
            solve_p_median(cost, weight, p, fixed=fixed)
        return
    found = solve_p_median(cost, weight, p, fixed=fixed)
    is_sound(found)
    assert found.objective == min(sums)
    assert set(fixed) <= set(found.chosen.tolist())


@given(seeds, some.integers(0, 4))
@settings(max_examples=40)
def test_no_choice_covers_more(seed: int, p: int) -> None:
    cost, weight, fixed = small(seed)
    covers = cost <= 6
    found = solve_mclp(covers, weight, p, fixed=fixed)
    is_sound(found)
    best = max(float(weight[covers[:, sites].any(axis=1)].sum()) for sites in choices(7, p, fixed))
    assert found.objective == best == weight[covers[:, found.chosen].any(axis=1)].sum()
    assert len(found.chosen) == p + len(fixed)


@pytest.mark.parametrize("pairs", [0, 10_000])
@given(seed=seeds, p=some.integers(1, 5))
@settings(max_examples=40)
def test_no_choice_covers_more_among_more_sites(pairs: int, seed: int, p: int) -> None:
    """With all that is left given to the program (10,000), and with none of it (0): then the bound may stay open."""
    rng = np.random.default_rng(seed)
    covers, weight = rng.random((40, 11)) < 0.25, rng.integers(0, 9, 40) * rng.choice([1.0, 0.3])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(covering, "_MOST_FOR_PROGRAM", pairs)
        found = solve_mclp(covers, weight, p)
    best = max(
        float(weight[covers[:, sites].any(axis=1)].sum()) for sites in choices(11, p, np.zeros(0, dtype=np.int64))
    )
    assert found.objective == pytest.approx(weight[covers[:, found.chosen].any(axis=1)].sum())
    assert found.objective <= best + 1e-6 <= found.bound + 2e-6
    assert len(set(found.chosen.tolist())) == p
    assert found.proven == (found.bound == found.objective)
    if pairs:
        assert found.objective == pytest.approx(best)


@given(seeds)
@settings(max_examples=40)
def test_no_fewer_cover_everything(seed: int) -> None:
    cost, _, fixed = small(seed)
    covers = cost <= 9
    if not covers.any(axis=1).all():
        with pytest.raises(InvalidInput, match=f"covers the places {np.flatnonzero(~covers.any(axis=1))[0]}"):
            solve_lscp(covers, fixed=fixed)
        return
    found = solve_lscp(covers, fixed=fixed)
    is_sound(found)
    assert covers[:, found.chosen].any(axis=1).all()
    fewer = int(found.objective) - 1 - len(fixed)
    assert not any(covers[:, sites].any(axis=1).all() for sites in choices(7, max(0, fewer), fixed) if fewer >= 0)


@given(seeds, some.integers(0, 12))
@settings(max_examples=60)
def test_few_sites_that_cover_all_and_a_bound_below_them(seed: int, enough: int) -> None:
    """What no rule alone settles: bound, search and HiGHS, each with and without the others."""
    rng = np.random.default_rng(seed)
    covers = rng.random((30, 12)) < 0.25
    covers[np.arange(30), rng.integers(0, 12, 30)] = True
    none = np.zeros(0, dtype=np.int64)
    best = next(
        count for count in range(13) if any(covers[:, sites].any(axis=1).all() for sites in choices(12, count, none))
    )
    for is_searched, is_exact in ((True, True), (True, False), (False, True), (False, False)):
        found = fewest(
            csr_array(covers.astype(np.float64)), Clock(60), enough=enough, is_searched=is_searched, is_exact=is_exact
        )
        assert covers[:, found.chosen].any(axis=1).all()
        assert found.bound <= best <= len(found.chosen) == len(set(found.chosen.tolist()))
        if is_exact and not enough:
            assert len(found.chosen) == best == found.bound
        if is_exact and enough:
            # It ends when it is good enough, or when that is out of the question.
            assert (len(found.chosen) <= enough) == (best <= enough)
            assert best <= enough or found.bound > enough


def test_what_another_decides_is_left_out() -> None:
    # Worked by hand: place 2 is covered wherever 0 is; site 1 covers no more than 0; then place 0 has site 0 alone, and
    # what is left is a ring of three places and three sites.
    rows = [[1, 1, 0, 0, 0], [0, 0, 1, 1, 0], [1, 1, 1, 0, 0], [0, 0, 0, 1, 1], [0, 0, 1, 0, 1]]
    core = core_of(csr_array(np.array(rows, dtype=np.float64)))
    assert len(core.taken) == 1
    assert core.taken[0] in (0, 1)
    assert core.sites.tolist() == [2, 3, 4]
    assert core.covers.shape == (3, 3)
    assert core.covers.sum(axis=1).tolist() == [2, 2, 2]


@given(seeds, some.integers(1, 4))
@settings(max_examples=40)
def test_no_choice_has_a_shorter_longest_way(seed: int, p: int) -> None:
    cost, _, fixed = small(seed)
    best = min(float(cost[:, sites].min(axis=1).max()) for sites in choices(7, p, fixed))
    if np.isinf(best):
        with pytest.raises(InvalidInput, match="don't reach every place"):
            solve_p_center(cost, p, fixed=fixed)
        return
    found = solve_p_center(cost, p, fixed=fixed)
    is_sound(found)
    assert found.objective == best


# Trap 11.
def test_sites_that_are_there_count_and_are_not_counted() -> None:
    # Worked by hand: three places in a row of two ends; the fixed site covers the first, one more the other two.
    covers = np.array([[1, 0, 0], [0, 1, 1], [0, 0, 1]])
    found = solve_mclp(covers, np.array([5.0, 2.0, 1.0]), 1, fixed=[0])
    assert found.chosen.tolist() == [0, 2]
    assert found.objective == 8


def test_more_ways_than_memory_is_given_for_are_refused() -> None:
    ways = np.broadcast_to(np.float32(1), (100_000, 2_000))
    with pytest.raises(InvalidInput, match="are 200,000,000 ways; wanted are at most 120,000,000"):
        solve_p_median(ways, np.ones(100_000), 3)


@pytest.mark.parametrize("pairs", [0, 10_000])
@given(seed=seeds, p=some.integers(1, 4))
@settings(max_examples=30)
def test_no_choice_has_shorter_ways_than_the_bound_says(pairs: int, seed: int, p: int) -> None:
    """With few of the nearest ways listed, given as a table and sparse, and with nothing left to the program (0)."""
    rng = np.random.default_rng(seed)
    place, site = rng.random((40, 2)), rng.random((12, 2))
    cost = np.round(100 * np.hypot(*(place[:, None] - site[None]).transpose(2, 0, 1)))
    weight, fixed = rng.integers(0, 9, 40) * rng.choice([1.0, 0.3]), np.flatnonzero(rng.random(12) < 0.1)[:2]
    best = min(float((cost[:, sites].min(axis=1) * weight).sum()) for sites in choices(12, p, fixed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(radius, "MOST_PAIRS", pairs)
        patch.setattr(medians, "_FEWEST_NEAR", 3)
        patch.setattr(medians, "_NEAR_A_SITE", 1)
        found = solve_p_median(cost, weight, p, fixed=fixed)
        place_of, site_of = np.nonzero(np.ones_like(cost))
        sparse = csr_array((cost.ravel(), (place_of, site_of)), shape=cost.shape)
        again = solve_p_median(sparse, weight, p, fixed=fixed)
    assert (found.objective, found.chosen.tolist()) == (again.objective, again.chosen.tolist())
    assert found.objective == pytest.approx((cost[:, found.chosen].min(axis=1) * weight).sum())
    assert found.bound <= best * (1 + 1e-9) + 1e-6
    assert found.objective >= best * (1 - 1e-9) - 1e-6
    assert set(fixed.tolist()) <= set(found.chosen.tolist())
    if pairs:
        assert found.proven
        assert found.objective == pytest.approx(best)


def test_costs_that_few_bytes_would_round_are_kept_exactly() -> None:
    cost = np.array([[2.0**24 + 1, 2.0**24], [0.1, 0.1]])
    found = solve_p_median(cost, [1, 1], 1)
    assert found.chosen.tolist() == [1]
    assert found.objective == 2.0**24 + 0.1


def test_the_solver_keeps_its_banner_to_itself() -> None:
    # In a process of its own: the banner comes once, with whatever is solved first.
    lines = "import numpy as np; from geodata.coverage.siting import solve_lscp; solve_lscp(np.ones((2, 2)))"
    said = subprocess.run([sys.executable, "-c", lines], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert (said.stdout, said.stderr) == ("", "")


# Trap 10.
def test_out_of_time_the_gap_is_said() -> None:
    rng = np.random.default_rng(5)
    place, site = rng.random((1500, 2)), rng.random((300, 2))
    away = np.hypot(*(place[:, None] - site[None]).transpose(2, 0, 1))
    found = solve_p_median(away, rng.random(1500), 12, time_limit_s=0)
    assert not found.proven
    assert found.gap > 0
    assert found.bound < found.objective


FAR = np.inf
PAIR = np.array([[1, FAR], [FAR, 1]])
# The site that is best at first reaches four of six places, and has to go for two others that reach all.
TRAP = np.array([[1, 2, FAR], [1, 2, FAR], [1, FAR, 2], [1, FAR, 2], [FAR, 2, FAR], [FAR, FAR, 2]])


def test_places_that_so_few_sites_cannot_reach_are_named() -> None:
    said = r"1 more sites don't reach every place: .* the places [01] \(1 in all\)"
    with pytest.raises(InvalidInput, match=said):
        solve_p_median(PAIR, [1, 1], 1)
    with pytest.raises(InvalidInput, match=said):
        solve_p_center(PAIR, 1)
    assert solve_p_median(PAIR, [1, 1], 2).objective == 2
    assert solve_p_center(PAIR, 2).objective == 1


def test_out_of_time_nobody_says_that_places_cannot_be_reached() -> None:
    with pytest.raises(InvalidInput, match="no 2 more sites were found in time that reach every place"):
        solve_p_median(TRAP, np.ones(6), 2, time_limit_s=0)
    assert solve_p_median(TRAP, np.ones(6), 2).objective == 12
    with pytest.raises(InvalidInput, match="no 2 more sites were found in time that reach every place"):
        solve_p_center(TRAP, 2, time_limit_s=0)
    assert solve_p_center(TRAP, 2).objective == 2


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: solve_mclp(np.ones((3, 2)), [1, 1, 1], 3), "3 sites can't be added; wanted are 0 to 2"),
        (lambda: solve_mclp(np.ones((3, 2)), [1, -1, 1], 1), "the weight of place 1 is -1"),
        (lambda: solve_mclp(np.ones((3, 2)), [1, np.nan, 1], 1), "the weight of place 1 is nan"),
        (lambda: solve_mclp(np.ones((3, 2)), [1, 1], 1), r"weights of shape \(2,\) for 3 places"),
        (lambda: solve_mclp(np.ones((3, 2)), [1, 1, 1], 1, fixed=[2]), "fixed names the candidate"),
        (lambda: solve_p_median(np.full((2, 2), np.inf), [1, 1], 1), "reached from the places 0, 1"),
        (lambda: solve_p_median(np.array([[np.nan]]), [1], 1), "each 0 or more, or inf"),
        (lambda: solve_p_median(np.ones((2, 2)), [1, 1], 0), "wanted is at least one"),
        (lambda: solve_p_center(np.ones((2, 2)), -1), "-1 sites can't be added"),
        (lambda: solve_lscp(np.zeros((2, 2))), r"no candidate covers the places 0, 1 \(2 in all\)"),
    ],
)
def test_a_wrong_call_says_what_is_wanted(call: Callable[[], Siting], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        call()


class Stopped(Exception):
    """What a test stops a solver with."""


def test_a_solver_tells_how_far_it_is_and_can_be_stopped_in_the_middle() -> None:
    # Neither relaxation nor swaps settle this one: HiGHS works on it for longer than a test has time.
    rng = np.random.default_rng(1)
    places, sites = rng.uniform(0, 100, (1500, 2)), rng.uniform(0, 100, (300, 2))
    away = np.hypot(*(places[:, None] - sites[None]).transpose(2, 0, 1))
    weight = rng.integers(1, 100, len(places))
    seen: list[tuple[float, float]] = []

    def stop(share: float, gap: float) -> None:
        seen.append((share, gap))
        if len(seen) > 2 and np.isfinite(gap):
            raise Stopped

    solves: list[Callable[[], object]] = [
        lambda: solve_mclp(away < 6, weight, 40, progress=stop),
        lambda: solve_p_median(np.round(10 * away), weight, 25, progress=stop),
        lambda: solve_p_center(np.round(10 * away), 25, progress=stop),
    ]
    for solve in solves:
        seen.clear()
        with pytest.raises(Stopped):
            solve()
        shares = [share for share, _ in seen]
        assert shares == sorted(shares)
        assert 0 <= shares[0] <= shares[-1] <= 1
        assert seen[-1][1] > 0


def test_ctrl_c_and_progress_reach_into_highs() -> None:
    # A set cover of random rows: HiGHS branches for long.
    rng = np.random.default_rng(3)
    covers = rng.random((300, 150)) < 0.05
    covers[np.arange(300), rng.integers(0, 150, 300)] = True
    gaps: list[float] = []

    def stop(share: float, gap: float) -> None:
        gaps.append(gap)
        if len(gaps) > 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve_lscp(covers, progress=stop)
    assert len(gaps) == 3
