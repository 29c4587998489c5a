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
from geodata.folding import MAY_FOLD, fold

_SAMPLE = 512


def matches(texts: pd.Series[str], pattern: str) -> Mask:
    """Return which texts an RE2 pattern finds something in; (n,), False for missing ones."""
    words = _arrow(texts)
    first = words[:_SAMPLE]
    if 2 * len(first.unique()) > len(first):
        return _mask(pc.match_substring_regex(words, pattern))
    # Choices and names of places come again and again: each is looked at once.
    coded = words.dictionary_encode()
    return _mask(pc.match_substring_regex(coded.dictionary, pattern).take(coded.indices))


def is_exactly(texts: pd.Series[str], words: Collection[str]) -> Mask:
    """Return which texts are one of the words, but for white space around it; (n,), False for missing ones."""
    trimmed = pc.utf8_trim_whitespace(_arrow(texts))
    return _mask(pc.is_in(trimmed, pa.array(sorted(words), type=pa.large_string())))


def is_one_of(texts: pd.Series[str], words: Collection[str]) -> Mask:
    """Return which texts are one of the lower-case words, in any case; (n,), False for missing ones."""
    return _mask(pc.is_in(pc.utf8_lower(_arrow(texts)), pa.array(sorted(words), type=pa.large_string())))


def is_longer(texts: pd.Series[str], length: int) -> Mask:
    """Return which texts have more characters than `length`; (n,), False for missing ones."""
    return _mask(pc.greater(pc.cast(pc.utf8_length(_arrow(texts)), pa.int64()), pa.scalar(length, type=pa.int64())))


def fold_all(texts: pd.Series[str]) -> pd.Series[str]:
    """Return the texts folded; only those that folding may change are looked at one by one."""
    odd = matches(texts, MAY_FOLD)
    if not odd.any():
        return texts
    folded = pd.Series({row: fold(text) for row, text in texts[odd].items()}, dtype="str")
    return texts.mask(odd, folded.reindex(texts.index))


def is_there(texts: pd.Series[str]) -> Mask:
    """Return which texts aren't missing; (n,)."""
    return texts.notna().to_numpy(dtype=np.bool_)


def as_numbers(texts: pd.Series[str]) -> npt.NDArray[np.float64]:
    """Return (n,) what canonical texts of numbers say; NaN for missing ones."""
    return np.asarray(pc.cast(_arrow(texts), pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


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
