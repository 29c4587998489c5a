"""Batches, tasks and files that the tests of the ETL make by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from etl.batch import Batch
from etl.flow import Flow, Ground, Task
from etl.folding import find_heading
from etl.recipe import Recipe
from etl.recipe_files import list_recipes
from tests.deployments import LEPING

GROUND = Ground(
    boundary=LEPING,
    extent=LEPING.buffer(0.02),
    time_zone=ZoneInfo("Asia/Shanghai"),
    metric_crs="EPSG:4546",
    today=date(2025, 10, 31),
    name="Leping",
)


def recipe(recipe_id: str) -> Recipe:
    """Return one of the project's recipes."""
    return next(recipe for recipe in list_recipes() if recipe.id == recipe_id)


def task(recipe_id: str, headings: Sequence[str], *, system: str = "wgs84", is_turned: bool = False) -> Task:
    """Return the task of a recipe on columns, around Leping."""
    chosen, names = recipe(recipe_id), tuple(headings)
    places = tuple(find_heading(synonyms, names) or "" for synonyms in chosen.place.columns())
    return Task(
        recipe=chosen,
        columns=chosen.columns(names),
        place_columns=places if all(places) else (),
        key_column=find_heading(chosen.key, names),
        headings=names,
        cell=lambda _row, heading: heading,
        ground=GROUND,
        system=system,
        is_turned=is_turned,
    )


def batch(
    columns: Mapping[str, Sequence[str | None]], geometry: Sequence[BaseGeometry | None] | None = None, first: int = 2
) -> Batch:
    """Return a batch whose rows are numbered from `first`."""
    length = len(next(iter(columns.values()))) if columns else len(geometry or ())
    index = pd.RangeIndex(first, first + length, name="row").astype("int64")
    rows = pd.DataFrame({name: pd.Series(list(cells), index=index, dtype="str") for name, cells in columns.items()})
    shapes = None
    if geometry is not None:
        shapes = np.full(length, None, dtype=object)
        shapes[:] = list(geometry)
    return Batch(rows.set_index(index), shapes)


def flow(
    columns: Mapping[str, Sequence[str | None]], geometry: Sequence[BaseGeometry | None] | None = None, **more: object
) -> Flow:
    """Return a flow at its start."""
    return replace(Flow.of(batch(columns, geometry)), **more)  # type: ignore[arg-type]


def reasons(seen: Flow) -> list[tuple[str, int, str]]:
    """Return (outcome, row, reason) of every issue."""
    return [(issue.outcome, issue.row, issue.reason) for issue in seen.issues]


def square(lon: float, lat: float, side: float = 0.001) -> BaseGeometry:
    """Return a square with its south-west corner at lon, lat; degrees."""
    return shapely.box(lon, lat, lon + side, lat + side)


def write_csv(path: Path, rows: Sequence[Sequence[object]], encoding: str = "utf-8") -> Path:
    """Write rows, the first being the headings; cells hold no commas."""
    path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows), encoding)
    return path
