"""Reads CSV as offices write it: any usual delimiter and encoding, title rows on top, ragged rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from etl.batch import Batch
from etl.readers.cells import fit_row, is_filled, limit_columns, rows_frame, text_frame, unique_headings
from etl.readers.encoding import Utf8Stream, find_encoding
from etl.readers.part import BATCH_ROWS, Notes, Part, head_note, heading_as_cell, row_list
from etl.steps.head import HEAD_ROWS, find_head, find_headings
from geodata.errors import InvalidInput

BLOCK_BYTES = 16 << 20
"""No row may be longer; also the largest cell."""

DELIMITERS = ("\t", ";", ",")
"""In doubt the first: a comma stands in many a text and number, a tab in few."""
_SAMPLE_CHARACTERS = 1 << 20
_QUOTED = re.compile(r'(?:(?<=[,;\t\r\n])|\A)"(?:[^"]|"")*"')
# A last line that no file holds. Where it doesn't come out as a row of its own, a quote above it is still open.
_END = "\x1eend of the file\x1e"


@dataclass(frozen=True)
class _Table:
    path: Path
    codec: str
    delimiter: str
    head_row: int
    headings: tuple[str, ...]
    notes: Notes

    @cached_property
    def end_line(self) -> str:
        """The line put after the file's last, with a cell more than the headings: always a ragged row."""
        return self.delimiter * len(self.headings) + _END


def read_table(path: Path) -> list[Part]:
    """Return the one part of a CSV file (or TSV; the delimiter is found in the content).

    Row numbers count records, title rows and blank rows included, as a spreadsheet shows them. Blank rows are no
    records. A short row is padded; of a row with more cells than headings the first are kept, and a note names it.

    Raises:
        InvalidInput: unknown encoding, NUL characters, no headings, over 2,000 of them, no rows. Reading
            the batches raises it where a quote is never closed or a row is longer than 16 MB.
    """
    codec = find_encoding(path)
    delimiter = _find_delimiter(path, codec)
    records = _records(path, codec, delimiter)
    top = list(islice(records, HEAD_ROWS + 1))
    try:
        head = find_headings(top)
    except InvalidInput as error:
        raise InvalidInput(f"{path.name}: {error}") from error
    if not any(is_filled(cells) for cells in chain(top[head.last + 1 :], records)):
        raise InvalidInput(f"{path.name} has headings but no rows below them: hand over the filled table.")
    notes = Notes()
    if codec not in ("utf-8", "utf-8-sig"):
        notes.add(f"The encoding {codec.upper()} was detected.")
    if head.last:
        notes.add(head_note(head))
    headings = unique_headings(head.cells)
    limit_columns(path.name, headings)
    table = _Table(path, codec, delimiter, head.last + 1, headings, notes)
    return [Part("", table.headings, None, lambda: _batches(table), heading_as_cell, notes)]


def _records(path: Path, codec: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the records as cells, one by one; refuse a quote that is never closed."""
    csv.field_size_limit(BLOCK_BYTES)
    with path.open(encoding=codec, newline="") as file:
        last: list[str] = []
        try:
            for cells in csv.reader(chain(file, [_END]), delimiter=delimiter):
                if last:
                    yield last
                last = cells or [""]
        except csv.Error as error:
            raise InvalidInput(_open_quote(path)) from error
    if last != [_END]:
        raise InvalidInput(_open_quote(path))


def _open_quote(path: Path) -> str:
    return (
        f"{path.name} is cut off or damaged: a quote is opened and never closed, or a row is longer than "
        f"{BLOCK_BYTES >> 20} MB; hand it over again."
    )


def _find_delimiter(path: Path, codec: str) -> str:
    """Return the delimiter under which most rows have as many cells as the headings.

    Of those alike the one that stands beside most quoted cells, which are nobody's text, then the one of most headings.
    """
    with path.open(encoding=codec, newline="") as file:
        text = file.read(_SAMPLE_CHARACTERS)
    bare = _QUOTED.sub(lambda quoted: re.sub(r'[",;\t\r\n]', " ", quoted.group()), text)
    lines = re.split(r"\r\n|\r|\n", bare)[:HEAD_ROWS]
    beside = Counter(sign for quoted in _QUOTED.finditer(text) for sign in text[quoted.end() : quoted.end() + 1])
    tables = {delimiter: [line.split(delimiter) for line in lines] for delimiter in DELIMITERS}
    wide = sum(any(sum(map(bool, rows[at])) > 1 for rows in tables.values()) for at in range(len(lines)))

    def fitness(delimiter: str) -> tuple[float, int, int]:
        rows = tables[delimiter]
        try:
            width = len(rows[find_head(rows)])
        except InvalidInput:
            return 0.0, 0, 0
        alike = sum(len(row) == width > 1 for row in rows)
        return alike / max(wide, 1), beside[delimiter], width

    return max(DELIMITERS, key=fitness)


@dataclass
class _Ragged:
    """Collects the rows that don't have as many cells as there are headings, while pyarrow reads the others."""

    table: _Table
    rows: deque[tuple[int, list[str | None]]] = field(default_factory=deque)
    overlong: list[int] = field(default_factory=list)
    is_complete: bool = False

    def __call__(self, row: pacsv.InvalidRow) -> Literal["skip"]:
        if row.text == self.table.end_line:
            self.is_complete = True
            return "skip"
        cells = _split(row.text, self.table.delimiter)
        kept, has_more = fit_row(cells, len(self.table.headings))
        number = cast(int, row.number)  # there as long as one thread reads
        self.rows.append((number, kept))
        if has_more and number > self.table.head_row:
            self.overlong.append(number)
        return "skip"

    def take_until(self, number: int) -> list[tuple[int, list[str | None]]]:
        """Take out the rows before `number` and those that follow it without a gap."""
        taken = []
        while self.rows and self.rows[0][0] <= number + 1:
            taken.append(self.rows.popleft())
            number = max(number, taken[-1][0])
        return taken


def _split(text: str, delimiter: str) -> list[str]:
    if '"' not in text:
        return text.split(delimiter)
    return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _batches(table: _Table) -> Iterator[Batch]:
    ragged = _Ragged(table)
    first = 1
    for block in _blocks(table, ragged):
        numbers = _number_rows(first, block.num_rows, [number for number, _ in ragged.rows])
        extra = ragged.take_until(int(numbers[-1]) if len(numbers) else first - 1)
        first += len(numbers) + len(extra)
        yield from _cut(table, _merge(table, block, numbers, extra))
    yield from _cut(table, rows_frame(table.headings, [row for row in ragged.rows if _is_row(table, row)]))
    if not ragged.is_complete:
        raise InvalidInput(_open_quote(table.path))
    if ragged.overlong:
        table.notes.add(
            f"More cells than headings in {row_list(ragged.overlong)}: "
            f"the first {len(table.headings)} of each were read, the others left out."
        )


def _blocks(table: _Table, ragged: _Ragged) -> Iterator[pa.RecordBatch]:
    """Yield the regular rows of the file as text columns named "0", "1" ...; title and heading rows included."""
    names = [str(index) for index in range(len(table.headings))]
    # Buffered, so that each of pyarrow's reads is a whole block, and closing waits for the read that is under way.
    with io.BufferedReader(Utf8Stream(table.path, table.codec, f"\n{table.end_line}".encode())) as stream:
        try:
            reader = pacsv.open_csv(
                stream,
                read_options=pacsv.ReadOptions(column_names=names, block_size=BLOCK_BYTES, use_threads=False),
                parse_options=pacsv.ParseOptions(
                    delimiter=table.delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=ragged,
                ),
                convert_options=pacsv.ConvertOptions(
                    check_utf8=False,
                    column_types=dict.fromkeys(names, pa.string()),
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
            )
            yield from reader
        except pa.ArrowInvalid as error:
            raise InvalidInput(_open_quote(table.path)) from error


def _number_rows(first: int, count: int, ragged: list[int]) -> npt.NDArray[np.int64]:
    """Return the numbers of `count` regular rows from `first` on, passing over those of the ragged rows."""
    numbers = np.arange(first, first + count + len(ragged), dtype=np.int64)
    return np.setdiff1d(numbers, np.asarray(ragged, dtype=np.int64), assume_unique=True)[:count]


def _merge(
    table: _Table,
    block: pa.RecordBatch,
    numbers: npt.NDArray[np.int64],
    extra: list[tuple[int, list[str | None]]],
) -> pd.DataFrame:
    """Return regular and ragged rows in the order of the file, without blank rows and what is above the data."""
    keep = ~_blank_rows(block) & (numbers > table.head_row)
    if not keep.all():
        block, numbers = block.filter(pa.array(keep)), numbers[keep]
    frame = text_frame(table.headings, block.columns, numbers)
    rows = [row for row in extra if _is_row(table, row)]
    return pd.concat([frame, rows_frame(table.headings, rows)]).sort_index() if rows else frame


def _is_row(table: _Table, row: tuple[int, list[str | None]]) -> bool:
    return row[0] > table.head_row and is_filled(row[1])


def _blank_rows(block: pa.RecordBatch) -> npt.NDArray[np.bool_]:
    """Mark rows without any text; stops at the first column that is filled throughout."""
    blank = np.ones(block.num_rows, dtype=bool)
    for column in block.columns:
        if not blank.any():
            break
        trimmed: pa.Array[Any] = pc.utf8_trim_whitespace(column)
        is_empty: pa.BooleanArray = pc.equal(trimmed, pa.scalar(""))
        blank &= is_empty.fill_null(True).to_numpy(zero_copy_only=False)
    return blank


def _cut(table: _Table, frame: pd.DataFrame) -> Iterator[Batch]:
    """Yield the rows in batches, smaller ones for wide tables."""
    size = max(1, min(BATCH_ROWS, 4_000_000 // max(len(table.headings), 1)))
    for start in range(0, len(frame), size):
        yield Batch(frame.iloc[start : start + size], None)
