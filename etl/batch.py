"""The rows on their way through the pipeline, a bounded number at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Batch:
    """Some rows of one part of a file.

    Attributes:
        rows: index "row" holds source row numbers (int64); columns are the file's headings; values are text
            in canonical form (ints "300", floats by repr, dates ISO, flags "true" / "false") or missing.
        geometry: (n,) shapely geometries or None, aligned with `rows`; None where the file has none.
    """

    rows: pd.DataFrame
    geometry: Geometries | None
