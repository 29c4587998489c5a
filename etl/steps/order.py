"""Checks that what begins comes before what ends it, and that no part is more than its whole."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.flow import Flow, Mask, Task


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
    """Send rows to quarantine in which a part is more than its whole, naming both cells."""
    for part, whole in task.layer.parts:
        if part not in flow.values or whole not in flow.values:
            continue
        is_wrong = _is_true(pd.to_numeric(flow.values[part]) > pd.to_numeric(flow.values[whole]))
        flow = _say(flow, task, is_wrong, part, whole, "part_over_whole", "more than", "a part of the whole at most")
    return flow


def _say(
    flow: Flow, task: Task, is_wrong: Mask, wrong: str, other: str, reason: str, relation: str, wanted: str
) -> Flow:
    is_wrong = is_wrong & ~flow.is_bad
    issues = []
    for row in flow.rows.index[is_wrong].tolist():
        value, beside = str(flow.values[wrong][row]), str(flow.values[other][row])
        message = f"{_cell(task, row, wrong)} is {value}, {relation} {_cell(task, row, other)}, {beside}"
        message += f"; wanted is {wanted}"
        heading = task.columns.get(wrong, "")
        issues.append(task.issue("quarantined", reason, message, row=row, heading=heading, name=wrong, value=value))
    return flow.said(issues, bad=is_wrong)


def _is_true(compared: pd.Series[bool]) -> Mask:
    return compared.fillna(value=False).to_numpy(dtype=np.bool_)


def _cell(task: Task, row: int, name: str) -> str:
    """Return a cell in words, such as "完工日期 (D5)"; the field's own name where no column holds it."""
    heading = task.columns.get(name)
    if heading is None:
        return name
    cell = task.cell(row, heading)
    return heading if cell == heading else f"{heading} ({cell})"
