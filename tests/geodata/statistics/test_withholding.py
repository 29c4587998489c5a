"""What is too small to be told can't be worked out from what is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from geodata.errors import InvalidInput
from geodata.statistics.withholding import withheld


@pytest.mark.parametrize(
    ("totals", "hidden"),
    [
        # None is small.
        ([10, 20, 30], [False, False, False]),
        # 4 alone would be the difference to the sum: the next larger one goes with it.
        ([30, 4, 25, 40], [False, True, True, False]),
        # 3 + 5 = 8 are still too few.
        ([30, 3, 5, 40], [True, True, True, False]),
        # Two small ones that come to 10 are enough.
        ([30, 5, 5, 40], [False, True, True, False]),
        # 100 would tell that the others have 9 in all.
        ([100, 4, 5], [True, True, True]),
        ([500], [True]),
        ([3, 4], [True, True]),
        ([0, 50, 60], [True, True, False]),
        ([], []),
    ],
)
def test_small_totals_go_with_what_would_give_them_away(totals: list[int], hidden: list[bool]) -> None:
    assert withheld(totals, minimum=10).tolist() == hidden


@given(some.lists(some.integers(0, 60), max_size=12))
def test_what_is_told_is_large_and_what_is_not_is_never_one_alone(totals: list[int]) -> None:
    values, hidden = np.array(totals, dtype=np.int64), withheld(totals, minimum=10)
    assert (values[~hidden] >= 10).all()
    if hidden.any() and not hidden.all():
        assert hidden.sum() >= 2
        assert values[hidden].sum() >= 10


@pytest.mark.parametrize("totals", [[-1], [0.5], [np.nan]])
def test_what_is_no_count_is_refused(totals: list[float]) -> None:
    with pytest.raises(InvalidInput, match="no whole number"):
        withheld(totals)
