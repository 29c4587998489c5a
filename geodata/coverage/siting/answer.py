"""What a solver answers with."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.siting.tables import numbers_of
from geodata.errors import InvalidInput


@dataclass(frozen=True, eq=False)
class Siting:
    """A choice of sites and how good it is.

    Attributes:
        chosen: the candidates' indices in order, the fixed ones among them.
        objective: what they come to.
        bound: no other choice comes to more (where more is better), or to less.
        gap: the share of the objective by which it may miss the best, 0 where it is proven.
        proven: nothing is better.
        seconds: how long it took.
    """

    chosen: Ints
    objective: float
    bound: float
    gap: float
    proven: bool
    seconds: float


Progress = Callable[[float, float], object]
"""Told now and then which share of its time a solver has used, 0..1, and the gap so far, NaN where none is known; what
it raises ends the solving."""


@dataclass(frozen=True)
class Clock:
    """The time that a solver has, and who is told how far it is."""

    limit_s: float
    progress: Progress | None = None
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        """Refuse a time that never ends or isn't one."""
        if not isinstance(self.limit_s, (int, float, np.number)) or not self.limit_s >= 0:
            raise InvalidInput(f"a time limit of {self.limit_s} seconds; wanted is a number of 0 or more")

    @property
    def seconds(self) -> float:
        """How much of it is gone."""
        return time.perf_counter() - self.began

    @property
    def left_s(self) -> float:
        """How much of it is left, at least a moment: a model that is started is given a chance."""
        return max(0.05, self.limit_s - self.seconds)

    @property
    def is_over(self) -> bool:
        """Nothing more is to be begun."""
        return self.seconds >= self.limit_s

    def until(self, seconds: float, tell: Callable[[], object]) -> Clock:
        """Return the same clock with less time, on which `tell` is called instead of what it is told."""
        return Clock(min(seconds, self.limit_s), lambda *_: tell(), self.began)

    def tell(self, objective: float = math.nan, bound: float = math.nan) -> None:
        """Tell how far the solver is, by the best that it has and what nothing can beat."""
        if self.progress is None:
            return
        is_known = math.isfinite(objective) and math.isfinite(bound)
        gap = abs(bound - objective) / max(abs(objective), 1e-12) if is_known else math.nan
        self.progress(min(1.0, self.seconds / self.limit_s) if self.limit_s > 0 else 1.0, gap)


def answer(chosen: Ints, objective: float, bound: float, clock: Clock, *, tolerance: float = 1e-9) -> Siting:
    """Return the answer with its gap; proven where bound and objective meet."""
    gap = abs(bound - objective) / max(abs(objective), 1e-12) if bound != objective else 0.0
    is_proven = gap <= tolerance
    return Siting(
        chosen=np.sort(np.asarray(chosen, dtype=np.int64)),
        objective=float(objective),
        bound=float(objective if is_proven else bound),
        gap=0.0 if is_proven else float(gap),
        proven=is_proven,
        seconds=clock.seconds,
    )


def checked_fixed(fixed: object, candidates: int) -> Ints:
    """Return the fixed candidates' indices, each once.

    Args:
        fixed: indices in any order, or for each candidate whether it is one (a mask).
        candidates: how many there are.

    Raises:
        InvalidInput: one of them is no candidate, or a mask is of another length.
    """
    listed = list(fixed) if isinstance(fixed, (set, frozenset)) else fixed
    given = numbers_of(listed, "fixed", "candidates' indices, whole numbers").reshape(-1)
    if given.dtype == np.bool_:
        if len(given) != candidates:
            raise InvalidInput(f"fixed says of {len(given)} candidates whether they are; there are {candidates}")
        given = np.flatnonzero(given)
    if len(given) and not np.issubdtype(given.dtype, np.integer):
        raise InvalidInput(f"fixed is {fixed!r}; wanted are candidates' indices, whole numbers")
    found = np.unique(given.astype(np.int64))
    if len(found) and (found[0] < 0 or found[-1] >= candidates):
        raise InvalidInput(f"fixed names the candidate {found[0]} or {found[-1]}; there are {candidates}")
    return found


def with_any(sites: Ints, candidates: int, p: int) -> Ints:
    """Return sites and p more of the candidates, those that come first: where it makes no difference which."""
    rest = np.setdiff1d(np.arange(candidates), sites)
    return np.concatenate([sites, rest[:p]]).astype(np.int64)


def check_number(p: object, candidates: int, fixed: Ints) -> None:
    """Raise where so many can't be added.

    Raises:
        InvalidInput: no whole number, less than none, or more than there are.
    """
    free = candidates - len(fixed)
    if not isinstance(p, (int, np.integer)) or not 0 <= p <= free:
        raise InvalidInput(
            f"{p} sites can't be added; wanted are 0 to {free}, the candidates that aren't fixed",
            zh=f"要增设 {p} 处；应为 0 至 {free} 处",
        )


def checked_weight(weight: object, demands: int) -> Floats:
    """Return the weights, one finite number of 0 or more for each demand.

    Raises:
        InvalidInput: they aren't.
    """
    values = numbers_of(weight, "weights", "one number of 0 or more for each place").astype(np.float64)
    if values.shape != (demands,):
        raise InvalidInput(f"weights of shape {values.shape} for {demands} places; wanted is one for each")
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if len(wrong):
        raise InvalidInput(f"the weight of place {wrong[0]} is {values[wrong[0]]}; wanted is a number of 0 or more")
    return values


def named(places: Ints) -> str:
    """Return the numbers of some places as they are told, the first five of many."""
    return ", ".join(map(str, places[:5])) + (" ..." if len(places) > 5 else "") + f" ({len(places)} in all)"


def refuse_unreached(unreached: Ints, p: int, *, is_proven: bool) -> None:
    """Raise where the best choice that was found leaves places without any way.

    Raises:
        InvalidInput: there are such places; it says whether no choice does better, or none was found in time.
    """
    if not len(unreached):
        return
    if is_proven:
        raise InvalidInput(
            f"{p} more sites don't reach every place: no way leads to the places {named(unreached)}",
            zh=f"再增设 {p} 处也无法到达所有地点：还有 {len(unreached)} 个地点到不了",
        )
    raise InvalidInput(
        f"no {p} more sites were found in time that reach every place: no way leads to the places {named(unreached)}; "
        "allow more time, or more sites",
        zh=f"限时内没有找到能到达所有地点的 {p} 处：还有 {len(unreached)} 个地点到不了；请延长时限或增加数量",
    )
