from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from etl.readers.cells import cell_text, column_letter, column_text, fit_row, number_text, unique_headings


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", None),
        (" 无 ", " 无 "),
        (431302001001.0, "431302001001"),  # a code that a spreadsheet keeps as a float
        (-300.0, "-300"),
        (0.1, "0.1"),
        (2.0**53, "9007199254740992.0"),  # from here on neighbours fall together: said, not hidden
        (2**60, "1152921504606846976"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (True, "true"),
        (False, "false"),
        (dt.date(2025, 3, 5), "2025-03-05"),
        (dt.datetime(2025, 3, 5), "2025-03-05"),  # noqa: DTZ001 - a spreadsheet's dates have no zone
        (dt.datetime(2025, 3, 5, 10, 30), "2025-03-05T10:30:00"),  # noqa: DTZ001
        (dt.time(10, 30), "10:30:00"),
        ("#REF!", "#REF!"),
    ],
)
def test_cells_become_canonical_text(value: object, text: str | None) -> None:
    assert cell_text(value) == text


@given(st.floats(allow_nan=False))
def test_a_number_comes_back_from_its_text(value: float) -> None:
    assert float(number_text(value)) == value


@given(st.lists(st.floats() | st.none() | st.sampled_from([1e-4, 9.999e-5, 1e10, -0.0, 2.0**53]), max_size=8))
def test_a_column_of_floats_reads_like_its_cells(values: list[float | None]) -> None:
    assert column_text(pa.array(values, pa.float64())).to_pylist() == [cell_text(value) for value in values]


@given(st.integers(min_value=0, max_value=16_383))
def test_column_letters_are_those_of_a_spreadsheet(index: int) -> None:
    assert column_letter(index) == get_column_letter(index + 1)


def test_empty_and_repeated_headings_get_names() -> None:
    assert unique_headings([" 名称 ", "", "备注", "备注", "备注 (2)", "备注"]) == (
        "名称",
        "B",
        "备注",
        "备注 (2)",
        "备注 (2) (2)",
        "备注 (3)",
    )


@given(st.lists(st.sampled_from(["", "A", "B", "B (2)", "备注"])))
def test_headings_are_always_unique_and_never_empty(cells: list[str]) -> None:
    headings = unique_headings(cells)
    assert len(headings) == len(set(headings)) == len(cells)
    assert all(headings)


def test_short_rows_are_padded_and_long_ones_cut() -> None:
    assert fit_row(["a", ""], 3) == (["a", None, None], False)
    assert fit_row(["a", "b", "c"], 2) == (["a", "b"], True)
    assert fit_row(["a", "b", " ", ""], 2) == (["a", "b"], False)  # nothing is lost


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pa.array(["x", "", None]), ["x", None, None]),
        (pa.array([300, None], pa.int32()), ["300", None]),
        (pa.array([300.0, 2.5, None]), ["300", "2.5", None]),
        (pa.array([True, False, None]), ["true", "false", None]),
        (pa.array([dt.date(2025, 3, 5), None]), ["2025-03-05", None]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
        (pa.array([[1, 2], None]), ["[1, 2]", None]),
        (pa.array([{"乡": 1}]), ['{"乡": 1}']),
        (pa.array([b"\x01\xff"]), ["01ff"]),
        (pa.nulls(2), [None, None]),
        (pa.array([], pa.float64()), []),
    ],
)
def test_columns_of_all_types_become_text(column: pa.Array[Any], texts: list[str | None]) -> None:
    result = column_text(column)
    assert result.type == pa.string()
    assert result.to_pylist() == texts
