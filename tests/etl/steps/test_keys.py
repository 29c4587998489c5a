"""A row's key is the source's own, else what the row says, whatever the order and number of the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from etl.flow import Flow, Seen
from etl.steps.keys import take_keys
from tests.etl.made import flow, reasons, task


def keyless(values: Mapping[str, Sequence[str | None]], geometry: Sequence[BaseGeometry | None] | None = None) -> Flow:
    """Return a flow with parsed fields and no key."""
    count = len(next(iter(values.values())))
    start = flow({"名称": ["x"] * count}, geometry)
    columns = {name: pd.Series(list(cells), index=start.rows.index, dtype="str") for name, cells in values.items()}
    return replace(start, values=pd.DataFrame(columns, index=start.rows.index))


def keys(seen: Flow) -> list[str]:
    """Return the keys that rows without one get."""
    return take_keys(seen, task("hazard_register", ["隐患类型", "检查时间"]), Seen()).source_id.tolist()


def test_a_column_that_says_nothing_changes_no_key() -> None:
    before = keys(keyless({"kind": ["gas", "fire"], "found_on": ["2025-03-03", "2025-03-04"]}))
    after = keys(keyless({"found_on": ["2025-03-03", "2025-03-04"], "level": [None, "high"], "kind": ["gas", "fire"]}))
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_values_are_told_apart_by_their_fields() -> None:
    [one] = keys(keyless({"community": ["甲"], "compound_name": [None]}))
    [other] = keys(keyless({"community": [None], "compound_name": ["甲"]}))
    assert one != other


def test_the_same_row_again_is_counted_and_another_place_is_another_row() -> None:
    here, there = shapely.Point(112, 27.73), shapely.Point(112.001, 27.73)
    first, second, third = keys(keyless({"kind": ["gas"] * 3}, geometry=[here, here, there]))
    assert first.endswith("#1")
    assert second == first.removesuffix("1") + "2"
    assert third.endswith("#1")
    assert third != first


@given(st.dictionaries(st.sampled_from("abcdef"), st.text(min_size=1, max_size=5), min_size=1), st.randoms())
@settings(max_examples=30)
def test_the_order_of_the_columns_is_nothing(row: dict[str, str], random: Random) -> None:
    names = list(row)
    random.shuffle(names)
    assert keys(keyless({name: [row[name]] for name in names})) == keys(keyless({name: [row[name]] for name in row}))


def test_every_row_that_goes_on_has_a_key() -> None:
    columns: dict[str, list[str | None]] = {"隐患编号": ["H1", None, "/", "4.3E+11"], "隐患类型": ["燃气"] * 4}
    seen = take_keys(flow(columns), task("hazard_register", list(columns)), Seen())
    assert seen.source_id.isna().tolist() == [False, False, False, True]
    assert seen.is_bad.tolist() == [False, False, False, True]
    assert reasons(seen) == [("quarantined", 5, "rounded_code")]
