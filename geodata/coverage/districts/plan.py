"""What balancing answers with: a plan, how good it is, and what stands in the way of a better one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geodata.coverage.arrays import Floats, Ints


@dataclass(frozen=True, eq=False)
class Obstacle:
    """Something that no plan gets around.

    Attributes:
        kind: "large_unit": one unit has more work than a district should; "cut_off": these units touch no others, and
            their work doesn't come to whole districts.
        units: their indices.
        least_spread: the spread is at least this, whatever is done; of units that aren't large ones, that of the rest.
    """

    kind: Literal["large_unit", "cut_off"]
    units: Ints
    least_spread: float


@dataclass(frozen=True, eq=False)
class Plan:
    """A district for each unit.

    Attributes:
        district: (n,) numbers as `today` has them; new districts have the numbers after the greatest.
        numbers: (k,) the districts' numbers, in order.
        workload: (k,) what each has to do.
        spread: the greatest workload less the least, by the mean.
        spread_before: the same of today's districts.
        spread_rest, spread_before_rest: the same without the districts that hold a large unit.
        goal: the spread that was asked for, of the rest.
        large: (l,) units with more work than a district should have, the greatest first: each makes one by itself, with
            the little that it cuts off.
        moved_households: those whose district has another number than today.
        moved_units: how many units that are.
        pieces_before: into how many pieces today's districts fall; as many as there are districts if none is torn.
        obstacles: what no plan gets around.
        is_cut_short: whether time ran out before the search was over.
        seconds: how long it took.
    """

    district: Ints
    numbers: Ints
    workload: Floats
    spread: float
    spread_before: float
    spread_rest: float
    spread_before_rest: float
    goal: float
    large: Ints
    moved_households: float
    moved_units: int
    pieces_before: int
    obstacles: tuple[Obstacle, ...]
    is_cut_short: bool
    seconds: float

    @property
    def is_met(self) -> bool:
        """Whether the spread is as small as was asked for, of the districts that a plan can shape."""
        return self.spread_rest <= self.goal + 1e-9


def spread_of(workload: Floats) -> float:
    """Return the greatest less the least, by the mean; 0 where there is no work."""
    mean = float(workload.mean())
    return float(np.ptp(workload)) / mean if mean > 0 else 0.0


def pieces_of(district: Ints, pairs: Ints) -> Ints:
    """Return the piece of each unit: units of one district that hang together. Numbered from 0."""
    same = pairs[district[pairs[:, 0]] == district[pairs[:, 1]]]
    return components(len(district), same)


def components(count: int, pairs: Ints) -> Ints:
    """Return the component of each unit, numbered from 0."""
    graph = csr_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    found = connected_components(graph, directed=False)[1]
    return np.asarray(found, dtype=np.int64)


def obstacles_of(workload: Floats, component: Ints, count: int) -> tuple[Obstacle, ...]:
    """Return what keeps districts from being equal, the worst first.

    Of `count` districts one holds a large unit, so that the others share the rest; units that touch no others make
    whole districts among themselves, at best of equal size.
    """
    total, found = float(workload.sum()), []
    mean = total / count
    if mean <= 0 or count < 2:
        return ()
    for unit in np.flatnonzero(workload > mean):
        least = (workload[unit] - (total - workload[unit]) / (count - 1)) / mean
        found.append(Obstacle("large_unit", np.array([unit]), float(least)))
    held = np.bincount(component, workload)
    if len(held) > 1:
        whole = np.arange(1, count)
        for number, work in enumerate(held.tolist()):
            least = float((np.abs(work / whole - (total - work) / (count - whole)) / mean).min())
            if least > 0:
                found.append(Obstacle("cut_off", np.flatnonzero(component == number), least))
    return tuple(sorted(found, key=lambda one: -one.least_spread))
