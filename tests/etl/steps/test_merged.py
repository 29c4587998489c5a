from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.steps.merged import FillDown, Merge, is_amount


@pytest.mark.parametrize("value", ["0", "300", "-5", "12.5", "12345678", " 7 ", "0.125"])
def test_amounts(value: str) -> None:
    assert is_amount(value)


@pytest.mark.parametrize(
    "value", ["金谷社区", "431302001001", "111.9935", "2025-03-05", "12栋", "1.2万", "", "1.2.3", ".", "①"]
)
def test_texts_codes_coordinates_and_dates_are_no_amounts(value: str) -> None:
    assert not is_amount(value)


def filled(merges: list[Merge], rows: list[list[str | None]], first: int = 1) -> list[list[str | None]]:
    filler = FillDown(merges, first)
    for number, cells in enumerate(rows, start=1):
        filler.fill(number, cells)
    return rows


def test_a_merged_text_stands_in_each_of_its_rows() -> None:
    # A1:A2 and A3:A4; B2:C3 is a block, of which the first column counts.
    rows: list[list[str | None]] = [["甲", "1", None], [None, "x", None], ["乙", None, None], [None, "4", "5"]]
    merges = [Merge(1, 0, 2, 0), Merge(3, 0, 4, 0), Merge(2, 1, 3, 2)]
    assert filled(merges, rows) == [["甲", "1", None], ["甲", "x", None], ["乙", "x", None], ["乙", "4", "5"]]


def test_amounts_and_empty_cells_and_headings_are_left() -> None:
    rows: list[list[str | None]] = [["名称", "户数"], [None, "300"], ["甲", None], [" ", None], [None, None]]
    merges = [Merge(1, 0, 2, 0), Merge(2, 1, 3, 1), Merge(4, 0, 5, 0)]
    filler = FillDown(merges, 2)
    seen = [list(cells) for cells in rows]
    for number, cells in enumerate(seen, start=1):
        filler.fill(number, cells)
    assert seen == rows
    assert (filler.filled, filler.amounts) == ([], [Merge(2, 1, 3, 1)])


def test_merges_that_reach_beyond_the_row_or_the_table_do_no_harm() -> None:
    rows: list[list[str | None]] = [["甲", "x"], [None]]
    assert filled([Merge(1, 1, 9, 1), Merge(1, 5, 2, 5), Merge(7, 0, 8, 0)], rows) == [["甲", "x"], [None]]


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 3), st.integers(0, 8), st.integers(0, 2)), max_size=6))
def test_what_stands_in_a_cell_is_never_changed(blocks: list[tuple[int, int, int, int]]) -> None:
    merges = [Merge(row, column, row + more, column + wide) for row, column, more, wide in blocks]
    rows: list[list[str | None]] = [
        [f"{row}/{column}" if (row + column) % 3 else None for column in range(4)] for row in range(1, 31)
    ]
    before = [list(row) for row in rows]
    for old, new in zip(before, filled(merges, rows), strict=True):
        assert all(was is None or was == now for was, now in zip(old, new, strict=True))
