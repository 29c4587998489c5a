"""Keeps people out at the door: personal numbers, names in free words, and columns that say who somebody is."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from etl.flow import Flow, Task
from etl.folding import fold_heading
from etl.issues import Issue
from etl.steps.columns import matches
from geodata.masking import MAY_HOLD, MAY_NAME, is_left, mask_personal

_OF_RESIDENTS = re.compile(
    r"姓名|户主|业主名|当事人|身份证|证件号|住户电话|居民电话|业主电话|车牌|"
    r"^(resident|owner|tenant|householder)([ _]?(name|person|phone|mobile))?$|"
    r"^(first|last|full|person)[ _]?name$|identity card|id card|licen[sc]e plate|number ?plate"
)
_OF_OFFICE = re.compile(
    r"联系人|举报人|投诉人|反映人|报告人|上报人|报修人|责任人|负责人|经办人|填报人|网格员|楼栋长|网格长|手机|移动电话|联系方式|"
    r"^(reporter|complainant|informant|contact)([ _]?(name|person|phone|mobile))?$|mobile|cell ?phone"
)
"""Registers of places and things have such columns too: who reported a hazard, who sees to it."""


def is_about_persons(heading: str) -> bool:
    """Tell whether a column's heading says that its cells name or number people."""
    return is_of_residents(heading) or bool(_OF_OFFICE.search(fold_heading(heading)))


def is_of_residents(heading: str) -> bool:
    """Tell whether a heading says so of people whom only a list of people has: residents, owners, drivers."""
    return bool(_OF_RESIDENTS.search(fold_heading(heading)))


def drop_personal(flow: Flow, task: Task) -> Flow:
    """Drop columns about persons, mask personal numbers in every other cell, and names in free words.

    A cell that held nothing else becomes empty; each masked cell is noted, without what it held: a name often stands
    beside the number. Columns of numbers and places keep eleven digits, as an amount may have that many; what is
    said of such a cell is masked by `Task.issue`.
    """
    dropped = [heading for heading in flow.rows.columns if is_about_persons(heading)]
    rows = flow.rows.drop(columns=dropped)
    issues: list[Issue] = []
    keys, prose = _key_headings(task), _headings_of(task, "prose")
    exact = {heading for name, heading in task.columns.items() if _is_number_field(task, name)} | set(
        task.place_columns
    )
    for heading in [heading for heading in rows.columns if heading not in exact]:
        column, said = _masked(rows[heading], heading, task, ids_only=heading in keys, is_prose=heading in prose)
        if said:
            rows = rows.assign(**{heading: column})
            issues += said
    names = ", ".join(dropped)
    notes = (f"left out, as they are about persons: {names}",) if dropped else ()
    return replace(flow, rows=rows).said(issues, notes=notes)


def _is_number_field(task: Task, name: str) -> bool:
    field = task.layer.field(name)
    return field is not None and field.kind in ("count", "number", "money", "date", "nodes")


def _key_headings(task: Task) -> set[str]:
    return _headings_of(task, "code") | ({task.key_column} if task.key_column else set())


def _headings_of(task: Task, kind: str) -> set[str]:
    return {heading for name, heading in task.columns.items() if getattr(task.layer.field(name), "kind", "") == kind}


def _masked(
    column: pd.Series[str], heading: str, task: Task, *, ids_only: bool, is_prose: bool
) -> tuple[pd.Series[str], list[Issue]]:
    suspicious = column[matches(column, f"{MAY_HOLD}|{MAY_NAME}" if is_prose else MAY_HOLD)]
    issues: list[Issue] = []
    changed: dict[int, str | None] = {}
    for row, text in suspicious.items():
        masked, kinds = mask_personal(text, ids_only=ids_only, is_prose=is_prose)
        if kinds:
            changed[int(str(row))] = masked if is_left(masked) else None
            message = f"{heading} held {' and '.join(_a(kind) for kind in kinds)}; it was left out"
            issues.append(task.issue("noted", "personal_data", message, row=int(str(row)), heading=heading))
    if changed:
        column = pd.Series(changed, dtype="str").reindex(column.index).where(column.index.isin(list(changed)), column)
    return column, issues


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "AEIO" else f"a {kind}"
