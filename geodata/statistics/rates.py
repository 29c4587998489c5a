"""Counts and their changes with exact intervals: what can be told from chance, and what can't.

    low, high = count_interval(12)                     # Garwood
    change = compare(67, 52)                           # two equal periods
    change.ratio - 1, change.low - 1, change.high - 1  # -22 %, -47 % .. +13 %
    change.is_beyond_chance                            # no arrow and no colour unless it is
    low, high = chance_limits(rate * people)           # a funnel: who is outside differs from the rest
    least_base(-0.224)                                 # 146: so many cases a change of -22.4 % needs

All functions take numbers or arrays of one shape, and answer with arrays of that shape.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from geodata.errors import InvalidInput

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Method = Literal["exact", "mid-p"]
PERCENT_BASE = 20
"""On fewer nothing is told in percent: it would look like more than is known, and give small counts away."""
_HALVINGS = 60
"""So many halvings of 0..1 leave less than a float can tell."""


@dataclass(frozen=True, eq=False)
class Change:
    """How a rate has changed from one period to another.

    Attributes:
        before, after: the counts.
        ratio: the later rate by the earlier one; NaN where both counts are 0, inf where only the earlier is.
        low, high: the ratio's interval; 0 and inf where nothing can be said.
        p: the two-sided p value of "nothing has changed".
        is_beyond_chance: whether the interval leaves out 1.
    """

    before: Floats
    after: Floats
    ratio: Floats
    low: Floats
    high: Floats
    p: Floats

    @property
    def is_beyond_chance(self) -> Mask:
        """Whether the interval leaves out 1."""
        return (self.low > 1) | (self.high < 1)


def count_interval(count: npt.ArrayLike, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the exact interval of the number that a count stands for (Poisson).

    Args:
        count: whole numbers, >= 0.
        level: of confidence; at least so often the interval holds the truth.

    Raises:
        InvalidInput: a count isn't a whole number of 0 or more, or the level isn't between 0 and 1.

    Source:
        Garwood 1936, Biometrika 28(3/4), doi:10.1093/biomet/28.3-4.437.
    """
    found, tail = _counts("count", count), _tail(level)
    low = np.where(found > 0, special.gammaincinv(np.maximum(found, 1), tail), 0.0)
    return low, np.asarray(special.gammainccinv(found + 1, tail), dtype=np.float64)


def chance_limits(expected: npt.ArrayLike, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return between which counts, both inclusive, chance keeps an area of which so many are expected (funnel plot).

    An area outside of them differs from the rest; inside, a league table would rank noise.

    Args:
        expected: the mean rate by each area's people, >= 0.
        level: at least so often an area like the rest is inside; 0.998 for the outer limits that funnels usually have.

    Raises:
        InvalidInput: a number is negative or not finite, or the level isn't between 0 and 1.

    Source:
        Spiegelhalter 2005, Statistics in Medicine 24(8), doi:10.1002/sim.1970.
    """
    mean, tail = np.asarray(expected, dtype=np.float64), _tail(level)
    if not (np.isfinite(mean).all() and (mean >= 0).all()):
        raise InvalidInput("an expected number is negative or not finite; wanted is 0 or more")
    from scipy import stats  # a second to load, for no other question

    return np.asarray(stats.poisson.ppf(tail, mean)), np.asarray(stats.poisson.ppf(1 - tail, mean))


def compare(
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    *,
    exposure: npt.ArrayLike = 1.0,
    level: float = 0.95,
    method: Method = "exact",
) -> Change:
    """Return how much a rate has changed between two periods, with its interval (conditional rate ratio).

    Of all cases together, those of the later period are a binomial share: nothing has to be known of the rate itself.

    Args:
        before, after: counts of the two periods.
        exposure: the later period's length, or its people, by the earlier one's; 1 for equal periods.
        level: of confidence.
        method: "exact" (Clopper-Pearson: at least `level`), or "mid-p" (`level` on average, a little narrower).

    Raises:
        InvalidInput: counts aren't whole numbers of 0 or more, the exposure isn't more than 0, or the level isn't
            between 0 and 1.

    Source:
        Clopper & Pearson 1934, Biometrika 26(4), doi:10.1093/biomet/26.4.404; mid-P: Berry & Armitage 1995, The
        Statistician 44(4), doi:10.2307/2348891.
    """
    one, other, share = np.broadcast_arrays(
        _counts("before", before), _counts("after", after), np.asarray(exposure, dtype=np.float64)
    )
    if not (np.isfinite(share).all() and (share > 0).all()):
        raise InvalidInput(f"an exposure of {share.min()} to {share.max()}; wanted is more than 0")
    total, tail = one + other, _tail(level)
    bounds = _clopper_pearson if method == "exact" else _mid_p
    low, high = bounds(other, total, tail)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = other / one / share
        low, high = low / (1 - low) / share, high / (1 - high) / share
    return Change(one, other, ratio, low, high, _p_value(other, total, share / (1 + share), method))


def least_base(change: float, *, level: float = 0.95) -> int:
    """Return from how many cases on a change by a share beats chance in two equal periods; `change` is -0.224, say.

    From there on every base does; below, roundings to whole cases may let one or another do so.

    Raises:
        InvalidInput: the change is 0, less than -1, or so small that millions of cases don't tell.
    """
    if not (change >= -1 and np.isfinite(change)) or change == 0:
        raise InvalidInput(f"a change of {change}; wanted is a share of -1 or more that isn't 0")
    # Twice what the usual approximation asks for, so that the last base that fails is among them.
    z = float(special.ndtri(1 - _tail(level)))
    most = int(2 * (z / change) ** 2 * (2 + change)) + 100
    if most > 20_000_000:
        raise InvalidInput(f"a change of {change} needs more than {most // 2} cases; wanted is a greater one")
    base = np.arange(1, most)
    fails = ~compare(base, np.rint(base * (1 + change)), level=level).is_beyond_chance
    return int(base[fails][-1]) + 1 if fails.any() else 1


def _clopper_pearson(count: Floats, total: Floats, tail: float) -> tuple[Floats, Floats]:
    """Return the exact interval of a binomial share; 0 and 1 where there are no cases."""
    low = np.where(count > 0, special.betaincinv(np.maximum(count, 1), total - count + 1, tail), 0.0)
    left = total - count
    high = np.where(left > 0, special.betaincinv(count + 1, np.maximum(left, 1), 1 - tail), 1.0)
    return low, high


def _mid_p(count: Floats, total: Floats, tail: float) -> tuple[Floats, Floats]:
    """Return the mid-P interval of a binomial share: what is as likely as what was seen counts half."""
    low = np.where(count > 0, _halve(lambda p: 1 - _half_below(count, total, p) < tail, count.shape), 0.0)
    high = np.where(count < total, _halve(lambda p: _half_below(count, total, p) > tail, count.shape), 1.0)
    return low, high


def _half_below(count: Floats, total: Floats, p: Floats | float) -> Floats:
    """Return the chance of fewer cases, with half that of just as many."""
    upto = _upto(count, total, p)
    found: Floats = (upto + np.where(count > 0, _upto(count - 1, total, p), 0.0)) / 2
    return found


def _upto(count: Floats, total: Floats, p: Floats | float) -> Floats:
    """Return the chance of at most so many cases."""
    left = total - count
    found: Floats = np.where(left > 0, special.betainc(np.maximum(left, 1), np.maximum(count, 0) + 1, 1 - p), 1.0)
    return found


def _halve(is_below: Callable[[Floats], Mask], shape: tuple[int, ...]) -> Floats:
    """Return where a condition that holds for small shares stops to do so."""
    low, high = np.zeros(shape), np.ones(shape)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        holds = is_below(middle)
        low, high = np.where(holds, middle, low), np.where(holds, high, middle)
    return (low + high) / 2


def _p_value(count: Floats, total: Floats, p: Floats, method: Method) -> Floats:
    """Return twice the smaller tail, at most 1: it is below 1 - level just where the interval leaves out 1."""
    if method == "mid-p":
        below = _half_below(count, total, p)
        return _twice(np.minimum(below, 1 - below))
    upto = _upto(count, total, p)
    above = np.where(count > 0, special.betainc(np.maximum(count, 1), total - count + 1, p), 1.0)
    return _twice(np.minimum(upto, above))


def _twice(tail: Floats) -> Floats:
    found: Floats = np.minimum(1.0, 2 * tail)
    return found


def _counts(name: str, values: npt.ArrayLike) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    wrong = ~(np.isfinite(found) & (found >= 0) & (found == np.rint(found)))
    if wrong.any():
        raise InvalidInput(f"{name} of {found[wrong].flat[0]}; wanted is a whole number of 0 or more")
    return found


def _tail(level: float) -> float:
    if not 0 < level < 1:
        raise InvalidInput(f"a level of {level}; wanted is between 0 and 1, like 0.95")
    return (1 - level) / 2
