"""Keeps people out at the door: ID numbers, mobile numbers, plates, and columns that say who somebody is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd

from etl.flow import Flow, Task
from etl.folding import fold, fold_heading
from etl.issues import Issue
from etl.steps.columns import matches

MASK = "***"

_PERSON_HEADINGS = re.compile(
    r"姓名|户主|业主名|联系人|举报人|投诉人|反映人|报告人|上报人|报修人|当事人|责任人|负责人|经办人|填报人|网格员|楼栋长|网格长|"
    r"身份证|证件号|手机|移动电话|联系方式|住户电话|居民电话|业主电话|车牌|"
    r"^(reporter|complainant|informant|resident|owner|tenant|householder|contact)([ _]?(name|person|phone|mobile))?$|"
    r"^(first|last|full|person)[ _]?name$|identity card|id card|mobile|cell ?phone|licen[sc]e plate|number ?plate"
)
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{6}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![\d.])(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•\s]?"
    r"(?=[A-HJ-NP-Z0-9]*\d)[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳](?![A-Za-z0-9])"
)
_MAY_HOLD = (
    r"\d{17}[\dXx]|1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]"
)
_FULL_WIDTH = r"[０-９Ａ-Ｚ]"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def is_about_persons(heading: str) -> bool:
    """Tell whether a column's heading says that its cells name or number people."""
    return bool(_PERSON_HEADINGS.search(fold_heading(heading)))


def is_id_number(text: str) -> bool:
    """Tell whether 18 characters are a Chinese ID number: a day of birth that exists and the right check digit."""
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return _CHECK[total % 11] == text[17].upper()


def mask_personal(text: str, *, ids_only: bool = False) -> tuple[str, tuple[str, ...]]:
    """Return the text with personal numbers masked, and what kinds there were: "ID number", "mobile number", "plate".

    Args:
        text: a cell.
        ids_only: for columns of keys and codes, where eleven digits are no telephone.
    """
    found: list[str] = []

    def hide(kind: str, is_true: Callable[[str], bool] = lambda _: True) -> Callable[[re.Match[str]], str]:
        def replaced(match: re.Match[str]) -> str:
            if not is_true(match[0]):
                return match[0]
            found.append(kind)
            return MASK

        return replaced

    folded = fold(text) if re.search(_FULL_WIDTH, text) else text
    masked = _ID_NUMBER.sub(hide("ID number", is_id_number), folded)
    if not ids_only:
        masked = _MOBILE.sub(hide("mobile number"), masked)
        masked = _PLATE.sub(hide("licence plate"), masked)
    return (masked, tuple(dict.fromkeys(found))) if found else (text, ())


def drop_personal(flow: Flow, task: Task) -> Flow:
    """Drop columns about persons, and mask personal numbers in every other cell.

    A cell that held nothing else becomes empty; each masked cell is noted, without what it held.
    """
    dropped = [heading for heading in flow.rows.columns if is_about_persons(heading)]
    rows = flow.rows.drop(columns=dropped)
    issues: list[Issue] = []
    keys = _key_headings(task)
    exact = {heading for name, heading in task.columns.items() if _is_number_field(task, name)} | set(
        task.place_columns
    )
    for heading in [heading for heading in rows.columns if heading not in exact]:
        column, said = _masked(rows[heading], heading, task, ids_only=heading in keys)
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
    codes = {heading for name, heading in task.columns.items() if getattr(task.layer.field(name), "kind", "") == "code"}
    return codes | ({task.key_column} if task.key_column else set())


def _masked(column: pd.Series[str], heading: str, task: Task, *, ids_only: bool) -> tuple[pd.Series[str], list[Issue]]:
    suspicious = column[matches(column, f"{_MAY_HOLD}|{_FULL_WIDTH}")]
    issues: list[Issue] = []
    changed: dict[int, str | None] = {}
    for row, text in suspicious.items():
        masked, kinds = mask_personal(text, ids_only=ids_only)
        if kinds:
            changed[int(str(row))] = None if not masked.replace(MASK, "").strip(" ,;/、，；()（）-") else masked
            message = f"{heading} held {' and '.join(_a(kind) for kind in kinds)}; it was left out"
            issues.append(
                task.issue("noted", "personal_data", message, row=int(str(row)), heading=heading, value=masked[:80])
            )
    if changed:
        column = pd.Series(changed, dtype="str").reindex(column.index).where(column.index.isin(list(changed)), column)
    return column, issues


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "AEIO" else f"a {kind}"
