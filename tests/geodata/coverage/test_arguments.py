"""The doors that others build on take what callers have at hand, and say what is wrong with the rest."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from geodata.coverage.access import gaussian, gravity, modified_two_step, two_step_floating_catchment
from geodata.coverage.network import build_network
from geodata.coverage.reach import nearest
from geodata.coverage.siting import solve_capacitated_mclp, solve_lscp, solve_mclp, solve_p_center, solve_p_median
from geodata.errors import InvalidInput

COST = np.array(
    [[0.0, 3, np.inf, 9], [9, 0, 2, np.inf], [4, 9, 0, 1], [np.inf, 5, 7, 2], [6, np.inf, 1, 8]], dtype=np.float64
)
WEIGHT = np.array([1.0, 2, 3, 4, 5])
COVERS = COST <= 3

SPARSE = [sparse.csr_array, sparse.csc_array, sparse.coo_array, sparse.lil_array, sparse.csr_matrix]


def stored(cost: np.ndarray) -> sparse.coo_array:
    """Return the ways of a table alone, those of no time among them."""
    row, column = np.nonzero(np.isfinite(cost))
    return sparse.coo_array((cost[row, column], (row, column)), shape=cost.shape)


COSTS = {
    "float64": COST,
    "float32": COST.astype(np.float32),
    "by column": np.asfortranarray(COST),
    "list": COST.tolist(),
    **{kind.__name__: kind(stored(COST)) for kind in SPARSE},
}
COVERING = {
    "bool": COVERS,
    "int8": COVERS.astype(np.int8),
    "float32": COVERS.astype(np.float32),
    "list": COVERS.tolist(),
    **{kind.__name__: kind(COVERS) for kind in SPARSE},
}
FIXED = {
    "list": [3, 1],
    "twice": (1, 3, 3, 1),
    "array": np.array([3, 1], dtype=np.int32),
    "mask": np.array([False, True, False, True]),
    "set": {1, 3},
}


def choices(p: int) -> list[list[int]]:
    return [list(each) for each in combinations(range(COST.shape[1]), p)]


@pytest.mark.parametrize("kind", COSTS)
@pytest.mark.parametrize("p", [1, np.int64(2), np.uint8(3), 4])
def test_ways_of_each_kind_give_the_best_choice(kind: str, p: int) -> None:
    best = min(float(WEIGHT @ COST[:, sites].min(axis=1)) for sites in choices(int(p)))
    if np.isfinite(best):
        found = solve_p_median(COSTS[kind], WEIGHT.tolist(), p)
        assert (found.objective, found.proven, len(found.chosen)) == (best, True, p)
        assert WEIGHT @ COST[:, found.chosen].min(axis=1) == best
    longest = min(float(COST[:, sites].min(axis=1).max()) for sites in choices(int(p)))
    if np.isfinite(longest):
        farthest = solve_p_center(COSTS[kind], p)
        assert (farthest.objective, farthest.proven, len(farthest.chosen)) == (longest, True, p)


@pytest.mark.parametrize("kind", COVERING)
@pytest.mark.parametrize("p", range(5))
def test_covers_of_each_kind_give_the_best_choice(kind: str, p: int) -> None:
    best = max(float(WEIGHT[COVERS[:, sites].any(axis=1)].sum()) for sites in choices(p))
    room = np.full(4, np.inf)
    for found in (
        solve_mclp(COVERING[kind], WEIGHT, p),
        solve_capacitated_mclp(COVERING[kind], WEIGHT, room, p),
    ):
        assert (found.objective, found.proven) == (best, True)
        # As many as were asked for, also where fewer cover as much.
        assert len(set(found.chosen.tolist())) == p
    assert solve_lscp(COVERING[kind]).objective == 3


@pytest.mark.parametrize("kind", FIXED)
def test_fixed_candidates_may_be_told_in_each_way(kind: str) -> None:
    fixed: Any = FIXED[kind]
    for found in (
        solve_p_median(COST, WEIGHT, 1, fixed=fixed),
        solve_p_center(COST, 1, fixed=fixed),
        solve_mclp(COVERS, WEIGHT, 1, fixed=fixed),
    ):
        assert len(found.chosen) == 3
        assert {1, 3} <= set(found.chosen.tolist())
    assert {1, 3} <= set(solve_lscp(COVERS, fixed=fixed).chosen.tolist())


@pytest.mark.parametrize("fixed", [[0.5], ["a"], None, [4], [-1], np.array([True, False])])
def test_what_names_no_candidate_is_refused(fixed: Any) -> None:
    with pytest.raises(InvalidInput, match="fixed"):
        solve_p_median(COST, WEIGHT, 1, fixed=fixed)


@pytest.mark.parametrize("p", [1.5, 1.0, float("nan"), None, "1", -1, 5])
def test_what_is_no_number_of_sites_is_refused(p: Any) -> None:
    with pytest.raises(InvalidInput, match="sites can't be added"):
        solve_p_median(COST, WEIGHT, p)
    with pytest.raises(InvalidInput, match="sites can't be added"):
        solve_p_center(COST, p)
    with pytest.raises(InvalidInput, match="sites can't be added"):
        solve_mclp(COVERS, WEIGHT, p)


@pytest.mark.parametrize("limit", [-1, float("nan"), None])
def test_what_is_no_time_is_refused(limit: Any) -> None:
    with pytest.raises(InvalidInput, match="time limit"):
        solve_lscp(COVERS, time_limit_s=limit)


def test_nobody_to_reach_leaves_any_sites() -> None:
    for found in (
        solve_p_median(COST, np.zeros(5), 2),
        solve_p_median(np.zeros((0, 4)), [], 2),
        solve_p_center(np.zeros((0, 4)), 2),
        solve_mclp(COVERS, np.zeros(5), 2),
    ):
        assert (len(found.chosen), found.objective, found.proven) == (2, 0, True)


def test_what_is_neither_covered_nor_not_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no number"):
        solve_mclp(np.array([[1.0, np.nan]]), [1], 1)


def by_hand(
    times: np.ndarray, people: list[int], supply: list[int], limit: float, decay: Any, power: int
) -> np.ndarray:
    """Share each post's supply out among those who can get at it, one pair after the other."""
    found = np.zeros(len(people))
    for post, offered in enumerate(supply):
        near = {place: float(decay(np.array([time]))[0]) for place, time in enumerate(times[:, post]) if time <= limit}
        sharing = sum(people[place] * weight for place, weight in near.items())
        for place, weight in near.items():
            found[place] += offered / sharing * weight**power if sharing else 0
    return found


@pytest.mark.parametrize("kind", COSTS)
def test_travel_times_of_each_kind_give_the_same_access(kind: str) -> None:
    # As many places as posts: a table that is read by its columns would have the right shape.
    for rows in (4, 5):
        times: Any = COSTS[kind]
        travel: Any = times[:rows] if kind != "coo_array" else sparse.coo_array(stored(COST[:rows]))
        people, supply, decay = [3, 0, 2, 7, 1][:rows], [1, 2, 3, 4], gaussian(6)
        plain = two_step_floating_catchment(people, supply, travel, limit_ds=6)
        assert plain == pytest.approx(by_hand(COST[:rows], people, supply, 6, np.ones_like, 1))
        enhanced = two_step_floating_catchment(people, supply, travel, limit_ds=6, decay=decay)
        assert enhanced == pytest.approx(by_hand(COST[:rows], people, supply, 6, decay, 1))
        modified = modified_two_step(people, supply, travel, limit_ds=6, decay=decay)
        assert modified == pytest.approx(by_hand(COST[:rows], people, supply, 6, decay, 2))
        near = np.where(COST[:rows] <= 6, decay(np.minimum(COST[:rows], 6)), 0)
        assert gravity(supply, travel, limit_ds=6, decay=decay) == pytest.approx(near @ supply)


@pytest.mark.parametrize(
    "posts", [[0, 2], (0, 2), np.array([0, 2], dtype=np.uint8), np.array([True, False, True, False])]
)
def test_posts_may_be_told_in_each_way(posts: Any) -> None:
    network = build_network([0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2], [1, 2, 3], [5, 7, 9])
    times, owners = nearest(network, posts)
    assert times.tolist() == [0, 5, 0, 9]
    assert owners.tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("posts", [[0.5], [[0]], 0, [-1], [4], [2**32], [float("nan")]])
def test_what_names_no_node_is_refused(posts: Any) -> None:
    network = build_network([0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2], [1, 2, 3], [5, 7, 9])
    with pytest.raises(InvalidInput, match="node"):
        nearest(network, posts)


def test_times_that_are_not_whole_deciseconds_are_refused() -> None:
    for cost in (5.5, np.nan):
        with pytest.raises(InvalidInput, match="no whole numbers"):
            build_network([0, 1], [0, 1], [0], [1], [cost])
