"""Where high and low values gather more than chance would have it.

found = hot_spots(x_m, y_m, value, radius_m=300)
found.is_hot, found.is_cold          # after control of false discoveries
found.z, found.q                     # NaN where nothing can be told
found = rate_spots(x_m, y_m, cases, households, radius_m=300)
found.ratio, found.low, found.high   # a neighbourhood's rate by that of all the rest
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from geodata.errors import InvalidInput
from geodata.statistics.discoveries import false_discovery_shares
from geodata.statistics.neighbours import neighbourhoods
from geodata.statistics.rates import compare

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class HotSpots:
    """What stands out.

    Attributes:
        z: (n,) Gi*: how many standard deviations a neighbourhood's sum is off what chance would have it.
        p: (n,) two-sided.
        q: (n,) the share of false discoveries that one accepts by believing this place.
        neighbours: (n,) how many places a neighbourhood holds, the place itself among them.
        share: the share of false discoveries that is accepted.
    """

    z: Floats
    p: Floats
    q: Floats
    neighbours: Ints
    share: float

    @property
    def is_hot(self) -> Mask:
        """(n,) high values gather here."""
        return (self.q <= self.share) & (self.z > 0)

    @property
    def is_cold(self) -> Mask:
        """(n,) low values gather here."""
        return (self.q <= self.share) & (self.z < 0)


@dataclass(frozen=True, eq=False)
class RateSpots(HotSpots):
    """What stands out by its rate; z is of the same p and the side on which the rate lies, as chance is exact here.

    Attributes:
        ratio: (n,) a neighbourhood's rate by that of all the rest; inf where the rest has no case.
        low, high: (n,) its exact interval of 95 %.
    """

    ratio: Floats
    low: Floats
    high: Floats


def hot_spots(x_m: Floats, y_m: Floats, value: npt.ArrayLike, *, radius_m: float, share: float = 0.05) -> HotSpots:
    """Return where high and low values gather (Getis-Ord Gi*, binary weights, the place itself counts).

    Weights are never row-standardised: that shifts z by up to 13. Two-sided p values are controlled for false
    discoveries over all places.

    Args:
        x_m, y_m: (n,) the places, metres.
        value: (n,) what they have.
        radius_m: neighbours are this far away at most, inclusive.
        share: of false discoveries that is accepted.

    Returns:
        NaN in z, p and q where all values are the same, or a neighbourhood holds all places.

    Raises:
        InvalidInput: shapes disagree, a number isn't finite, the radius isn't more than 0 or holds too many neighbours.

    Source:
        Ord & Getis 1995, Geographical Analysis 27(4), doi:10.1111/j.1538-4632.1995.tb00912.x; Benjamini & Hochberg
        1995, Journal of the Royal Statistical Society B 57(1), doi:10.1111/j.2517-6161.1995.tb02031.x.
    """
    values = np.asarray(value, dtype=np.float64)
    _check(x_m, y_m, values, radius_m, share)
    count, (sums, neighbours) = len(values), neighbourhoods(x_m, y_m, values, radius_m)
    mean = values.mean() if count else np.nan
    deviation = values.std() if count else np.nan
    spread = (count * neighbours - neighbours.astype(np.float64) ** 2) / max(count - 1, 1)
    scale = deviation * np.sqrt(np.maximum(spread, 0))
    # A deviation that is nothing but rounding tells nothing.
    is_told = (spread > 0) & (deviation > 1e-12 * max(1.0, float(np.abs(values).max(initial=0))))
    z = np.divide(sums - mean * neighbours, scale, out=np.full(count, np.nan), where=is_told)
    p = 2 * ndtr(-np.abs(z))
    q = np.full(count, np.nan)
    if is_told.any():
        q[is_told] = false_discovery_shares(p[is_told])
    return HotSpots(z, p, q, neighbours, share)


def rate_spots(
    x_m: Floats, y_m: Floats, count: npt.ArrayLike, heads: npt.ArrayLike, *, radius_m: float, share: float = 0.05
) -> RateSpots:
    """Return where cases gather more, or less, than the heads that could have them would have it.

    Each neighbourhood's rate is held against that of all the rest by the exact conditional ratio: of all cases so many
    are expected inside as heads are. Few heads and few cases are few, whatever their rate: no rate is divided first.
    Each case counts as one of its own.

    Args:
        x_m, y_m: (n,) the places, metres.
        count: (n,) cases, whole numbers, >= 0.
        heads: (n,) those that could have one, such as households, > 0.
        radius_m: neighbours are this far away at most, inclusive.
        share: of false discoveries that is accepted.

    Returns:
        NaN where a neighbourhood holds all places, or nobody has a case.

    Raises:
        InvalidInput: as `hot_spots` and `compare`, or a place has no heads.
    """
    cases, people = np.asarray(count, dtype=np.float64), np.asarray(heads, dtype=np.float64)
    _check(x_m, y_m, cases, radius_m, share)
    _check(x_m, y_m, people, radius_m, share)
    if (people <= 0).any():
        raise InvalidInput(f"place {np.flatnonzero(people <= 0)[0]} has no heads; wanted are more than 0")
    inside, neighbours = neighbourhoods(x_m, y_m, cases, radius_m)
    here, _ = neighbourhoods(x_m, y_m, people, radius_m)
    is_told = (neighbours < len(cases)) & (cases.sum() > 0)
    z, p, q, ratio, low, high = np.full((6, len(cases)), np.nan)
    if is_told.any():
        exposure = here[is_told] / (people.sum() - here[is_told])
        found = compare(cases.sum() - inside[is_told], inside[is_told], exposure=exposure)
        ratio[is_told], low[is_told], high[is_told], p[is_told] = found.ratio, found.low, found.high, found.p
        side = np.where(found.ratio >= 1, 1.0, -1.0)
        z[is_told] = -side * ndtri(np.maximum(found.p, np.finfo(np.float64).tiny) / 2)
        q[is_told] = false_discovery_shares(found.p)
    return RateSpots(z, p, q, neighbours, share, ratio, low, high)


def _check(x_m: Floats, y_m: Floats, values: Floats, radius_m: float, share: float) -> None:
    if not (values.ndim == 1 and len(x_m) == len(y_m) == len(values)):
        raise InvalidInput(
            f"{len(x_m)} and {len(y_m)} coordinates for values of shape {values.shape}; wanted is one each"
        )
    if not (np.isfinite(x_m).all() and np.isfinite(y_m).all() and np.isfinite(values).all()):
        raise InvalidInput("a place or its value isn't finite; wanted are numbers")
    if not 0 < radius_m < np.inf:
        raise InvalidInput(f"a radius of {radius_m} m; wanted is more than 0", zh=f"半径 {radius_m:g} 米；应大于 0")
    if not 0 < share < 1:
        raise InvalidInput(f"a share of {share} of false discoveries; wanted is between 0 and 1, like 0.05")
