"""Plants faults in tables: a row more that must not get in, or an odd way of writing what has to be loaded."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from etl.sample.records.table import Cell, Mark, Row, Table

Which = int | Callable[[Row], bool]
"""A row: by its position, or the first for which something is true."""


@dataclass(frozen=True, kw_only=True)
class Extra:
    """A row on top: a copy of one that is good, with a number of its own, some cells changed, put right below it.

    Attributes:
        kind, reason, outcome, note: as in Mark.
        cells: what is changed; a function is given the copied row's own value.
        column: of the faulty cell; the first of `cells` unless stated, "" for the row as a whole.
        at: the row that is copied; the extra one stands above it where `is_above`.
        keeps_key: the copy has the number of its model too.
    """

    part: str = ""
    kind: str
    reason: str
    outcome: str = "quarantined"
    cells: Mapping[str, Cell | Callable[[Cell], Cell]]
    column: str | None = None
    at: Which
    is_above: bool = False
    keeps_key: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A good row, oddly written: it has to be loaded, `field` with the value `wanted`.

    Attributes:
        write: makes the odd cell of the plain one.
        wanted: the value in the store, made of the plain cell.
        reason: of the remark that has to be made; None for none.
    """

    part: str = ""
    kind: str
    column: str
    at: Which
    write: Callable[[Cell], Cell]
    field: str = ""
    wanted: Callable[[Cell], Cell] = lambda value: value
    reason: str | None = None
    is_hidden: bool = False
    note: str = ""


Planting = Extra | Change


def plant(tables: Sequence[Table], plantings: Sequence[Planting]) -> list[Table]:
    """Return the tables with the faults in their rows.

    Raises:
        StopIteration: there is no row as a planting wants it.
    """
    parts = {table.part for table in tables}
    strays = [planting.kind for planting in plantings if planting.part not in parts]
    if strays:
        raise ValueError(f"no such sheet for {', '.join(strays)}")
    return [_plant(table, [one for one in plantings if one.part == table.part]) for table in tables]


def _plant(table: Table, plantings: Sequence[Planting]) -> Table:
    rows = list(table.rows)
    number = len(rows)
    places = [(_position(rows, planting.at), planting) for planting in plantings]
    extras: list[tuple[int, Row]] = []
    for at, planting in places:
        if isinstance(planting, Change):
            rows[at] = _changed(rows[at], planting)
    for at, planting in places:
        if isinstance(planting, Extra):
            number += 1
            extras.append((at + (not planting.is_above), _extra(table, table.rows[at], planting, number)))
    for at, row in sorted(extras, key=lambda extra: -extra[0]):
        rows.insert(at, row)
    shifted = [
        (first + sum(at <= first for at, _ in extras), last + sum(at <= last for at, _ in extras), name)
        for first, last, name in table.blocks
    ]
    return replace(table, rows=rows, blocks=tuple(shifted))


def _position(rows: Sequence[Row], which: Which) -> int:
    if isinstance(which, int):
        return which
    return next(at for at, row in enumerate(rows) if not row.marks and which(row))


def _changed(row: Row, change: Change) -> Row:
    plain = row.cells.get(change.column)
    mark = Mark(change.kind, "loaded", change.column, change.reason, change.field, change.wanted(plain), change.note)
    odd = row.changed({change.column: change.write(plain)}, mark)
    return replace(odd, is_hidden=row.is_hidden or change.is_hidden)


def _extra(table: Table, model: Row, extra: Extra, number: int) -> Row:
    cells: dict[str, Cell] = {
        name: value(model.cells.get(name)) if callable(value) else value for name, value in extra.cells.items()
    }
    if table.key and not extra.keeps_key:
        cells = {table.key: _next_key(str(model.cells[table.key]), number), **cells}
    column = next(iter(extra.cells), "") if extra.column is None else extra.column
    mark = Mark(extra.kind, extra.outcome, column, extra.reason, note=extra.note)
    return Row({**model.cells, **cells}, (mark,))


def _next_key(key: str, number: int) -> str:
    """A number as the table's own go on: the year and the letters of `key`, the last digits by `number`."""
    found = re.fullmatch(r"(\D*(?:20\d\d)?)(\d+)", key)
    if found is None:
        raise ValueError(f"{key!r} doesn't end in a number")
    return f"{found[1]}{number:0{len(found[2])}d}"


def with_merged_amount(tables: Sequence[Table], part: str, column: str, field: str, at: int) -> list[Table]:
    """Return the tables with one amount entered for two rows at once, in a merged cell: it must count once."""
    return [_merge_amount(table, column, field, at) if table.part == part else table for table in tables]


def _merge_amount(table: Table, column: str, field: str, at: int) -> Table:
    rows = list(table.rows)
    total = sum(int(str(row.cells[column])) for row in rows[at : at + 2])
    note = "one amount for two rows in a merged cell: it counts once, with the first"
    for row, amount in ((at, total), (at + 1, None)):
        rows[row] = rows[row].changed(
            {column: amount}, Mark("merged_amount", "loaded", column, field=field, wanted=amount, note=note)
        )
    return replace(table, rows=rows, blocks=(*table.blocks, (at, at + 1, column)))


def with_ditto(table: Table, column: str, field: str) -> Table:
    """Return the table with 同上 in the first row that says the same as the row above it."""
    rows = list(table.rows)
    at = next(at for at in range(1, len(rows)) if rows[at].cells[column] == rows[at - 1].cells[column])
    mark = Mark("ditto", "loaded", column, field=field, wanted=rows[at].cells[column], note="as in the row above")
    rows[at] = rows[at].changed({column: "同上"}, mark)
    return replace(table, rows=rows)
