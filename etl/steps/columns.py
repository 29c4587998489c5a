"""Questions asked of a whole column of texts at once."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.batch import Geometries
from etl.flow import Mask


def matches(texts: pd.Series[str], pattern: str) -> Mask:
    """Return which texts an RE2 pattern finds something in; (n,), False for missing ones."""
    return _mask(pc.match_substring_regex(_arrow(texts), pattern))


def is_one_of(texts: pd.Series[str], words: Collection[str]) -> Mask:
    """Return which texts are one of the lower-case words, in any case; (n,), False for missing ones."""
    return _mask(pc.is_in(pc.utf8_lower(_arrow(texts)), pa.array(sorted(words), type=pa.large_string())))


def is_longer(texts: pd.Series[str], length: int) -> Mask:
    """Return which texts have more characters than `length`; (n,), False for missing ones."""
    return _mask(pc.greater(pc.cast(pc.utf8_length(_arrow(texts)), pa.int64()), pa.scalar(length, type=pa.int64())))


def is_there(texts: pd.Series[str]) -> Mask:
    """Return which texts aren't missing; (n,)."""
    return texts.notna().to_numpy(dtype=np.bool_)


def number_texts(numbers: npt.NDArray[np.float64], index: pd.Index[int]) -> pd.Series[str]:
    """Return (n,) numbers as the shortest texts that read back as themselves; missing for NaN."""
    texts = pa.array(numbers, from_pandas=True).cast(pa.string())
    return pd.Series(texts.to_pandas(), dtype="str").set_axis(index)


def only(shapes: Geometries, wanted: Mask) -> Geometries:
    """Return the wanted shapes and None for the others; (n,)."""
    kept = shapes.copy()
    kept[~wanted] = None
    return kept


def _arrow(texts: pd.Series[str]) -> pa.LargeStringArray:
    return pa.array(texts, type=pa.large_string(), from_pandas=True)


def _mask(answer: pa.BooleanArray) -> Mask:
    # With missing answers numpy gets objects: True, False, None.
    return np.asarray(answer.to_numpy(zero_copy_only=False) == True, dtype=np.bool_)  # noqa: E712 - elementwise
