"""A sheet of residents in a workbook is reported as personal data, and nothing of it goes any further."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.choosing import Wish
from etl.loading import load_file
from geodata.errors import InvalidInput
from geodata.settings import Settings
from tests.etl.made import write_csv
from tests.etl.test_loading import GOOD, POSTS, rows, workbook

PEOPLE = [["王晓梅", "3栋501"], ["李小龙", "3栋502"], ["张三丰", "3栋503"]]
MOBILE = "13873812345"


def test_a_roster_beside_a_register_is_reported_with_its_rows(deployment: Settings, tmp_path: Path) -> None:
    path = workbook(
        tmp_path, 警务点=[POSTS, GOOD], 住户名册=[["姓名", "房号"], *PEOPLE],
        通讯录=[["甲", "乙"], *([name, MOBILE] for name, _ in PEOPLE)], 说明=[["编写", "审核"], ["一", "二"]],
    )  # fmt: skip
    [receipt] = load_file(deployment, path, Wish(crs="wgs84"))
    says = [warning.split("; ", 1)[0] for warning in receipt.warnings]
    assert says == [
        "book.xlsx [住户名册] is personal data, 3 rows with columns about persons: 姓名",
        "book.xlsx [通讯录] is personal data, 3 rows with personal numbers in most of its rows",
    ]
    assert [note for note in receipt.notes if "left out" in note] == [
        "book.xlsx [说明] fits no recipe and was left out"
    ]
    kept = [receipt.in_words(), *(str(row) for row in rows(deployment, "SELECT t::text FROM ledger.load t"))]
    assert not any(word in text for text in kept for word in ("王晓梅", "3栋", MOBILE))


def test_a_file_of_people_alone_is_refused_as_such(deployment: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "roster.csv", [["姓名", "房号"], *PEOPLE])
    with pytest.raises(InvalidInput, match=r"roster.csv is personal data, 3 rows with columns about persons: 姓名"):
        load_file(deployment, path, Wish())


def test_a_ledger_that_names_who_is_in_charge_is_unknown_and_no_roster(deployment: Settings, tmp_path: Path) -> None:
    ledger = [["隐患描述", "地点", "期限", "责任人"], ["井盖破损", "路口", "三月", "王晓梅"]]
    path = workbook(tmp_path, 警务点=[POSTS, GOOD], 台账=ledger)
    [receipt] = load_file(deployment, path, Wish(crs="wgs84"))
    assert [note for note in receipt.notes if "left out" in note] == [
        "book.xlsx [台账] fits no recipe and was left out"
    ]
    assert not any("personal data" in warning for warning in receipt.warnings)
