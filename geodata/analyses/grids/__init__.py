"""Grids of equal workload: today's, and better ones."""

from geodata.analyses.grids.answer import GridRow, GridsAnswer, Hindrance
from geodata.analyses.grids.question import GridsQuestion
from geodata.analyses.grids.report import as_json, grid_frame, unit_frame, with_outlines
from geodata.analyses.grids.solve import balance_grids

__all__ = [
    "GridRow",
    "GridsAnswer",
    "GridsQuestion",
    "Hindrance",
    "as_json",
    "balance_grids",
    "grid_frame",
    "unit_frame",
    "with_outlines",
]
