"""Files into the store: every row counted once, all of a file or nothing, twice the same changes nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from etl.choosing import Wish
from etl.loading import load_file
from etl.receipt import Receipt
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput
from geodata.settings import Settings
from tests.etl.made import square, write_csv

POSTS = ["编号", "名称", "地址", "类别", "电话", "开放时间", "经度", "纬度"]
HAZARDS = ["隐患编号", "隐患类型", "检查时间", "销号时间", "小区名称", "问题描述"]


def rows(settings: Settings, statement: str) -> list[tuple[object, ...]]:
    """Return what the database answers to its owner."""
    with engine_for(settings, Login.OWNER).connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def checksum(settings: Settings) -> list[tuple[object, ...]]:
    """Return one line a live table that changes whenever anything in it does."""
    tables = ("area", "compound", "police_post", "hazard", "hazard_event", "micro_project", "funding_line", "area_link")
    return [
        rows(settings, f"SELECT '{name}', count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM live.{name} t")[
            0
        ]
        for name in tables
    ]


def sums(receipt: Receipt) -> tuple[int, int, int, int, int]:
    """Return read, loaded, unchanged, quarantined, ignored."""
    return receipt.read, receipt.loaded, receipt.unchanged, receipt.quarantined, receipt.ignored


def compounds(folder: Path, *names: str) -> Path:
    """Write a map file of compounds in a row, 100 m squares."""
    features = [
        {
            "type": "Feature",
            "properties": {"小区编号": f"C{number}", "小区名称": name, "户数": "120", "社区": "街心社区"},
            "geometry": json.loads(shapely.to_geojson(square(111.99 + number / 500, 27.73))),
        }
        for number, name in enumerate(names)
    ]
    path = folder / "compounds.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), "utf-8")
    return path


def posts(folder: Path, *lines: Sequence[object], name: str = "posts.csv") -> Path:
    """Write a register of police posts."""
    return write_csv(folder / name, [POSTS, *lines])


def workbook(folder: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    """Write a workbook, one sheet a keyword, the first row of each being the headings."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
    path = folder / "book.xlsx"
    book.save(path)
    return path


GOOD = ("P1", "街心警务室", "春园路1号", "警务室", "0738-8312345", "每天 8:00-22:00", 112.0, 27.73)


def test_every_row_ends_in_one_of_four_and_the_ledger_agrees(deployment: Settings, tmp_path: Path) -> None:
    path = posts(
        tmp_path,
        GOOD,
        GOOD,  # the same again: ignored
        ("P1", "别的警务室", "b", "警务室", "", "", 112.01, 27.73),  # the same key, another row
        ("P2", "外面的", "c", "警务室", "", "", 115.0, 27.73),
        ("P3", "时间不明", "d", "警务室", "", "看情况", 112.0, 27.73),
        ("合计", "", "", "", "", "", "", ""),
        ("P4", "手机", "e", "岗亭", "13800138000", "24小时", 112.01, 27.74),
    )
    [receipt] = load_file(deployment, path, Wish(crs="wgs84"))
    assert sums(receipt) == (7, 2, 0, 3, 2)
    [ledger] = rows(deployment, "SELECT state, read, loaded, unchanged, quarantined, ignored FROM ledger.load")
    assert ledger == ("done", 7, 2, 0, 3, 2)
    kept = rows(deployment, "SELECT outcome, reason, row, cell FROM ledger.quarantine ORDER BY row, reason")
    assert kept == [
        ("ignored", "duplicate", 3, ""),
        ("quarantined", "repeated_key", 4, "编号"),
        ("quarantined", "outside_boundary", 5, "经度"),
        ("quarantined", "bad_hours", 6, "开放时间"),
        ("ignored", "total_row", 7, ""),
        ("noted", "personal_data", 8, "电话"),
    ]
    live = rows(deployment, "SELECT source_id, kind, phone, hours FROM live.police_post ORDER BY source_id")
    assert live == [("P1", "room", "0738-8312345", "Mo-Su 08:00-22:00"), ("P4", "kiosk", None, "24/7")]
    everything = str(rows(deployment, "SELECT * FROM ledger.quarantine")) + (
        deployment.home / "receipts" / f"{receipt.load_id}.csv"
    ).read_text("utf-8-sig")
    assert "13800138000" not in everything


def test_raw_cells_are_kept_beside_the_reason(deployment: Settings, tmp_path: Path) -> None:
    path = posts(tmp_path, ("P3", "甲", "d", "警务室", "15912345678", "看情况", 112.0, 27.73))
    load_file(deployment, path, Wish(crs="wgs84"))
    [(cells,)] = rows(deployment, "SELECT cells FROM ledger.quarantine WHERE outcome = 'quarantined'")
    assert isinstance(cells, dict)
    assert (cells["开放时间"], cells["电话"]) == ("看情况", None)


def test_the_same_file_twice_changes_nothing(deployment: Settings, tmp_path: Path) -> None:
    load_file(deployment, compounds(tmp_path, "吉祥花园", "丽都苑"), Wish())
    hazards = write_csv(
        tmp_path / "hazards.csv",
        [
            HAZARDS,
            ["H1", "燃气", "2025-03-03", "2025-03-09", "吉祥花园", "a"],
            ["", "燃气", "2025-03-04", "", "丽都苑", "b"],
            ["", "燃气", "2025-03-04", "", "丽都苑", "b"],
        ],
    )
    first = load_file(deployment, hazards, Wish())
    assert [sums(receipt)[:2] for receipt in first] == [(3, 3), (4, 4)]
    before = checksum(deployment)
    again = load_file(deployment, hazards, Wish())
    assert [sums(receipt) for receipt in again] == [(3, 0, 3, 0, 0), (4, 0, 4, 0, 0)]
    assert checksum(deployment) == before
    # Without a key a compound that becomes known later must not make a second hazard.
    load_file(deployment, compounds(tmp_path, "吉祥花园", "丽都苑", "新苑"), Wish())
    load_file(deployment, hazards, Wish())
    assert rows(deployment, "SELECT count(*) FROM live.hazard") == [(3,)]


def test_a_flat_row_becomes_events_and_the_status_follows(deployment: Settings, tmp_path: Path) -> None:
    load_file(deployment, compounds(tmp_path, "吉祥花园"), Wish())
    path = write_csv(tmp_path / "h.csv", [HAZARDS, ["H1", "燃气", "2025年3月3日", "2025.3.9", "吉祥花园", "a"],
                                          ["H2", "燃气", "2025-03-03", "2025-02-30", "吉祥花园", "a"]])  # fmt: skip
    parent, child = load_file(deployment, path, Wish())
    assert (parent.layer, parent.from_layer, sums(parent)) == ("hazard", None, (2, 2, 0, 0, 0))
    assert (child.layer, child.from_layer, sums(child)) == ("hazard_event", "hazard", (4, 3, 0, 1, 0))
    live = rows(deployment, "SELECT source_id, status, closed_on::text, src_method FROM live.hazard ORDER BY 1")
    assert live == [("H1", "closed", "2025-03-09", "compound"), ("H2", "reported", None, "compound")]


def test_a_hazard_without_any_place_is_refused_with_its_cell(deployment: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "h.csv", [HAZARDS, ["H1", "燃气", "2025-03-03", "", "没听说过", "a"]])
    parent, child = load_file(deployment, path, Wish())
    assert sums(parent) == (1, 0, 0, 1, 0)
    assert parent.issues[0].reason == "no_place"
    assert parent.issues[0].cell == "小区名称"
    assert sums(child) == (1, 0, 0, 1, 0)


def test_changed_rows_go_to_history(deployment: Settings, tmp_path: Path) -> None:
    load_file(deployment, posts(tmp_path, GOOD), Wish(crs="wgs84"))
    [receipt] = load_file(deployment, posts(tmp_path, (*GOOD[:1], "新名", *GOOD[2:])), Wish(crs="wgs84"))
    assert sums(receipt) == (1, 1, 0, 0, 0)
    assert rows(deployment, "SELECT name FROM live.police_post") == [("新名",)]
    assert rows(deployment, "SELECT name FROM history.police_post") == [("街心警务室",)]


def test_money_in_ten_thousands_reaches_the_funding_lines(deployment: Settings, tmp_path: Path) -> None:
    headings = ["项目编号", "项目名称", "预算(万元)", "街道统筹计划(万元)", "街道统筹支出(万元)", "经度", "纬度"]
    path = write_csv(tmp_path / "p.csv", [headings, ["M1", "充电桩", "1.5", "1.2", "0.3", 112.0, 27.73]])
    load_file(deployment, path, Wish(crs="gcj02"))
    [(budget, planned, spent)] = rows(
        deployment, "SELECT budget::text, planned::text, spent::text FROM live.micro_project, live.funding_line"
    )
    assert (budget, planned, spent) == ("15000.00", "12000.00", "3000.00")


def test_money_that_came_without_a_plan_has_its_line(deployment: Settings, tmp_path: Path) -> None:
    money = ["居民自筹计划(元)", "居民自筹到位(元)", "社会赞助支出(元)"]
    headings = ["项目编号", "项目名称", "预算(元)", *money, "经度", "纬度"]
    lines = [
        ["M1", "充电桩", "150", "", "50", "", 112.0, 27.73],
        ["M2", "路灯", "150", "", "", "7", 112.0, 27.73],
        ["M3", "长椅", "150", "", "/", "", 112.0, 27.73],
    ]
    load_file(deployment, write_csv(tmp_path / "p.csv", [headings, *lines]), Wish(crs="gcj02"))
    found = rows(deployment, "SELECT source_id, planned, received::text, spent::text FROM live.funding_line ORDER BY 1")
    assert found == [("M1/residents", None, "50.00", None), ("M2/sponsors", None, None, "7.00")]


def test_a_dry_run_leaves_no_trace(deployment: Settings, tmp_path: Path) -> None:
    before = checksum(deployment)
    [receipt] = load_file(deployment, posts(tmp_path, GOOD), Wish(crs="wgs84"), is_dry=True)
    assert sums(receipt) == (1, 1, 0, 0, 0)
    assert receipt.load_id is None
    assert checksum(deployment) == before
    assert rows(deployment, "SELECT count(*) FROM ledger.load") == [(0,)]


def test_a_file_that_breaks_off_leaves_a_failed_load_and_nothing_else(deployment: Settings, tmp_path: Path) -> None:
    # 70,000 rows make two batches: the first is in the stage when the second turns out to be no GB18030.
    good = "".join(f"P{number},甲,乙,警务室,,,112.0,27.73\n" for number in range(70_000))
    path = tmp_path / "broken.csv"
    path.write_bytes((",".join(POSTS) + "\n" + good).encode("gb18030") + b"P,\xff\xff\xff,\x81,,,,112.0,27.73\n")
    before = checksum(deployment)
    with pytest.raises(InvalidInput, match=r"broken\.csv"):
        load_file(deployment, path, Wish(crs="wgs84"))
    assert checksum(deployment) == before
    assert {state for (state,) in rows(deployment, "SELECT state FROM ledger.load")} <= {"failed"}


def test_a_fault_inside_the_transaction_takes_all_back(
    deployment: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr("etl.line.finish_load", fall)
    before = checksum(deployment)
    with pytest.raises(RuntimeError, match="the disk is gone"):
        load_file(deployment, posts(tmp_path, GOOD), Wish(crs="wgs84"))
    assert checksum(deployment) == before
    assert rows(deployment, "SELECT state, message FROM ledger.load") == [("failed", "RuntimeError: the disk is gone")]


def test_the_cause_comes_through_where_the_failure_cannot_be_written(
    deployment: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is gone")

    def gone(*_: object, **__: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("no server"))

    monkeypatch.setattr("etl.line.finish_load", fall)
    monkeypatch.setattr("etl.work.fail_load", gone)
    with pytest.raises(RuntimeError, match="the disk is gone") as fault:
        load_file(deployment, posts(tmp_path, GOOD), Wish(crs="wgs84"))
    assert "stays marked as running" in fault.value.__notes__[0]


def test_a_row_that_is_turned_away_closes_nothing(deployment: Settings, tmp_path: Path) -> None:
    load_file(deployment, compounds(tmp_path, "吉祥花园"), Wish())
    path = write_csv(tmp_path / "h.csv", [
        HAZARDS,
        ["H1", "燃气", "2025-03-03", "", "吉祥花园", "a"],
        ["H1", "燃气", "2025-03-03", "2025-03-09", "吉祥花园", "b"],  # another hazard under the same key
        ["H2", "燃气", "2025-03-04", "", "吉祥花园", "c"],
        ["H2", "燃气", "2025-03-04", "", "吉祥花园", "c"],  # the same again
        ["H2", "燃气", "2025-03-04", "2025-03-10", "吉祥花园", "c"],  # the same hazard, but its events differ
    ])  # fmt: skip
    parent, child = load_file(deployment, path, Wish())
    assert sums(parent) == (5, 2, 0, 1, 2)
    # Events: reported of rows 2 and 4 go in; row 5 repeats row 4's, so does row 6's "reported"; row 3 has two and
    # row 6 a "closed" that nobody may lose without a word.
    assert sums(child) == (7, 2, 0, 3, 2)
    assert rows(deployment, "SELECT source_id, status FROM live.hazard ORDER BY 1") == [
        ("H1", "reported"), ("H2", "reported"),
    ]  # fmt: skip
    told = rows(
        deployment,
        """SELECT q.outcome, q.reason, q.row FROM ledger.quarantine q JOIN ledger.load l ON l.id = q.load_id
        WHERE l.layer = 'hazard_event' ORDER BY q.row, q.outcome""",
    )
    assert told == [
        ("quarantined", "repeated_key", 3), ("quarantined", "repeated_key", 3), ("ignored", "duplicate", 5),
        ("ignored", "duplicate", 6), ("quarantined", "repeated_key", 6),
    ]  # fmt: skip


def test_two_sheets_of_one_kind_are_loaded_one_after_the_other(deployment: Settings, tmp_path: Path) -> None:
    load_file(deployment, compounds(tmp_path, "吉祥花园"), Wish())
    path = workbook(
        tmp_path,
        街心=[HAZARDS, ["H1", "燃气", "2025-03-03", "", "吉祥花园", "a"]],
        城南=[HAZARDS, ["H2", "燃气", "2025-03-04", "2025-03-09", "吉祥花园", "b"]],
    )
    receipts = load_file(deployment, path, Wish())
    assert [(receipt.part, receipt.layer, receipt.loaded) for receipt in receipts] == [
        ("街心", "hazard", 1), ("街心", "hazard_event", 1), ("城南", "hazard", 1), ("城南", "hazard_event", 2),
    ]  # fmt: skip
    live = rows(deployment, "SELECT source_id, status FROM live.hazard ORDER BY 1")
    assert live == [("H1", "reported"), ("H2", "closed")]


def test_of_two_sheets_that_change_one_key_the_later_one_counts(deployment: Settings, tmp_path: Path) -> None:
    load_file(deployment, posts(tmp_path, GOOD), Wish(crs="wgs84"))
    path = workbook(
        tmp_path, 一=[POSTS, (GOOD[0], "新名", *GOOD[2:])], 二=[POSTS, (GOOD[0], "更新的名", *GOOD[2:])]
    )  # fmt: skip
    receipts = load_file(deployment, path, Wish(crs="wgs84"))
    assert [sums(receipt) for receipt in receipts] == [(1, 1, 0, 0, 0)] * 2
    assert rows(deployment, "SELECT name FROM live.police_post") == [("更新的名",)]
    assert rows(deployment, "SELECT name FROM history.police_post ORDER BY recorded") == [("街心警务室",), ("新名",)]


def test_a_register_of_compounds_with_points_takes_part(deployment: Settings, tmp_path: Path) -> None:
    lines: list[list[object]] = [
        ["小区编号", "小区名称", "户数", "经度", "纬度"],
        ["C1", "吉祥花园", 120, 112.0, 27.73],
    ]
    [receipt] = load_file(deployment, write_csv(tmp_path / "c.csv", lines), Wish(crs="wgs84"))
    assert sums(receipt) == (1, 1, 0, 0, 0)
    assert receipt.notes.count("outline unknown: a circle of 25 m stands for it") == 1
    assert rows(deployment, "SELECT src_method, src_x FROM live.compound") == [("point", 112.0)]
    load_file(
        deployment, write_csv(tmp_path / "h.csv", [HAZARDS, ["H1", "燃气", "2025-03-03", "", "吉祥花园", "a"]]), Wish()
    )
    assert rows(deployment, "SELECT count(*) FROM live.hazard WHERE compound_id IS NOT NULL") == [(1,)]
    # The outline, once somebody has drawn it, takes the circle's place.
    compounds(tmp_path, "无", "吉祥花园")
    document = json.loads((tmp_path / "compounds.geojson").read_text("utf-8"))
    document["features"] = document["features"][1:]
    document["features"][0]["properties"] |= {"经度": 112.0, "纬度": 27.73}
    (tmp_path / "compounds.geojson").write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    [receipt] = load_file(deployment, tmp_path / "compounds.geojson", Wish())
    assert sums(receipt) == (1, 1, 0, 0, 0)
    assert rows(deployment, "SELECT source_id, src_method FROM live.compound") == [("C1", "file")]


def test_each_name_of_a_registers_list_is_an_alias_by_which_other_registers_find_the_compound(
    deployment: Settings, tmp_path: Path
) -> None:
    path = compounds(tmp_path, "吉祥花园", "丽都苑")
    features = json.loads(path.read_text("utf-8"))
    for feature, names in zip(features["features"], ("老物资、物资院", "无"), strict=True):
        feature["properties"] |= {"曾用名": names, "简称": None}
    path.write_text(json.dumps(features), "utf-8")
    receipts = load_file(deployment, path, Wish())
    assert [(one.layer, one.from_layer, sums(one)) for one in receipts] == [
        ("compound", None, (2, 2, 0, 0, 0)),
        ("alias", "compound", (2, 2, 0, 0, 0)),
    ]
    assert rows(deployment, "SELECT source_id, name, kind FROM live.alias ORDER BY 1") == [
        ("C0/former/物资院", "物资院", "former"),
        ("C0/former/老物资", "老物资", "former"),
    ]
    ledger = write_csv(tmp_path / "h.csv", [HAZARDS, ["H1", "燃气", "2025-03-03", "", "物资院", "a"]])
    assert sums(load_file(deployment, ledger, Wish())[0]) == (1, 1, 0, 0, 0)
    # A later name is a later load: what found nothing before is looked at again.
    unknown = write_csv(tmp_path / "u.csv", [HAZARDS, ["H2", "燃气", "2025-03-03", "", "老粮站", "a"]])
    assert sums(load_file(deployment, unknown, Wish())[0]) == (1, 0, 0, 1, 0)
    sheet = [["小区名称", "所属社区", "别名", "名称类别"], ["丽都苑", "街心社区", "老粮站", "俗称"]]
    load_file(deployment, write_csv(tmp_path / "names.csv", sheet), Wish())
    assert sums(load_file(deployment, unknown, Wish())[0]) == (1, 1, 0, 0, 0)


def test_a_record_that_may_lack_its_compound_says_which_it_did_not_find(deployment: Settings, tmp_path: Path) -> None:
    headings = [*HAZARDS, "经度", "纬度"]
    first = ["H0", "燃气", "2025-03-03", "", "吉祥花园", "a", "112.0", "27.74"]
    [early, _] = load_file(deployment, write_csv(tmp_path / "e.csv", [headings, first]), Wish(crs="wgs84"))
    load_file(deployment, compounds(tmp_path, "吉祥花园"), Wish())
    lines = [
        ["H1", "燃气", "2025-03-03", "", "吉祥苑", "a", "112.0", "27.74"],
        ["H2", "燃气", "2025-03-03", "", "吉祥苑", "b", "", ""],
        ["H3", "燃气", "2025-03-03", "", "", "c", "112.0", "27.74"],
    ]
    receipt = load_file(deployment, write_csv(tmp_path / "h.csv", [headings, *lines]), Wish(crs="wgs84"))[0]
    assert sums(receipt) == (3, 2, 0, 1, 0)
    assert "noted no_compound: 1" in receipt.in_words()
    said = (
        "SELECT outcome, reason, row, cell, value, message FROM ledger.quarantine "
        "WHERE reason IN ('no_compound', 'no_place') ORDER BY row"
    )
    noted, refused = rows(deployment, said)
    assert noted[:5] == ("noted", "no_compound", 2, "小区名称", "吉祥苑")
    assert refused[:5] == ("quarantined", "no_place", 3, "小区名称", "吉祥苑")
    assert "1 row names a compound, and none is known yet" in early.notes
    assert all(str(message).endswith("perhaps 吉祥花园 (街心社区) is meant") for message in (noted[5], refused[5]))
