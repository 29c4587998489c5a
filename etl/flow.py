"""A batch of rows on its way through the steps, and what the steps have to know about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from shapely.geometry.base import BaseGeometry

from etl.batch import Batch, Geometries
from etl.issues import Issue, Outcome
from etl.recipe import Recipe
from geodata.layers.layer import Layer
from geodata.masking import masked

Mask = npt.NDArray[np.bool_]

DayOrder = Literal["day", "month"]

SOURCE_COLUMNS = ("src_x", "src_y", "src_system", "src_method")
"""Where a place came from, as the source has it; the geometries that belong to it are arrays of the flow."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The deployment as far as the steps need it.

    Attributes:
        boundary: outline, WGS 84.
        extent: the outline with its margin, WGS 84: no record lies outside.
        time_zone: of all local times.
        metric_crs: in which areas are measured.
        name: what people call the whole place.
        today: the day on which all questions are asked; what happened has happened by then.
    """

    boundary: BaseGeometry
    extent: BaseGeometry
    time_zone: tzinfo
    metric_crs: str
    today: date
    name: str


@dataclass(frozen=True, kw_only=True)
class Task:
    """One part of a file on its way to one layer; the same for all its batches.

    Attributes:
        recipe: how the file maps to the layer.
        columns: our field -> the file's heading, for the fields that the file has.
        place_columns: the headings of x and y, or of the one text, that hold the place; () for the file's geometry.
        key_column: the heading that holds the row's key, or None.
        parent_column: the heading that holds the key of the record that a row belongs to, or None.
        headings: all headings of the file's part.
        cell: (row, heading) -> the cell's address for people.
        ground: the deployment.
        system: in which the coordinates are, as `geodata.crs.parse_system` writes it; None where nothing has any.
        is_turned: True where the first coordinate is the northward one.
        day_orders: heading -> what comes first in its dates with slashes, "day" or "month", where the column shows it.
    """

    recipe: Recipe
    columns: Mapping[str, str]
    place_columns: tuple[str, ...]
    key_column: str | None
    headings: tuple[str, ...]
    cell: Callable[[int, str], str]
    ground: Ground
    parent_column: str | None = None
    system: str | None = None
    is_turned: bool = False
    day_orders: Mapping[str, DayOrder] = field(default_factory=dict)

    @property
    def layer(self) -> Layer:
        """The layer that is filled."""
        return self.recipe.layer

    @property
    def source_system(self) -> str:
        """The system of the coordinates; WGS 84 where there are none to ask about."""
        return self.system or "wgs84"

    @property
    def is_free_map(self) -> bool:
        """True for OpenStreetMap, where an odd optional tag mustn't cost the road."""
        return self.recipe.osm is not None

    @property
    def is_cut_to_place(self) -> bool:
        """True for files that reach beyond the place on purpose: extracts of a map, grids of a country."""
        return self.is_free_map or self.recipe.cells is not None

    def issue(
        self,
        outcome: Outcome,
        reason: str,
        message: str,
        *,
        row: int,
        heading: str = "",
        name: str = "",
        value: str = "",
    ) -> Issue:
        """Return an issue with its cell's address; personal numbers in it are masked, whatever column held them."""
        cell = masked(self.cell(row, heading)) if heading else ""
        return Issue(outcome, reason, masked(message), row=row, cell=cell, field=name, value=masked(value))


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Rows under way; all arrays and frames are aligned, n rows.

    Attributes:
        rows: the file's cells under the file's headings, index "row"; personal data goes first.
        geometry: (n,) as the file has it, later WGS 84 in the layer's type; None where there is none.
        values: parsed fields as canonical text or missing; the layer's columns.
        places: src_x, src_y, src_system, src_method as text or missing.
        anchors: (n, 2) one coordinate of each row as the source has it; NaN where there is none.
        original: (n,) WGS 84 geometry before it was repaired, None where it wasn't.
        source_id: (n,) keys in the source or missing.
        parent_id: (n,) the parents' keys in the source; None where rows have no parents.
        is_bad: (n,) rows that end in quarantine.
        issues: what has been said so far.
        notes: what is true of the whole part, in words.
    """

    rows: pd.DataFrame
    geometry: Geometries | None
    values: pd.DataFrame
    places: pd.DataFrame
    anchors: npt.NDArray[np.float64]
    original: Geometries
    source_id: pd.Series[str]
    is_bad: Mask
    issues: tuple[Issue, ...] = ()
    notes: tuple[str, ...] = ()
    ignored: int = 0
    parent_id: pd.Series[str] | None = None

    @classmethod
    def of(cls, batch: Batch) -> Flow:
        """Start with a batch as the reader gives it."""
        index, count = batch.rows.index, len(batch.rows)
        return cls(
            rows=batch.rows,
            geometry=batch.geometry,
            values=pd.DataFrame(index=index),
            places=pd.DataFrame({name: pd.Series(pd.NA, index=index, dtype="str") for name in SOURCE_COLUMNS}),
            anchors=np.full((count, 2), np.nan),
            original=np.full(count, None, dtype=object),
            source_id=pd.Series(pd.NA, index=index, dtype="str"),
            is_bad=np.zeros(count, dtype=np.bool_),
        )

    def said(self, issues: Iterable[Issue], *, bad: Mask | None = None, notes: tuple[str, ...] = ()) -> Flow:
        """Return the flow with more issues; `bad` (n,) marks rows for quarantine."""
        more = tuple(issues)
        fresh = tuple(note for note in notes if note not in self.notes)
        return replace(
            self,
            issues=(*self.issues, *more),
            is_bad=self.is_bad if bad is None else self.is_bad | bad,
            notes=(*self.notes, *fresh),
        )

    def row(self, position: int) -> int:
        """Return the source row number of one of the rows."""
        return int(self.rows.index[int(position)])

    def keep(self, wanted: Mask) -> Flow:
        """Return the flow with only some of its rows."""
        return self if wanted.all() else self.take(np.flatnonzero(wanted))

    def take(self, positions: npt.NDArray[np.intp]) -> Flow:
        """Return the flow with the rows at these positions; one may be wanted several times."""
        return replace(
            self,
            rows=self.rows.iloc[positions],
            geometry=None if self.geometry is None else self.geometry[positions],
            values=self.values.iloc[positions],
            places=self.places.iloc[positions],
            anchors=self.anchors[positions],
            original=self.original[positions],
            source_id=self.source_id.iloc[positions],
            parent_id=None if self.parent_id is None else self.parent_id.iloc[positions],
            is_bad=self.is_bad[positions],
        )

    def ignore(self, out: Mask, issues: Iterable[Issue]) -> Flow:
        """Return the flow without the rows that nobody misses, each with its issue."""
        if not out.any():
            return self
        kept = self.said(issues).keep(~out)
        return replace(kept, ignored=self.ignored + int(out.sum()))


@dataclass
class Seen:
    """What the earlier batches of a part leave to the later ones.

    Attributes:
        counts: how often each content without a key has come up.
        said: what tells a record apart -> the first row about it and what that says, where the layer has such.
        above: heading -> the last cell that said something, for 同上 in the first row of a batch.
    """

    counts: Counter[bytes] = field(default_factory=Counter)
    said: dict[tuple[str, ...], tuple[int, tuple[str | None, ...]]] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)
