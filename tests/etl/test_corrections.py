"""A file that corrects an earlier one takes its place, also where neither has keys."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from etl.choosing import Wish
from etl.loading import load_file
from etl.receipt import Receipt
from geodata.database.logins import GRANTS, Login
from geodata.layers import LAYERS
from geodata.publication import publish
from geodata.queries.reading import RESIDENT, STEWARD, open_reading
from geodata.queries.search import find
from geodata.settings import Settings
from tests.etl.incidents import WEST, areas
from tests.etl.made import write_csv
from tests.etl.test_loading import HAZARDS, compounds, rows, sums


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


def _register(settings: Settings, folder: Path, former: Sequence[str | None] | None) -> list[Receipt]:
    """Load two compounds with their former names; None where the register has no column for these."""
    path = compounds(folder, "吉祥花园", "丽都苑")
    features = json.loads(path.read_text("utf-8"))
    for feature, names in zip(features["features"], former or (), strict=bool(former)):
        feature["properties"] |= {"曾用名": names}
    path.write_text(json.dumps(features), "utf-8")
    return load_file(settings, path, Wish())


_NAMES = "SELECT source_id, aliases FROM live.compound ORDER BY 1"
_PLACED = (
    "SELECT h.source_id, c.source_id FROM live.hazard h LEFT JOIN live.compound c ON c.id = h.compound_id ORDER BY 1"
)


def test_a_name_that_a_register_takes_back_is_found_and_matched_no_more(deployment: Settings, tmp_path: Path) -> None:
    _register(deployment, tmp_path, ["老粮站、物资院", "红星大院"])
    headings = [*HAZARDS, "经度", "纬度"]
    lines = [
        ["H1", "燃气", "2025-03-03", "", "老粮站", "a", "", ""],
        ["H2", "燃气", "2025-03-03", "", "物资院", "b", "", ""],
        ["H3", "燃气", "2025-03-03", "", "红星大院", "c", "", ""],
        # In none of the two, but near enough to be the second's.
        ["H4", "燃气", "2025-03-03", "", "红星大院", "d", "111.9915", "27.7305"],
    ]
    load_file(deployment, write_csv(tmp_path / "h.csv", [headings, *lines]), Wish(crs="wgs84"))
    assert rows(deployment, _PLACED) == [("H1", "C0"), ("H2", "C0"), ("H3", "C1"), ("H4", "C1")]

    # The first's name was the second's; the second's own was never any compound's.
    [_, receipt] = _register(deployment, tmp_path, ["物资院", "老粮站"])
    assert (sums(receipt), receipt.changed) == ((2, 1, 1, 0, 0), 3)
    stayed = (
        "1 record had found a compound by a name that is taken back; still with it, for its place or as "
        "nothing else is known by that name"
    )
    assert receipt.notes == [
        "2 records are taken back: what stated them states them no longer",
        "2 records had found a compound by a name that is taken back; now with another, or with none",
        stayed,
    ]
    assert rows(deployment, _NAMES) == [("C0", ["物资院"]), ("C1", ["老粮站"])]
    assert rows(deployment, _PLACED) == [("H1", "C1"), ("H2", "C0"), ("H3", "C1"), ("H4", None)]
    spots = (
        "SELECT count(*) FROM live.hazard h JOIN live.compound c ON c.id = h.compound_id AND ST_Covers(c.geom, h.geom)"
    )
    assert rows(deployment, spots) == [(3,)]
    closed = "SELECT source_id, closed_by_load = (SELECT max(load_id) FROM live.alias) FROM history.alias ORDER BY 1"
    assert rows(deployment, closed) == [("C0/former/老粮站", True), ("C1/former/红星大院", True)]
    publish(deployment)
    for reader in (RESIDENT, STEWARD):
        with open_reading(deployment, reader) as reading:
            found = {
                typed: [hit.name for hit in find(reading, typed)] for typed in ("老粮站", "laoliang", "红星大院", "wzy")
            }
        assert found == {"老粮站": ["丽都苑"], "laoliang": ["丽都苑"], "红星大院": [], "wzy": ["吉祥花园"]}


def test_only_a_row_that_could_say_a_name_takes_it_back(deployment: Settings, tmp_path: Path) -> None:
    _register(deployment, tmp_path, ["老粮站", "红星大院"])
    ids = rows(deployment, "SELECT id, source_id FROM live.alias ORDER BY 2")
    _register(deployment, tmp_path, None)
    assert rows(deployment, _NAMES) == [("C0", ["老粮站"]), ("C1", ["红星大院"])], "no column says nothing"
    _register(deployment, tmp_path, ["无", None])
    assert rows(deployment, _NAMES) == [("C0", None), ("C1", None)], "an empty cell says that there is none"
    _register(deployment, tmp_path, ["老粮站", "红星大院"])
    assert rows(deployment, "SELECT id, source_id FROM live.alias ORDER BY 2") == ids

    # A row that is turned away changes nothing, also not by a name.
    path = compounds(tmp_path, "吉祥花园", "丽都苑")
    features = json.loads(path.read_text("utf-8"))
    for feature in features["features"]:
        feature["properties"] |= {"小区编号": "C0", "曾用名": "老粮站"}
    features["features"][1]["properties"] |= {"曾用名": "无"}
    path.write_text(json.dumps(features), "utf-8")
    load_file(deployment, path, Wish())
    assert rows(deployment, _NAMES) == [("C0", ["老粮站"]), ("C1", ["红星大院"])]


def test_money_that_a_project_no_longer_has_goes_to_history(deployment: Settings, tmp_path: Path) -> None:
    money = ["街道统筹计划(元)", "街道统筹到位(元)", "街道统筹支出(元)"]
    headings = ["项目编号", "项目名称", "预算(元)", *money, "居民自筹计划(元)", "经度", "纬度"]
    told = {"first": ["20", "", "", "30"], "corrected": ["", "", "", ""]}
    for name, amounts in told.items():
        path = write_csv(tmp_path / f"{name}.csv", [headings, ["M1", "充电桩", "150", *amounts, 112.0, 27.73]])
        load_file(deployment, path, Wish(crs="gcj02"))
    # Of the residents' money the sheet has one column of three: what it leaves empty may stand in another.
    assert rows(deployment, "SELECT source_id FROM live.funding_line") == [("M1/residents",)]
    assert rows(deployment, "SELECT source_id, planned::text FROM history.funding_line") == [("M1/street", "20.00")]


def test_the_loader_may_take_back_what_layers_say_may_be() -> None:
    allowed = {thing for verbs, thing in GRANTS[Login.LOADER] if "DELETE" in verbs}
    layers = [f"live.{layer.id}" for layer in LAYERS if layer.may_be_taken_back]
    assert allowed == {f"TABLE {', '.join(['live.area_link', *layers])}"}
