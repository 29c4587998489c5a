"""What is over a limit is shown as over it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from geodata.analyses.coverage.minutes import rounded_minutes


@pytest.mark.parametrize(
    ("minutes", "limit", "digits", "told"),
    [
        (3001 / 600, 5.0, 1, 5.1),  # a decisecond over
        (3001 / 600, 5.0, 2, 5.01),
        (3000 / 600, 5.0, 1, 5.0),
        (5.26, 5.26, 1, 5.2),
        (7.04, 5.0, 1, 7.0),
        (1 / 600, 0.0, 2, 0.01),
    ],
)
def test_over_is_over(minutes: float, limit: float, digits: int, told: float) -> None:
    assert rounded_minutes(minutes, limit, digits) == told


@given(some.integers(0, 100_000), some.integers(1, 100_000), some.sampled_from([1, 2]))
def test_it_stays_on_its_side_and_near(time_ds: int, limit_ds: int, digits: int) -> None:
    minutes, limit = time_ds / 600, limit_ds / 600
    told = rounded_minutes(minutes, limit, digits)
    assert (told > limit) == (minutes > limit)
    assert abs(told - minutes) <= 10**-digits + 1e-9
