"""Makes the records of child layers that a row holds: a project's funding lines, a hazard's events."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from etl.flow import Flow, Task
from etl.folding import find_heading
from etl.recipe import Child, Recipe
from etl.steps.parse import parse_fields
from etl.steps.words import NOTHING


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
    """Return one record for each row in which the child's `when` is filled; None where the file can't have any.

    A bad cell costs the child alone: its parent is loaded all the same. Rows that were quarantined have no children.
    """
    own = child_task(task, child)
    heading = own.columns.get(child.when)
    if heading is None or heading not in parents.rows:
        return None
    cells = parents.rows[heading].str.strip().str.casefold()
    there = (cells.notna() & ~cells.isin(NOTHING)).to_numpy(dtype=np.bool_) & ~parents.is_bad
    chosen = replace(parents, issues=(), notes=(), geometry=None, ignored=0).keep(there)
    flow = parse_fields(chosen, own)
    return replace(flow, source_id=_keys(flow, child))


def _keys(flow: Flow, child: Child) -> pd.Series[str]:
    """Return parent key + what tells this child from its siblings: what the recipe fixes."""
    suffix = "/".join(child.fixed[name] for name in sorted(child.fixed)) or child.when
    return (flow.source_id + "/" + suffix).astype("str")


def parent_keys(parents: Flow, children: Flow) -> pd.Series[str]:
    """Return the parent's key of each child; (m,)."""
    return parents.source_id.loc[children.rows.index]
