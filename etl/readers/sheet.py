"""Finds the table of a sheet and cuts it into batches, whichever program wrote the workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from etl.batch import Batch
from etl.readers.cells import column_letter, fit_row, is_filled, limit_columns, rows_frame, unique_headings
from etl.readers.part import BATCH_ROWS, Notes, Part, head_note, row_list
from etl.steps.head import HEAD_ROWS, find_headings
from etl.steps.merged import FillDown, Merge
from geodata.errors import InvalidInput

CELLS_AT_ONCE = 1_000_000
_MOST_NAMED = 10

Row = tuple[int, list[str | None]]
"""A row's number, from 1, and its cells as text as far as they are filled."""


@dataclass(frozen=True)
class Sheet:
    """A visible sheet.

    Attributes:
        rows: starts at row 1 and yields every row up to the last, in blocks of at most as many as asked for.
        merges: its merged cells.
        notes: what was odd about it.
    """

    path: Path
    name: str
    rows: Callable[[int], Iterator[Sequence[Row]]]
    merges: Sequence[Merge] = ()
    notes: Notes = field(default_factory=Notes)


@dataclass(frozen=True)
class _Table:
    sheet: Sheet
    head_row: int
    headings: tuple[str, ...]


def find_part(sheet: Sheet, blocks: Iterator[Sequence[Row]]) -> Part | None:
    """Return the part of a sheet; None where no headings with rows below them are in it.

    Args:
        sheet: the sheet.
        blocks: its rows from the first on; no more of them is read than has to be.

    Raises:
        InvalidInput: damaged, or more than 2,000 columns.
    """
    rows = chain.from_iterable(blocks)
    top = list(islice(rows, HEAD_ROWS + 1))
    try:
        head = find_headings([[cell or "" for cell in cells] for _, cells in top], sheet.merges)
    except InvalidInput:
        return None
    if not any(is_filled(cells) for _, cells in chain(top[head.last + 1 :], rows)):
        return None
    width = max(index for index, cell in enumerate(head.cells) if cell.strip()) + 1
    headings = unique_headings(head.cells[:width])
    limit_columns(sheet.path.name, headings)
    if head.last:
        sheet.notes.add(head_note(head))
    letters = {heading: column_letter(index) for index, heading in enumerate(headings)}
    table = _Table(sheet, head.last + 1, headings)
    return Part(
        sheet.name,
        headings,
        None,
        lambda: _batches(table),
        lambda row, heading: f"{letters[heading]}{row}",
        sheet.notes,
    )


def _batches(table: _Table) -> Iterator[Batch]:
    width = len(table.headings)
    overlong: list[int] = []
    merged = FillDown(table.sheet.merges, table.head_row + 1)
    for block in table.sheet.rows(max(1, min(BATCH_ROWS, CELLS_AT_ONCE // width))):
        kept: list[Row] = []
        for number, cells in block:
            if number <= table.head_row:
                continue
            fitted, has_more = fit_row(cells, width)
            if has_more:
                overlong.append(number)
            has_cells = is_filled(fitted)
            merged.fill(number, fitted)
            if has_cells:
                kept.append((number, fitted))
        if kept:
            yield Batch(rows_frame(table.headings, kept), None)
    _note(table.sheet.notes, overlong, merged)


def _note(notes: Notes, overlong: Sequence[int], merged: FillDown) -> None:
    if overlong:
        notes.add(
            f"Cells to the right of the last heading in {row_list(overlong)} were left out: give the column a heading."
        )
    if merged.filled:
        notes.add(f"Merged cells were read in each of their rows: {_ranges(merged.filled)}.")
    if merged.amounts:
        notes.add(
            f"Amounts in merged cells were read in their first row only, so that they don't count twice: "
            f"{_ranges(merged.amounts)}."
        )


def _ranges(merges: Sequence[Merge]) -> str:
    named = [
        f"{column_letter(merge.first_column)}{merge.first_row}:{column_letter(merge.last_column)}{merge.last_row}"
        for merge in merges[:_MOST_NAMED]
    ]
    more = f" and {len(merges) - _MOST_NAMED:,} more" if len(merges) > _MOST_NAMED else ""
    return ", ".join(named) + more
