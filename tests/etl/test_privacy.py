"""No personal number reaches the quarantine, the ledger or the receipts, whatever column it stood in."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.choosing import Wish
from etl.loading import load_file
from geodata.errors import InvalidInput
from geodata.settings import Settings
from tests.etl.made import write_csv
from tests.etl.test_loading import GOOD, POSTS, compounds, posts, rows

MOBILE = "13812345678"
ID_NUMBER = "11010519491231002X"


def said(settings: Settings, load_id: int | None) -> str:
    """Return everything that a load left behind of rows that it did not take."""
    kept = str(rows(settings, "SELECT * FROM ledger.quarantine")) + str(rows(settings, "SELECT * FROM ledger.load"))
    path = settings.home / "receipts" / f"{load_id}.csv"
    return kept + path.read_text("utf-8-sig")


def test_lines_under_a_table_leave_no_name_and_no_number(deployment: Settings, tmp_path: Path) -> None:
    path = posts(
        tmp_path,
        GOOD,
        ("填表人：张三 13912345678", "", "", "", "", "", "", ""),
        ("审核人：李四", ID_NUMBER, "", "", "", "", "", ""),
        ("合计", "王五 13912345678", "", "", "", "", "", ""),
    )
    [receipt] = load_file(deployment, path, Wish(crs="wgs84"))
    assert (receipt.loaded, receipt.ignored) == (1, 3)
    left = said(deployment, receipt.load_id)
    assert not [word for word in ("13912345678", ID_NUMBER, "张三", "李四", "王五") if word in left]


@pytest.mark.parametrize("heading", ["编号", "经度", "纬度", "警力席位"])
def test_a_number_in_any_column_is_masked_where_it_is_told(deployment: Settings, tmp_path: Path, heading: str) -> None:
    headings = [*POSTS, "警力席位"]
    row = dict(zip(headings, [*GOOD, "3"], strict=True)) | {"类别": "飞船", heading: MOBILE}
    path = write_csv(tmp_path / "p.csv", [headings, list(row.values())])
    [receipt] = load_file(deployment, path, Wish(crs="wgs84"))
    assert receipt.quarantined == 1
    left = said(deployment, receipt.load_id) + receipt.in_words()
    assert MOBILE not in left
    assert "***" in left


def test_a_repeated_key_of_eleven_digits_is_masked_and_loads(deployment: Settings, tmp_path: Path) -> None:
    path = posts(tmp_path, (MOBILE, *GOOD[1:]), (MOBILE, "别的", *GOOD[2:]))
    [receipt] = load_file(deployment, path, Wish(crs="wgs84"))
    assert MOBILE not in said(deployment, receipt.load_id)
    assert rows(deployment, "SELECT source_id FROM live.police_post") == [(MOBILE,)]


def test_an_amount_of_eleven_digits_loads_as_it_is(deployment: Settings, tmp_path: Path) -> None:
    load_file(deployment, compounds(tmp_path, "吉祥花园"), Wish())
    lines = [["项目编号", "项目名称", "预算(元)", "所在小区"], ["M1", "充电桩", MOBILE, "吉祥花园"]]
    load_file(deployment, write_csv(tmp_path / "m.csv", lines), Wish())
    assert rows(deployment, "SELECT budget::text FROM live.micro_project") == [(f"{MOBILE}.00",)]


def test_a_table_without_headings_shows_no_number(deployment: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", [["甲", f"电话{MOBILE}"], ["乙", "b"]])
    with pytest.raises(InvalidInput) as refused:
        load_file(deployment, path, Wish())
    assert "***" in str(refused.value)
    assert MOBILE not in str(refused.value)
