"""Merged cells: their value stands in the first one only, and means all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

MOST_FILLED_DIGITS = 8
"""A whole number of more digits is a code, not an amount."""
_COORDINATE_DECIMALS = 4


class Merge(NamedTuple):
    """A block of merged cells: rows as a spreadsheet numbers them, columns from 0; all inclusive."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


def is_amount(value: str) -> bool:
    """Tell whether a value is a number that would count twice if it stood in two rows.

    Codes (whole numbers of nine digits or more) and coordinates (four decimals or more) are none.
    """
    sign, _, decimals = value.strip().lstrip("-").partition(".")
    if not sign.isascii() or not sign.isdigit() or (decimals and not decimals.isdigit()):
        return False
    return len(sign) <= MOST_FILLED_DIGITS and len(decimals) < _COORDINATE_DECIMALS


class FillDown:
    """Repeats the value of cells that are merged over several rows, row after row from the top."""

    def __init__(self, merges: Sequence[Merge], first_row: int) -> None:
        """Take the merges that begin at `first_row` or below: those above belong to the headings."""
        self.filled: list[Merge] = []
        self.amounts: list[Merge] = []
        self._starting: dict[int, list[Merge]] = defaultdict(list)
        self._open: dict[int, tuple[Merge, str]] = {}
        for merge in merges:
            if merge.last_row > merge.first_row >= first_row:
                self._starting[merge.first_row].append(merge)

    def fill(self, number: int, cells: list[str | None]) -> None:
        """Put into a row what the merged cells above it mean; rows have to come in order, each one once."""
        for column, (merge, above) in list(self._open.items()):
            if number > merge.last_row:
                del self._open[column]
            elif column < len(cells) and not cells[column]:
                cells[column] = above
        for merge in self._starting.pop(number, ()):
            column = merge.first_column
            value = cells[column] if column < len(cells) else None
            if not value or value.isspace():
                continue
            if is_amount(value):
                self.amounts.append(merge)
            else:
                self.filled.append(merge)
                self._open[column] = (merge, value)
