"""Checks what a row says against itself and against the day: its dates in order, its parts within the whole."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.flow import Flow, Mask, Task
from etl.issues import Outcome


def check_order(flow: Flow, task: Task) -> Flow:
    """Send rows to quarantine whose dates stand the wrong way round, naming both cells."""
    for first, second in task.layer.ordered_dates:
        if first not in flow.values or second not in flow.values:
            continue
        # Both are ISO days by now, whose texts are in the order of time.
        is_wrong = _is_true(flow.values[first] > flow.values[second])
        flow = _say(flow, task, is_wrong, second, first, "dates_out_of_order", "before", "the earlier day first")
    return flow


def check_parts(flow: Flow, task: Task) -> Flow:
    """Send rows to quarantine in which a part is more than its whole, naming both cells; note it where that may be."""
    for part, whole in task.layer.parts:
        is_over = _is_over(flow, part, whole)
        flow = _say(flow, task, is_over, part, whole, "part_over_whole", "more than", "a part of the whole at most")
    for part, whole in task.layer.usual_parts:
        is_over = _is_over(flow, part, whole)
        flow = _say(flow, task, is_over, part, whole, "unusual", "more than", "", outcome="noted")
    return flow


def _is_over(flow: Flow, part: str, whole: str) -> Mask:
    if part not in flow.values or whole not in flow.values:
        return np.zeros(len(flow.rows), dtype=np.bool_)
    return _is_true(pd.to_numeric(flow.values[part]) > pd.to_numeric(flow.values[whole]))


def check_past(flow: Flow, task: Task) -> Flow:
    """Send rows to quarantine that say what has happened after the day of the data."""
    today = task.ground.today.isoformat()
    conditions: list[tuple[str, str | None, str]] = [(name, None, "") for name in task.layer.happened]
    for name, by, value in [*conditions, *task.layer.happened_if]:
        if name not in flow.values:
            continue
        # ISO days, or moments that begin with theirs.
        late = _is_true(flow.values[name].str.slice(0, 10) > today) & ~flow.is_bad
        if by is not None:
            late &= _is_true(flow.values[by] == value)
        flow = flow.said(
            [
                task.issue("quarantined", "in_future",
                           f"{_cell(task, row, name)} is {flow.values[name][row]}; wanted is a day up to {today}, the "
                           "day of the data: it is about what has happened",
                           row=row, heading=task.columns.get(name, ""), name=name, value=str(flow.values[name][row]))
                for row in flow.rows.index[late].tolist()
            ],
            bad=late,
        )  # fmt: skip
    return flow


def _say(
    flow: Flow, task: Task, is_wrong: Mask, wrong: str, other: str, reason: str, relation: str, wanted: str,
    *, outcome: Outcome = "quarantined",
) -> Flow:  # fmt: skip
    is_wrong = is_wrong & ~flow.is_bad
    issues = []
    for row in flow.rows.index[is_wrong].tolist():
        value, beside = str(flow.values[wrong][row]), str(flow.values[other][row])
        message = f"{_cell(task, row, wrong)} is {value}, {relation} {_cell(task, row, other)}, {beside}"
        message += f"; wanted is {wanted}" if wanted else "; is that so?"
        heading = task.columns.get(wrong, "")
        issues.append(task.issue(outcome, reason, message, row=row, heading=heading, name=wrong, value=value))
    return flow.said(issues, bad=is_wrong if outcome == "quarantined" else None)


def _is_true(compared: pd.Series[bool]) -> Mask:
    return compared.fillna(value=False).to_numpy(dtype=np.bool_)


def _cell(task: Task, row: int, name: str) -> str:
    """Return a cell in words, such as "完工日期 (D5)"; the field's own name where no column holds it."""
    heading = task.columns.get(name)
    if heading is None:
        return name
    cell = task.cell(row, heading)
    return heading if cell == heading else f"{heading} ({cell})"
