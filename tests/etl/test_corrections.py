"""A file that corrects an earlier one takes its place, also where neither has keys."""

from __future__ import annotations

from pathlib import Path

from etl.choosing import Wish
from etl.loading import load_file
from geodata.settings import Settings
from tests.etl.incidents import WEST, areas
from tests.etl.made import write_csv
from tests.etl.test_loading import rows, sums


def test_a_corrected_table_of_populations_replaces_the_numbers_of_its_day(deployment: Settings, tmp_path: Path) -> None:
    load_file(deployment, areas(tmp_path, [("W", WEST)]), Wish())
    headings = ["社区代码", "统计日期", "人口", "户数"]
    told = {"first": (1000, "2025-09-30"), "later": (1010, "2025-10-31"), "corrected": (1100, "2025-09-30")}
    for name, (people, day) in told.items():
        path = write_csv(tmp_path / f"{name}.csv", [headings, ["W", day, people, 300]])
        [receipt] = load_file(deployment, path, Wish())
    assert sums(receipt) == (1, 1, 0, 0, 0)
    found = "SELECT counted_on::text, residents FROM live.area_population ORDER BY 1"
    assert rows(deployment, found) == [("2025-09-30", 1100), ("2025-10-31", 1010)]
    assert rows(deployment, "SELECT residents FROM history.area_population") == [(1000,)]
