"""Brings a file with one row an incident into the store as counts: no row of it is ever a record, no place is kept."""

from __future__ import annotations

import time

from sqlalchemy import Connection

from etl.flow import Seen, Task
from etl.line import Line, record, turn_away
from etl.pipeline import prepare_counted
from etl.readers import Part
from etl.steps.count import count_of, counted_table
from etl.work import Work, begin_line, finish_line, refuse_doubts
from geodata.errors import InvalidInput
from geodata.layers import get_layer
from geodata.queries.area_lookup import AreaOutlines, area_outlines
from geodata.queries.counted import (
    begin_counting,
    copy_counted,
    counts_of_loads,
    create_counted,
    drop_repeated,
    drop_without_area,
    has_areas,
    stage_counts,
    stage_unknown_areas,
    take_outcome,
)
from geodata.queries.merge import merge

MADE_KIND = "other"
"""The level of areas that are made from the codes in a file, which doesn't say any."""


def load_counted(work: Work, connection: Connection, part: Part, task: Task, notes: list[str]) -> None:
    """Count the rows of a part by area and in all else that its recipe tells apart.

    The receipt is about rows: one whose count is new or another than before is loaded, one whose count was so already
    is unchanged, one with the key of another is ignored, one without month, kind or area is quarantined. A file
    holds all incidents of its months: counts are replaced, never added to.

    Raises:
        InvalidInput: no areas are known, or two parts of the file have incidents of the same month, area and kind.
    """
    started = time.perf_counter()
    count = count_of(task)
    line = begin_line(work, connection, task, part.name)
    line.receipt.note(notes)
    if not count.makes_areas and not has_areas(connection):
        raise InvalidInput(f"{work.path.name} is counted by area, and no areas are known yet: load the areas first")
    areas = area_outlines(connection, count.area_kind)
    create_counted(connection, task.layer, count.into)
    _read(work, connection, part, line, areas)
    if task.place_columns and areas.kind:
        line.receipt.note([f"a row that names no area counts in the one of the level {areas.kind!r} that it lies in"])
    line.receipt.note(part.notes)
    refuse_doubts(work, line.receipt)
    begin_counting(connection)
    _turn_repeated_away(connection, line)
    if count.makes_areas:
        _make_areas(work, connection, line, part.name)
    _turn_strays_away(connection, line)
    _merge_counts(work, connection, line)
    finish_line(work, connection, line, started)


def _read(work: Work, connection: Connection, part: Part, line: Line, areas: AreaOutlines) -> None:
    """Take the rows through their steps, and let the good ones wait."""
    task, seen, rows = line.task, Seen(), 0
    for batch in part.batches():
        rows += len(batch.rows)
        flow = prepare_counted(batch, task, seen, areas)
        copy_counted(connection, task.layer, count_of(task).into, counted_table(flow, task))
        record(connection, line, flow)
        work.progress(f"{work.path.name} {part.name}".strip(), rows)


def _turn_repeated_away(connection: Connection, line: Line) -> None:
    task = line.task
    for chunk in drop_repeated(connection):
        issues = [
            task.issue(
                "ignored", "duplicate", f"the row has the key of row {first:,}; an incident counts once", row=row
            )
            for row, first in chunk
        ]
        turn_away(connection, line, issues)


def _make_areas(work: Work, connection: Connection, line: Line, part: str) -> None:
    """Make the areas that the rows name by codes which nobody knows, without outlines, as a load of their own."""
    started = time.perf_counter()
    made = begin_line(work, connection, line.task, part, made=get_layer("area"))
    kind = count_of(line.task).area_kind or MADE_KIND
    named, staged = stage_unknown_areas(connection, kind)
    merged = merge(connection, made.layer, source=line.task.recipe.source, load_id=made.receipt.load_id or 0)
    made.receipt.loaded, made.receipt.unchanged = merged.loaded, named - merged.loaded
    made.receipt.note([f"{staged:,} of {named:,} areas that the rows name were not known: they have no outline yet"])
    finish_line(work, connection, made, started)


def _turn_strays_away(connection: Connection, line: Line) -> None:
    task = line.task
    name = next((name for name in ("area_code", "area_name") if name in task.columns), "area_code")
    heading = task.columns.get(name, "")
    says = "it names an area that isn't known; wanted is an area's code or its name: load the areas first"
    for chunk in drop_without_area(connection):
        turn_away(
            connection,
            line,
            [task.issue("quarantined", "no_area", says, row=row, heading=heading, name=name) for row in chunk],
        )


def _merge_counts(work: Work, connection: Connection, line: Line) -> None:
    """Merge the counts, and say of the rows what became of them."""
    layer, source, into = line.layer, line.task.recipe.source, count_of(line.task).into
    receipt = line.receipt
    work.progress(f"{receipt.file} -> {receipt.layer}: counting", receipt.read)
    earlier = [one.receipt.load_id for one in work.lines if one.receipt.load_id is not None]
    zeros = stage_counts(connection, layer, into, source=source, loads=earlier)
    if counts_of_loads(connection, layer, source=source, loads=earlier):
        raise InvalidInput(
            f"{receipt.file} [{receipt.part}]: another part of the file has incidents of the same month, area and "
            "kind; wanted is one table with all of them, or one file a table"
        )
    merge(connection, layer, source=source, load_id=receipt.load_id or 0)
    cells, rows, changed = take_outcome(connection, layer, source=source, load_id=receipt.load_id or 0)
    receipt.loaded, receipt.unchanged = changed, rows - changed
    receipt.note([f"{rows:,} rows are {cells:,} counts by month, area and kind; no row and no place of one was kept"])
    if zeros:
        receipt.note([f"{zeros:,} counts of the same months and kinds are none now: the file has nothing for them"])
