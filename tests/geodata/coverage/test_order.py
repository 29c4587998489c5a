"""The quickest order of places, beside all orders."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geodata.coverage.order import MOST_PLACES, quickest_order
from geodata.errors import InvalidInput

TIMES = st.integers(0, 5).flatmap(
    lambda n: arrays(np.float64, (n, n), elements=st.sampled_from([1.0, 2.0, 7.0, np.inf]))
)


def _takes(times: np.ndarray, order: tuple[int, ...] | list[int]) -> float:
    return float(sum(times[a, b] for a, b in pairwise(order)))


def test_places_on_a_line_are_walked_from_one_end() -> None:
    # At 0, 10, 3 and 6 on a line: from the first place 0-3-6-10 takes 10; begun anywhere it takes no less.
    at = np.array([0.0, 10.0, 3.0, 6.0])
    times = np.abs(at[:, None] - at)
    assert quickest_order(times, first=0) == ([0, 2, 3, 1], 10.0)
    # From the middle the near end comes first: 3-0 takes 3, then 0-6-10 takes 10; 3-6-10-0 would take 17.
    assert quickest_order(times, first=2) == ([2, 0, 3, 1], 13.0)
    assert quickest_order(times)[1] == 10.0


@given(TIMES, st.booleans())
def test_no_order_is_quicker(times: np.ndarray, is_begun: bool) -> None:
    count = len(times)
    first = 0 if is_begun and count else None
    order, total = quickest_order(times, first=first)
    orders = [each for size in range(count + 1) for each in permutations(range(count), size)]
    orders = [each for each in orders if np.isfinite(_takes(times, each)) and (first is None or each[:1] == (first,))]
    most = max(map(len, orders))
    assert tuple(order) in orders
    assert len(order) == most
    assert total == _takes(times, order) == min(_takes(times, each) for each in orders if len(each) == most)


def test_where_no_order_visits_all_one_visits_the_most() -> None:
    # Three places with ways to and from a fourth one alone: whoever passes it once leaves one of them out, or two.
    star = np.full((4, 4), np.inf)
    star[3], star[:, 3] = 5.0, 5.0
    order, total = quickest_order(star)
    assert (len(order), order[1], total) == (3, 3, 10.0)
    assert (len(quickest_order(star, first=3)[0]), quickest_order(star, first=3)[1]) == (2, 5.0)


def test_what_cannot_be_ordered_is_refused() -> None:
    for wrong in (np.zeros((2, 3)), np.full((2, 2), -1.0), np.full((2, 2), np.nan), np.zeros((MOST_PLACES + 1,) * 2)):
        with pytest.raises(InvalidInput):
            quickest_order(wrong)
    assert quickest_order(np.zeros((MOST_PLACES,) * 2))[1] == 0
