"""Grids of equal work: against spopt's regions on made-up blocks, and the sample's."""

from __future__ import annotations

import numpy as np

from geodata.analyses.grids import GridsQuestion, balance_grids
from geodata.coverage.districts import balance
from geodata.coverage.districts.plan import spread_of
from geodata.settings import Settings
from tests.bench.rows import Row, cpu, environment, once, peer
from tests.geodata.coverage.test_districts import town

SIDE, DISTRICTS, SEED = 14, 15, 3
FLOOR = 0.85
"""Of the mean: the least work of a region of spopt's, which makes as many as it can of it."""


def region_rows() -> list[Row]:
    """Return what even districts in one piece each take: the spread, and how many households are moved."""
    work, homes, pairs, today = town(SIDE, DISTRICTS, SEED)
    own_s, plan = cpu(lambda: balance(work, homes, pairs, today, goal_share=0.1), times=2)
    given = {"work": work, "pairs": pairs, "least": np.array(FLOOR * work.sum() / DISTRICTS)}
    took_s, build_s, labels = peer(environment(), "spopt-regions", given)
    number = np.unique(labels, return_inverse=True)[1]
    spread, regions = spread_of(np.asarray(np.bincount(number, work), dtype=np.float64)), int(number.max()) + 1
    told = (
        f"spread {plan.spread:.2f} of {plan.spread_before:.2f}, {plan.moved_households / homes.sum():.0%} moved; "
        f"spopt {spread:.2f} with {regions} regions, {_moved(number, today, homes):.0%} moved"
    )
    if plan.spread > spread:
        told = f"NO: {told}"
    return [Row(f"grids, {SIDE * SIDE} blocks, {DISTRICTS} districts", "spopt max-p", own_s, took_s, told, build_s)]


def sample_row(settings: Settings) -> Row:
    """Return what the sample's grids take, reading included."""
    own_s, wall_s, answer = once(lambda: balance_grids(settings, GridsQuestion()))
    told = f"spread of those that can be shaped {answer.spread_rest:.2f} of {answer.spread_before_rest:.2f}"
    return Row("grids, the sample", "", own_s, None, told, wall_s=wall_s)


def _moved(number: np.ndarray, today: np.ndarray, homes: np.ndarray) -> float:
    """Return the share of the households that change districts, where each new one is called as most of it was."""
    called = [np.bincount(today[number == each], homes[number == each]).argmax() for each in range(number.max() + 1)]
    return float(homes[np.array(called)[number] != today].sum() / homes.sum())
