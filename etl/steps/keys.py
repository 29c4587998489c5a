"""Gives each row its key: the source's own, else the hash of its content and how often that came before."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from etl.flow import Flow, Mask, Seen, Task
from etl.steps.agree import identities
from etl.steps.columns import fold_all, is_longer, is_one_of, matches
from etl.steps.words import NOTHING, parse_code

LONGEST_KEY = 500
"""Characters; past some 2,700 bytes the store's index of keys can't hold one."""

_BETWEEN = "\x1f"
_PLACE = ("src_x", "src_y")
_PARENT = "parent"


def take_keys(flow: Flow, task: Task, seen: Seen) -> Flow:
    """Set source_id: the cell of the key column as a code; a hash of the parsed row where there is none."""
    flow = take_own_keys(flow, task)
    flow = replace(flow, source_id=_with_version(flow.source_id, flow, task))
    return replace(flow, source_id=_with_hashes(flow, task, seen))


def take_own_keys(flow: Flow, task: Task) -> Flow:
    """Set source_id: the cell of the key column as a code, missing where there is none."""
    index = flow.rows.index
    keys = flow.source_id
    bad = np.zeros(len(index), dtype=np.bool_)
    issues = []
    if task.parent_column is not None and task.parent_column in flow.rows:
        flow = replace(flow, parent_id=_folded(flow.rows[task.parent_column]))
    if task.key_column is not None and task.key_column in flow.rows:
        keys = _folded(flow.rows[task.key_column])
        odd = pd.Series(matches(keys, r"^\d(?:\.\d+)?[eE]\+?\d+$|^\d+\.0+$"), index=index)
        read = {int(str(row)): parse_code(str(text), None) for row, text in keys[odd].items()}
        for row, outcome in read.items():
            if not outcome.is_refused:
                continue
            text = str(keys.loc[row])
            message = f"{task.key_column} is {text!r}; wanted is {outcome.wanted}"
            issues.append(
                task.issue("quarantined", outcome.reason, message, row=row, heading=task.key_column, name="source_id",
                           value=text)
            )  # fmt: skip
        mended = pd.Series({row: outcome.value for row, outcome in read.items()}, dtype="str").reindex(index)
        keys = keys.where(~odd, mended)
        bad = np.asarray(odd & keys.isna(), dtype=np.bool_)
        too_long = is_longer(keys, LONGEST_KEY)
        issues += [
            task.issue("quarantined", "key_too_long",
                       f"{task.key_column} has {len(text):,} characters; wanted is a key of at most {LONGEST_KEY}",
                       row=int(str(row)), heading=task.key_column, name="source_id", value=f"{text[:77]}...")
            for row, text in keys[too_long].items()
        ]  # fmt: skip
        bad = bad | too_long
    return replace(flow, source_id=keys).said(issues, bad=bad)


def _folded(cells: pd.Series[str]) -> pd.Series[str]:
    """Return keys as they are compared: full-width signs plain, nothing where a cell says nothing."""
    words = fold_all(cells)
    return words.mask(is_one_of(words, NOTHING))


def _with_version(keys: pd.Series[str], flow: Flow, task: Task) -> pd.Series[str]:
    """Return the keys with the day since which the version holds, so that one code may have several outlines."""
    name = task.layer.version_field
    if name is None or name not in flow.values:
        return keys
    return keys.where(flow.values[name].isna(), keys + "@" + flow.values[name])


def _with_hashes(flow: Flow, task: Task, seen: Seen) -> pd.Series[str]:
    """Return the keys with the gaps filled; a bad row gets none, as it isn't loaded."""
    without = flow.source_id.isna().to_numpy(dtype=np.bool_) & ~flow.is_bad
    if not without.any():
        return flow.source_id
    if task.layer.known_by:
        return _with_identities(flow, task)
    texts = _contents(flow, without)
    shapes = [""] * len(texts) if flow.geometry is None else shapely.to_wkb(flow.geometry[without], hex=True)
    found = []
    for text, shape in zip(texts, shapes, strict=True):
        digest = hashlib.sha256(f"{text}{_BETWEEN}{shape or ''}".encode())
        seen.counts[digest.digest()[:16]] += 1
        found.append(f"{digest.hexdigest()}#{seen.counts[digest.digest()[:16]]}")
    keys = flow.source_id.astype(object)
    keys[without] = found
    return keys.astype("str")


def _with_identities(flow: Flow, task: Task) -> pd.Series[str]:
    """Return the keys with the gaps filled by what tells records apart: a corrected file takes an earlier's place."""
    records = pd.Series(
        [hashlib.sha256(_BETWEEN.join(record).encode()).hexdigest() for record in identities(flow, task)],
        index=flow.rows.index,
        dtype="str",
    )
    return flow.source_id.fillna(records.mask(flow.is_bad))


def _contents(flow: Flow, wanted: Mask) -> list[str]:
    """Return what each wanted row says, "name=value" of its filled fields by name; (m,).

    A column that says nothing of a row doesn't change its key, so that a recipe may learn new ones.
    """
    parents = [] if flow.parent_id is None else [flow.parent_id.rename(_PARENT)]
    said = pd.concat([flow.values, flow.places[list(_PLACE)], *parents], axis=1)[wanted]
    contents = [""] * len(said)
    for name in sorted(said.columns):
        for position, value in enumerate(said[name].astype(object)):
            if isinstance(value, str):
                contents[position] += f"{name}={value}{_BETWEEN}"
    return contents
