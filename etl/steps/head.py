"""Finds the row that holds the headings, below the title and unit rows that offices put on top."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geodata.errors import InvalidInput

HEAD_ROWS = 20
_PAIR = re.compile(r"[:：]\s*\S")
_DATE_SIGNS = str.maketrans("", "", "年月日时分秒")


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
