"""Smoothed rates: worked by hand, between the mean and an area's own, and never on the far side."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from geodata.errors import InvalidInput
from geodata.statistics.smoothing import smooth_rates

areas = some.lists(some.tuples(some.integers(0, 50), some.integers(1, 5000)), min_size=1, max_size=30)


def test_two_areas_worked_by_hand() -> None:
    # 10 in 100 and 30 in 100: the mean is 0.2, the spread 0.01, by chance 0.002: the areas differ by 0.008.
    found = smooth_rates([10, 30], [100, 100])
    assert found.mean == pytest.approx(0.2)
    assert found.between_variance == pytest.approx(0.008)
    assert found.weight == pytest.approx([0.8, 0.8])
    assert found.rate == pytest.approx([0.12, 0.28])


@given(areas)
def test_a_smoothed_rate_lies_between_the_mean_and_the_areas_own(given_areas: list[tuple[int, int]]) -> None:
    count, people = np.array(given_areas, dtype=np.float64).T
    found = smooth_rates(count, people)
    own = count / people
    assert ((found.weight >= 0) & (found.weight <= 1)).all()
    assert (found.rate >= np.minimum(own, found.mean) - 1e-12).all()
    assert (found.rate <= np.maximum(own, found.mean) + 1e-12).all()
    # More people speak louder.
    assert (np.diff(found.weight[np.argsort(people, kind="stable")]) >= -1e-12).all()


def test_areas_that_are_alike_get_the_mean_and_never_a_negative_variance() -> None:
    rng = np.random.default_rng(3)
    people = rng.integers(50, 3000, 40)
    clamped = 0
    for _ in range(200):
        found = smooth_rates(rng.poisson(people * 0.01), people)
        assert found.between_variance >= 0
        if found.between_variance == 0:
            clamped += 1
            assert found.rate == pytest.approx(np.full(40, found.mean))
    # In about half of all draws chance alone explains more than is seen.
    assert 60 < clamped < 170


def test_an_area_without_people_has_the_mean() -> None:
    found = smooth_rates([1, 40, 0], [100, 200, 0])
    assert found.rate[2] == found.mean
    assert found.weight[2] == 0


def test_no_cases_at_all_are_a_rate_of_nothing() -> None:
    assert smooth_rates([0, 0], [10, 20]).rate.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: smooth_rates([1], [1, 2]), "counts of 1 areas and people of 2"),
        (lambda: smooth_rates([-1], [1]), r"count\[0\] is -1"),
        (lambda: smooth_rates([1], [np.nan]), r"people\[0\] is nan"),
        (lambda: smooth_rates([0], [0]), "no people in any area"),
        (lambda: smooth_rates([1, 2], [1, 0]), "area 1 has 2 cases and no people"),
    ],
)
def test_a_wrong_call_says_what_is_wanted(call: Callable[[], object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        call()
