"""Access to supply: worked by hand, nothing lost and nothing made, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.sparse import coo_array, csr_array

from geodata.coverage.access import (
    access_by_group,
    exponential,
    gaussian,
    gini,
    gravity,
    lorenz,
    modified_two_step,
    stepped,
    two_step_floating_catchment,
)
from geodata.errors import InvalidInput

# Two places with 100 and 300 people; a post with 8 desks near both, one with 3 near the second only.
PEOPLE, SUPPLY = [100, 300], [8, 3]
TRAVEL = csr_array(coo_array(([600, 900, 0], ([0, 1, 1], [0, 0, 1])), shape=(2, 2)))


def made(seed: int) -> tuple[np.ndarray, np.ndarray, csr_array]:
    rng = np.random.default_rng(seed)
    times = rng.integers(1, 3000, (30, 6)).astype(np.float64)
    travel = csr_array(np.where(rng.random(times.shape) < 0.4, times, 0))
    return rng.integers(0, 400, 30).astype(np.float64), rng.integers(0, 9, 6).astype(np.float64), travel


def test_the_supply_is_shared_by_those_in_reach() -> None:
    # 8 desks for 400 people, 3 for 300 people.
    assert two_step_floating_catchment(PEOPLE, SUPPLY, TRAVEL, limit_ds=900) == pytest.approx([0.02, 0.03])
    # The last decisecond counts; one less, and the second place loses the first post, which the first place has alone.
    assert two_step_floating_catchment(PEOPLE, SUPPLY, TRAVEL, limit_ds=899) == pytest.approx([0.08, 0.01])


@given(some.integers(0, 10_000), some.integers(1, 3000), some.booleans())
@settings(max_examples=40)
def test_catchments_are_those_of_their_formula_place_by_place(seed: int, limit: int, has_steps: bool) -> None:
    """Luo & Wang 2003, doi:10.1068/b29120; Luo & Qi 2009, doi:10.1016/j.healthplace.2009.06.002, with steps."""
    people, supply, travel = made(seed)
    times = travel.toarray()
    near = ((limit // 2, 1.0), (limit, 0.4)) if has_steps else ((limit, 1.0),)

    def weight(place: int, post: int) -> float:
        return next((share for most, share in near if 0 < times[place, post] <= most), 0.0)

    each = []
    for post in range(6):
        wanting = sum(people[place] * weight(place, post) for place in range(30))
        each.append(supply[post] / wanting if wanting else 0.0)
    told = [sum(each[post] * weight(place, post) for post in range(6)) for place in range(30)]
    decay = stepped(*near) if has_steps else None
    found = two_step_floating_catchment(people, supply, travel, limit_ds=limit, decay=decay)
    assert found == pytest.approx(told, rel=1e-9, abs=0)


# Trap 6.
def test_a_stored_zero_is_a_route_and_an_absent_one_is_none() -> None:
    assert two_step_floating_catchment(PEOPLE, SUPPLY, TRAVEL, limit_ds=0) == pytest.approx([0, 0.01])


def test_a_decay_counts_far_ways_less() -> None:
    decay = stepped((600, 1.0), (900, 0.5))
    # First post: 8 / (100 + 150) = 0.032; second: 3 / 300 = 0.01.
    assert two_step_floating_catchment(PEOPLE, SUPPLY, TRAVEL, limit_ds=900, decay=decay) == pytest.approx(
        [0.032, 0.016 + 0.01]
    )
    assert modified_two_step(PEOPLE, SUPPLY, TRAVEL, limit_ds=900, decay=decay) == pytest.approx([0.032, 0.008 + 0.01])


def test_decays_begin_with_one_and_end_with_nothing() -> None:
    bell = gaussian(900)
    assert bell(np.array([0.0, 900.0, 1200.0])) == pytest.approx([1, 0, 0])
    assert (np.diff(bell(np.arange(0.0, 900.0, 10))) < 0).all()
    assert stepped((600, 1.0), (900, 0.5))(np.array([0.0, 600.0, 601.0, 900.0, 901.0])).tolist() == [1, 1, 0.5, 0.5, 0]


@given(some.integers(0, 10_000), some.integers(1, 3000))
@settings(max_examples=40)
def test_what_people_get_in_all_is_the_supply_in_reach(seed: int, limit: int) -> None:
    people, supply, travel = made(seed)
    for decay in (None, gaussian(limit + 1), exponential(600)):
        access = two_step_floating_catchment(people, supply, travel, limit_ds=limit, decay=decay)
        within = (travel.toarray() > 0) & (travel.toarray() <= limit) & (people[:, None] > 0)
        assert people @ access == pytest.approx(supply[within.any(axis=0)].sum())
        assert (access[~((travel.toarray() > 0) & (travel.toarray() <= limit)).any(axis=1)] == 0).all()


@given(some.integers(0, 10_000))
@settings(max_examples=40)
def test_a_loss_on_the_way_never_gives_anybody_more(seed: int) -> None:
    people, supply, travel = made(seed)
    decay = gaussian(2000)
    lossy = modified_two_step(people, supply, travel, limit_ds=1900, decay=decay)
    assert (lossy <= two_step_floating_catchment(people, supply, travel, limit_ds=1900, decay=decay) + 1e-12).all()


def test_gravity_worked_by_hand() -> None:
    # The first post is 600 ds (a half) from the first place and 900 ds from the second, the second right beside it.
    assert gravity(SUPPLY, TRAVEL, limit_ds=900, decay=exponential(600)) == pytest.approx([4, 8 * 2**-1.5 + 3])
    assert gravity(SUPPLY, TRAVEL, limit_ds=899, decay=exponential(600)) == pytest.approx([4, 3])


@given(some.integers(0, 10_000), some.integers(1, 3000))
@settings(max_examples=40)
def test_gravity_is_more_with_more_time_and_never_more_than_all_supply(seed: int, limit: int) -> None:
    _, supply, travel = made(seed)
    for decay in (exponential(500), gaussian(4000)):
        near = gravity(supply, travel, limit_ds=limit, decay=decay)
        assert (near <= gravity(supply, travel, limit_ds=limit + 300, decay=decay) + 1e-12).all()
        assert (near <= supply.sum()).all()


def test_groups_are_told_apart_and_an_empty_one_says_nothing() -> None:
    found = access_by_group([0, 2, 4], {"all": [2, 1, 1], "over_65": [1, 0, 1], "nobody": [0, 0, 0], "left": [5, 0, 0]})
    assert (found["all"].people, found["all"].mean, found["all"].without_share) == (4, 1.5, 0.5)
    assert found["over_65"].gini == pytest.approx(0.5)
    assert np.isnan([found["nobody"].mean, found["nobody"].gini, found["left"].gini]).all()
    assert (found["left"].mean, found["left"].without_share) == (0, 1)


def test_how_unequal_access_is() -> None:
    assert gini([2, 2, 2], [5, 1, 9]) == pytest.approx(0)
    # A quarter of the people has all of it.
    assert gini([0, 4], [3, 1]) == pytest.approx(0.75)
    people_share, access_share = lorenz([4, 0], [1, 3])
    assert people_share.tolist() == [0, 0.75, 1]
    assert access_share.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: two_step_floating_catchment([1], SUPPLY, TRAVEL, limit_ds=5), r"shape \(2, 2\) for 1 places"),
        (lambda: two_step_floating_catchment([1, -1], SUPPLY, TRAVEL, limit_ds=5), r"people\[1\] is -1"),
        (lambda: two_step_floating_catchment(PEOPLE, [np.nan, 1], TRAVEL, limit_ds=5), r"supply\[0\] is nan"),
        (lambda: two_step_floating_catchment(PEOPLE, SUPPLY, TRAVEL, limit_ds=-1), "a limit of -1"),
        (lambda: gravity([1], TRAVEL, limit_ds=5, decay=exponential(9)), "for 2 places and 1 posts"),
        (lambda: gaussian(0), "a decay that ends at 0"),
        (lambda: exponential(0), "halves every 0"),
        (lambda: access_by_group([1], {"old": [-1]}), r"people of old\[0\] is -1"),
        (lambda: gini([0, 0], [1, 1]), "nobody has any access"),
        (lambda: gini([1], [1, 1]), "as many"),
    ],
)
def test_a_wrong_call_says_what_is_wanted(call: Callable[[], object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        call()
