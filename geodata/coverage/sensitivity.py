"""How much an answer depends on what isn't known for sure: speeds, the date of the network, the snap limit.

sway_of(weight, times, owners, other_times, other_owners, limit_ds=3000)   # two ways of asking the same
at_speeds(weight, times, limit_ds=3000)                                    # {0.8: Sway, 1.2: Sway}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.coverage.arrays import Floats, Ints
from geodata.errors import InvalidInput


@dataclass(frozen=True)
class Sway:
    """What becomes of an answer when something is changed; shares are of the whole weight.

    Attributes:
        covered: the weight that is covered after the change.
        covered_share: what is covered after the change.
        gained_share: what is covered only after it.
        lost_share: what is covered only before it.
        moved_share: what is covered before and after it, by another post.
    """

    covered: float
    covered_share: float
    gained_share: float
    lost_share: float
    moved_share: float

    @property
    def changed_share(self) -> float:
        """The share whose answer isn't what it was: covered or not, or by whom."""
        return self.gained_share + self.lost_share + self.moved_share


def sway_of(
    weight: npt.ArrayLike, times: Floats, owners: Ints, other_times: Floats, other_owners: Ints, *, limit_ds: int
) -> Sway:
    """Return how much of the weight has another answer.

    Args:
        weight: (k,) people of each place, >= 0.
        times, owners: (k,) as `arrive` gives them; inf where nobody comes.
        other_times, other_owners: (k,) the same after the change.
        limit_ds: what counts as covered, inclusive.

    Raises:
        InvalidInput: shapes disagree, a weight is negative or not finite, a time is NaN, or all weights are 0.
    """
    heavy = np.asarray(weight, dtype=np.float64)
    shapes = {np.shape(each) for each in (heavy, times, owners, other_times, other_owners)}
    if len(shapes) > 1 or heavy.ndim != 1:
        raise InvalidInput(f"weights, times and owners of shapes {sorted(shapes)}; wanted is one of each for a place")
    if not (np.isfinite(heavy).all() and (heavy >= 0).all() and heavy.sum() > 0):
        raise InvalidInput("weights are negative, not finite or all 0; wanted are numbers of 0 or more, one above it")
    if np.isnan(times).any() or np.isnan(other_times).any():
        raise InvalidInput("a time is no number; wanted is inf where a place isn't reached")
    before, after = times <= limit_ds, other_times <= limit_ds
    whole = heavy.sum()
    return Sway(
        covered=float(heavy[after].sum()),
        covered_share=float(heavy[after].sum() / whole),
        gained_share=float(heavy[after & ~before].sum() / whole),
        lost_share=float(heavy[before & ~after].sum() / whole),
        moved_share=float(heavy[before & after & (owners != other_owners)].sum() / whole),
    )


def at_speeds(
    weight: npt.ArrayLike, times: Floats, *, limit_ds: int, factors: Sequence[float] = (0.8, 1.2)
) -> dict[float, Sway]:
    """Return how the answer sways at so many times the speed everywhere, on streets and to the doors.

    All ways take as many times as long then, so that each place's nearest post stays the same: none is moved.

    Args:
        weight, times, limit_ds: as `sway_of` takes them.
        factors: of speed, more than 0: at 0.8 of the speed a way of 240 s takes 300 s.

    Raises:
        InvalidInput: as `sway_of`, or a factor isn't more than 0.
    """
    wrong = [factor for factor in factors if not 0 < factor < np.inf]
    if wrong:
        raise InvalidInput(f"{wrong[0]} times the speed; wanted is more than 0")
    nobody = np.zeros(len(times), dtype=np.int64)
    return {
        factor: sway_of(weight, times, nobody, np.rint(times / factor), nobody, limit_ds=limit_ds) for factor in factors
    }
