"""Brings a file with one row an incident into the store as counts: no row of it is ever a record, no place is kept."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import Connection

from etl.doubting import doubt_counted_twice, doubt_taken_back
from etl.flow import Seen, Task
from etl.line import Line, record, turn_away
from etl.pipeline import prepare_counted
from etl.readers import Part
from etl.receipt import Receipt
from etl.steps.count import count_of, counted_table
from etl.work import Work, begin_line, finish_line
from geodata.errors import InvalidInput
from geodata.layers import get_layer
from geodata.layers.text import counted
from geodata.queries.area_links import state_zone
from geodata.queries.area_lookup import AreaOutlines, area_outlines
from geodata.queries.counted import (
    begin_counting,
    copy_counted,
    create_counted,
    drop_repeated,
    drop_without_area,
    find_areas,
    has_areas,
    stage_unknown_areas,
)
from geodata.queries.counted_cells import (
    count_cells,
    count_changed_rows,
    drop_cells,
    find_shared_part,
    stage_cells,
    stage_zeros,
)
from geodata.queries.loads import count_changes
from geodata.queries.merge import merge

MADE_KIND = "other"
"""The level of areas that are made from the codes in a file, which doesn't say any."""


def load_counted(work: Work, connection: Connection, parts: Sequence[tuple[Part, Task, list[str]]]) -> None:
    """Count the rows of a file by area and in all else that its recipe tells apart.

    The receipts are about rows: one whose count is new or another than before is loaded, one whose count was so already
    is unchanged, one with the key of another is ignored, one without month, kind or area is quarantined. A file
    holds all incidents of its months and kinds: counts are replaced, never added to.

    Args:
        work: the file's.
        connection: the transaction that brings the rows.
        parts: the parts of one source and layer, each with its task and notes; together they are the whole file.

    Raises:
        InvalidInput: no areas are known, another load has changed them meanwhile, or two parts of the file have
            incidents of the same month, area and kind.
    """
    first = parts[0][1]
    create_counted(connection, first.layer, count_of(first).into)
    areas_before = count_changes(connection, "area")  # before any outline is read: no lock holds them until the merge
    lines = [_wait(work, connection, number, *part) for number, part in enumerate(parts)]
    doubt_counted_twice(work, connection, lines[0][0], "counted")
    begin_counting(connection)
    if count_changes(connection, "area") != areas_before:
        raise InvalidInput(
            f"{work.path.name}: another load has changed areas while places were looked up; load it again"
        )
    for number, (line, _) in enumerate(lines):
        _turn_repeated_away(connection, line, number)
        if count_of(line.task).makes_areas:
            _make_areas(work, connection, line, number)
    find_areas(connection)
    for number, (line, _) in enumerate(lines):
        _turn_strays_away(connection, line, number)
    count_cells(connection, first.layer, count_of(first).into)
    _refuse_shared(connection, [line.receipt for line, _ in lines])
    doubt_taken_back(work, connection, lines[0][0])
    for number, (line, started) in enumerate(lines):
        _merge_counts(work, connection, line, number, is_last=number == len(lines) - 1)
        finish_line(work, connection, line, started)
    drop_cells(connection)


def _wait(
    work: Work, connection: Connection, number: int, part: Part, task: Task, notes: Sequence[str]
) -> tuple[Line, float]:
    """Let the good rows of a part wait to be counted, and return its line and when it began."""
    started = time.perf_counter()
    count = count_of(task)
    line = begin_line(work, connection, task, part.name)
    line.receipt.note(notes)
    if not count.makes_areas and not has_areas(connection):
        raise InvalidInput(f"{work.path.name} is counted by area, and no areas are known yet: load the areas first")
    state_zone(connection, str(work.ground.time_zone))
    areas = area_outlines(connection, count.area_kind)
    _read(work, connection, number, part, line, areas)
    if task.place_columns and areas.kind:
        line.receipt.note([f"a row that names no area counts in the one of the level {areas.kind!r} that it lies in"])
    line.receipt.note(part.notes)
    return line, started


def _read(work: Work, connection: Connection, number: int, part: Part, line: Line, areas: AreaOutlines) -> None:
    """Take the rows through their steps, and let the good ones wait."""
    task, seen, rows = line.task, Seen(), 0
    for batch in part.batches():
        rows += len(batch.rows)
        flow = prepare_counted(batch, task, seen, areas)
        copy_counted(connection, task.layer, count_of(task).into, number, counted_table(flow, task))
        record(connection, line, flow)
        work.progress(f"{work.path.name} {part.name}".strip(), rows)


def _turn_repeated_away(connection: Connection, line: Line, number: int) -> None:
    task = line.task
    for chunk in drop_repeated(connection, number):
        issues = [
            task.issue(
                "ignored", "duplicate", f"the row has the key of row {first:,}; an incident counts once", row=row
            )
            for row, first in chunk
        ]
        turn_away(connection, line, issues)


def _make_areas(work: Work, connection: Connection, line: Line, number: int) -> None:
    """Make the areas that the rows name by codes which nobody knows, without outlines, as a load of their own."""
    started = time.perf_counter()
    made = begin_line(work, connection, line.task, line.receipt.part, made=get_layer("area"))
    kind = count_of(line.task).area_kind or MADE_KIND
    named, staged = stage_unknown_areas(connection, number, kind)
    merged = merge(connection, made.layer, source=line.task.recipe.source, load_id=made.receipt.load_id or 0)
    made.receipt.loaded, made.receipt.unchanged = merged.loaded, named - merged.loaded
    made.receipt.changed = merged.changed
    made.receipt.note(
        [f"{staged:,} of {counted(named, 'area')} named in the rows not known before: without an outline so far"]
    )
    finish_line(work, connection, made, started)


def _turn_strays_away(connection: Connection, line: Line, number: int) -> None:
    task = line.task
    name = next((name for name in ("area_code", "area_name") if name in task.columns), "area_code")
    heading = task.columns.get(name, "")
    wanted = "wanted is an area's code or its name: load the areas first"
    for chunk in drop_without_area(connection, number):
        turn_away(
            connection,
            line,
            [
                task.issue(
                    "quarantined",
                    "no_area",
                    f"{heading} is {area!r}: no area is known by that; {wanted}",
                    row=row,
                    heading=heading,
                    name=name,
                    value=area,
                )
                for row, area in chunk
            ],
        )


def _refuse_shared(connection: Connection, receipts: Sequence[Receipt]) -> None:
    part = find_shared_part(connection)
    if part is not None:
        raise InvalidInput(
            f"{receipts[part].file} [{receipts[part].part}]: another part of the file has incidents of the same month, "
            "area and kind; wanted is one table with all of them"
        )


def _merge_counts(work: Work, connection: Connection, line: Line, number: int, *, is_last: bool) -> None:
    """Merge the counts of a part, and say of its rows what became of them; the last one takes back what is gone."""
    layer, source, into = line.layer, line.task.recipe.source, count_of(line.task).into
    receipt, load_id = line.receipt, line.receipt.load_id or 0
    work.progress(f"{receipt.file} -> {receipt.title}: counting", receipt.read)
    cells, rows = stage_cells(connection, layer, into, number)
    zeros = stage_zeros(connection, layer, into, source=source) if is_last else 0
    merged = merge(connection, layer, source=source, load_id=load_id)
    if merged.dropped:  # every cell has its own key and an area: one that is lost mustn't pass for unchanged
        raise ValueError(f"{len(merged.dropped)} counts were not merged: {merged.dropped[0].reason}")
    receipt.changed = merged.changed
    receipt.loaded = count_changed_rows(connection, layer, source=source, load_id=load_id, part=number)
    receipt.unchanged = rows - receipt.loaded
    made = f"{counted(rows, 'row is', 'rows are')} {counted(cells, 'count')}"
    receipt.note([f"{made} by month, area and kind; no row and no place of one was kept"])
    if zeros:
        gone = counted(zeros, "count of the same months and kinds is", "counts of the same months and kinds are")
        receipt.note([f"{gone} none now: the file has nothing for them"])
