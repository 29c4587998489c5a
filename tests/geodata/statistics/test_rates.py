"""Counts and changes: the published figures, what scipy says, and the promise that the interval keeps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats

from geodata.errors import InvalidInput
from geodata.statistics.rates import chance_limits, compare, count_interval, least_base

counts = some.integers(0, 400)


def test_a_fall_from_67_to_52_cannot_be_told_from_chance() -> None:
    change = compare(67, 52)
    assert round(100 * (float(change.ratio) - 1)) == -22
    assert (round(100 * (float(change.low) - 1)), round(100 * (float(change.high) - 1))) == (-47, 13)
    assert not change.is_beyond_chance


def test_how_many_cases_a_change_needs() -> None:
    assert least_base(-0.224) == 146
    assert least_base(-0.3231) == 70
    assert least_base(-0.0508) == pytest.approx(2940, abs=5)
    # The greater the change, the fewer.
    assert least_base(1.0) < least_base(0.5) < least_base(0.1)


def test_intervals_of_a_count_are_the_published_ones() -> None:
    # Garwood's: 0 gives 0 to 3.69, 1 gives 0.0253 to 5.57, 10 gives 4.80 to 18.39.
    low, high = count_interval([0, 1, 10])
    assert low == pytest.approx([0, 0.0253, 4.795], abs=5e-4)
    assert high == pytest.approx([3.689, 5.572, 18.390], abs=5e-4)


@given(counts, counts, some.sampled_from([0.5, 1.0, 3.0]))
@settings(max_examples=60)
def test_the_exact_interval_is_that_of_scipy(before: int, after: int, exposure: float) -> None:
    change = compare(before, after, exposure=exposure)
    if before + after == 0:
        assert (float(change.low), float(change.high), float(change.p)) == (0, np.inf, 1)
        assert np.isnan(change.ratio)
        return
    share = stats.binomtest(after, before + after).proportion_ci(method="exact")
    odds = [float(end) / (1 - float(end)) / exposure if end < 1 else np.inf for end in share]
    assert [float(change.low), float(change.high)] == pytest.approx(odds, rel=1e-6)


@given(counts, counts, some.sampled_from(["exact", "mid-p"]))
@settings(max_examples=60)
def test_interval_and_p_value_say_the_same(before: int, after: int, method: str) -> None:
    change = compare(before, after, method="exact" if method == "exact" else "mid-p")
    assert bool(change.is_beyond_chance) == (float(change.p) < 0.05)
    if before + after:
        assert change.low <= change.ratio <= change.high
    back = compare(after, before, method="exact" if method == "exact" else "mid-p")
    assert float(back.p) == pytest.approx(float(change.p), abs=1e-9)
    if change.low > 0:
        assert 1 / float(back.high) == pytest.approx(float(change.low), rel=1e-6)


@given(counts, counts)
@settings(max_examples=60)
def test_mid_p_is_never_wider(before: int, after: int) -> None:
    exact, middle = compare(before, after), compare(before, after, method="mid-p")
    assert exact.low <= middle.low + 1e-9
    assert middle.high <= exact.high + 1e-9


@pytest.mark.parametrize(("rate", "ratio"), [(4.0, 1.0), (30.0, 0.7), (150.0, 1.2)])
def test_the_exact_interval_holds_the_truth_as_often_as_it_says(rate: float, ratio: float) -> None:
    rng = np.random.default_rng(7)
    change = compare(rng.poisson(rate, 20_000), rng.poisson(rate * ratio, 20_000))
    # 20,000 draws: 0.95 less three standard errors.
    assert ((change.low <= ratio) & (ratio <= change.high)).mean() >= 0.945
    low, high = count_interval(rng.poisson(rate, 20_000))
    assert ((low <= rate) & (rate <= high)).mean() >= 0.945


def test_chance_keeps_an_area_within_its_limits_as_often_as_said() -> None:
    # Of 4 expected: fewer than 1 in 1.8 % of years, more than 8 in 2.1 %, and 7 would be passed in 5.1 %.
    assert [float(end) for end in chance_limits(4)] == [1, 8]
    expected = np.array([0.0, 0.3, 4.0, 60.0, 900.0])
    for level in (0.95, 0.998):
        low, high = chance_limits(expected, level=level)
        fewer, upto = (np.asarray(stats.poisson.cdf(end, expected)) for end in (low - 1, high))
        assert (upto - fewer >= level).all()
        # One count less at either end would be too few.
        assert (np.asarray(stats.poisson.cdf(low, expected)) > (1 - level) / 2).all()
        assert (np.asarray(stats.poisson.sf(high - 1, expected))[1:] > (1 - level) / 2).all()


def test_longer_periods_are_not_growth() -> None:
    assert float(compare(10, 20, exposure=2).ratio) == 1
    assert np.isinf(compare(0, 3).ratio)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: compare(-1, 2), "before of -1"),
        (lambda: compare(1, 2.5), "after of 2.5"),
        (lambda: compare(1, 2, exposure=0), "an exposure of 0"),
        (lambda: count_interval(np.nan), "count of nan"),
        (lambda: count_interval(1, level=95), "a level of 95"),
        (lambda: chance_limits([1, -1]), "an expected number"),
        (lambda: least_base(0), "a change of 0"),
        (lambda: least_base(-2), "a change of -2"),
    ],
)
def test_a_wrong_call_says_what_is_wanted(call: Callable[[], object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        call()
