"""Finds the row that holds the headings, below the title and unit rows that offices put on top."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from etl.steps.merged import Merge
from geodata.errors import InvalidInput

HEAD_ROWS = 20
_PAIR = re.compile(r"[:：]\s*\S")
_DATE_SIGNS = str.maketrans("", "", "年月日时分秒")


@dataclass(frozen=True)
class Head:
    """The headings of a table: 0-based indices of their first and last row, and a text for each column."""

    first: int
    last: int
    cells: tuple[str, ...]


def find_headings(rows: Sequence[Sequence[str]], merges: Sequence[Merge] = ()) -> Head:
    """Return the headings of a table, which may take two rows.

    Two rows belong together where the upper one names groups, as merged cells or with blanks to their right, and
    the lower one tells the columns of a group apart. A column of a group is called "upper lower" ("计划 金额"), a
    column without a group by its one label. Where each column has a label of its own in the lower row, and all
    differ, the groups above are no more than decoration and aren't read.

    Args:
        rows: as in `find_head`; row 1 of the sheet comes first.
        merges: the merged cells of the sheet, rows from 1, columns from 0.

    Raises:
        InvalidInput: none of these rows holds any text that could be a heading.
    """
    width = max((len(row) for row in rows), default=0)
    grid = [[*(cell.strip() for cell in row), *[""] * (width - len(row))] for row in rows]
    head = find_head(_spread(grid, merges))
    for upper in (head, head - 1):
        if 0 <= upper < len(grid) - 1 and (cells := _join_rows(grid, upper, merges)):
            return Head(upper, upper + 1, cells)
    return Head(head, head, tuple(rows[head]))


def _spread(grid: Sequence[Sequence[str]], merges: Sequence[Merge]) -> list[list[str]]:
    """Return the rows with each merged label in all of its cells."""
    spread = [list(row) for row in grid]
    for merge in merges:
        label = _at(grid, merge.first_row - 1, merge.first_column)
        for row in spread[merge.first_row - 1 : merge.last_row]:
            for column in range(merge.first_column, min(merge.last_column + 1, len(row))):
                row[column] = label
    return spread


def _at(grid: Sequence[Sequence[str]], row: int, column: int) -> str:
    return grid[row][column] if row < len(grid) and column < len(grid[row]) else ""


def _join_rows(grid: Sequence[Sequence[str]], upper: int, merges: Sequence[Merge]) -> tuple[str, ...] | None:
    """Return the headings that two rows make together; None where they aren't two rows of headings."""
    above, below = grid[upper], grid[upper + 1]
    groups = _groups(grid, upper, merges)
    plain = [cell for column, cell in enumerate(above) if column not in groups]  # a group may be "2025年"
    if not groups or any(cell and not _is_label(cell) for cell in (*plain, *below)):
        return None
    below_groups = [below[column] for column in groups]
    if not all(below_groups) or len(set(groups.values()) | set(filter(None, above))) < 2:
        return None
    singles = [column for column, label in enumerate(above) if label and column not in groups]
    is_tied = any(merge.first_row == upper + 1 and merge.last_row == upper + 2 for merge in merges)
    if any(below[column] for column in singles) and not is_tied:
        return None
    if not singles and len(set(below_groups)) == len(below_groups):
        return None
    labels = {**{column: above[column] for column in singles}, **groups}
    width = max(column for column in range(len(above)) if above[column] or below[column]) + 1
    return tuple(_join(labels.get(column, ""), below[column]) for column in range(width))


def _groups(grid: Sequence[Sequence[str]], upper: int, merges: Sequence[Merge]) -> dict[int, str]:
    """Return the group's label of each column that lies under one: merged cells, or a label and blanks beside it."""
    above, below = grid[upper], grid[upper + 1]
    wide = [m for m in merges if m.first_row <= upper + 1 == m.last_row and m.last_column > m.first_column]
    if wide:
        labels = [(merge, _at(grid, merge.first_row - 1, merge.first_column)) for merge in wide]
        return {
            column: label
            for merge, label in labels
            if label
            for column in range(merge.first_column, min(merge.last_column + 1, len(above)))
        }
    groups: dict[int, str] = {}
    label_at = -1
    for column, label in enumerate(above):
        if label:
            label_at = column
        elif below[column] and label_at >= 0 and below[label_at]:
            groups[label_at] = groups[column] = above[label_at]
    return groups


def _join(upper: str, lower: str) -> str:
    return f"{upper} {lower}" if upper and lower and upper != lower else upper or lower


def find_head(rows: Sequence[Sequence[str]]) -> int:
    """Return the index of the row that looks most like headings.

    What counts is how many distinct labels a row holds: texts that aren't numbers, dates or "name: value" pairs.
    Of the first 20 rows it is the first that has three quarters of the most labels: titles and unit rows on top
    have fewer, and a row of data below doesn't win because it has a cell too many, or a heading is repeated.

    Args:
        rows: the first rows of a table, cells as text, "" where empty; may be of unequal length.

    Returns:
        0-based index into `rows`.

    Raises:
        InvalidInput: none of these rows holds any text that could be a heading.
    """
    counts = [len({cell.strip() for cell in row if _is_label(cell)}) for row in rows[:HEAD_ROWS]]
    most = max(counts, default=0)
    if not most:
        raise InvalidInput(
            f"There is no row of headings among the first {HEAD_ROWS} rows, only numbers or nothing: "
            "put the name of each column above it."
        )
    return next(index for index, count in enumerate(counts) if 4 * count >= 3 * most)


def _is_label(cell: str) -> bool:
    """Tell whether a cell could be a heading: letters, but no number, amount, date or "name: value" pair."""
    text = cell.strip().translate(_DATE_SIGNS)
    if _is_number(text) or _PAIR.search(text):
        return False
    return any(sign.isalpha() for sign in text)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", ""))
    except ValueError:
        return False
    return True
