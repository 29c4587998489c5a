"""A table as an office keeps it: its columns, its rows, and what stands around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True)
class Column:
    """One column; columns of one `group` stand under a common label in the row above the headings."""

    heading: str
    group: str = ""

    @property
    def name(self) -> str:
        """The heading as people call it: group and heading, where there is a group."""
        return f"{self.group} {self.heading}" if self.group else self.heading


def plain(headings: str) -> list[Column]:
    """Return columns without groups, from their headings with blanks between."""
    return [Column(heading) for heading in headings.split()]


@dataclass(frozen=True)
class Mark:
    """A fault in a row and what has to become of it.

    Attributes:
        kind: a slug for the sort of fault.
        outcome: of the row: "quarantined", "ignored" or "loaded".
        column: of the faulty cell; "" where the row as a whole is meant.
        reason: of a row that isn't loaded, and of the remark on one that is; None for no remark.
        field: the layer's field that the cell fills; "" for none.
        wanted: the value that has to be in that field of a loaded row; None for none.
        note: what is odd, for people.
    """

    kind: str
    outcome: str
    column: str = ""
    reason: str | None = None
    field: str = ""
    wanted: Cell = None
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One record: cells by the name of their column, faults, and whether the clerk has hidden the row."""

    cells: Mapping[str, Cell]
    marks: tuple[Mark, ...] = ()
    is_hidden: bool = False

    def changed(self, cells: Mapping[str, Cell], *marks: Mark) -> Row:
        """Return the row with other cells and more marks."""
        return replace(self, cells={**self.cells, **cells}, marks=(*self.marks, *marks))


@dataclass(frozen=True, kw_only=True)
class Table:
    """One sheet of a workbook, or one CSV file.

    Attributes:
        part: the sheet's name; "" for a CSV file.
        layer: what its rows are.
        title: stands above the headings; "" for none.
        unit: the line between the title and the headings; "" for none.
        key: the column with the rows' own key; "" where they have none.
        merged: columns whose cells are merged downwards while rows say the same.
        blocks: spans of rows (first, last, column) merged in one column although they hold one amount for all.
        summed: columns that the rows of totals sum up; () for no such rows.
        by: the column at each change of which a 小计 is drawn; "" for none.
        footer: the line below the table; "" for none.
    """

    layer: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    part: str = ""
    title: str = ""
    unit: str = ""
    key: str = ""
    merged: tuple[str, ...] = ()
    blocks: tuple[tuple[int, int, str], ...] = ()
    summed: tuple[str, ...] = ()
    by: str = ""
    footer: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def record_count(self) -> int:
        """How many rows have to be loaded."""
        return sum(all(mark.outcome == "loaded" for mark in row.marks) for row in self.rows)


@dataclass(frozen=True)
class Line:
    """One line below the headings: a record, a sum or the footer."""

    cells: Mapping[str, Cell]
    row: Row | None = None
    marks: tuple[Mark, ...] = ()


@dataclass
class _Sums:
    """Adds up the amounts of the rows of a table, those of faulty rows included, as a clerk's formula does."""

    columns: tuple[str, ...]
    values: dict[str, float] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        for name in self.columns:
            value = row.cells.get(name)
            if isinstance(value, int | float):
                self.values[name] = self.values.get(name, 0) + value


def lines(table: Table) -> list[Line]:
    """Return the lines below the headings: the records, with 小计, 合计 and footer where the table has them."""
    found: list[Line] = []
    total, part = _Sums(table.summed), _Sums(table.summed)
    for position, row in enumerate(table.rows):
        found.append(Line(row.cells, row, row.marks))
        total.add(row)
        part.add(row)
        is_end = (
            position + 1 == len(table.rows) or table.rows[position + 1].cells[table.by] != row.cells[table.by]
            if table.by
            else False
        )
        if is_end:
            found.append(_sum_line(table, "小计", part))
            part = _Sums(table.summed)
    if table.summed:
        found.append(_sum_line(table, "合计", total))
    if table.footer:
        mark = Mark("footer", "ignored", reason="footer", note="the line under the table")
        found.append(Line({table.names[0]: table.footer}, None, (mark,)))
    return found


def _sum_line(table: Table, label: str, sums: _Sums) -> Line:
    kind = "subtotal_row" if label == "小计" else "total_row"
    mark = Mark(kind, "ignored", reason="total_row", note=f"{label}: it sums up the rows above")
    return Line({table.names[0]: label, **sums.values}, None, (mark,))
