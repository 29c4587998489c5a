"""Neighbourhoods: equal to looking at every pair, also at the very radius and where places lie on each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from geodata.errors import InvalidInput
from geodata.statistics.neighbours import neighbourhoods


@given(
    some.lists(some.tuples(some.integers(-15, 15), some.integers(-15, 15), some.integers(-9, 9)), max_size=60),
    some.sampled_from([1, 2, 3, 5, 10, 100]),
    some.sampled_from([1.0, 0.1, 1 / 3, 4e6]),
)
@settings(max_examples=200, deadline=None)
def test_every_place_has_what_lies_within_the_radius(
    places: list[tuple[int, int, int]], radius: int, unit: float
) -> None:
    """On a lattice many pairs are just as far apart as the radius (3, 4, 5), and many places are the same."""
    x, y, value = np.array(places, dtype=np.float64).reshape(-1, 3).T
    is_near = (x - x[:, None]) ** 2 + (y - y[:, None]) ** 2 <= radius**2
    # Where the unit is no binary fraction the radius is as far as the last digit can tell.
    margin = 1 if unit in (1.0, 4e6) else 1 + 1e-12
    sums, numbers = neighbourhoods(x * unit, y * unit, value, radius * unit * margin)
    assert sums.tolist() == (is_near * value).sum(axis=1).tolist()
    assert numbers.tolist() == is_near.sum(axis=1).tolist()


def test_a_radius_far_smaller_than_the_place_finds_each_by_itself() -> None:
    rng = np.random.default_rng(1)
    x, y, value = rng.uniform(0, 1e7, 500), rng.uniform(0, 1e7, 500), rng.uniform(0, 1, 500)
    for radius in (1.0, 1e-300):
        sums, numbers = neighbourhoods(x, y, value, radius)
        assert sums.tolist() == value.tolist()
        assert (numbers == 1).all()


def test_more_pairs_than_can_be_looked_at_are_refused() -> None:
    everywhere = np.zeros(100_000)
    with pytest.raises(InvalidInput, match="a smaller radius"):
        neighbourhoods(everywhere, everywhere, everywhere, 1.0)
