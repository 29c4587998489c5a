"""One table inside a file: a sheet, a layer, a theme of OpenStreetMap, or the whole file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from etl.batch import Batch
from etl.steps.head import Head

BATCH_ROWS = 65_536
"""At most so many rows travel together: the memory of a load doesn't grow with the file."""


@dataclass(frozen=True)
class Part:
    """A table that can be read as often as wanted, a bounded number of rows at a time.

    Attributes:
        name: the sheet, layer or selection; "" for the kinds of file that hold just one table.
        headings: the column names, unique, in the order of the file; the columns of every batch.
        crs: as the file declares it, "EPSG:n" where it has such a code, else its WKT or name; None where the
            file says nothing.
        batches: starts reading at the first row; raises InvalidInput where the file turns out to be damaged.
        cell: (row, heading) -> the cell's address for people: "C5" in a workbook, the heading elsewhere.
        is_raster: True where the rows are the cells of a raster, whose one heading says nothing of what they hold.
        notes: sentences about how the file was read; grows while batches are read, complete after the last.
    """

    name: str
    headings: tuple[str, ...]
    crs: str | None
    batches: Callable[[], Iterator[Batch]]
    cell: Callable[[int, str], str]
    notes: Sequence[str] = ()
    is_raster: bool = False


class Notes(list[str]):
    """Sentences about a part; one that is there already (a second reading) isn't repeated."""

    def add(self, sentence: str) -> None:
        """Append a sentence unless it is there."""
        if sentence not in self:
            self.append(sentence)


def heading_as_cell(_row: int, heading: str) -> str:
    """Give the address of a cell where rows and columns have no letters: its heading."""
    return heading


def head_note(head: Head) -> str:
    """Say in which rows the headings were found."""
    rows = row_list(range(head.first + 1, head.last + 2))
    return f"The headings are in {rows}; what stands above them isn't read as rows."


def row_list(rows: Sequence[int], shown: int = 10) -> str:
    """Name rows for a sentence: "row 4", "rows 4, 7 and 9", or the first ten "and 90 more"."""
    if len(rows) == 1:
        return f"row {rows[0]}"
    named = [f"{row:,}" for row in rows[:shown]]
    last = f"{len(rows) - shown:,} more" if len(rows) > shown else named.pop()
    return f"rows {', '.join(named)} and {last}"
