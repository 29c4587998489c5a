"""Reads coordinates from text: plain numbers, degrees-minutes-seconds, "lat, lon" inside an address, WKT."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely

from etl.batch import Geometries
from geodata.folding import fold

Floats = npt.NDArray[np.float64]

_DMS = re.compile(
    r"""([EWNS东西南北]?)[经纬]?\s*(-?\d{1,3})\s*[°度]\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′’分]\s*)?(?:(\d{1,2}(?:\.\d+)?)\s*(?:"|″|”|''|秒)\s*)?([EWNS]?)""",
    re.IGNORECASE,
)
_PAIR = re.compile(r"[(\[]?\s*([+-]?\d+(?:\.\d+)?)\s*[,;、\s]\s*([+-]?\d+(?:\.\d+)?)\s*[)\]]?\s*$")
_NOT_FINITE = frozenset({"nan", "inf", "+inf", "-inf", "infinity", "-infinity", "1.#inf", "1.#qnan"})


def read_numbers(texts: pd.Series[str]) -> Floats:
    """Return (n,) coordinates; NaN where a text is no number, inf where it says so. Missing is NaN too."""
    numbers = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64)
    left = np.flatnonzero(np.isnan(numbers) & texts.notna().to_numpy(dtype=np.bool_))
    if len(left):
        numbers = numbers.copy()
        numbers[left] = [_number(str(text)) for text in texts.iloc[left]]
    return numbers


def _number(text: str) -> float:
    folded = fold(text)
    try:
        return float(folded.rstrip("°度"))
    except ValueError:
        pass
    found = _DMS.fullmatch(folded)
    if found is None:
        return float("nan")
    degrees = abs(float(found[2])) + float(found[3] or 0) / 60 + float(found[4] or 0) / 3600
    is_negative = found[2].startswith("-") or (found[1] + found[5]).upper() in ("W", "S", "西", "南")
    return -degrees if is_negative else degrees


def read_pairs(texts: pd.Series[str]) -> tuple[Floats, Floats]:
    """Return the two numbers at the end of each text, (n,) each, in the order written; NaN where there are none."""
    found = [_PAIR.search(fold(str(text))) if isinstance(text, str) else None for text in texts.astype(object)]
    first = np.array([float(pair[1]) if pair else np.nan for pair in found], dtype=np.float64)
    second = np.array([float(pair[2]) if pair else np.nan for pair in found], dtype=np.float64)
    return first, second


def says_not_finite(texts: pd.Series[str]) -> npt.NDArray[np.bool_]:
    """Return which texts spell NaN or infinity; (n,)."""
    return texts.str.strip().str.lower().isin(_NOT_FINITE).to_numpy(dtype=np.bool_)


def read_wkt(texts: pd.Series[str]) -> tuple[Geometries, npt.NDArray[np.bool_]]:
    """Return (n,) geometries or None, and which texts are no WKT."""
    stripped = texts.str.strip().str.replace(r"^SRID=\d+;", "", regex=True)
    raw = np.asarray(pa.array(stripped, from_pandas=True).to_numpy(zero_copy_only=False), dtype=object)
    geometry = np.asarray(shapely.from_wkt(raw, on_invalid="ignore"), dtype=object)
    present = texts.notna().to_numpy(dtype=np.bool_) & (stripped != "").to_numpy(dtype=np.bool_)
    return geometry, present & (geometry == None)  # noqa: E711 - elementwise
