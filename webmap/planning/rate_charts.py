"""The pictures beside a map of rates: all cases by period, and each area's rate by how many it is about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.analyses.hotspots.periods import YEAR, Months
from geodata.analyses.rates import COVERAGE, Rates
from geodata.analyses.rates.table import A_THOUSAND
from geodata.statistics.rates import chance_limits
from webmap.planning.curves import Axis, Frame, path_of, ticks

BARS = Frame(left=4, right=316, top=22, bottom=86)
FUNNEL = Frame(left=40, right=298, top=10, bottom=150)
_STEPS = 40
LEVELS = (0.95, 0.998)
"""Of chance: the usual two limits of a funnel."""


@dataclass(frozen=True)
class Bar:
    """A period's bar: from x on so wide, its top at y; `is_told` is False where the sum would give a count away."""

    column: int
    x: float
    y: float
    wide: float
    total: float
    is_told: bool


@dataclass(frozen=True)
class Dot:
    """An area in the picture: its number in the table of rates, and its place."""

    at: int
    x: float
    y: float


@dataclass(frozen=True)
class Funnel:
    """Areas by their base and their rate, the rate of all together, and between which limits chance keeps an area."""

    dots: list[Dot]
    x_ticks: list[tuple[float, float]]
    y_ticks: list[tuple[float, float]]
    mean_y: float | None
    limits: list[str]


def bars_of(found: Rates) -> list[Bar]:
    """Return a bar for each period, as high as its cases are many."""
    most = float(np.nanmax([*found.totals, 1.0]))
    wide = (BARS.right - BARS.left) / len(found.columns)
    up = Axis(0, most, BARS.bottom, BARS.top)
    bars = []
    for column, total in enumerate(found.totals.tolist()):
        is_told = bool(np.isfinite(total))
        top = up.at(total) if is_told else BARS.bottom - 6
        bars.append(Bar(column, round(BARS.left + column * wide, 1), top, round(wide - 2, 1), total, is_told))
    return bars


def funnel_of(found: Rates, column: int) -> Funnel | None:
    """Return the picture of one column, on the same axes in each; None where no area has a rate."""
    told = np.flatnonzero(np.isfinite(found.rates[:, column]))
    if not len(told):
        return None
    base, rates = found.base[told, column], found.rates[told, column]
    x_ticks = ticks(0, float(np.nanmax(found.base)))
    across = Axis(0, x_ticks[-1], FUNNEL.left, FUNNEL.right)
    highest = 1.0 if found.what == COVERAGE else float(np.nanmax(found.rates)) * 1.1
    y_ticks = ticks(0, highest)
    up = Axis(0, y_ticks[-1], FUNNEL.bottom, FUNNEL.top)
    dots = [Dot(int(at), across.at(x), up.at(y)) for at, x, y in zip(told, base.tolist(), rates.tolist(), strict=True)]
    period = found.columns[column]
    mean, limits = None, []
    if isinstance(period, Months):
        # Of those that are told: the rate of all would give away what is withheld.
        mean = float(found.counts[told, column].sum() / base.sum())
        along = np.linspace(x_ticks[-1] / _STEPS, x_ticks[-1], _STEPS)
        by = along / (A_THOUSAND * YEAR / period.count)
        for level in LEVELS:
            for bound in chance_limits(mean * along, level=level):
                points = [(across.at(x), up.at(min(y, y_ticks[-1]))) for x, y in zip(along, bound / by, strict=True)]
                limits.append(path_of(points))
        mean = up.at(mean * A_THOUSAND * YEAR / period.count)
    return Funnel(dots, [(x, across.at(x)) for x in x_ticks], [(y, up.at(y)) for y in y_ticks], mean, limits)
