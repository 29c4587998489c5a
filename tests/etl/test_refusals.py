"""What the store's rules refuse is said in a sentence, row by row where the steps can see it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from sqlalchemy import text

from etl.choosing import Wish
from etl.loading import load_file
from etl.refusals import store_refusals
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput
from geodata.settings import Settings
from tests.etl.made import square, write_csv
from tests.etl.test_loading import GOOD, compounds, posts, rows, workbook

PROJECTS = ["项目编号", "项目名称", "预算(元)", "所在小区", "开工日期", "完工日期"]


def test_a_project_that_ends_before_it_begins_is_quarantined_with_both_cells(
    deployment: Settings, tmp_path: Path
) -> None:
    load_file(deployment, compounds(tmp_path, "吉祥花园"), Wish())
    path = workbook(tmp_path, 台账=[
        PROJECTS,
        ["M1", "充电桩", 1000, "吉祥花园", "2025-05-02", "2025-05-01"],
        ["M2", "路灯", 1000, "吉祥花园", "2025-05-01", "2025-05-01"],
        ["M3", "长椅", 1000, "吉祥花园", "2025-05-01", ""],
    ])  # fmt: skip
    [receipt] = load_file(deployment, path, Wish())
    assert (receipt.loaded, receipt.quarantined) == (2, 1)
    [issue] = receipt.issues
    assert (issue.reason, issue.row, issue.cell, issue.field) == ("dates_out_of_order", 2, "F2", "finished_on")
    assert "完工日期 (F2) is 2025-05-01, before 开工日期 (E2), 2025-05-02" in issue.message


def test_an_area_that_ends_before_it_begins_is_quarantined(deployment: Settings, tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "properties": {"名称": "甲", "valid_from": "2025-05-02", "valid_to": "2025-05-01"},
        "geometry": json.loads(shapely.to_geojson(square(112, 27.73))),
    }
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    [receipt] = load_file(deployment, path, Wish(layer="area"))
    assert [issue.reason for issue in receipt.issues] == ["dates_out_of_order"]


def test_a_part_that_is_more_than_its_whole_is_quarantined_with_both_cells(
    deployment: Settings, tmp_path: Path
) -> None:
    for name in ("area", "compound", "owners_committee"):
        [good] = (Path(__file__).resolve().parents[1] / "samples").glob(f"{name}.good.*")
        load_file(deployment, good, Wish())
    path = tmp_path / "terms.csv"
    rows = "T1,Y1,1,2020-05-01,7,9\nT2,Y1,2,2025-05-01,7,7\n"
    path.write_text("届次编号,业委会编号,届次,任期起,委员席位,其中党员\n" + rows, "utf-8")
    [receipt] = load_file(deployment, path, Wish())
    assert (receipt.loaded, receipt.quarantined) == (1, 1)
    [issue] = receipt.issues
    assert (issue.reason, issue.row, issue.value) == ("part_over_whole", 2, "9")
    assert "委员席位" in issue.message


def test_a_key_without_end_is_quarantined(deployment: Settings, tmp_path: Path) -> None:
    path = posts(tmp_path, GOOD, ("K" * 9000, *GOOD[1:]), ("K" * 500, *GOOD[1:]))
    [receipt] = load_file(deployment, path, Wish(crs="wgs84"))
    assert (receipt.loaded, receipt.quarantined) == (2, 1)
    [issue] = receipt.issues
    assert (issue.reason, issue.row, issue.field) == ("key_too_long", 3, "source_id")
    assert len(issue.value) == 80


def test_a_boundary_that_moved_without_the_database_is_said(deployment: Settings, tmp_path: Path) -> None:
    # The boundary now reaches to 113 degrees east; the database still has the extent it was set up with.
    outline = tmp_path / "boundary.geojson"
    box = json.loads(shapely.to_geojson(shapely.box(111.9, 27.6, 113, 27.8)))
    outline.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": box}), "utf-8")
    moved = replace(deployment, boundary_file=str(outline))
    path = posts(tmp_path, (*GOOD[:6], 112.9, 27.73))
    with pytest.raises(InvalidInput, match=r"posts\.csv was not loaded: .*police_post_geom_in_extent.*csmap migrate"):
        load_file(moved, path, Wish(crs="wgs84"))
    [(state, message)] = rows(deployment, "SELECT state, message FROM ledger.load")
    assert state == "failed"
    assert "police_post_geom_in_extent" in str(message)
    assert "春园路" not in str(message)


def test_a_value_that_the_store_cannot_hold_is_told_without_it(deployment: Settings) -> None:
    with (
        pytest.raises(InvalidInput, match="the store can't hold a value of it") as refused,
        store_refusals("a.csv"),
        engine_for(deployment, Login.LOADER).connect() as connection,
    ):
        connection.execute(text("SELECT CAST('secret' AS integer)"))
    assert "secret" not in str(refused.value)


def test_other_faults_stay_faults() -> None:
    with pytest.raises(ZeroDivisionError), store_refusals("a.csv"):
        _ = 1 / 0


def test_orderly_dates_say_nothing(deployment: Settings, tmp_path: Path) -> None:
    load_file(deployment, compounds(tmp_path, "吉祥花园"), Wish())
    path = write_csv(tmp_path / "m.csv", [PROJECTS, ["M1", "充电桩", 1, "吉祥花园", "2025-05-01", "2025-05-02"]])
    [receipt] = load_file(deployment, path, Wish())
    assert (receipt.loaded, receipt.reasons) == (1, {})
