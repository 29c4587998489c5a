"""What balancing grids answers: each grid today and then, and what stands in the way of a better plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geodata.analyses.grids.pieces import Pieces, Shapes
from geodata.analyses.grids.question import GridsQuestion
from geodata.analyses.grids.units import Units
from geodata.coverage.arrays import Floats, Ints
from geodata.queries.outlines import AreaOutline


@dataclass(frozen=True)
class GridRow:
    """One grid, today and by the plan; households that are known of."""

    grid: AreaOutline
    households_before: float
    households: float
    workload_before: float
    workload: float
    moved_in: float
    moved_out: float


@dataclass(frozen=True)
class Hindrance:
    """Something that no plan gets around, by the names of its compounds (a block has none)."""

    kind: str
    names: Sequence[str]
    units: int
    households: float
    least_spread: float


@dataclass(frozen=True, eq=False)
class GridsAnswer:
    """New grids.

    Attributes:
        question: what was asked.
        grids: today's, in order of code; new ones keep their numbers.
        units: whole compounds and blocks.
        district: (n,) number of each unit's grid by the plan; -1 for one that has none today and stays so.
        is_left: (n,) units that no street reaches: they stay where they are.
        pieces: the ground.
        piece_district: (p,) number of each piece's grid by the plan.
        shape: (g,) outline of each grid by the plan, metres; of one without any unit today's.
        rows: (g,) the table.
        spread_before, spread: greatest workload less least, by the mean, of grids with a unit.
        spread_before_rest, spread_rest: the same without the grids that hold a large unit: those that a plan can shape.
        large: units with more work than a grid should have, the greatest first: each has a grid of its own then.
        grids_with_units: how many grids the plan has to fill.
        pieces_before, pieces_after: into how many pieces these fall on the streets.
        moved_households, moved_units: those that come to another grid.
        hindrances: what no plan gets around, the worst first.
        is_cut_short: whether time ran out.
        seconds: how long the search took.
        receipt: what the answer stands on.
    """

    question: GridsQuestion
    grids: Sequence[AreaOutline]
    units: Units
    district: Ints
    is_left: Ints
    pieces: Pieces
    piece_district: Ints
    shape: Shapes
    rows: Sequence[GridRow]
    spread_before: float
    spread: float
    spread_before_rest: float
    spread_rest: float
    large: Ints
    grids_with_units: int
    pieces_before: int
    pieces_after: int
    moved_households: float
    moved_units: int
    hindrances: Sequence[Hindrance]
    is_cut_short: bool
    seconds: float
    receipt: Mapping[str, object]

    @property
    def is_met(self) -> bool:
        """Whether the spread is as small as was asked for, of the grids that a plan can shape."""
        return self.spread_rest <= self.question.goal_share * self.spread_before_rest + 1e-9

    @property
    def households_total(self) -> float:
        """All households that are known."""
        return float(np.nansum(self.units.households))

    @property
    def unknown(self) -> Sequence[str]:
        """The compounds whose households nobody has counted: they are in no sum."""
        missing = np.isnan(self.units.households[: len(self.units.compounds)])
        return [
            row.name or row.code for row, is_missing in zip(self.units.compounds, missing, strict=True) if is_missing
        ]


def workload_of(question: GridsQuestion, units: Units) -> Floats:
    """(n,) the work of each unit in households; what isn't known counts nothing here and is named beside."""
    found: Floats = np.nan_to_num(units.households) + question.hazard_households * units.hazards
    return found
