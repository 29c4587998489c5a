"""Weighted medians."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InvalidInput
from geodata.statistics.medians import weighted_median


def test_half_of_the_weight_lies_at_or_below() -> None:
    # Of 10 people 6 have 3 minutes, one of them 1 minute, three 9.
    assert weighted_median([9, 1, 3], [3, 1, 6]) == 3
    # Exactly half: the lower one.
    assert weighted_median([2, 8], [5, 5]) == 2
    # Who weighs nothing isn't asked.
    assert weighted_median([1, 7], [0, 1]) == 7
    assert weighted_median([1, np.inf], [1, 3]) == np.inf


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), min_size=1).filter(lambda rows: any(w for _, w in rows))
)
def test_it_is_the_lower_median_of_the_values_written_out(rows: list[tuple[int, int]]) -> None:
    values, weights = zip(*rows, strict=True)
    written = sorted(value for value, weight in rows for _ in range(weight))
    assert weighted_median(values, weights) == written[(len(written) - 1) // 2]


@pytest.mark.parametrize(
    ("values", "weights"), [([1], [1, 2]), ([1], [0]), ([1, 2], [1, -1]), ([np.nan], [1]), ([1], [np.inf]), ([], [])]
)
def test_what_has_no_median_is_refused(values: list[float], weights: list[float]) -> None:
    with pytest.raises(InvalidInput, match="wanted"):
        weighted_median(values, weights)
