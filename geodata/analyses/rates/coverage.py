"""The share of people within reach by area, of an answer and of the same with a scenario's changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geodata.analyses.coverage import Answer
from geodata.analyses.facts import both
from geodata.analyses.rates.breaks import LEAST_BASE, SHARES, classes_of
from geodata.analyses.rates.question import COVERAGE
from geodata.analyses.rates.table import Rates
from geodata.layers.text import Text
from geodata.queries.outlines import read_outlines
from geodata.settings import Settings

REACH_RATE = Text(
    f"时限内可达的人占全部已统计人口的比例；不足 {LEAST_BASE} 的区域不计算，以斜线表示。",
    f"The part of all who are counted that is within the limit; areas with fewer than {LEAST_BASE} are hatched.",
)


def reach_rates(settings: Settings, answers: Sequence[Answer], names: Sequence[str]) -> Rates:
    """Return the shares of answers to one question, split by the same level of areas.

    Args:
        settings: the deployment.
        answers: of `cover`, one a column.
        names: (c,) what the columns are called.
    """
    level = answers[0].asked.by
    if level is None:
        raise AssertionError("an answer that isn't split by areas has no shares of them")
    areas, shapes = read_outlines(settings, level)
    # The last row is of those in no area of the level.
    rows = [answer.areas[: len(areas)] for answer in answers]
    counts = np.array([[row.covered for row in column] for column in rows], dtype=np.float64).T
    base = np.array([[row.demand for row in column] for column in rows], dtype=np.float64).T
    base = np.where(base > 0, base, np.nan)
    is_few = base < LEAST_BASE
    shares = np.where(is_few, np.nan, counts / base)
    of = answers[0].asked
    asked = {
        "service": of.service.id, "mode": of.mode.id, "minutes": of.minutes, "at": str(of.at) if of.at else None,
        "weight": of.weight,
    }  # fmt: skip
    nothing = np.full(shares.shape, np.nan)
    return Rates(
        settings, COVERAGE, level, areas, shapes, list(names),
        counts=np.where(np.isnan(base), np.nan, counts),
        base=base,
        rates=shares,
        low=nothing,
        high=nothing,
        classes=classes_of(shares, SHARES, is_few),
        is_withheld=np.zeros(shares.shape, dtype=np.bool_),
        totals=np.array([answer.covered for answer in answers], dtype=np.float64),
        breaks=SHARES,
        left_out=0,
        receipt={**answers[0].receipt, "asked": asked, "definition": both(REACH_RATE), "breaks": list(SHARES)},
    )  # fmt: skip
