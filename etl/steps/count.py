"""The steps of rows that are counted by area: what they may keep, and in which area each lies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from etl.batch import Batch, Geometries
from etl.flow import Flow, Mask, Task
from etl.folding import find_heading
from etl.recipe import Count
from etl.steps.columns import is_longer, is_there
from etl.steps.locate import say
from geodata.folding import fold, tidy
from geodata.queries.area_lookup import AreaOutlines
from geodata.queries.counted import counted_columns, told_apart

LONGEST_WORD = 150
"""Characters of a kind or an area: they are parts of a count's key."""


def count_of(task: Task) -> Count:
    """Return how the rows of a recipe for counting are counted."""
    if task.recipe.count is None:
        raise ValueError(f"the recipe {task.recipe.id} counts nothing")
    return task.recipe.count


def drop_what_is_not_counted(flow: Flow, task: Task) -> Flow:
    """Keep only the columns that something is read from: an address or a second pair of coordinates tells a place."""
    needed = {*task.columns.values(), *task.place_columns, task.key_column, _reporter(task)}
    return replace(flow, rows=flow.rows[[heading for heading in flow.rows if heading in needed]])


def refuse_long_words(flow: Flow, task: Task) -> Flow:
    """Send rows to quarantine with words that are too long to tell counts apart."""
    for name in (*told_apart(task.layer, count_of(task).into), "area_code", "area_name"):
        long = is_longer(flow.values[name], LONGEST_WORD) & ~flow.is_bad
        flow = _refuse(flow, task, name, long, "too_long", f"wanted are at most {LONGEST_WORD} characters")
    return flow


def _refuse(flow: Flow, task: Task, name: str, bad: Mask, reason: str, wanted: str) -> Flow:
    heading = task.columns.get(name, "")
    issues = [
        task.issue("quarantined", reason, f"{heading or name} is {value[:80]!r}; {wanted}",
                   row=int(str(row)), heading=heading, name=name, value=value[:80])
        for row, value in flow.values[name][bad].items()
    ]  # fmt: skip
    return flow.said(issues, bad=bad)


def spare_places(flow: Flow, task: Task) -> Flow:
    """Take the places of rows away that name their area: whatever is wrong with them costs nothing."""
    named = _names_area(flow)
    rows = flow.rows.assign(**{heading: flow.rows[heading].mask(named) for heading in task.place_columns})
    geometry = flow.geometry
    if geometry is not None:
        geometry = geometry.copy()
        geometry[named] = None
    return replace(flow, rows=rows, geometry=geometry)


def _names_area(flow: Flow) -> Mask:
    return is_there(flow.values["area_code"]) | is_there(flow.values["area_name"])


def find_areas(flow: Flow, task: Task, areas: AreaOutlines) -> Flow:
    """Turn places into the areas that hold them, and take the places away; rows without area go to quarantine."""
    shapes = np.full(len(flow.rows), None, dtype=object) if flow.geometry is None else flow.geometry
    placed = ~shapely.is_missing(shapes) & ~flow.is_bad & ~_names_area(flow)
    at = np.full(len(shapes), -1, dtype=np.int64)
    if placed.any() and len(areas.shapes):
        at[placed] = areas.find(shapes[placed])
    flow = _without_area(flow, task, areas, placed & (at < 0))
    found = at >= 0
    values = flow.values.assign(
        area_code=_filled(flow.values["area_code"], areas.codes, at, found),
        area_name=_filled(flow.values["area_name"], areas.names, at, found),
    )
    told = {*task.columns.values(), _reporter(task)}
    kept = flow.rows[[heading for heading in flow.rows if heading in told]]
    bare = Flow.of(Batch(kept, None))
    return replace(
        flow, rows=kept, values=values, geometry=None, places=bare.places, anchors=bare.anchors, original=bare.original
    )


def _without_area(flow: Flow, task: Task, areas: AreaOutlines, outside: Mask) -> Flow:
    """Say of rows that they lie in no area, or have neither area nor place."""
    if len(areas.shapes):
        says = f"the place lies in none of the {len(areas.shapes):,} areas of the level {areas.kind!r}"
    else:
        says = "the row names no area, and no area with an outline is known in which its place could lie"
    flow = say(flow, task, outside, "no_area", says)
    placed = np.zeros(len(flow.rows), dtype=np.bool_) if flow.geometry is None else ~shapely.is_missing(flow.geometry)
    neither = ~placed & ~_names_area(flow) & ~flow.is_bad
    return say(flow, task, neither, "no_area", "the row has neither an area nor coordinates; wanted is one of them")


def _filled(values: pd.Series[str], words: Geometries, at: np.ndarray, found: Mask) -> pd.Series[str]:
    filled = values.astype(object)
    filled[found] = words[at[found]]
    return filled.astype("str")


def counted_table(flow: Flow, task: Task) -> pa.Table:
    """Return the good rows as text columns, as they wait to be counted."""
    good = flow.keep(~flow.is_bad)
    reporter = _reporter(task)
    given = {
        "row": pa.array(good.rows.index.to_numpy()).cast(pa.string()),
        "row_key": _text(good.source_id),
        "reporter": pa.nulls(len(good.rows), pa.string()) if reporter is None else _text(_folded(good.rows[reporter])),
        **{str(name): _text(good.values[name]) for name in good.values},
    }
    return pa.table({name: given[name] for name in counted_columns(task.layer, count_of(task).into)})


def _folded(column: pd.Series[str]) -> pd.Series[str]:
    """Return names as they are told apart: written one way, without control marks, missing where they say nothing."""
    return column.map({name: tidy(fold(name)) or None for name in column.dropna().unique()}).astype("str")


def _text(column: pd.Series[str]) -> pa.LargeStringArray:
    return pa.array(column, type=pa.large_string(), from_pandas=True)


def _reporter(task: Task) -> str | None:
    """Return the heading of who counted; None where the file doesn't say."""
    return find_heading(count_of(task).reporter, task.headings)
