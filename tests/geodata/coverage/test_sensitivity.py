"""How answers sway: worked by hand, and slower ways never cover more."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from geodata.coverage.sensitivity import at_speeds, sway_of
from geodata.errors import InvalidInput

TIMES = np.array([100.0, 245.0, 300.0, 360.0, np.inf])
OWNERS = np.array([0, 0, 1, 1, -1])
WEIGHT = [10, 20, 30, 25, 15]


def test_a_fifth_faster_and_slower_worked_by_hand() -> None:
    found = at_speeds(WEIGHT, TIMES, limit_ds=300)
    # Faster: 360 becomes 300. Slower: 245 becomes 306, though a fifth more time would be 294; 300 becomes 375.
    assert (found[1.2].covered_share, found[1.2].gained_share, found[1.2].lost_share) == (0.85, 0.25, 0)
    assert (found[0.8].covered_share, found[0.8].gained_share, found[0.8].lost_share) == (0.1, 0, 0.5)
    assert found[0.8].changed_share == 0.5


def test_another_post_is_another_answer_only_where_both_cover() -> None:
    other = np.array([100.0, 250.0, 500.0, 360.0, 300.0])
    found = sway_of(WEIGHT, TIMES, OWNERS, other, np.array([0, 1, 0, 0, 2]), limit_ds=300)
    assert (found.gained_share, found.lost_share, found.moved_share) == (0.15, 0.3, 0.2)
    assert found.changed_share == pytest.approx(0.65)


@given(
    some.lists(some.tuples(some.integers(0, 900), some.integers(1, 99)), min_size=1, max_size=30),
    some.floats(0.2, 1.0),
    some.integers(0, 900),
)
def test_slower_ways_never_cover_more(places: list[tuple[int, int]], factor: float, limit_ds: int) -> None:
    times, weight = np.array(places, dtype=np.float64).T
    found = at_speeds(weight, times, limit_ds=limit_ds, factors=(factor, 1.0, 1 / factor))
    slow, same, fast = found[factor], found[1.0], found[1 / factor]
    assert fast.covered_share >= same.covered_share >= slow.covered_share
    assert (same.changed_share, fast.lost_share, slow.gained_share) == (0, 0, 0)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: at_speeds([1], TIMES, limit_ds=9), "of shapes"),
        (lambda: at_speeds([0] * 5, TIMES, limit_ds=9), "all 0"),
        (lambda: at_speeds(WEIGHT, TIMES * np.nan, limit_ds=9), "a time is no number"),
        (lambda: at_speeds(WEIGHT, TIMES, limit_ds=9, factors=(0,)), "0 times the speed"),
    ],
)
def test_a_wrong_call_says_what_is_wanted(call: Callable[[], object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        call()
