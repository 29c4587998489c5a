"""Densities: nothing is lost or made, and a single point looks like its kernel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from geodata.errors import InvalidInput
from geodata.statistics.density import density


@given(some.integers(0, 10_000), some.floats(60, 900), some.integers(1, 200))
@settings(max_examples=25, deadline=None)
def test_the_surface_holds_what_the_points_have(seed: int, bandwidth_m: float, count: int) -> None:
    rng = np.random.default_rng(seed)
    x, y, weight = rng.uniform(0, 6000, count), rng.uniform(0, 2000, count), rng.integers(0, 50, count)
    surface = density(x, y, weight, bandwidth_m=bandwidth_m, cells=256)
    assert surface.total == pytest.approx(weight.sum())
    assert (surface.per_km2 >= 0).all()
    west, south, east, north = surface.bounds_m
    assert west < x.min()
    assert x.max() < east
    assert south < y.min()
    assert y.max() < north


def test_one_point_looks_like_its_kernel() -> None:
    surface = density(np.array([500.0]), np.array([700.0]), [8], bandwidth_m=100)
    rows, columns = np.indices(surface.per_km2.shape)
    x = surface.west_m + (columns + 0.5) * surface.cell_m
    y = surface.south_m + (rows + 0.5) * surface.cell_m
    bell = 8 * np.exp(-((x - 500) ** 2 + (y - 700) ** 2) / (2 * 100**2)) / (2 * np.pi * 0.1**2)
    assert surface.per_km2.shape == (512, 512)
    # The point lies in the middle of its cell, at most half a cell off.
    assert np.abs(surface.per_km2 - bell).max() < 0.02 * bell.max()


def test_all_grid_cells_are_squares_also_of_a_long_town() -> None:
    surface = density(np.array([0.0, 9000.0]), np.array([0.0, 10.0]), bandwidth_m=100)
    assert surface.per_km2.shape[1] == 512
    assert surface.per_km2.shape[0] < 60
    assert surface.total == pytest.approx(2)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: density(np.zeros(0), np.zeros(0), bandwidth_m=9), "there is no point"),
        (lambda: density(np.zeros(1), np.zeros(1), [-1], bandwidth_m=9), "negative"),
        (lambda: density(np.zeros(1), np.array([np.inf]), bandwidth_m=9), "lies nowhere"),
        (lambda: density(np.zeros(1), np.zeros(1), [1, 2], bandwidth_m=9), "wanted is one each"),
        (lambda: density(np.zeros(1), np.zeros(1), bandwidth_m=0), "a bandwidth of 0 m"),
        (lambda: density(np.array([0.0, 1e5]), np.zeros(2), bandwidth_m=10), "wider than the bandwidth"),
    ],
)
def test_a_wrong_call_says_what_is_wanted(call: Callable[[], object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        call()
