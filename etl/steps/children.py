"""Makes the records of child layers that a row holds: a project's funding lines, a hazard's events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.flow import Flow, Task
from etl.folding import find_heading
from etl.issues import Issue
from etl.recipe import Child, Recipe
from etl.steps.order import check_past
from etl.steps.parse import parse_fields
from etl.steps.words import NOTHING, split_names
from geodata.queries.arrivals import Dropped


def child_task(task: Task, child: Child) -> Task:
    """Return the task that reads a child's fields from the same rows."""
    headings = tuple(dict.fromkeys(task.headings))
    found = {name: find_heading(synonyms, headings) for name, synonyms in child.fields.items()}
    recipe = Recipe(
        id=task.recipe.id,
        layer=child.layer,
        source=task.recipe.source,
        title=task.recipe.title,
        key=(),
        fields=child.fields,
        requires=(),
        place=replace(task.recipe.place, kind="none", x=(), y=(), text=()),
        constants=child.fixed,
        defaults={},
        osm=task.recipe.osm,
        children=(),
    )
    columns = {name: heading for name, heading in found.items() if heading is not None}
    return replace(task, recipe=recipe, columns=columns, place_columns=(), key_column=None)


def make_children(parents: Flow, task: Task, child: Child) -> Flow | None:
    """Return one record for each row in which a field of the child's `when` is filled; None where none can be.

    A bad cell costs the child alone: its parent is loaded all the same. Rows that were quarantined have no children.
    """
    own = child_task(task, child)
    headings = [own.columns[name] for name in child.when if own.columns.get(name) in parents.rows]
    if not headings:
        return None
    there = np.zeros(len(parents.rows), dtype=np.bool_)
    for heading in headings:
        cells = parents.rows[heading].str.strip().str.casefold()
        there |= (cells.notna() & ~cells.isin(NOTHING)).to_numpy(dtype=np.bool_)
    there &= ~parents.is_bad
    chosen = replace(parents, issues=(), notes=(), geometry=None, ignored=0).keep(there)
    if child.each is not None:
        chosen = _one_by_one(chosen, own.columns[child.each])
    flow = check_past(parse_fields(chosen, own), own)
    return replace(flow, source_id=_keys(flow, child))


def _keys(flow: Flow, child: Child) -> pd.Series[str]:
    """Return parent key + what tells this child from its siblings: what the recipe fixes, or the name in a list."""
    scopes = _scopes(flow.source_id, child)
    return scopes if child.each is None else (scopes + flow.values[child.each]).astype("str")


def _scopes(parent_keys: pd.Series[str], child: Child) -> pd.Series[str]:
    """Return the keys of the children with these parents, or what all keys of their lists begin with."""
    suffix = "/".join(child.fixed[name] for name in sorted(child.fixed)) or "/".join(child.when)
    return (parent_keys + "/" + suffix + ("" if child.each is None else "/")).astype("str")


def told_in_full(parents: Flow, children: Flow | None, task: Task, child: Child) -> pa.Table | None:
    """Return (row, scope) of the rows that state all of their children of a kind, those that state none included.

    None where the file lacks a column that such a child is made of: it says nothing about them. A row with a cell that
    couldn't be read isn't certain to state them all.

    Args:
        parents: the rows.
        children: what was made of them.
        task: the parents'.
        child: the kind.
    """
    own = child_task(task, child)
    if not all(own.columns.get(name) in parents.rows for name in child.when):
        return None
    is_sure = ~parents.is_bad & parents.source_id.notna().to_numpy(dtype=np.bool_)
    if children is not None:
        is_sure &= ~parents.rows.index.isin(children.rows.index[children.is_bad])
    scopes = _scopes(parents.source_id[is_sure], child)
    return pa.table({"row": pa.array(scopes.index.to_numpy()), "scope": pa.array(scopes, pa.large_string())})


def _one_by_one(flow: Flow, heading: str) -> Flow:
    """Return a row for each name of the lists that stand under a heading."""
    lists = [split_names(str(text)) for text in flow.rows[heading]]
    spread = flow.take(np.repeat(np.arange(len(lists)), [len(names) for names in lists]))
    names = pd.Series([name for names in lists for name in names], index=spread.rows.index, dtype="str")
    return replace(spread, rows=spread.rows.assign(**{heading: names}))


def parent_keys(parents: Flow, children: Flow) -> pd.Series[str]:
    """Return the parent's key of each child; (m,)."""
    return parents.source_id.loc[children.rows.index]


def part_orphans(
    waiting: Sequence[pa.Table], dropped: Sequence[Dropped], task: Task
) -> tuple[list[pa.Table], list[Issue]]:
    """Part the records that may go to their parents from those whose own row was turned away.

    A row that isn't in the store must change nothing there, not even through the key that another row has.

    Args:
        waiting: staged records of a child layer; `row` is the row that their parent came from too.
        dropped: the parents' rows that the merge turned away.
        task: the parents'.

    Returns:
        The tables with what goes on, and an issue for each record that doesn't.
    """
    reasons = {one.row: one for one in dropped}
    if not reasons:
        return list(waiting), []
    first_rows = {one.first_row for one in dropped if one.reason == "duplicate"}
    known = {
        (row, content) for table in waiting for row, content in _contents(table) if row in first_rows
    }  # what the rows say that the repetitions repeat
    kept, issues = [], []
    for table in waiting:
        stays = np.ones(table.num_rows, dtype=np.bool_)
        for position, (row, content) in enumerate(_contents(table)):
            if row in reasons:
                stays[position] = False
                one = reasons[row]
                issues.append(_orphan_issue(one, task, is_repeated=(one.first_row, content) in known))
        kept.append(table.filter(pa.array(stays)))
    return kept, issues


def _contents(table: pa.Table) -> Iterator[tuple[int, tuple[str | None, ...]]]:
    """Yield each record's source row number and all else that it says."""
    columns = table.drop_columns("row").to_pydict().values()
    contents = zip(*columns, strict=True)
    for row, content in zip(table.column("row").to_pylist(), contents, strict=True):
        yield int(str(row)), content


def _orphan_issue(dropped: Dropped, task: Task, *, is_repeated: bool) -> Issue:
    if dropped.reason == "duplicate" and is_repeated:
        message = f"the row says the same as row {dropped.first_row}; it is left out"
        return task.issue("ignored", "duplicate", message, row=dropped.row)
    if dropped.reason in ("duplicate", "repeated_key"):
        message = f"its record of {task.layer.title.en!r} is that of row {dropped.first_row}; nothing of it was loaded"
        message += "; wanted is one row for each key, with all that belongs to it"
        return task.issue("quarantined", "repeated_key", message, row=dropped.row)
    message = f"the record of {task.layer.title.en!r} that it belongs to was not loaded"
    return task.issue("quarantined", "no_parent", message, row=dropped.row)
