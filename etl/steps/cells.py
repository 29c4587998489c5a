"""Turns the cells of a population grid into their middles with people: what a raster holds depends on its kind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from etl.batch import Geometries
from etl.flow import Flow, Mask, Task
from etl.folding import find_heading
from etl.steps.columns import number_texts
from etl.steps.coordinates import Floats, read_numbers
from etl.steps.locate import say
from geodata import crs

_KM2 = 1e6
_KEY_DIGITS = 6
"""Of the degrees of a cell's middle that are its key: a tenth of a metre."""


def measure_cells(flow: Flow, task: Task) -> Flow:
    """Give each cell its area, its people and its middle; a cell without a key is known by its middle.

    So a newer edition of a grid changes its cells and adds none. Cells aren't cut at the boundary: people of a cell
    are counted where its middle lies.
    """
    if task.recipe.cells is None or flow.geometry is None:
        return flow
    shapes = np.asarray(flow.geometry, dtype=object)
    there = ~shapely.is_missing(shapes) & ~flow.is_bad
    is_shape = there & (shapely.get_dimensions(shapes) == 2)
    area_m2 = np.full(len(shapes), np.nan)
    area_m2[is_shape] = crs.areas_m2(shapes[is_shape])
    middles = shapes.copy()
    middles[is_shape] = shapely.centroid(shapes[is_shape])
    measured = number_texts(np.round(area_m2, 2), flow.rows.index)
    values = flow.values.assign(area_m2=flow.values["area_m2"].fillna(measured))
    flow = replace(flow, geometry=middles, values=values, source_id=_keys(flow, middles, there))
    notes = ("a cell counts whole where its middle lies inside the boundary and its margin, and not at all elsewhere",)
    flow = flow.said((), notes=notes)
    return _people(flow, task, area_m2 / _KM2) if task.recipe.cells.holds == "people_per_km2" else flow


def _people(flow: Flow, task: Task, area_km2: Floats) -> Flow:
    """Return the flow with densities multiplied by each cell's land."""
    heading = find_heading(task.recipe.cells.land_km2, task.headings) if task.recipe.cells else None
    if heading is None:
        land_km2 = area_km2
        note = (
            "people per km2 were multiplied by the whole area of each cell, which is too many where some of it is water"
        )
        flow = flow.said((), notes=(f"{note}: a raster given with --land-area says how much is land",))
    else:
        land_km2 = read_numbers(flow.rows[heading])
        flow = flow.said((), notes=(f"people per km2 were multiplied by the km2 of land that {heading} says",))
    density = read_numbers(flow.values["residents"])
    is_unknown = np.isnan(land_km2) & ~np.isnan(density) & ~flow.is_bad
    flow = say(flow, task, is_unknown, "no_land_area", "nothing says how much of the cell is land; wanted are its km2")
    people = number_texts(density * land_km2, flow.rows.index)
    return replace(flow, values=flow.values.assign(residents=people))


def _keys(flow: Flow, middles: Geometries, there: Mask) -> pd.Series[str]:
    places = np.round(np.column_stack([shapely.get_x(middles), shapely.get_y(middles)]), _KEY_DIGITS)
    keys = [f"{x:.{_KEY_DIGITS}f},{y:.{_KEY_DIGITS}f}" if is_there else None
            for (x, y), is_there in zip(places, there, strict=True)]  # fmt: skip
    return pd.Series(keys, index=flow.rows.index, dtype="str")
