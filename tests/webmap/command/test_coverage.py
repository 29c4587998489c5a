"""./csmap coverage: words, JSON with the keys that others rely on, and a file for a map."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import openpyxl
import pytest

from geodata.errors import InvalidInput
from geodata.settings import Settings
from tests.geodata.analyses.test_coverage import village as village
from tests.geodata.queries.staged import put
from webmap.command.coverage import main


@pytest.fixture(autouse=True)
def at_home(village: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSMAP_HOME", str(village.home))


def test_json_has_the_keys_that_others_rely_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["police_room", "--mode", "walk", "--minutes", "5", "--at", "Mon 22:00", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    wanted = {"service": "police_room", "mode": "walk", "minutes": 5, "at": "Mo 22:00", "demand_total": 500}
    assert {key: told[key] for key in wanted} == wanted
    assert (told["covered"], told["share"]) == (0, 0)
    assert told["by_cause"]["distance"] == 500
    assert told["straight_line_covered"] == 0
    assert told["uncovered"][0]["remedies"][0]["kind"] == "new_post"


def test_words_name_cause_definition_and_caveat(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["police_room", "--minutes", "15", "--at", "Mon 23:00"]) == 0
    words = capsys.readouterr().out
    for word in ("0 of 500 residents", "gate closed or missing", "GB 50180-2018", "no promise of response"):
        assert word in words
    assert "500  in 1 place       helps: open a gate, or add one" in words


def test_areas_stand_in_columns_whatever_they_are_called(village: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    west = "MULTIPOLYGON(((111.999 27.729, 112.0025 27.729, 112.0025 27.732, 111.999 27.732, 111.999 27.729)))"
    east = "MULTIPOLYGON(((112.0025 27.729, 112.006 27.729, 112.006 27.732, 112.0025 27.732, 112.0025 27.729)))"
    put(village, "area", [
        {"source_id": "w", "code": "W", "name": "街心社区", "kind": "community", "geom": west},
        {"source_id": "e", "code": "E", "name": "Eastern", "kind": "community", "geom": east},
    ])  # fmt: skip
    assert main(["police_room", "--minutes", "15", "--at", "Mon 10:00", "--by", "area"]) == 0
    lines = capsys.readouterr().out.splitlines()
    # A sign of Chinese takes two columns: 社区 of four signs is one column wider than Eastern of seven.
    west_line, east_line = (next(line for line in lines if line.startswith(f"  {name}")) for name in ("街", "Eastern"))
    assert west_line == "  街心社区  nobody known"
    assert east_line == "  Eastern         500 of       500  100.0%"


def test_what_belongs_to_no_known_place_is_said(
    village: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spots = [("Yard", "POINT(112.004 27.7307)"), ("Nowhere", "POINT(112.001 27.73)"), ("Nowhere", "POINT(112 27.73)")]
    today = village.today().isoformat()
    rows = [{"kind": "gas", "found_on": today, "compound_name": name, "geom": spot} for name, spot in spots]
    put(village, "hazard", rows)
    path = tmp_path / "c.xlsx"
    assert main(["police_room", "--minutes", "15", "--weight", "hazards", "--out", str(path), "--lang", "en"]) == 0
    assert "2 hazards more are counted, but of no place that is known" in capsys.readouterr().out
    cells = [
        cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows(values_only=True) for cell in row
    ]
    assert cells[cells.index("Of no known place") + 1] == "2 hazards more, not counted here"


def test_a_file_has_every_place(tmp_path: Path) -> None:
    assert main(["police_room", "--minutes", "15", "--out", str(tmp_path / "c.gpkg")]) == 0
    frame = geopandas.read_file(tmp_path / "c.gpkg", layer="coverage")
    assert frame[["code", "people", "is_covered"]].to_numpy().tolist() == [["Y", 500, True]]
    assert frame.crs.to_epsg() == 4326
    with pytest.raises(InvalidInput, match=r"ends in \.gpkg"):
        main(["police_room", "--out", str(tmp_path / "c.shp")])
