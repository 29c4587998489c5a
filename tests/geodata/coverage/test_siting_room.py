"""Sites with room for so many: equal to every choice and every cut tried, on small cases."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from geodata.coverage.arrays import Floats, Mask
from geodata.coverage.siting import solve_capacitated_mclp, solve_mclp
from geodata.errors import InvalidInput


def most_served(covers: Mask, weight: Floats, room: Floats, sites: tuple[int, ...]) -> float:
    """Return the most weight that sites can serve: the least of all cuts between people and rooms, each one tried."""
    cuts = []
    for is_full in product([False, True], repeat=len(sites)):
        full = [site for site, each in zip(sites, is_full, strict=True) if each]
        others = [site for site in sites if site not in full]
        cuts.append(float(room[full].sum() + weight[covers[:, others].any(axis=1)].sum()))
    return min(cuts)


@given(some.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_it_equals_every_choice_tried(seed: int) -> None:
    rng = np.random.default_rng(seed)
    covers = rng.random((5, 5)) < 0.6
    weight, room = rng.integers(0, 9, 5).astype(float), rng.choice([0.0, 5.0, 9.0, 14.0], 5)
    fixed = rng.permutation(5)[: rng.integers(0, 3)].tolist()
    p = int(rng.integers(0, 3))
    found = solve_capacitated_mclp(covers, weight, room, p, fixed=fixed)
    free = [site for site in range(5) if site not in fixed]
    best = max(most_served(covers, weight, room, (*fixed, *more)) for more in combinations(free, p))
    assert found.proven
    assert found.objective == found.bound == pytest.approx(best)
    assert most_served(covers, weight, room, tuple(found.chosen.tolist())) == pytest.approx(best)
    assert len(found.chosen) == p + len(fixed)
    assert set(fixed) <= set(found.chosen.tolist())


def test_without_limits_it_is_the_most_covered() -> None:
    rng = np.random.default_rng(1)
    covers, weight = rng.random((60, 15)) < 0.15, rng.integers(1, 50, 60)
    free = solve_capacitated_mclp(covers, weight, np.full(15, np.inf), 4)
    assert free.proven
    assert free.objective == pytest.approx(solve_mclp(covers, weight, 4).objective)
    tight = solve_capacitated_mclp(covers, weight, np.full(15, 120.0), 4, time_limit_s=5)
    assert tight.objective <= tight.bound <= 480
    assert tight.objective < free.objective


@pytest.mark.parametrize(
    ("room", "p", "sentence"),
    [
        ([1.0], 1, "capacities of shape"),
        ([1.0, -2.0], 1, "the capacity of candidate 1 is -2.0"),
        ([1.0, np.nan], 1, "the capacity of candidate 1 is nan"),
        ([1.0, 1.0], 3, "3 sites can't be added"),
    ],
)
def test_wrong_calls_are_sentences(room: list[float], p: int, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        solve_capacitated_mclp(np.ones((3, 2)), np.ones(3), room, p)
