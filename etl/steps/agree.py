"""Finds rows that say different things of one record: whose source has no keys, or gave it two."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from etl.flow import Flow, Seen, Task


def refuse_contradictions(flow: Flow, task: Task, seen: Seen) -> Flow:
    """Send rows to quarantine that contradict an earlier row of the same record, naming both and what differs.

    Which of the two is right is for a person to say: as with two rows of one key, the first is taken meanwhile.
    """
    known_by = task.layer.known_by
    if not known_by:
        return flow
    told = [str(name) for name in flow.values if not any(name in names for names in known_by)]
    identity, facts = identities(flow, task), flow.values[told].astype(object).to_numpy()
    bad, issues = np.zeros(len(flow.rows), dtype=np.bool_), []
    for position, (record, values) in enumerate(zip(identity, facts, strict=True)):
        said = tuple(value if isinstance(value, str) else None for value in values)
        row = flow.row(position)
        first, before = (row, said) if flow.is_bad[position] else seen.said.setdefault(record, (row, said))
        differing = [at for at, (one, other) in enumerate(zip(said, before, strict=True)) if one != other]
        if not differing:
            continue
        bad[position] = True
        name = told[differing[0]]
        here, there = (_in_words(task, name, found[differing[0]]) for found in (said, before))
        heading = task.columns.get(name, "")
        message = f"{heading or name} is {here}, but {there} in row {first}, which is about the same {_about(task)}"
        issues.append(
            task.issue("quarantined", "contradiction", f"{message}; wanted is one row that holds", row=row,
                       heading=heading, name=name, value=said[differing[0]] or "")
        )  # fmt: skip
    return flow.said(issues, bad=bad)


def identities(flow: Flow, task: Task) -> list[tuple[str, ...]]:
    """Return what tells each row's record apart, (n,): its parent's key, and the fields that the layer is known by."""
    parts = [_first_filled(flow, names) for names in task.layer.known_by]
    if flow.parent_id is not None:
        parts.insert(0, flow.parent_id.fillna(""))
    return list(zip(*parts, strict=True))


def _first_filled(flow: Flow, names: Sequence[str]) -> pd.Series[str]:
    filled = flow.values[names[0]]
    for name in names[1:]:
        filled = filled.fillna(flow.values[name])
    return filled.fillna("")


def _in_words(task: Task, name: str, value: str | None) -> str:
    """Return a value as the file's people know it."""
    field = task.layer.field(name)
    choice = field.choice(value) if field and value else None
    return repr(choice.label.zh if choice else value) if value else "empty"


def _about(task: Task) -> str:
    """Return the headings that tell a record apart, such as "小区名称, 起始日期"."""
    found = [task.columns[name] for names in task.layer.known_by for name in names if name in task.columns]
    return ", ".join(found)
