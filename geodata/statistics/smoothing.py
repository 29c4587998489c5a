"""Rates of small areas drawn towards the mean of all, the more so the less they are known.

found = smooth_rates(counts, people)
found.rate, found.weight      # smoothed; 1 where an area speaks for itself, 0 where the mean does
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.errors import InvalidInput

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Smoothed:
    """Smoothed rates.

    Attributes:
        rate: (n,) cases a head; the mean where an area has nobody.
        weight: (n,) how much of an area's own rate is in it, 0..1.
        mean: the rate of all areas together.
        between_variance: how much the areas truly differ, beyond chance; 0 where chance explains all.
    """

    rate: Floats
    weight: Floats
    mean: float
    between_variance: float


def smooth_rates(count: npt.ArrayLike, people: npt.ArrayLike) -> Smoothed:
    """Return empirical Bayes rates.

    The variance between areas is never less than 0: where areas differ less than chance would have it, all have the
    mean. Without that, weights leave 0..1 and small areas are pushed away from the mean.

    Args:
        count: (n,) cases, >= 0.
        people: (n,) those who could have been one, >= 0.

    Raises:
        InvalidInput: shapes disagree, a value is negative or NaN, nobody is there, or an area without people has cases.

    Source:
        Marshall 1991, Journal of the Royal Statistical Society C 40(2), doi:10.2307/2347593.
    """
    cases, heads = _checked("count", count), _checked("people", people)
    if cases.shape != heads.shape:
        raise InvalidInput(f"counts of {len(cases)} areas and people of {len(heads)}; wanted is as many")
    if heads.sum() <= 0:
        raise InvalidInput("there are no people in any area; a rate can't be told")
    wrong = np.flatnonzero((heads == 0) & (cases > 0))
    if len(wrong):
        raise InvalidInput(f"area {wrong[0]} has {cases[wrong[0]]:g} cases and no people; wanted are its people")
    mean = cases.sum() / heads.sum()
    has_people = heads > 0
    own = np.divide(cases, heads, out=np.full(len(heads), mean), where=has_people)
    spread = (heads * (own - mean) ** 2).sum() / heads.sum()
    between = max(0.0, float(spread - mean / heads[has_people].mean()))
    by_chance = np.divide(mean, heads, out=np.full(len(heads), np.inf), where=has_people)
    weight = np.divide(between, between + by_chance, out=np.zeros(len(heads)), where=between + by_chance > 0)
    return Smoothed(mean + weight * (own - mean), weight, float(mean), between)


def _checked(name: str, values: npt.ArrayLike) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1:
        raise InvalidInput(f"{name} of shape {found.shape}; wanted is one number an area")
    wrong = np.flatnonzero(~(np.isfinite(found) & (found >= 0)))
    if len(wrong):
        raise InvalidInput(f"{name}[{wrong[0]}] is {found[wrong[0]]}; wanted is a number of 0 or more")
    return found
