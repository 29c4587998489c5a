"""Files with one row an incident become counts by area, and nothing else of them is kept."""

from __future__ import annotations

import signal
from pathlib import Path

import openpyxl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from etl.choosing import Wish
from etl.loading import load_file
from etl.recipe_files import read_recipe
from etl.steps.dates import find_day_order
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput
from geodata.settings import Settings
from tests.etl.command.test_load import in_process, until
from tests.etl.incidents import BY_CODE, BY_PLACE, EAST, WEST, areas, counts, crimes, incidents, load, town
from tests.etl.made import write_csv
from tests.etl.test_loading import rows, sums

__all__ = ["town"]


def test_rows_are_counted_where_they_lie(town: Settings, tmp_path: Path) -> None:
    path = incidents(
        tmp_path,
        ("A1", "2025-03-01", "盗窃", 111.995, 27.725),
        ("A2", "2025/3/31 23:59", "盗窃", 111.996, 27.726),
        ("", "2025-03-05", "盗窃", 112.005, 27.725),
        ("", "2025-03-05", "盗窃", 112.005, 27.725),  # without a key, the same row again is another incident
        ("A1", "2025-04-01", "诈骗", 112.005, 27.725),  # the key of the first row, whatever else it says
        ("A5", "2025-04-01", "诈骗", 112.03, 27.725),  # in the boundary, in neither community
        ("A6", "2025-04-01", "诈骗", 113.0, 27.725),
        ("A7", "2025-13-01", "诈骗", 111.995, 27.725),
        ("A8", "2025-04-01", "诈骗", "", ""),
        ("A9", "2031-04-01", "诈骗", 111.995, 27.725),
    )
    [receipt] = load(town, path)
    assert counts(town) == {("W", "2025-03-01", "盗窃"): 2, ("E", "2025-03-01", "盗窃"): 2}
    assert sums(receipt) == (10, 4, 0, 5, 1)
    quarantined = {"no_area": 2, "outside_boundary": 1, "bad_month": 1, "in_future": 1}
    assert receipt.reasons == {
        **{("quarantined", reason): count for reason, count in quarantined.items()},
        ("ignored", "duplicate"): 1,
    }


def test_no_place_is_kept_anywhere(town: Settings, tmp_path: Path) -> None:
    path = incidents(
        tmp_path,
        ("K1", "2025-03-01", "盗窃", 111.995123, 27.725456),
        ("K2", "2025-03-01", "盗窃", 113.456123, 27.725456),
        ("K3", "2025-03-01", "盗窃", 112.034123, 27.725456),
        ("K4", "2025-03-01", "盗窃", 27.725456, 111.995123),
        ("K5", "2025-03-01", "盗窃", "111.995123度x", 27.725456),
        ("K6", "没有", "盗窃", 111.995123, 27.725456),
    )
    [receipt] = load(town, path)
    assert sums(receipt) == (6, 1, 0, 5, 0)
    kept = [receipt.in_words(), receipt.as_json()]
    kept += [file.read_text("utf-8-sig") for file in (town.home / "receipts").glob("*.csv")]
    for table in ("ledger.load", "ledger.quarantine", "live.incident_count", "history.incident_count"):
        kept += [str(row) for row in rows(town, f"SELECT t::text FROM {table} t")]
    for trace in ("995123", "725456", "456123", "034123", "第三街", "K2"):
        assert not any(trace in text for text in kept), trace


def test_a_point_on_a_border_counts_once_in_the_first_area_by_code(town: Settings, tmp_path: Path) -> None:
    load(town, areas(tmp_path, [("D", shapely.union(WEST, EAST))], level="社区"))
    path = incidents(tmp_path, *((f"B{at}", "2025-03-01", "盗窃", 112.0, 27.725) for at in range(7)))
    [receipt] = load(town, path)
    # D overlaps both and comes before E and W.
    assert counts(town) == {("D", "2025-03-01", "盗窃"): 7}
    assert sums(receipt) == (7, 7, 0, 0, 0)


def test_grids_are_only_asked_where_the_recipe_says_so(town: Settings, tmp_path: Path) -> None:
    load(town, areas(tmp_path, [("G", WEST)], level="网格"))
    path = incidents(tmp_path, ("1", "2025-03-01", "盗窃", 111.995, 27.725))
    load(town, path)
    assert list(counts(town)) == [("W", "2025-03-01", "盗窃")]
    town.recipes_folder.mkdir(exist_ok=True)
    own = town.recipes_folder / "own.toml"
    try:
        own.write_text(
            'id = "own"\nlayer = "incident_count"\nsource = "own"\ntitle = {zh = "自己的", en = "Own"}\n'
            '[fields]\nmonth = ["发案时间"]\nkind = ["案件类别"]\n[geometry]\nx = ["经度"]\ny = ["纬度"]\n'
            '[count]\ninto = "incidents"\narea_kind = "grid"\n',
            "utf-8",
        )
        load(town, path)
    finally:
        own.unlink()
    assert list(counts(town)) == [("W", "2025-03-01", "盗窃"), ("G", "2025-03-01", "盗窃")]


def test_areas_named_by_code_are_made_without_outline(deployment: Settings, tmp_path: Path) -> None:
    named = (("E01", "North 1A"), ("E02", ""), ("E01", "North 1A"), ("", ""))
    told = [(str(row), "2025-03", "West", *area, "Burglary") for row, area in enumerate(named)]
    path = crimes(tmp_path, *told)
    receipt, made = load(deployment, path)
    # The fourth lies in no area: none has an outline.
    assert sums(receipt) == (4, 3, 0, 1, 0)
    assert (made.layer, made.from_layer, *sums(made)) == ("area", "incident_count", 2, 2, 0, 0, 0)
    assert rows(deployment, "SELECT code, name, kind, geom IS NULL FROM live.area ORDER BY code") == [
        ("E01", "North 1A", "other", True), ("E02", "E02", "other", True),
    ]  # fmt: skip
    # The outlines come later, from another register: the counts follow, and nothing is made twice.
    load(deployment, areas(tmp_path, [("E01", WEST)]))
    assert rows(deployment, "SELECT a.geom IS NOT NULL FROM live.incident_count i JOIN live.area a ON a.id = i.area_id "
                            "WHERE i.area_code = 'E01'") == [(True,)]  # fmt: skip
    # The fourth lies in E01 now, which has three in place of two; E02 is as it was.
    receipt, made = load(deployment, crimes(tmp_path, *told, name="later.csv"))
    assert (sums(receipt), sums(made)) == ((4, 3, 1, 0, 0), (2, 0, 2, 0, 0))


def test_reporters_of_one_area_add_up(deployment: Settings, tmp_path: Path) -> None:
    load(deployment, crimes(tmp_path, ("1", "2025-03", "West", "E01", "N", "Burglary"), name="west.csv"))
    south = [("2", "2025-03", "South", "E01", "N", "Burglary"), ("3", "2025-03", "South", "E01", "N", "Burglary")]
    [receipt, _] = load(deployment, crimes(tmp_path, *south, name="south.csv"))
    assert sums(receipt) == (2, 2, 0, 0, 0)
    assert rows(deployment, "SELECT sum(incidents), count(*) FROM live.incident_count WHERE incidents > 0") == [(3, 2)]


def test_a_reporter_is_known_by_its_whole_name(town: Settings, tmp_path: Path) -> None:
    load(town, crimes(tmp_path, ("1", "2025-03", "刑侦/治安", "W", "W", "Burglary"), name="both.csv"))
    alone = [("2", "2025-03", "刑侦", "E", "E", "Burglary"), ("3", "2025-03", " 刑侦\u3000", "E", "E", "Burglary")]
    [receipt, _] = load(town, crimes(tmp_path, *alone, name="one.csv"))
    assert sums(receipt) == (2, 2, 0, 0, 0)
    assert counts(town) == {("W", "2025-03-01", "Burglary"): 1, ("E", "2025-03-01", "Burglary"): 2}
    # Without a reporter is another one again, whether the cell is empty or blank.
    nobody = [("4", "2025-03", "", "E", "E", "Burglary"), ("5", "2025-03", "\u3000", "E", "E", "Burglary")]
    load(town, crimes(tmp_path, *nobody, name="nobody.csv"))
    found = rows(town, "SELECT area_code, incidents FROM live.incident_count ORDER BY id")
    assert found == [("W", 1), ("E", 2), ("E", 2)]


def test_without_any_area_the_file_is_refused_whole(deployment: Settings, tmp_path: Path) -> None:
    path = incidents(tmp_path, ("1", "2025-03-01", "盗窃", 111.995, 27.725))
    with pytest.raises(InvalidInput, match="no areas are known yet: load the areas first"):
        load(deployment, path)
    assert rows(deployment, "SELECT count(*) FROM live.incident_count") == [(0,)]
    assert rows(deployment, "SELECT state FROM ledger.load") == [("failed",)]


def test_a_file_of_another_city_is_refused_though_it_names_areas(deployment: Settings, tmp_path: Path) -> None:
    cells = ["1", "2025-03", "West", -1.55, 53.6, "E01", "N", "Burglary"]
    path = write_csv(tmp_path / "crimes.csv", [BY_CODE, cells])
    with pytest.raises(InvalidInput, match="none of its first 1 places lies inside the boundary"):
        load_file(deployment, path, Wish())


def test_outlines_that_change_while_places_are_looked_up_leave_no_wrong_count(town: Settings, tmp_path: Path) -> None:
    path = incidents(tmp_path, ("1", "2025-03-01", "盗窃", 111.9995, 27.725))
    moved = areas(tmp_path, [("W", shapely.box(111.99, 27.72, 111.999, 27.73)),
                             ("E", shapely.box(111.999, 27.72, 112.01, 27.73))])  # fmt: skip

    def interfere(_what: str, _rows: int) -> None:
        load(town, moved)

    with pytest.raises(InvalidInput, match="another load has changed areas while places were looked up; load it again"):
        load_file(town, path, Wish(crs="wgs84"), progress=interfere)
    assert counts(town) == {}
    load(town, path)
    assert counts(town) == {("E", "2025-03-01", "盗窃"): 1}


def test_swapped_columns_leave_no_count(town: Settings, tmp_path: Path) -> None:
    [receipt] = load(town, incidents(tmp_path, ("1", "2025-03-01", "盗窃", 27.725, 111.995)))
    assert sums(receipt) == (1, 0, 0, 1, 0)
    assert receipt.issues[0].reason == "swapped_axes"
    assert counts(town) == {}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ('into = "month"', "count.into = 'month'"),
        ('into = "incidents"\narea_kind = "planet"', "count.area_kind = 'planet'"),
        ('into = "incidents"\nmakes_areas = true', "makes_areas"),
        ('into = "incidents"\nplaces = true', "count.places is no word"),
    ],
)
def test_what_is_wrong_with_counting_is_said_with_its_key(tmp_path: Path, words: str, says: str) -> None:
    path = tmp_path / "r.toml"
    path.write_text(
        'id = "r"\nlayer = "incident_count"\nsource = "r"\ntitle = {zh = "甲", en = "A"}\n'
        f'[fields]\nmonth = ["月"]\nkind = ["类"]\n[geometry]\nx = ["x"]\ny = ["y"]\n[count]\n{words}\n',
        "utf-8",
    )
    with pytest.raises(InvalidInput, match=says):
        read_recipe(path)


def test_a_column_shows_the_order_of_its_days() -> None:
    # 13 and 31 can't be months.
    assert find_day_order(["03/04/2025", "03/13/2025 09:25:00 AM"]) == "month"
    assert find_day_order(["03/04/2025", "31/04/2025"]) == "day"
    assert find_day_order(["03/04/2025", "2025-03-13"]) is None
    assert find_day_order(["03/13/2025", "13/03/2025"]) is None


@given(st.lists(st.dates(), min_size=1))
def test_days_that_show_an_order_show_the_right_one(days: list[object]) -> None:
    for pattern, order in (("{0:%m/%d/%Y}", "month"), ("{0:%d/%m/%Y}", "day")):
        assert find_day_order(pattern.format(day) for day in days) in (order, None)


def test_a_file_with_only_bad_rows_counts_nothing(town: Settings, tmp_path: Path) -> None:
    [receipt] = load(town, incidents(tmp_path, ("1", "昨天", "盗窃", 111.995, 27.725), ("2", "", "", "", "")))
    assert sums(receipt) == (2, 0, 0, 2, 0)
    assert counts(town) == {}


def test_a_file_without_rows_is_refused(town: Settings, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no rows"):
        load(town, incidents(tmp_path))


def test_the_wrong_system_counts_nothing(town: Settings, tmp_path: Path) -> None:
    path = incidents(tmp_path, ("1", "2025-03-01", "盗窃", 111.995, 27.725))
    # Degrees are no metres of Changsha's zone.
    [receipt] = load_file(town, path, Wish(crs="EPSG:4547"))
    assert (receipt.read, receipt.quarantined) == (1, 1)
    assert counts(town) == {}


def test_an_area_that_nobody_knows_is_not_made_unless_the_recipe_says_so(town: Settings, tmp_path: Path) -> None:
    headings = ["案件编号", "发案时间", "案件类别", "社区代码", "经度", "纬度"]
    told: list[list[object]] = [
        ["1", "2025-03-01", "盗窃", "W", "", ""],
        ["2", "2025-03-01", "盗窃", "X", 111.995, 27.725],
    ]
    [receipt] = load(town, write_csv(tmp_path / "coded.csv", [headings, *told]))
    # A wrong code isn't mended by the point beside it.
    assert sums(receipt) == (2, 1, 0, 1, 0)
    assert (receipt.issues[0].reason, receipt.issues[0].cell, receipt.issues[0].row) == ("no_area", "社区代码", 3)
    assert counts(town) == {("W", "2025-03-01", "盗窃"): 1}


def test_two_sheets_with_the_same_months_are_refused(town: Settings, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name, key in (("一", "A1"), ("二", "A2")):
        sheet = book.create_sheet(name)
        sheet.append(BY_PLACE[:5])
        sheet.append([key, "2025-03-01", "盗窃", 111.995, 27.725])
    book.remove(book.worksheets[0])
    book.save(tmp_path / "two.xlsx")
    with pytest.raises(InvalidInput, match="another part of the file has incidents of the same month"):
        load(town, tmp_path / "two.xlsx")
    assert counts(town) == {}


def test_a_kill_while_counting_leaves_nothing_and_the_next_load_counts(town: Settings, tmp_path: Path) -> None:
    told = [(f"K{number}", "2025-03-01", "盗窃", 111.995, 27.725) for number in range(5_000)]
    path = incidents(tmp_path, *told)
    with engine_for(town, Login.OWNER).connect() as connection:
        # As if another load were under way: the counting has to wait.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('csmap load'))"))
        process = in_process(town, [path, "--crs", "wgs84"])
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        try:
            until(lambda: rows(town, waiting) == [(1,)], process)
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate()
    until(lambda: rows(town, waiting) == [(0,)])
    assert counts(town) == {}
    [receipt] = load(town, path)
    assert sums(receipt) == (5_000, 5_000, 0, 0, 0)
    assert counts(town) == {("W", "2025-03-01", "盗窃"): 5_000}
