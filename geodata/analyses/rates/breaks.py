"""Which rates a map colours alike: breaks that are declared, and stay the same for every period that is shown.

Colours can be compared from one year to the next only where they stand for the same rates in both.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from geodata.layers.incident_count import YEARLY
from geodata.statistics.rates import PERCENT_BASE

Floats = npt.NDArray[np.float64]
Classes = npt.NDArray[np.int64]

CLASSES = 5
SHARES = (0.2, 0.4, 0.6, 0.8)
"""Of people within reach: the same for every service, limit and scenario."""
_STEPS = tuple(round(step * 10.0**power, 3) for power in range(-2, 4) for step in (1, 1.5, 2, 3, 5, 7))
LADDERS = tuple(_STEPS[first : first + CLASSES - 1] for first in range(len(_STEPS) - CLASSES + 2))
"""Of rates: neighbours of round steps, of which those are taken that fit all periods together."""
FEW, UNKNOWN = 0, -1
"""The classes, beside 1 to `CLASSES`, of areas with too few for a rate, and of those of which something isn't known."""
LEAST_CASES = YEARLY.minimum
"""A rate of fewer cases is hatched: its interval reaches from half to twice of it."""
LEAST_BASE = PERCENT_BASE
"""And one on fewer people or households."""


def ladder_of(rates: Floats) -> tuple[float, ...]:
    """Return the declared breaks whose middle is nearest to the middle rate of all areas and periods together.

    Args:
        rates: of any shape, NaN where none is told.
    """
    told = rates[np.isfinite(rates) & (rates > 0)]
    middle = math.log(float(np.median(told))) if len(told) else 0.0
    return min(LADDERS, key=lambda ladder: abs(math.log(ladder[1] * ladder[2]) / 2 - middle))


def classes_of(rates: Floats, breaks: tuple[float, ...], is_few: npt.NDArray[np.bool_]) -> Classes:
    """Return the class of each rate: 1 to `CLASSES`, a break belonging to the class above it; `FEW` or `UNKNOWN`.

    Args:
        rates: of any shape; NaN where one isn't known, or isn't told.
        breaks: ascending.
        is_few: where there are too few for a rate, known or withheld.
    """
    found = np.digitize(np.nan_to_num(rates), breaks) + 1
    return np.where(is_few, FEW, np.where(np.isfinite(rates), found, UNKNOWN)).astype(np.int64)
