"""How much of what posts supply each place can get at: floating catchments, gravity, and how unequally it is spread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, issparse

from geodata.coverage.arrays import Floats
from geodata.errors import InvalidInput

Travel = npt.ArrayLike | csr_array
Decay = Callable[[Floats], Floats]
"""From times in deciseconds to weights of 0 to 1: how much of a way counts."""


def two_step_floating_catchment(
    people: npt.ArrayLike, supply: npt.ArrayLike, travel_ds: Travel, *, limit_ds: int, decay: Decay | None = None
) -> Floats:
    """Return the supply per person that each place can reach (2SFCA; E2SFCA with a decay).

    Args:
        people: (n,) residents of each place, >= 0.
        supply: (m,) capacity of each post, >= 0.
        travel_ds: (n, m) travel times, whole deciseconds: sparse of any kind, absent where there is no route (a stored
            0 is one), or dense, inf there.
        limit_ds: catchment limit in deciseconds, inclusive.
        decay: weights of times within the limit; None for 1 throughout.

    Returns:
        (n,) supply units per person; 0 where no post is in reach. Supply that nobody reaches isn't shared out.

    Raises:
        InvalidInput: shapes disagree, or a value is negative or NaN.

    Source:
        Luo & Wang 2003, Environment and Planning B 30(6), doi:10.1068/b29120; decay: Luo & Qi 2009, Health & Place
        15(4), doi:10.1016/j.healthplace.2009.06.002.
    """
    weight = _weights(people, supply, travel_ds, limit_ds, decay)
    found: Floats = weight @ _per_person(people, supply, weight)
    return found


def modified_two_step(
    people: npt.ArrayLike, supply: npt.ArrayLike, travel_ds: Travel, *, limit_ds: int, decay: Decay
) -> Floats:
    """Return what each place can reach where a far post's supply is partly lost on the way (M2SFCA).

    Arguments, result and errors are those of `two_step_floating_catchment`; all of the supply is never handed out.

    Source:
        Delamater 2013, Health & Place 24, doi:10.1016/j.healthplace.2013.07.012.
    """
    weight = _weights(people, supply, travel_ds, limit_ds, decay)
    squared = csr_array((weight.data**2, weight.indices, weight.indptr), shape=weight.shape)
    found: Floats = squared @ _per_person(people, supply, weight)
    return found


def gravity(supply: npt.ArrayLike, travel_ds: Travel, *, limit_ds: int, decay: Decay) -> Floats:
    """Return the supply around each place, the farther the less, whoever else uses it (Hansen's potential).

    It tells where much is near; whether that is enough for those who live there is what `two_step_floating_catchment`
    with the same decay tells (the gravity measure with competition).

    Args:
        supply: (m,) capacity of each post, >= 0.
        travel_ds: (n, m) travel times, as `two_step_floating_catchment` takes them.
        limit_ds: farther posts count nothing; inclusive.
        decay: weights of times within the limit.

    Returns:
        (n,) supply units; 0 where no post is in reach.

    Raises:
        InvalidInput: shapes disagree, or a value is negative or NaN.

    Source:
        Hansen 1959, Journal of the American Institute of Planners 25(2), doi:10.1080/01944365908978307; with
        competition: Joseph & Bantock 1982, Social Science & Medicine 16(1), doi:10.1016/0277-9536(82)90428-2.
    """
    times = _rows(travel_ds)
    weight = _weights(np.zeros(times.shape[0]), supply, times, limit_ds, decay)
    found: Floats = weight @ np.asarray(supply, dtype=np.float64)
    return found


def stepped(*steps: tuple[int, float]) -> Decay:
    """Return a decay of steps: (limit_ds, weight), nearest first, each limit inclusive; 0 beyond the last."""
    limits, weights = [limit for limit, _ in steps], [*(weight for _, weight in steps), 0.0]

    def decay(times_ds: Floats) -> Floats:
        return np.asarray(weights)[np.searchsorted(limits, times_ds, side="left")]

    return decay


def gaussian(limit_ds: int) -> Decay:
    """Return the decay that falls from 1 at no time to 0 at the limit along a bell curve.

    Raises:
        InvalidInput: the limit isn't more than 0.

    Source:
        Dai 2010, Health & Place 16(5), doi:10.1016/j.healthplace.2010.06.012.
    """
    if limit_ds <= 0:
        raise InvalidInput(f"a decay that ends at {limit_ds} deciseconds; wanted is more than 0")
    end = np.exp(-0.5)

    def decay(times_ds: Floats) -> Floats:
        found: Floats = (np.exp(-0.5 * (times_ds / limit_ds) ** 2) - end) / (1 - end)
        return np.clip(found, 0.0, 1.0)

    return decay


def exponential(half_ds: int) -> Decay:
    """Return the decay that halves with every `half_ds` deciseconds.

    Raises:
        InvalidInput: that isn't more than 0.
    """
    if half_ds <= 0:
        raise InvalidInput(f"a decay that halves every {half_ds} deciseconds; wanted is more than 0")

    def decay(times_ds: Floats) -> Floats:
        return np.exp2(-np.asarray(times_ds) / half_ds)

    return decay


def lorenz(access: npt.ArrayLike, people: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the Lorenz curve of access among people: shares of people, those with the least first, and of access.

    Both begin with 0 and end with 1; places without people count nothing.

    Raises:
        InvalidInput: shapes disagree, a value is negative or NaN, or nobody has any access.
    """
    values, weights = _checked("access", access), _checked("people", people)
    if values.shape != weights.shape:
        raise InvalidInput(f"access of {len(values)} places and people of {len(weights)}; wanted is as many")
    order = np.argsort(values, kind="stable")
    held = (values * weights)[order]
    if held.sum() <= 0:
        raise InvalidInput("nobody has any access; a share of nothing can't be told")
    people_share = np.concatenate([[0.0], np.cumsum(weights[order]) / weights.sum()])
    access_share = np.concatenate([[0.0], np.cumsum(held) / held.sum()])
    return people_share, access_share


def gini(access: npt.ArrayLike, people: npt.ArrayLike) -> float:
    """Return how unequally access is spread among people: 0 where all have the same, towards 1 where one has all.

    Raises:
        InvalidInput: as `lorenz`.
    """
    people_share, access_share = lorenz(access, people)
    return float(1 - ((access_share[1:] + access_share[:-1]) * np.diff(people_share)).sum())


@dataclass(frozen=True)
class GroupAccess:
    """What one group of people can get at.

    Attributes:
        people: how many they are.
        mean: what they have on average; NaN where there is nobody.
        without_share: the share of them who have nothing at all; NaN where there is nobody.
        gini: how unequally it is spread among them; NaN where nobody has any.
    """

    people: float
    mean: float
    without_share: float
    gini: float


def access_by_group(access: npt.ArrayLike, groups: Mapping[str, npt.ArrayLike]) -> dict[str, GroupAccess]:
    """Return what each group can get at.

    Args:
        access: (n,) of each place.
        groups: for each name, (n,) how many of the group live at each place.

    Raises:
        InvalidInput: shapes disagree, or a value is negative or NaN.
    """
    values = _checked("access", access)
    return {name: _of_group(values, _checked(f"people of {name}", people)) for name, people in groups.items()}


def _of_group(values: Floats, people: Floats) -> GroupAccess:
    if values.shape != people.shape:
        raise InvalidInput(f"access of {len(values)} places and people of {len(people)}; wanted is as many")
    total, held = float(people.sum()), float(people @ values)
    if total <= 0:
        return GroupAccess(0.0, np.nan, np.nan, np.nan)
    without = float(people[values == 0].sum()) / total
    return GroupAccess(total, held / total, without, gini(values, people) if held > 0 else np.nan)


def _weights(
    people: npt.ArrayLike, supply: npt.ArrayLike, travel_ds: Travel, limit_ds: int, decay: Decay | None
) -> csr_array:
    """Return (n, m) how much of each way counts; absent beyond the limit."""
    there, offered, travel = _checked("people", people), _checked("supply", supply), _rows(travel_ds)
    if travel.shape != (len(there), len(offered)):
        raise InvalidInput(
            f"travel times of shape {travel.shape} for {len(there)} places and {len(offered)} posts; "
            "wanted is one row a place and one column a post"
        )
    if not limit_ds >= 0:
        raise InvalidInput(f"a limit of {limit_ds} deciseconds; wanted is 0 or more")
    times = _checked("travel times", travel.data)
    is_within = times <= limit_ds
    kept = np.concatenate([[0], np.cumsum(is_within)])[travel.indptr]
    weight = np.ones(int(is_within.sum())) if decay is None else decay(times[is_within])
    return csr_array((weight, travel.indices[is_within], kept), shape=travel.shape)


def _rows(travel_ds: Travel) -> csr_array:
    """Return (n, m) travel times, a row a place: what a sparse table stores, and what isn't inf in a dense one."""
    if issparse(travel_ds):
        return csr_array(travel_ds)
    table = np.asarray(travel_ds, dtype=np.float64)
    if table.ndim != 2:
        raise InvalidInput(f"travel times of shape {table.shape}; wanted is one row a place and one column a post")
    place, post = np.nonzero(table != np.inf)
    return csr_array((table[place, post], (place, post)), shape=table.shape)


def _per_person(people: npt.ArrayLike, supply: npt.ArrayLike, weight: csr_array) -> Floats:
    """Return (m,) each post's supply by those who can get at it; 0 where nobody can."""
    sharing = weight.T @ np.asarray(people, dtype=np.float64)
    offered = np.asarray(supply, dtype=np.float64)
    found: Floats = np.divide(offered, sharing, out=np.zeros(len(offered)), where=sharing > 0)
    return found


def _checked(name: str, values: npt.ArrayLike) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1:
        raise InvalidInput(f"{name} of shape {found.shape}; wanted is one number a place")
    wrong = np.flatnonzero(~(np.isfinite(found) & (found >= 0)))
    if len(wrong):
        raise InvalidInput(f"{name}[{wrong[0]}] is {found[wrong[0]]}; wanted is a number of 0 or more")
    return found
