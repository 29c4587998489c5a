"""What a load says of its rows: in their order, with the value that was looked up, in the words of the pages."""

from __future__ import annotations

import csv
from pathlib import Path

from etl.choosing import Wish
from etl.loading import load_file
from geodata.settings import Settings
from tests.etl.incidents import BY_PLACE, WEST, areas
from tests.etl.made import write_csv
from tests.etl.test_loading import compounds, rows

HEADINGS = ["模式编号", "小区名称", "管理模式", "起始日期"]


def test_remarks_stand_in_the_order_of_rows_and_say_what_was_looked_up(deployment: Settings, tmp_path: Path) -> None:
    load_file(deployment, compounds(tmp_path, "甲苑"), Wish())
    told = [["1", "丁苑", "自筹自管", "2025-01-01"], ["2", "甲苑", "飞船", "2025-01-01"],
            ["3", "戊苑", "自筹自管", "2025-01-01"], ["4", "甲苑", "", "2025-01-01"]]  # fmt: skip
    [receipt] = load_file(deployment, write_csv(tmp_path / "modes.csv", [HEADINGS, *told]), Wish())
    # Rows 3 and 5 are found bad by the steps, 2 and 4 by the merge.
    assert [issue.row for issue in receipt.issues] == [2, 3, 4, 5]
    assert receipt.issues[0].message.startswith("小区名称 is '丁苑': none is known by that; wanted is the name")
    assert (receipt.issues[2].value, receipt.issues[2].cell) == ("戊苑", "小区名称")
    assert receipt.issues[3].message.endswith("no record of 'How compounds are run' can do without it")
    with (deployment.home / "receipts" / f"{receipt.load_id}.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [line["row"] for line in csv.DictReader(file)] == ["2", "3", "4", "5"]
    assert not list((deployment.home / "receipts").glob("*.csv.*"))
    assert receipt.in_words().startswith("modes.csv -> How compounds are run: 4 read = ")
    # Loaded again, it says the same.
    [again] = load_file(deployment, tmp_path / "modes.csv", Wish())
    assert again.issues == receipt.issues


def test_a_parent_and_an_area_that_are_not_known_are_named(deployment: Settings, tmp_path: Path) -> None:
    headings = ["培训编号", "工作室编号", "培训主题", "培训日期"]
    path = write_csv(tmp_path / "trainings.csv", [headings, ["U1", "S9", "消防", "2025-01-01"]])
    [receipt] = load_file(deployment, path, Wish())
    says = "工作室编号 is 'S9': none of the 'Studios' that are known has that key; wanted is one that was loaded before"
    assert receipt.issues[0].message == says
    load_file(deployment, areas(tmp_path, [("W", WEST)]), Wish())
    headings = [*BY_PLACE[:3], "社区代码", *BY_PLACE[3:5]]
    path = write_csv(tmp_path / "coded.csv", [headings, ["1", "2025-01-01", "盗窃", "X9", "", ""]])
    [receipt] = load_file(deployment, path, Wish(crs="wgs84"))
    assert receipt.issues[0].message.startswith("社区代码 is 'X9': no area is known by that; wanted is an area's code")
    assert rows(deployment, "SELECT count(*) FROM live.incident_count") == [(0,)]
