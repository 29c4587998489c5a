"""Districts: whole units in one piece each, as even as asked for, and no fewer moves than every way tried allows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from geodata.coverage.districts import Plan, balance, neighbours_on, set_aside
from geodata.coverage.districts.plan import components, pieces_of, spread_of
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import WALK
from geodata.coverage.snapping import snap
from geodata.errors import InvalidInput
from tests.geodata.coverage.test_streets import ways

Town = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
seeds = some.integers(0, 10_000)


def grid(side: int) -> np.ndarray:
    number = np.arange(side * side).reshape(side, side)
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    return np.vstack([across, np.column_stack([number[:-1].ravel(), number[1:].ravel()])])


def town(side: int, count: int, seed: int, *, gaps: float = 0.0) -> Town:
    """Return workloads, households, pairs and today's districts of side x side blocks, some with a wall between."""
    rng = np.random.default_rng(seed)
    households = rng.integers(40, 400, side * side)
    pairs = grid(side)[rng.random(2 * side * (side - 1)) >= gaps]
    seat = rng.uniform(0, side, (count, 2))
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    today = ((x.ravel()[:, None] - seat[:, 0]) ** 2 + (y.ravel()[:, None] - seat[:, 1]) ** 2).argmin(axis=1)
    return households * rng.uniform(0.5, 2, side * side), households, pairs, today


def pieces(plan: Plan, pairs: np.ndarray) -> int:
    return len(np.unique(pieces_of(plan.district, pairs)))


@given(seeds, some.integers(2, 9), some.sampled_from([0.0, 0.2]))
@settings(max_examples=6, deadline=None)
def test_each_district_is_in_one_piece_and_the_figures_are_true(seed: int, count: int, gaps: float) -> None:
    workload, households, pairs, today = town(7, count, seed, gaps=gaps)
    districts = max(len(np.unique(today)), int(components(49, pairs).max()) + 1)
    plan = balance(workload, households, pairs, today, districts=districts)
    assert len(plan.numbers) == districts == pieces(plan, pairs)
    assert set(plan.district.tolist()) == set(plan.numbers.tolist())
    assert plan.workload == pytest.approx([workload[plan.district == number].sum() for number in plan.numbers])
    assert plan.spread == pytest.approx(spread_of(plan.workload))
    assert plan.moved_households == households[plan.district != today].sum()
    assert plan.moved_units == (plan.district != today).sum()
    assert all(plan.spread >= one.least_spread - 1e-9 for one in plan.obstacles)


@pytest.mark.parametrize(("side", "count", "seed"), [(11, 12, 1), (11, 12, 2), (16, 20, 3)])
def test_the_spread_is_at_most_half_of_todays(side: int, count: int, seed: int) -> None:
    workload, households, pairs, today = town(side, count, seed)
    plan = balance(workload, households, pairs, today)
    assert plan.spread_before == pytest.approx(spread_of(np.asarray(np.bincount(today, workload), dtype=np.float64)))
    assert plan.is_met
    assert plan.spread <= plan.spread_before / 2
    # Not drawn anew: most people stay where they are.
    assert plan.moved_households < 0.3 * households.sum()
    again = balance(workload, households, pairs, today)
    assert (again.district == plan.district).all()
    finer = balance(workload, households, pairs, today, goal_share=0.1)
    assert finer.spread <= plan.spread_before / 10
    assert finer.moved_households > plan.moved_households


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_no_plan_that_is_as_even_moves_fewer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    workload = rng.integers(10, 60, 9).astype(np.float64)
    households, pairs = rng.integers(1, 50, 9), grid(3)
    today = np.array([0, 0, 0, 0, 0, 1, 0, 2, 2])
    plan = balance(workload, households, pairs, today)
    every = np.array(list(product(range(3), repeat=9)))
    held = np.stack([(every == number) @ workload for number in range(3)], axis=1)
    even = every[(np.ptp(held, axis=1) / held.mean(axis=1) <= plan.goal) & (held > 0).all(axis=1)]
    moves = (even != today) @ households
    order = np.argsort(moves)
    fewest = next((moves[at] for at in order if pieces_of(even[at], pairs).max() == 2), np.inf)
    assert plan.is_met == np.isfinite(fewest)
    if plan.is_met:
        assert plan.moved_households == fewest


def test_who_is_content_with_today_moves_nobody() -> None:
    # Four rows of four, each a district: in one piece, and as even as asked for.
    today = np.repeat(np.arange(4), 4)
    plan = balance(np.arange(16) + 50, np.ones(16), grid(4), today, goal_share=1.0)
    assert (plan.district == today).all()
    assert (plan.moved_units, plan.pieces_before) == (0, 4)


def test_where_there_is_no_work_nobody_moves() -> None:
    plan = balance(np.zeros(16), np.ones(16), grid(4), np.repeat(np.arange(4), 4))
    assert (plan.spread, plan.moved_units, plan.is_met, plan.obstacles) == (0, 0, True, ())


def test_a_torn_district_is_mended_and_a_unit_without_one_gets_one() -> None:
    # A row of six: the first district has both ends, one unit has none.
    today = np.array([0, 0, 1, -1, 1, 0])
    row = np.column_stack([np.arange(5), np.arange(1, 6)])
    plan = balance(np.ones(6), np.ones(6), row, today, goal_share=1.0)
    assert plan.pieces_before == 4
    assert pieces(plan, row) == 2
    assert sorted(plan.workload.tolist()) == [3, 3]
    assert plan.district.tolist() == [0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize("count", [1, 3, 8])
def test_there_may_be_fewer_districts_than_today_or_more(count: int) -> None:
    workload, households, pairs, today = town(6, 5, 9)
    plan = balance(workload, households, pairs, today, districts=count)
    assert pieces(plan, pairs) == len(plan.numbers) == count
    # New ones have new numbers; those of today keep theirs.
    assert (plan.numbers > today.max()).sum() == max(0, count - len(np.unique(today)))


def test_a_river_parts_districts_and_says_what_that_costs() -> None:
    # Two rows that nothing joins: 3 units of 10 here, 3 of 20 there, two districts of 45 aren't to be had.
    row = np.array([[0, 1], [1, 2], [3, 4], [4, 5]])
    plan = balance([10, 10, 10, 20, 20, 20], np.ones(6), row, np.array([0, 0, 0, 0, 1, 1]))
    assert plan.district.tolist() == [0, 0, 0, 1, 1, 1]
    assert plan.spread == pytest.approx(30 / 45)
    assert {one.kind for one in plan.obstacles} == {"cut_off"}
    assert plan.obstacles[0].least_spread == pytest.approx(30 / 45)
    with pytest.raises(InvalidInput, match="1 districts for 2 parts that nothing joins"):
        balance(np.ones(6), np.ones(6), row, np.zeros(6, dtype=int))


def test_a_unit_that_is_more_than_a_district_makes_one_by_itself_and_is_named() -> None:
    # 100 of 160 in one unit: the other two districts share 60, and the spread is 70 by a mean of 53.3.
    row = np.column_stack([np.arange(6), np.arange(1, 7)])
    plan = balance([10, 10, 10, 100, 10, 10, 10], np.ones(7), row, np.array([0, 0, 0, 1, 1, 2, 2]), goal_share=0.1)
    assert (plan.large.tolist(), plan.district.tolist()) == ([3], [0, 0, 0, 1, 2, 2, 2])
    (found,) = plan.obstacles
    assert (found.kind, found.units.tolist()) == ("large_unit", [3])
    assert found.least_spread == pytest.approx(70 / (160 / 3))
    assert plan.spread == pytest.approx(found.least_spread)
    # The others, 30 and 20 today, are held to the goal among themselves.
    assert (plan.spread_before_rest, plan.goal) == pytest.approx((10 / 25, 1 / 25))
    assert (plan.spread_rest, plan.is_met) == (0, True)


def test_a_large_unit_that_the_others_hang_on_keeps_its_place_among_them() -> None:
    # A hub of 100 with five spokes of 10: without it they would be five parts for two districts.
    star = np.column_stack([np.zeros(5, dtype=int), np.arange(1, 6)])
    plan = balance([100, 10, 10, 10, 10, 10], np.ones(6), star, np.array([0, 0, 0, 1, 1, 2]))
    assert plan.large.tolist() == []
    assert sorted(plan.workload.tolist()) == [10, 10, 130]
    assert pieces(plan, star) == 3


def test_progress_is_told_and_can_stop_the_search() -> None:
    told: list[float] = []
    arguments = town(5, 3, 4)
    balance(*arguments, progress=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)

    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        balance(*arguments, progress=stop)


def test_without_time_the_plan_is_what_could_be_mended() -> None:
    arguments = town(8, 6, 4)
    plan = balance(*arguments, time_limit_s=0)
    assert plan.is_cut_short
    assert pieces(plan, arguments[2]) == len(plan.numbers)


def test_units_across_a_wall_are_no_neighbours() -> None:
    # Two streets 20 m apart that meet 300 m to the east only: 0 and 2 face each other, as do 1 and 3.
    streets = lay_streets(ways(([(0, 0), (300, 0)], {}), ([(300, 0), (300, 20), (0, 20)], {})), WALK)
    x, y = np.array([10.0, 200.0, 10.0, 200.0]), np.array([0.0, 0.0, 20.0, 20.0])
    places = snap(streets, x, y, limit_m=5)
    assert neighbours_on(streets, places, np.arange(4)).tolist() == [[0, 1], [1, 3], [2, 3]]
    # A gate through the wall makes them so.
    gate = lay_streets(
        ways(
            ([(0, 0), (10, 0), (300, 0)], {}), ([(300, 0), (300, 20), (10, 20), (0, 20)], {}), ([(10, 0), (10, 20)], {})
        ),
        WALK,
    )
    opened = neighbours_on(gate, snap(gate, x, y, limit_m=5), np.arange(4))
    assert opened.tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]


def test_a_unit_with_several_gates_is_one() -> None:
    streets = lay_streets(ways(([(0, 0), (300, 0)], {})), WALK)
    places = snap(streets, np.array([10.0, 60.0, 120.0, 900.0]), np.zeros(4), limit_m=5)
    assert neighbours_on(streets, places, np.array([7, 7, 3, 5])).tolist() == [[3, 7]]
    with pytest.raises(InvalidInput, match="4 places for 2 numbers"):
        neighbours_on(streets, places, np.array([1, 2]))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: balance([1], [1, 2], np.zeros((0, 2)), np.zeros(1)), "1 workloads, 2 households"),
        (lambda: balance([], [], np.zeros((0, 2)), np.zeros(0)), "there are no units"),
        (lambda: balance([-1], [1], np.zeros((0, 2)), np.zeros(1)), "workload of shape"),
        (lambda: balance([1], [np.nan], np.zeros((0, 2)), np.zeros(1)), "households of shape"),
        (lambda: balance([1, 1], [1, 1], np.array([[0, 2]]), np.zeros(2)), "name the unit 0 or 2"),
        (lambda: balance([1, 1], [1, 1], np.array([[0, 1]]), np.zeros(2), districts=3), "3 districts of 2 units"),
        (lambda: balance([1], [1], np.zeros((0, 2)), np.array([-2])), "a district of -2"),
    ],
)
def test_a_wrong_call_says_what_is_wanted(call: Callable[[], object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        call()


def test_units_above_the_mean_of_the_rest_stand_apart_with_the_little_that_they_cut_off() -> None:
    # A chain 0-1-2-3-4-5; the mean is 20, so 1 is above it. Without it the others' mean is 4: none is above.
    # It cuts off 0, which has less than half of that mean and goes with it.
    pairs = np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]])
    found = set_aside(np.array([1.0, 100.0, 4, 4, 4, 3]), pairs, 5)
    assert found.units.tolist() == [1]
    assert found.with_large.tolist() == [0, 0, -1, -1, -1, -1]
    # Once the greatest is away, the next may be above the lower mean.
    again = set_aside(np.array([1.0, 100.0, 4, 20.0, 4, 3]), pairs, 5)
    assert again.units.tolist() == [1, 3]
    assert set_aside(np.full(6, 4.0), pairs, 3).units.tolist() == []
    # Two large units in one district of today: the larger one keeps its number, the other takes one that is free.
    plan = balance([1.0, 100.0, 4, 20.0, 4, 3], np.ones(6), pairs, np.array([0, 1, 1, 1, 2, 3]))
    assert plan.large.tolist() == [1, 3]
    assert plan.district[[0, 1]].tolist() == [1, 1]
    assert sorted(plan.numbers.tolist()) == [0, 1, 2, 3]
