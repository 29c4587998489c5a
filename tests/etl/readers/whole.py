"""Reads a part to its end, for tests that look at all of it at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from etl.batch import Geometries
from etl.readers import Part


def whole(part: Part) -> pd.DataFrame:
    """Return all rows of a part; checks what every batch promises."""
    frames = []
    for batch in part.batches():
        assert tuple(batch.rows.columns) == part.headings
        assert batch.rows.index.name == "row"
        assert batch.rows.index.dtype == np.int64
        assert all(str(kind) == "str" for kind in batch.rows.dtypes)
        assert batch.geometry is None or len(batch.geometry) == len(batch.rows)
        frames.append(batch.rows)
    return pd.concat(frames) if frames else pd.DataFrame(columns=list(part.headings))


def records(part: Part) -> dict[int, list[str | None]]:
    """Return row number -> cells, None where one is missing."""
    frame = whole(part)
    cells = frame.astype(object).where(frame.notna(), None)
    return {int(number): list(row) for number, row in zip(frame.index, cells.itertuples(index=False), strict=True)}


def geometries(part: Part) -> Geometries:
    """Return all geometries of a part."""
    found = [batch.geometry for batch in part.batches()]
    assert all(geometry is not None for geometry in found)
    return np.concatenate([geometry for geometry in found if geometry is not None])


def outlines(part: Part) -> list[str | None]:
    """Return all geometries as WKT, None where there is none."""
    return [None if geometry is None else shapely.to_wkt(geometry) for geometry in geometries(part)]
