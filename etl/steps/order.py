"""Checks that what begins comes before what ends it."""

from __future__ import annotations

import numpy as np

from etl.flow import Flow, Task


def check_order(flow: Flow, task: Task) -> Flow:
    """Send rows to quarantine whose dates stand the wrong way round, naming both cells."""
    for first, second in task.layer.ordered_dates:
        if first not in flow.values or second not in flow.values:
            continue
        begins, ends = flow.values[first], flow.values[second]
        # Both are ISO days by now, whose texts are in the order of time.
        is_wrong = (begins > ends).fillna(value=False).to_numpy(dtype=np.bool_) & ~flow.is_bad
        issues = []
        for row in flow.rows.index[is_wrong].tolist():
            message = f"{_cell(task, row, second)} is {ends[row]}, before {_cell(task, row, first)}, {begins[row]}"
            message += "; wanted is the earlier day first"
            heading, value = task.columns.get(second, ""), str(ends[row])
            issues.append(
                task.issue("quarantined", "dates_out_of_order", message, row=row, heading=heading, name=second,
                           value=value)
            )  # fmt: skip
        flow = flow.said(issues, bad=is_wrong)
    return flow


def _cell(task: Task, row: int, name: str) -> str:
    """Return a cell in words, such as "完工日期 (D5)"; the field's own name where no column holds it."""
    heading = task.columns.get(name)
    if heading is None:
        return name
    cell = task.cell(row, heading)
    return heading if cell == heading else f"{heading} ({cell})"
