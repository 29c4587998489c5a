"""Turns the file's texts into canonical values of the layer's fields, a column at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.flow import Flow, Mask, Task
from etl.issues import Issue, Outcome
from etl.steps.columns import as_numbers, is_longer, is_one_of, is_there, matches
from etl.steps.dates import parse_date, parse_moment, parse_month
from etl.steps.numbers import heading_scale, parse_count, parse_money, parse_number
from etl.steps.parsed import MISSING, Parsed, refused
from etl.steps.words import (
    NOTHING,
    is_nothing,
    parse_choice,
    parse_code,
    parse_flag,
    parse_names,
    parse_nodes,
    parse_text,
)
from geodata.layers.field import LONGEST, Field
from geodata.layers.hours import canonical_hours

Reader = Callable[[str], Parsed]

_PLAIN = {
    "count": r"^-?(0|[1-9]\d{0,8})$",
    "number": r"^-?(0|[1-9]\d{0,11})(\.\d{1,9})?$",
    "money": r"^(0|[1-9]\d{0,10})(\.\d{1,2})?$",
    "date": r"^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$",
    "code": r"^[0-9A-Za-z_\-]*[A-DF-Za-df-z_\-0-9]$",
}
"""What needs no careful reading: the value is the text itself."""
_ODD_TEXT = r"^$|^\p{Z}|\p{Z}$|[\x00-\x1f\x7f\x{a0}\x{3000}\x{feff}０-９Ａ-Ｚａ-ｚ]"
_ROUNDED_CODE = r"^\d(\.\d+)?[eE]\+?\d+$"
_PLAIN_LENGTH = 1000
_INTEGER_MAXIMUM = 2_147_483_647
"""Of the store's integer columns, for counts that declare no limit."""


def parse_fields(flow: Flow, task: Task) -> Flow:
    """Read every field that the file has; add constants, and defaults where rows say nothing."""
    values: dict[str, pd.Series[str]] = {}
    for field in task.layer.fields:
        if not field.is_loaded:
            continue
        heading = task.columns.get(field.name)
        if heading is None or heading not in flow.rows:
            values[field.name] = _all(flow, task.recipe.constants.get(field.name))
        else:
            values[field.name], flow = parse_column(_texts(flow, task, field, heading), field, heading, flow, task)
        default = task.recipe.defaults.get(field.name)
        if default is not None:
            values[field.name] = values[field.name].fillna(default)
        flow = _required(flow, task, field, values[field.name])
    return replace(flow, values=pd.DataFrame(values, index=flow.rows.index))


def _texts(flow: Flow, task: Task, field: Field, heading: str) -> pd.Series[str]:
    """Return a field's cells; in OpenStreetMap the first of several tags that an element has."""
    texts = flow.rows[heading]
    if task.is_free_map:
        for other in task.recipe.fields[field.name]:
            if other != heading and other in flow.rows:
                texts = texts.fillna(flow.rows[other])
    return texts


def parse_column(
    texts: pd.Series[str], field: Field, heading: str, flow: Flow, task: Task
) -> tuple[pd.Series[str], Flow]:
    """Return canonical values of one column, (n,) text or missing, and the flow with what had to be said.

    Plain cells are recognised by one pattern for the whole column; only the rest is read carefully, each different
    text once.
    """
    present = is_there(texts)
    plain = _is_plain(texts, field, heading)
    values = texts.where(plain)
    rest = texts[present & ~plain]
    if rest.empty:
        return _in_limits(values, texts, field, heading, flow, task)
    codes, uniques = pd.factorize(rest)
    outcomes = [_read(str(text), field, heading, task) for text in uniques]
    found = pa.array([outcome.value for outcome in outcomes], pa.string()).take(codes)
    read = pd.Series(found.to_pandas(), dtype="str").set_axis(rest.index)
    values = read if len(read) == len(values) else values.fillna(read)
    is_odd = np.array([bool(outcome.reason) for outcome in outcomes])[codes]
    odd = [(int(str(row)), str(text), outcomes[code])
           for row, text, code in zip(rest.index[is_odd], rest[is_odd], codes[is_odd], strict=True)]  # fmt: skip
    flow = _say(odd, field, heading, flow, task)
    return _in_limits(values, texts, field, heading, flow, task)


def _is_plain(texts: pd.Series[str], field: Field, heading: str) -> Mask:
    """Return which texts need no careful reading; (n,), False for missing ones."""
    if field.kind in ("text", "prose"):
        return is_there(texts) & ~(
            matches(texts, _ODD_TEXT) | is_longer(texts, _PLAIN_LENGTH) | is_one_of(texts, NOTHING)
        )
    pattern = _PLAIN.get(field.kind)
    if pattern is None or field.length is not None or (field.kind == "money" and heading_scale(heading) != 1):
        return np.zeros(len(texts), dtype=np.bool_)
    plain = matches(texts, pattern)
    if field.kind == "code":
        plain &= ~(matches(texts, _ROUNDED_CODE) | is_one_of(texts, NOTHING))
    return plain


def _read(text: str, field: Field, heading: str, task: Task) -> Parsed:
    return MISSING if is_nothing(text) else _reader(field, heading, task)(text)


def _reader(field: Field, heading: str, task: Task) -> Reader:
    zone, order = task.ground.time_zone, task.day_orders.get(heading)
    readers: dict[str, Reader] = {
        "text": parse_text,
        "prose": parse_text,
        "code": lambda text: parse_code(text, field.length),
        "count": parse_count,
        "number": lambda text: parse_number(text, field.unit),
        "money": lambda text: parse_money(text, heading),
        "date": lambda text: parse_date(text, zone, order),
        "month": lambda text: parse_month(text, zone, order),
        "moment": lambda text: parse_moment(text, zone, order),
        "flag": parse_flag,
        "choice": lambda text: parse_choice(text, field),
        "hours": parse_hours,
        "names": parse_names,
        "nodes": parse_nodes,
    }
    return readers[field.kind]


def parse_hours(text: str) -> Parsed:
    """Read weekly hours."""
    value = canonical_hours(text)
    return Parsed(value) if value else refused("bad_hours", "weekly hours such as 周一至周五 9:00-17:00")


def _say(odd: Iterable[tuple[int, str, Parsed]], field: Field, heading: str, flow: Flow, task: Task) -> Flow:
    """Say what was wrong with cells; a map that anybody edits loses an odd optional tag, not the road."""
    issues: list[Issue] = []
    bad_rows: list[int] = []
    for row, text, outcome in odd:
        seen = text if len(text) <= 80 else f"{text[:77]}..."
        if not outcome.is_refused:
            message = f"{heading} is {seen!r}; {outcome.wanted}"
            issues.append(_issue(task, "noted", outcome.reason, message, row, heading, field, seen))
        elif task.is_free_map and not field.is_required:
            message = f"{heading} is {seen!r}, which is no {outcome.wanted}; it was left out"
            issues.append(_issue(task, "noted", outcome.reason, message, row, heading, field, seen))
        else:
            message = f"{heading} is {seen!r}; wanted is {outcome.wanted}"
            issues.append(_issue(task, "quarantined", outcome.reason, message, row, heading, field, seen))
            bad_rows.append(row)
    return flow.said(issues, bad=flow.rows.index.isin(bad_rows))


def _issue(
    task: Task, outcome: Outcome, reason: str, message: str, row: int, heading: str, field: Field, value: str
) -> Issue:
    return task.issue(outcome, reason, message, row=row, heading=heading, name=field.name, value=value)


def _in_limits(
    values: pd.Series[str], texts: pd.Series[str], field: Field, heading: str, flow: Flow, task: Task
) -> tuple[pd.Series[str], Flow]:
    """Refuse numbers outside the field's declared limits, and texts that are longer than anybody means."""
    if field.kind in LONGEST:
        longest = LONGEST[field.kind]
        long = is_longer(values, longest)
        refusal = refused("too_long", f"at most {longest:,} characters")
        odd = [(int(str(row)), str(text), refusal) for row, text in texts[long].items()]
        return (values.mask(long), _say(odd, field, heading, flow, task)) if odd else (values, flow)
    if field.kind not in ("count", "number", "money"):
        return values, flow
    low = field.minimum if field.minimum is not None else -_INTEGER_MAXIMUM
    high = field.maximum if field.maximum is not None else (_INTEGER_MAXIMUM if field.kind == "count" else 1e11)
    numbers = as_numbers(values)
    outside = (numbers < low) | (numbers > high)
    if not outside.any():
        return values, flow
    wanted = f"from {low:,.10g} to {high:,.10g}" if field.minimum is not None else f"at most {high:,.10g}"
    refusal = refused("out_of_range", f"{field.unit or 'a number'} {wanted}")
    odd = [(int(str(row)), str(text), refusal) for row, text in texts[outside].items()]
    return values.mask(outside), _say(odd, field, heading, flow, task)


def _all(flow: Flow, value: str | None) -> pd.Series[str]:
    return pd.Series(pd.NA if value is None else value, index=flow.rows.index, dtype="str")


def _required(flow: Flow, task: Task, field: Field, values: pd.Series[str]) -> Flow:
    """Send rows without a required value to quarantine, unless that was said of their cell already."""
    if not field.is_required or not values.isna().any():
        return flow
    said = {issue.row for issue in flow.issues if issue.field == field.name and issue.outcome == "quarantined"}
    heading = task.columns.get(field.name, "")
    missing = [int(str(row)) for row in values.index[values.isna()] if row not in said]
    says = f"{field.label.zh} ({field.label.en}) is missing; no record of {task.layer.title.en!r} can do without it"
    issues = [
        _issue(task, "quarantined", "missing_value", says, row, heading, field, "") for row in missing
    ]  # fmt: skip
    return flow.said(issues, bad=values.isna().to_numpy(dtype=np.bool_))
