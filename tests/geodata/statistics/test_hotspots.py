"""Hot spots: equal to the formula written out place by place, silent on chance, and found where they were planted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats

from geodata.errors import InvalidInput
from geodata.statistics.hotspots import hot_spots, rate_spots


def plain(x: np.ndarray, y: np.ndarray, value: np.ndarray, radius: float) -> np.ndarray:
    """Gi*, place by place, as Ord & Getis write it."""
    n = len(value)
    mean, deviation = value.mean(), np.sqrt((value**2).mean() - value.mean() ** 2)
    z = np.empty(n)
    for i in range(n):
        w = ((x - x[i]) ** 2 + (y - y[i]) ** 2 <= radius**2).astype(float)
        below = deviation * np.sqrt((n * (w**2).sum() - w.sum() ** 2) / (n - 1))
        z[i] = ((w * value).sum() - mean * w.sum()) / below
    return z


def plain_q(p: np.ndarray) -> np.ndarray:
    """Benjamini & Hochberg: the least of p times n by rank, over all ranks from one's own on."""
    ranked = sorted(zip(p.tolist(), range(len(p)), strict=True))
    least = [min(1.0, *(each * len(p) / rank for rank, (each, _) in enumerate(ranked, 1) if rank >= own))
             for own in range(1, len(p) + 1)]  # fmt: skip
    return np.array([q for _, q in sorted((place, q) for (_, place), q in zip(ranked, least, strict=True))])


@given(some.integers(0, 10_000), some.integers(20, 80))
@settings(max_examples=30, deadline=None)
def test_z_and_q_are_those_of_the_formula(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    x, y, value = rng.uniform(0, 1000, count), rng.uniform(0, 1000, count), rng.poisson(3, count).astype(float)
    found = hot_spots(x, y, value, radius_m=200)
    assert found.z == pytest.approx(plain(x, y, value, 200), abs=1e-9)
    assert found.q == pytest.approx(plain_q(found.p), abs=1e-12)


# Trap 5.
def test_weights_are_binary_with_the_place_itself_and_not_shares_of_a_row() -> None:
    rng = np.random.default_rng(5)
    x, y, value = rng.uniform(0, 1000, 300), rng.uniform(0, 1000, 300), rng.poisson(3, 300).astype(float)
    value += 20 * (np.hypot(x - 500, y - 500) < 150)
    others = ((x - x[:, None]) ** 2 + (y - y[:, None]) ** 2 <= 200**2) & ~np.eye(300, dtype=np.bool_)
    found = hot_spots(x, y, value, radius_m=200)
    assert found.z == pytest.approx(weighted(value, others + np.eye(300)), abs=1e-9)
    # Rows that sum up to 1, and then the place itself as much as all its neighbours: z is drawn to the place's own.
    standardised = others / np.maximum(others.sum(axis=1), 1)[:, None] + np.eye(300)
    assert np.abs(found.z - weighted(value, standardised)).max() > 5
    # Without the place itself it is another question: what lies around it.
    assert np.abs(found.z - weighted(value, others.astype(float))).max() > 0.3


def weighted(value: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Gi* of any weights, as Ord & Getis write it."""
    n, sums = len(value), weight.sum(axis=1)
    below = value.std() * np.sqrt((n * (weight**2).sum(axis=1) - sums**2) / (n - 1))
    z: np.ndarray = (weight @ value - value.mean() * sums) / below
    return z


@given(some.integers(0, 10_000), some.integers(20, 60))
@settings(max_examples=20, deadline=None)
def test_a_rates_chance_is_that_of_the_binomial_share(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    x, y, heads = rng.uniform(0, 1000, count), rng.uniform(0, 1000, count), rng.integers(1, 500, count)
    cases = rng.poisson(heads / 200)
    cases[0] += 1
    found = rate_spots(x, y, cases, heads, radius_m=200)
    for i in range(count):
        near = (x - x[i]) ** 2 + (y - y[i]) ** 2 <= 200**2
        inside, share = int(cases[near].sum()), heads[near].sum() / heads.sum()
        chance = stats.binom(cases.sum(), share)
        assert found.p[i] == pytest.approx(min(1.0, 2 * min(chance.cdf(inside), chance.sf(inside - 1))), abs=1e-9)
        here, rest = inside / heads[near].sum(), (cases.sum() - inside) / heads[~near].sum()
        assert found.ratio[i] == pytest.approx(here / rest if rest else np.inf)
        # Which says the same: the interval leaves out 1, and p is below 1 in 20.
        assert (found.p[i] < 0.05) == (found.low[i] > 1 or found.high[i] < 1)
        assert found.z[i] >= 0 if found.ratio[i] >= 1 else found.z[i] <= 0
    assert found.q == pytest.approx(plain_q(found.p), abs=1e-12)


def test_a_large_compound_is_hot_by_counts_and_only_a_high_rate_by_heads() -> None:
    rng = np.random.default_rng(7)
    x, y = (each.ravel() for each in np.meshgrid(np.arange(20) * 500.0, np.arange(20) * 500.0))
    heads = np.full(400, 100)
    heads[:20] = 3000
    cases = rng.poisson(heads / 100)
    cases[390] += 15
    by_count = hot_spots(x, y, cases, radius_m=400)
    by_rate = rate_spots(x, y, cases, heads, radius_m=400)
    assert by_count.is_hot[:20].sum() > 15
    assert np.flatnonzero(by_rate.is_hot).tolist() == [390]
    assert by_rate.low[390] > 5
    # One case of few heads is a high rate, and tells nothing.
    few = np.full(400, 1000)
    few[5] = 1
    one = rate_spots(x, y, np.eye(400, dtype=np.int64)[5] + np.eye(400, dtype=np.int64)[200] * 9, few, radius_m=400)
    assert one.ratio[5] > 1000
    nobody = rate_spots(x, y, np.zeros(400), few, radius_m=400)
    assert np.isnan(nobody.z).all()
    assert not (nobody.is_hot | nobody.is_cold).any()


def test_a_neighbour_at_the_radius_counts_and_each_place_is_its_own() -> None:
    x = np.array([0.0, 100.0, 300.0])
    found = hot_spots(x, x * 0, [1, 2, 3], radius_m=100)
    assert found.neighbours.tolist() == [2, 2, 1]


def test_chance_has_no_hot_spots_more_often_than_said_and_a_planted_one_is_found() -> None:
    rng = np.random.default_rng(1)
    alarms = 0
    for _ in range(60):
        x, y = rng.uniform(0, 5000, 400), rng.uniform(0, 5000, 400)
        found = hot_spots(x, y, rng.normal(10, 2, 400), radius_m=400)
        alarms += bool((found.is_hot | found.is_cold).any())
    assert alarms <= 9
    value = rng.poisson(3, 400) + np.where(np.hypot(x - 2500, y - 2500) < 500, 12, 0)
    found = hot_spots(x, y, value, radius_m=400)
    assert found.is_hot[np.hypot(x - 2500, y - 2500) < 300].all()
    assert not found.is_hot[np.hypot(x - 2500, y - 2500) > 1000].any()


def test_where_nothing_can_be_told_nothing_is_said() -> None:
    x = np.array([0.0, 10.0, 2000.0])
    same = hot_spots(x, x * 0, [5, 5, 5], radius_m=100)
    assert np.isnan(same.z).all()
    assert not (same.is_hot | same.is_cold).any()
    everywhere = hot_spots(x, x * 0, [1, 2, 9], radius_m=9999)
    assert np.isnan(everywhere.q).all()
    assert len(hot_spots(x[:0], x[:0], [], radius_m=9).z) == 0


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: hot_spots(np.zeros(2), np.zeros(2), [1], radius_m=9), "wanted is one each"),
        (lambda: hot_spots(np.zeros(1), np.zeros(1), [np.nan], radius_m=9), "isn't finite"),
        (lambda: hot_spots(np.zeros(1), np.zeros(1), [1], radius_m=0), "a radius of 0 m"),
        (lambda: hot_spots(np.zeros(1), np.zeros(1), [1], radius_m=1, share=5), "a share of 5"),
        (lambda: rate_spots(np.zeros(2), np.zeros(2), [1, 0], [5, 0], radius_m=1), "place 1 has no heads"),
        (lambda: rate_spots(np.zeros(2), np.arange(2.0) * 9, [0.5, 0], [5, 1], radius_m=1), "wanted is a whole number"),
    ],
)
def test_a_wrong_call_says_what_is_wanted(call: Callable[[], object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        call()
