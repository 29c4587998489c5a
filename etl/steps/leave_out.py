"""Takes out what isn't a record: totals, footers and empty rows; fills 同上 from the row above."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from etl.flow import Flow, Mask, Seen, Task
from etl.steps.columns import fold_all, is_exactly, is_there
from etl.steps.words import DITTO
from geodata.folding import fold

_TOTALS = frozenset(
    {"合计", "小计", "总计", "共计", "累计", "合计数", "总合计", "total", "subtotal", "sub-total", "grandtotal"}
)
_FIRST_CELLS = 3
_FOOTER = re.compile(
    r"^(填表人|填报人|填报单位|填表单位|制表人|制表单位|制表日期|制表时间|制表|审核人|审核|复核人|审批人|负责人|单位负责人|"
    r"填表日期|填报日期|填报时间|统计人|统计单位|备注|注|说明|数据来源)\s*[:]"
)
_FOOTER_CELLS = 4


def leave_out_what_is_no_record(flow: Flow, task: Task) -> Flow:
    """Ignore rows without a cell, sub-totals and the lines under a table."""
    if flow.rows.empty or flow.geometry is not None:
        return flow
    filled = flow.rows.notna() & (flow.rows != "")
    cells = filled.sum(axis=1).to_numpy()
    first = _first_words(flow.rows, filled)
    is_total = np.array([_is_total(words) for words in first], dtype=np.bool_) | _is_whole_place(flow, task)
    is_footer = np.array([bool(words and _FOOTER.match(words[0])) for words in first]) & (cells <= _FOOTER_CELLS)
    for out, reason, says in (
        (cells == 0, "empty_row", "the row is empty"),
        (is_total, "total_row", "the row sums up others"),
        (is_footer & ~is_total, "footer", "the row is a line under the table, no record"),
    ):
        # Without what the row held: the lines under a table name people.
        flow = flow.said(
            task.issue("ignored", reason, f"{says}; it is left out", row=int(row)) for row in flow.rows.index[out]
        )
    out = (cells == 0) | is_total | is_footer
    return flow.ignore(out, ())


def _is_whole_place(flow: Flow, task: Task) -> Mask:
    """Return which rows of a table of areas are about the whole place: its name, where the others have a code."""
    code, name = (task.columns.get(f"area_{word}") for word in ("code", "name"))
    if code is None or name is None or not task.ground.name:
        return np.zeros(len(flow.rows), dtype=np.bool_)
    names = fold_all(flow.rows[name]).str.casefold()
    return ~is_there(flow.rows[code]) & is_exactly(names, (task.ground.name.casefold(),))


def _first_words(rows: pd.DataFrame, filled: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the first filled cells of the rows that may be totals or footers, () for all others.

    Only a row whose key or whose required field is odd can be one, so that a million plain rows cost one pass.
    """
    suspicious = np.zeros(len(rows), dtype=np.bool_)
    for heading in rows.columns[:_FIRST_CELLS]:
        words = rows[heading].str.contains(_SUSPICIOUS, regex=True, na=False)
        suspicious |= words.to_numpy(dtype=np.bool_)
    suspicious |= (filled.sum(axis=1) <= 1).to_numpy()
    found: list[tuple[str, ...]] = [()] * len(rows)
    for position in np.flatnonzero(suspicious):
        cells = rows.iloc[int(position)].astype(object)
        found[position] = tuple(fold(cell) for cell in cells if isinstance(cell, str) and cell)[:_FIRST_CELLS]
    return found


_SUSPICIOUS = re.compile(r"计|[tT][oO][tT][aA][lL]|填|制|审|核|负责|备注|注|说明|来源|统")


def _is_total(words: tuple[str, ...]) -> bool:
    return any(re.sub(r"\s|[:()]", "", word).casefold() in _TOTALS for word in words)


def fill_ditto(flow: Flow, task: Task, seen: Seen) -> Flow:
    """Replace 同上 by the cell above, also of the batch before; where there is none, the row goes to quarantine."""
    rows, bad = flow.rows, np.zeros(len(flow.rows), dtype=np.bool_)
    issues = []
    for heading in dict.fromkeys(task.columns.values()):
        cells = rows[heading]
        same = is_exactly(cells, DITTO)
        last = seen.above.get(heading)
        said = np.flatnonzero(is_there(cells) & ~same)
        if len(said):
            seen.above[heading] = str(cells.iloc[said[-1]])
        if not same.any():
            continue
        above = cells.mask(same).ffill()
        filled = (above if last is None else above.fillna(last)).where(same, cells)
        rows = rows.assign(**{heading: filled})
        orphan = same & ~is_there(filled)
        bad |= orphan
        issues += [
            task.issue("quarantined", "ditto", f"{heading} is 同上, but there is no row above to take it from",
                       row=int(row), heading=heading, value="同上")
            for row in rows.index[orphan]
        ]  # fmt: skip
    return replace(flow, rows=rows).said(issues, bad=bad)
