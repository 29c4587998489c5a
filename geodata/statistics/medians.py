"""Medians of values that stand for more than one each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geodata.errors import InvalidInput


def weighted_median(values: npt.ArrayLike, weights: npt.ArrayLike) -> float:
    """Return the smallest value at or below which half of all weight lies: the lower weighted median.

    Args:
        values: (n,) numbers; inf counts as the largest.
        weights: (n,) what each stands for, >= 0.

    Returns:
        One of the values.

    Raises:
        InvalidInput: shapes disagree, a value is NaN, a weight is negative or no number, or all of them are 0.
    """
    found, weight = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if found.ndim != 1 or found.shape != weight.shape:
        raise InvalidInput(f"values of shape {found.shape} and weights of {weight.shape}; wanted is one weight a value")
    if np.isnan(found).any() or not (np.isfinite(weight).all() and (weight >= 0).all() and weight.sum() > 0):
        raise InvalidInput("wanted are values that are numbers, and weights of 0 or more that aren't all 0")
    order = np.argsort(found, kind="stable")
    below = np.cumsum(weight[order])
    return float(found[order[np.searchsorted(below, below[-1] / 2)]])
