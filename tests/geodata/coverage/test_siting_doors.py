"""What is handed to the solvers as a table: lists, arrays and sparse matrices, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.sparse import coo_array, coo_matrix, csc_array, csr_array, csr_matrix, lil_array

from geodata.coverage.siting import (
    Siting,
    solve_capacitated_mclp,
    solve_lscp,
    solve_mclp,
    solve_p_center,
    solve_p_median,
)
from geodata.errors import InvalidInput

RAGGED = [[1, 2], [3]]
WORDS = [["1", "near"], ["3", "4"]]
SQUARE = [[1, 2], [2, 1]]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: solve_p_median(RAGGED, [1, 1], 1), r"costs have rows of the lengths \[1, 2\]; wanted is \(demands"),
        (lambda: solve_p_center(RAGGED, 1), r"costs have rows of the lengths \[1, 2\]"),
        (lambda: solve_mclp(RAGGED, [1, 1], 1), r"covers have rows of the lengths \[1, 2\]"),
        (lambda: solve_lscp(RAGGED), r"covers have rows of the lengths \[1, 2\]"),
        (lambda: solve_p_median(WORDS, [1, 1], 1), "costs hold '1', which is no number; wanted is"),
        (lambda: solve_p_center(WORDS, 1), "costs hold '1', which is no number"),
        (lambda: solve_mclp(WORDS, [1, 1], 1), "covers hold '1', which is no number"),
        (lambda: solve_lscp([[1, None]]), "covers hold None, which is no number"),  # type: ignore[arg-type]
        (lambda: solve_p_median(np.full((2, 2), 1j), [1, 1], 1), "costs hold 1j, which is no number"),
        (lambda: solve_p_center(csr_array(np.full((2, 2), 1j)), 1), "costs are complex128, which are no numbers"),
        (lambda: solve_p_median([1, 2], [1, 1], 1), r"costs of shape \(2,\); wanted is \(demands, candidates\)"),
        (lambda: solve_p_median([[1, -2]], [1], 1), "costs hold -2.0; wanted is"),
        (lambda: solve_p_center([[1, np.nan]], 1), "costs hold nan; wanted is"),
        (lambda: solve_p_median(SQUARE, ["many", "few"], 1), "weights hold 'many', which is no number"),
        (lambda: solve_mclp(SQUARE, [[1], [1, 2]], 1), r"weights have rows of the lengths \[1, 2\]"),
        (lambda: solve_mclp(SQUARE, [1, np.inf], 1), "the weight of place 1 is inf"),
        (lambda: solve_p_median(SQUARE, [1, 1], 1, fixed=["a"]), "fixed hold 'a', which is no number"),  # type: ignore[list-item]
        (lambda: solve_capacitated_mclp(SQUARE, [1, 1], ["x", "y"], 1), "capacities hold 'x', which is no number"),
        (lambda: solve_p_median(SQUARE, [1, 1], "2"), "2 sites can't be added"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_table_of_numbers_is_refused(call: Callable[[], Siting], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        call()


# Two ways from place 0 to candidate 0 of 9 and 4, one of 6 to candidate 1: added up, candidate 1 would be nearer.
TWICE = ([9.0, 4.0, 6.0], ([0, 0, 0], [0, 0, 1]))


@pytest.mark.parametrize("kind", [coo_array, coo_matrix])
def test_of_several_ways_between_two_the_shortest_counts(kind: Callable[..., coo_array]) -> None:
    cost = kind(TWICE, shape=(1, 2))
    for found in (solve_p_median(cost, [1], 1), solve_p_center(cost, 1)):
        assert (found.chosen.tolist(), found.objective) == ([0], 4)
    assert cost.nnz == 3  # what was handed over is as it was


def test_rows_that_hold_a_pair_twice_count_it_once() -> None:
    rows = csr_array((np.array([9.0, 6.0, 4.0]), np.array([0, 1, 0]), np.array([0, 3])), shape=(1, 2))
    assert solve_p_median(rows, [1], 1).objective == 4
    assert rows.indices.tolist() == [0, 1, 0]


def test_a_candidate_covers_by_any_value_that_is_not_0() -> None:
    # 1 and -1 added up are nothing; a stored 0 is nothing either.
    covers = coo_array(([1, -1, 0, 1], ([0, 0, 0, 1], [0, 0, 1, 1])), shape=(2, 2))
    assert solve_mclp(covers, [5, 3], 1).chosen.tolist() == [0]
    assert solve_mclp(covers, [5, 3], 1).objective == 5
    assert solve_lscp(covers).objective == 2
    stored = csr_array((np.array([1.0, 0.0]), np.array([0, 1]), np.array([0, 2])), shape=(1, 2))
    assert solve_mclp(stored, [1], 1).chosen.tolist() == [0]
    assert stored.nnz == 2


FORMS = (csr_array, csr_matrix, csc_array, lil_array, coo_array, np.asarray, np.ndarray.tolist)


@pytest.mark.parametrize("kind", FORMS)
def test_any_form_of_a_table_gets_the_same_answer(kind: Callable[[np.ndarray], csr_array]) -> None:
    rng = np.random.default_rng(4)
    cost = rng.integers(1, 50, (30, 9))
    weight = rng.integers(1, 9, 30)
    assert solve_p_median(kind(cost), weight, 3).objective == solve_p_median(cost, weight, 3).objective
    assert solve_p_center(kind(cost), 3).objective == solve_p_center(cost, 3).objective
    near = (cost < 15).astype(int)
    assert solve_mclp(kind(near), weight, 2).objective == solve_mclp(near, weight, 2).objective
