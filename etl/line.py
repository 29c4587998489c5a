"""One line of the receipt while its rows are under way: what is counted, said and kept of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import pyarrow as pa
from sqlalchemy import Connection

from etl.flow import Flow, Task
from etl.issues import Issue
from etl.receipt import IssueFile, Receipt
from etl.recipe import Child
from geodata.layers import get_layer
from geodata.layers.layer import Layer
from geodata.masking import masked
from geodata.queries.arrivals import Dropped
from geodata.queries.compound_match import FARTHEST_M
from geodata.queries.loads import Counts, finish_load, keep_issues
from geodata.queries.unknown_compounds import UnknownCompound


@dataclass
class Line:
    """One receipt while its rows are under way; for a child layer also the rows that wait for their parents.

    `made` is another layer whose records are made from the rows of the task's.
    """

    task: Task
    receipt: Receipt
    issues: IssueFile
    specs: tuple[Child, ...] = ()
    made: Layer | None = None
    waiting: list[pa.Table] = field(default_factory=list)

    @property
    def takes_back(self) -> bool:
        """Tell whether what the rows state no longer goes to history."""
        return bool(self.specs) and self.layer.may_be_taken_back

    @property
    def layer(self) -> Layer:
        """What this line fills."""
        return self.made or (self.specs[0].layer if self.specs else self.task.layer)


def record(connection: Connection, line: Line, flow: Flow) -> None:
    """Count and keep what a batch's rows came to."""
    line.receipt.quarantined += int(flow.is_bad.sum())
    line.receipt.ignored += flow.ignored
    line.receipt.note(flow.notes)
    bad = flow.rows[flow.is_bad]
    headings = [masked(str(heading)) for heading in bad.columns]
    cells = {
        int(row): dict(zip(headings, (masked(text) if isinstance(text, str) else None for text in held), strict=True))
        for row, held in zip(bad.index, bad.astype(object).to_numpy(), strict=True)
    }
    _keep(connection, line, flow.issues, cells)


def _keep(
    connection: Connection, line: Line, issues: Sequence[Issue], cells: Mapping[int, Mapping[str, str | None]]
) -> None:
    line.receipt.add(issues)
    line.issues.add(line.receipt.layer, issues)
    if line.receipt.load_id is not None:
        keep_issues(
            connection,
            line.receipt.load_id,
            (
                {**asdict(issue), "cells": cells.get(issue.row) if issue.outcome == "quarantined" else None}
                for issue in sorted(issues, key=lambda issue: issue.row)
            ),
        )


def turn_away(connection: Connection, line: Line, issues: Sequence[Issue]) -> None:
    """Count and keep the records that don't go on, one issue each."""
    _keep(connection, line, issues, {})
    ignored = sum(issue.outcome == "ignored" for issue in issues)
    line.receipt.ignored += ignored
    line.receipt.quarantined += len(issues) - ignored


def remark(connection: Connection, line: Line, issues: Sequence[Issue]) -> None:
    """Keep what is said of records that go on all the same."""
    _keep(connection, line, issues, {})


def unknown_issue(line: Line, unknown: UnknownCompound) -> Issue:
    """Say that a record which may lack its compound names one that isn't known."""
    message = f"no compound is known for certain as {unknown.name!r}; by this row the record has none"
    heading = line.task.columns.get("compound_name", "")
    return line.task.issue(
        "noted", "no_compound", message + _proposed(unknown), row=unknown.row, heading=heading, name="compound_name",
        value=unknown.name,
    )  # fmt: skip


def _proposed(unknown: UnknownCompound | None) -> str:
    """Return the end of a sentence that names what may be meant; "" where nothing comes near."""
    if unknown is None or not unknown.proposed:
        return ""
    return f"; perhaps {' or '.join(unknown.proposed)} is meant"


def dropped_issue(line: Line, dropped: Dropped, unknown: UnknownCompound | None = None) -> Issue:
    """Say why the merge turned a row away; `unknown` is what it calls its compound, where that isn't known."""
    task, key = line.task, line.task.key_column or ""
    if dropped.reason == "duplicate":
        message = f"the row says the same as row {dropped.first_row}; it is left out"
        return task.issue("ignored", "duplicate", message, row=dropped.row)
    if dropped.reason == "repeated_key":
        message = f"the key {dropped.source_id!r} is that of row {dropped.first_row}, which says something else"
        message += "; wanted is one row for each key"
        return task.issue(
            "quarantined", "repeated_key", message, row=dropped.row, heading=key, name="source_id",
            value=dropped.source_id,
        )  # fmt: skip
    if dropped.reason == "no_parent":
        parent = get_layer(line.layer.parent or "").title.en
        message = _looked_up(task.parent_column, dropped, f"none of the {parent!r} that are known has that key")
        return task.issue(
            "quarantined", "no_parent", f"{message}; wanted is one that was loaded before", row=dropped.row,
            heading=task.parent_column or "", value=dropped.named or "",
        )  # fmt: skip
    if dropped.reason in ("no_compound", "no_area"):
        return _unmatched_issue(task, dropped, unknown)
    if dropped.reason == "far_from_compound":
        message = (
            f"the place lies more than {FARTHEST_M} m from the compound that the row names; wanted is the true place"
        )
        message += " or the right name: one of them is another's, or the coordinates are in another system"
        heading = next(iter(task.place_columns), "")
        return task.issue("quarantined", "far_from_compound", message, row=dropped.row, heading=heading, name="geom")
    message = "there are neither coordinates nor the name of a compound that is known; wanted is one of them"
    heading = task.columns.get("compound_name", "")
    return task.issue(
        "quarantined", "no_place", message + _proposed(unknown), row=dropped.row, heading=heading,
        name="compound_name", value=unknown.name if unknown else "",
    )  # fmt: skip


def _unmatched_issue(task: Task, dropped: Dropped, unknown: UnknownCompound | None) -> Issue:
    """Say that a row names no compound, or no area, that is known."""
    is_compound = dropped.reason == "no_compound"
    names = ("compound_name", "community") if is_compound else ("area_code", "area_name")
    name = next((name for name in names if name in task.columns), names[0])
    wanted = "the name or an alias of a compound, in its own community" if is_compound else "an area's code or its name"
    heading = task.columns.get(name, "")
    message = f"{_looked_up(heading, dropped, 'none is known by that')}; wanted is {wanted}"
    return task.issue(
        "quarantined", dropped.reason, message + _proposed(unknown), row=dropped.row, heading=heading, name=name,
        value=dropped.named or "",
    )  # fmt: skip


def _looked_up(heading: str | None, dropped: Dropped, outcome: str) -> str:
    """Return the beginning of a sentence about what was looked up in vain, or about a cell that says nothing."""
    return f"{heading or 'it'} is {dropped.named!r}: {outcome}" if dropped.named else f"{heading or 'it'} is empty"


def finish(connection: Connection, line: Line, facts: Mapping[str, object]) -> None:
    """Write into the ledger that the load is done, with its counts and what else is to be known of it."""
    receipt = line.receipt
    if receipt.load_id is not None:
        counts = Counts(receipt.loaded, receipt.unchanged, receipt.quarantined, receipt.ignored, receipt.changed)
        notes = {"notes": receipt.notes, "warnings": receipt.warnings, "from_layer": receipt.from_layer, **facts}
        finish_load(connection, receipt.load_id, counts, notes)
