"""Turns cells and columns of all kinds into the one canonical text that the pipeline works on."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geodata.errors import InvalidInput

EXACT_INTEGER = 2**53
"""Beyond this a float no longer tells neighbouring integers apart."""

_ALIKE_FROM, _ALIKE_BELOW = 1e-4, 1e10
"""Sizes of floats that Arrow writes as Python does; outside, one of them takes an exponent earlier."""

MOST_COLUMNS = 2_000
"""A table of more columns is a matrix, or a trap: each column costs time in every step."""


def limit_columns(name: str, headings: Collection[str]) -> None:
    """Refuse a table of more than 2,000 columns.

    Raises:
        InvalidInput: naming the file and how many columns it has.
    """
    if len(headings) > MOST_COLUMNS:
        raise InvalidInput(
            f"{name} has {len(headings):,} columns, more than {MOST_COLUMNS:,}: hand over those that are needed, one "
            "row for each thing."
        )


def column_letter(index: int) -> str:
    """Return a spreadsheet's name of a column: 0 is "A", 25 "Z", 26 "AA"."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def unique_headings(cells: Sequence[str]) -> tuple[str, ...]:
    """Return headings trimmed and unique: an empty one gets its column letter, a repeated one " (2)"."""
    taken: dict[str, None] = {}
    for index, cell in enumerate(cells):
        base = cell.strip() or column_letter(index)
        heading, count = base, 1
        while heading in taken:
            count += 1
            heading = f"{base} ({count})"
        taken[heading] = None
    return tuple(taken)


def number_text(value: float) -> str:
    """Return a float as text: a whole number below 2**53 without a decimal point (it is a code or a count)."""
    if value.is_integer() and abs(value) < EXACT_INTEGER:
        return str(int(value))
    return repr(value)


def cell_text(value: object) -> str | None:
    """Return a spreadsheet cell as canonical text; None where it is empty.

    A date comes as "2025-03-05", a date with a time as "2025-03-05T10:00:00", a flag as "true" or "false", an
    error as the text it shows ("#REF!").
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time() and value.tzinfo is None:
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return None if value is None else str(value) or None


def column_text(column: pa.Array[Any]) -> pa.Array[Any]:
    """Return an Arrow column of any type as canonical text; empty text counts as missing."""
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        empty: pa.Array[Any] = pc.equal(column, pa.scalar(""))
        filled: pa.Array[Any] = pc.if_else(empty, pa.scalar(None, kind), column)
        return filled.cast(pa.string())
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_null(kind):
        return column.cast(pa.string())
    if pa.types.is_floating(kind):
        return _float_text(column.cast(pa.float64()))
    return pa.array([None if value is None else _value_text(value) for value in column.to_pylist()], pa.string())


def _float_text(column: pa.Array[Any]) -> pa.Array[Any]:
    """Return floats as `number_text` writes them, all at once where Arrow writes them alike."""
    numbers = column.to_numpy(zero_copy_only=False)
    sizes = np.abs(numbers)
    is_alike = ((sizes >= _ALIKE_FROM) & (sizes < _ALIKE_BELOW)) | (sizes == 0)
    texts = pa.array(numbers + 0.0, from_pandas=True).cast(pa.string())  # + 0.0: there is no "-0"
    if is_alike.all():
        return texts
    odd = column.is_valid().to_numpy(zero_copy_only=False) & ~is_alike
    careful = pa.array([number_text(number) for number in numbers[odd].tolist()], pa.string())
    mended: pa.Array[Any] = pc.replace_with_mask(texts, pa.array(odd), careful)
    return mended


def _value_text(value: object) -> str | None:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bytes):
        return value.hex()
    return cell_text(value)


def text_frame(
    headings: Sequence[str], columns: Sequence[pa.Array[Any]], numbers: npt.NDArray[np.int64] | Sequence[int]
) -> pd.DataFrame:
    """Return text columns as the frame of a batch.

    Args:
        headings: unique names of the columns.
        columns: (m,) string arrays of n values.
        numbers: (n,) source row numbers, which become the index "row".
    """
    index = pd.Index(np.asarray(numbers, dtype=np.int64), name="row")
    table = pa.table(dict(zip(headings, columns, strict=True)))
    frame = table.to_pandas() if headings else pd.DataFrame(index=range(len(index)))
    frame.index = index
    return frame


def rows_frame(headings: Sequence[str], rows: Sequence[tuple[int, Sequence[str | None]]]) -> pd.DataFrame:
    """Return (row number, cells) pairs as the frame of a batch; each row has one cell a heading."""
    columns = [pa.array([cells[at] for _, cells in rows], pa.string()) for at in range(len(headings))]
    return text_frame(headings, columns, [number for number, _ in rows])


def fit_row(cells: Sequence[str | None], width: int) -> tuple[list[str | None], bool]:
    """Return the row's first `width` cells, padded where it is short, and whether filled cells were left over."""
    kept: list[str | None] = [cell or None for cell in cells[:width]]
    kept.extend([None] * (width - len(kept)))
    return kept, is_filled(cells[width:])


def is_filled(cells: Sequence[str | None]) -> bool:
    """Tell whether any cell holds more than white space."""
    return any(cell and not cell.isspace() for cell in cells)
