"""What a list of incidents does to what earlier ones told: it takes their place, is asked about, or changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from etl.choosing import Wish
from etl.loading import load_file
from geodata.errors import InvalidInput
from geodata.publication import publish
from geodata.settings import Settings
from tests.etl.incidents import BY_PLACE, counts, incidents, load, town
from tests.etl.made import write_csv
from tests.etl.test_loading import GOOD, POSTS, rows, sums, workbook

__all__ = ["town"]


def test_a_file_holds_all_incidents_of_its_months_and_kinds(town: Settings, tmp_path: Path) -> None:
    first = [("1", "2025-03-01", "盗窃", 111.995, 27.725), ("2", "2025-03-02", "盗窃", 112.005, 27.725),
             ("3", "2025-02-01", "盗窃", 112.005, 27.725), ("4", "2025-03-01", "诈骗", 112.005, 27.725)]  # fmt: skip
    load(town, incidents(tmp_path, *first))
    [again] = load(town, incidents(tmp_path, *reversed(first), name="again.csv"))
    assert sums(again) == (4, 0, 4, 0, 0)
    # March again, thefts only: the one in E was moved to W.
    march = [("1", "2025-03-01", "盗窃", 111.995, 27.725), ("2", "2025-03-02", "盗窃", 111.995, 27.725)]
    path = incidents(tmp_path, *march, name="march.csv")
    [receipt] = load_file(town, path, Wish(crs="wgs84", accept=("taken-back",)))
    assert sums(receipt) == (2, 2, 0, 0, 0)
    assert any(note.startswith("1 count of the same months and kinds is none now") for note in receipt.notes)
    assert counts(town) == {
        ("W", "2025-03-01", "盗窃"): 2,
        ("E", "2025-03-01", "盗窃"): 0,
        ("E", "2025-02-01", "盗窃"): 1,
        ("E", "2025-03-01", "诈骗"): 1,
    }
    assert rows(town, "SELECT count(*), sum(incidents) FROM history.incident_count") == [(2, 2)]


def test_counts_that_are_withdrawn_are_published_and_no_repeat(town: Settings, tmp_path: Path) -> None:
    west = ("A1", "2024-03-01", "盗窃", 111.995, 27.725)
    both = incidents(tmp_path, west, ("A2", "2024-03-01", "盗窃", 112.005, 27.725))
    load(town, both)
    first = publish(town)
    fewer = incidents(tmp_path, west, name="fewer.csv")
    [receipt] = load_file(town, fewer, Wish(crs="wgs84", accept=("taken-back",)))
    assert sums(receipt) == (1, 0, 1, 0, 0)  # its row is as it was: the count in E is another
    assert publish(town) == first + 1
    [again] = load(town, both)
    assert sums(again) == (2, 1, 1, 0, 0)
    assert counts(town) == {("W", "2024-03-01", "盗窃"): 1, ("E", "2024-03-01", "盗窃"): 1}


def test_a_supplement_that_would_take_the_rest_back_is_asked_about(town: Settings, tmp_path: Path) -> None:
    west = [(f"W{at}", "2025-03-01", "盗窃", 111.995, 27.725) for at in range(3)]
    east = [(f"E{at}", "2025-03-01", "盗窃", 112.005, 27.725) for at in range(2)]
    load(town, incidents(tmp_path, *west, *east))
    known = {("W", "2025-03-01", "盗窃"): 3, ("E", "2025-03-01", "盗窃"): 2}
    late = incidents(tmp_path, ("W9", "2025-03-09", "盗窃", 111.995, 27.725), name="late.csv")
    # Three in W would become one, and the two in E none.
    says = (
        "of 5 incidents that are known for the months and kinds of the file, 4 in 2 areas would be gone, as it has 1 "
        "for them and takes the place of all: a supplement has to be one file with what it adds to"
    )
    advice = "Nothing was loaded; if it is meant so, load it with --accept taken-back"
    with pytest.raises(InvalidInput, match=f"{says}. {advice}"):
        load(town, late)
    assert counts(town) == known
    # A dry run tells it, and so does the load that was told that it is meant so.
    [dry] = load_file(town, late, Wish(crs="wgs84"), is_dry=True)
    [done] = load_file(town, late, Wish(crs="wgs84", accept=("taken-back",)))
    assert dry.warnings == done.warnings == [says]
    assert counts(town) == {("W", "2025-03-01", "盗窃"): 1, ("E", "2025-03-01", "盗窃"): 0}


def test_a_revised_list_with_one_incident_less_is_no_question(town: Settings, tmp_path: Path) -> None:
    west = [(f"W{at}", "2025-03-01", "盗窃", 111.995, 27.725) for at in range(3)]
    load(town, incidents(tmp_path, *west))
    [receipt] = load(town, incidents(tmp_path, *west[:2], name="revised.csv"))
    assert (receipt.warnings, counts(town)) == ([], {("W", "2025-03-01", "盗窃"): 2})


def test_what_another_source_has_counted_is_only_taken_when_it_is_meant_so(town: Settings, tmp_path: Path) -> None:
    load(town, incidents(tmp_path, ("1", "2025-03-01", "盗窃", 111.995, 27.725)))
    register = ["统计编号", "月份", "案件类别", "社区代码", "起数"]
    path = write_csv(
        tmp_path / "monthly.csv", [register, ["a", "2025-03", "盗窃", "W", 1], ["b", "2025-03", "盗窃", "E", 2]]
    )
    with pytest.raises(InvalidInput, match="1 numbers for the same area, time and kind are known from 'incident_list'"):
        load(town, path)
    assert counts(town) == {("W", "2025-03-01", "盗窃"): 1}
    [receipt] = load_file(town, path, Wish(), confirm=lambda _doubts: True)
    assert (sums(receipt), len(receipt.warnings)) == ((2, 2, 0, 0, 0), 1)
    # The other way round: E is new to the list, W was confirmed.
    both = incidents(
        tmp_path, *((str(at), "2025-03-01", "盗窃", lon, 27.725) for at, lon in enumerate((111.995, 112.005)))
    )
    with pytest.raises(
        InvalidInput, match="1 numbers for the same area, time and kind are known from 'incident_counts'"
    ):
        load(town, both)


def test_nobody_waits_for_the_answer_to_a_question(town: Settings, tmp_path: Path) -> None:
    load(town, incidents(tmp_path, ("1", "2025-03-01", "盗窃", 111.995, 27.725)))
    path = workbook(
        tmp_path, 警务点=[POSTS, GOOD],
        统计=[["统计编号", "月份", "案件类别", "社区代码", "起数"], ["a", "2025-03", "盗窃", "W", 1]],
    )  # fmt: skip
    held: list[object] = []

    def think(doubts: Sequence[str]) -> bool:
        # The posts of the first sheet were merged before the second was read.
        held.extend(rows(town, "SELECT objid FROM pg_locks WHERE locktype = 'advisory'"))
        load(town, incidents(tmp_path, ("2", "2025-01-01", "盗窃", 111.995, 27.725), name="other.csv"))
        return len(doubts) == 1

    receipts = load_file(town, path, Wish(crs="wgs84"), confirm=think)
    assert held == []
    assert [sums(receipt) for receipt in receipts] == [(1, 1, 0, 0, 0), (1, 1, 0, 0, 0)]
    # What was read before the question is no load; the ledger says why.
    found = rows(town, "SELECT state, message FROM ledger.load WHERE file = 'book.xlsx' ORDER BY id")
    assert [state for state, _ in found] == ["failed", "failed", "done", "done"]
    assert str(found[0][1]).startswith("it was asked whether it is meant so: book.xlsx")


def _book(folder: Path, *others: Sequence[object]) -> Path:
    """Write a workbook of two sheets: one theft in W on the first, one in E and others on the second."""
    east = ("b1", "2025-03-01", "盗窃", 112.005, 27.725)
    west = ("a1", "2025-03-01", "盗窃", 111.995, 27.725)
    return workbook(folder, 西片=[BY_PLACE[:5], west], 东片=[BY_PLACE[:5], east, *others])


def test_a_sheet_that_is_as_it_was_keeps_its_counts(town: Settings, tmp_path: Path) -> None:
    load(town, _book(tmp_path))
    both = {("W", "2025-03-01", "盗窃"): 1, ("E", "2025-03-01", "盗窃"): 1}
    assert counts(town) == both
    tomorrow = replace(town, as_of=town.today() + timedelta(days=1))  # no repeat of the day before: it is read again
    assert [sums(receipt) for receipt in load(tomorrow, _book(tmp_path))] == [(1, 0, 1, 0, 0), (1, 0, 1, 0, 0)]
    assert counts(town) == both
    revised = load(tomorrow, _book(tmp_path, ("b2", "2025-03-02", "盗窃", 112.005, 27.725)))
    assert [sums(receipt) for receipt in revised] == [(1, 0, 1, 0, 0), (2, 2, 0, 0, 0)]
    assert counts(town) == {**both, ("E", "2025-03-01", "盗窃"): 2}
    # A sheet that is gone has no incidents any more.
    alone = workbook(tmp_path, 东片=[BY_PLACE[:5], ("b1", "2025-03-01", "盗窃", 112.005, 27.725)])
    load_file(tomorrow, alone, Wish(crs="wgs84"), confirm=lambda _doubts: True)
    assert counts(town) == {("W", "2025-03-01", "盗窃"): 0, ("E", "2025-03-01", "盗窃"): 1}


def test_two_sheets_with_one_cell_are_refused_though_one_of_them_was_known(town: Settings, tmp_path: Path) -> None:
    load(town, _book(tmp_path))
    with pytest.raises(InvalidInput, match=r"\[东片\]: another part of the file has incidents of the same month"):
        load(town, _book(tmp_path, ("b2", "2025-03-02", "盗窃", 111.995, 27.725)))
    assert counts(town) == {("W", "2025-03-01", "盗窃"): 1, ("E", "2025-03-01", "盗窃"): 1}
