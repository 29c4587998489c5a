"""Planners see areas by rate: figures by hand, breaks that stay, and what is too little for a rate."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from flask.testing import FlaskClient

from geodata.analyses.again import run_again
from geodata.analyses.rates import CLASSES, FEW, UNKNOWN
from geodata.analyses.rates.breaks import LADDERS, classes_of, ladder_of
from geodata.command import runs
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.district import Client
from tests.geodata.queries.staged import put
from tests.signing import client_of
from tests.webmap.street import street
from webmap.command import rates

EDGES = {"A": (111.9995, 112.008), "B": (112.009, 112.016), "C": (112.023, 112.03), "D": (112.017, 112.022)}
"""Communities by west and east: of the street's people 150 live in A, 50 in B, 10 in D, nobody in C."""
THEFTS = {"A": (40, 12), "B": (30, 33), "C": (4, 3), "D": (20, 24)}
"""Of 2023 and 2024: C's are too few to be told, and with them D's of 2023 and A's of 2024."""
COUNTED = {
    "A": {"2022-12-31": 4000},
    "B": {"2022-12-31": 3000},
    "C": {"2022-12-31": 1000},
    "D": {"2022-12-31": 1000, "2024-06-30": 2000},
}
FOUND = {"Yard A": (12, 20), "Yard B": (9, 15), "Yard": (0, 3)}
"""Hazards of 2025 by yard, in the second and the third quarter."""


@pytest.fixture(scope="module")
def town(deployments: Deployments) -> Settings:
    """The street in four communities, with thefts of two years, and hazards of two yards of known households."""
    settings = street(deployments)
    areas = [
        {"source_id": code, "code": code, "name": f"Community {code}", "kind": "community", "geom": _box(*edges)}
        for code, edges in EDGES.items()
    ]
    put(settings, "area", areas)
    named = {code: {"area_code": code, "area_name": f"Community {code}"} for code in EDGES}
    people = [
        {"source_id": f"{code}{day}", **named[code], "counted_on": day, "residents": number}
        for code, counts in COUNTED.items()
        for day, number in counts.items()
    ]
    put(settings, "area_population", people)
    months = [f"{2023 + m // 12}-{m % 12 + 1:02}-01" for m in range(24)]
    # All of a year in its first month.
    thefts = [
        {"source_id": f"{code}{month}", "kind": "theft", **named[code], "month": month}
        | {"incidents": pair[number // 12] if number % 12 == 0 else 0}
        for code, pair in THEFTS.items()
        for number, month in enumerate(months)
    ]
    put(settings, "incident_count", thefts)
    yards = {"Yard A": (112.001, 400), "Yard B": (112.011, 1000), "Yard": (112.005, None)}
    compounds = [
        {"source_id": name, "code": name, "name": name, "households": households, "geom": _box(west, west + 0.001)}
        for name, (west, households) in yards.items()
    ]
    put(settings, "compound", compounds)
    days = [("Yard A", "2025-03-10")]  # the register begins within the first quarter
    for name, (second, third) in FOUND.items():
        days += [(name, "2025-05-05")] * second + [(name, "2025-08-08")] * third
    hazards = [
        {"source_id": f"h{number}", "kind": "gas", "found_on": day, "compound_name": name}
        | {"geom": f"POINT({yards[name][0] + 0.0005} 27.7302)"}
        for number, (name, day) in enumerate(days)
    ]
    put(settings, "hazard", hazards)
    return settings


def _box(west: float, east: float) -> str:
    south, north = 27.7295, 27.735
    return f"MULTIPOLYGON((({west} {south},{east} {south},{east} {north},{west} {north},{west} {south})))"


@pytest.fixture
def planner(town: Settings) -> FlaskClient:
    return client_of(town, "planner")


def told(planner: FlaskClient, query: str) -> tuple[dict[str, Any], dict[tuple[str, str], dict[str, Any]]]:
    """Return an answer, and its rows by area and period."""
    answer = json.loads(planner.get(f"/api/rates?{query}").data)
    return answer, {(row["code"], row["period"]): row for row in answer["areas"]}


Q2, Q3 = "2025-04..2025-06", "2025-07..2025-09"


def test_hazards_by_household_are_those_worked_by_hand(planner: FlaskClient) -> None:
    answer, rows = told(planner, "what=hazards")
    # Neither the first quarter, known in part, nor the fourth, which isn't over.
    assert answer["periods"] == [Q2, Q3]
    assert answer["totals"] == [21, 35]
    assert answer["left_out"] == 3
    # 12 of 400 households in a quarter are 120 by 1,000 and year.
    assert [rows["A", each]["rate"] for each in (Q2, Q3)] == [120, 200]
    assert rows["B", Q3]["rate"] == 60
    # Garwood's interval of 20 is 12.217 to 30.888.
    assert rows["A", Q3]["rate_low"] == pytest.approx(122.17, abs=0.01)
    assert rows["A", Q3]["rate_high"] == pytest.approx(308.88, abs=0.01)
    # Nine are too few for a rate, and are told as nine; nobody lives in D in any compound that is known.
    assert [rows["B", Q2][name] for name in ("told", "count", "rate", "class")] == ["few", 9, None, 0]
    assert [rows["D", Q2][name] for name in ("told", "base", "rate")] == ["unknown", None, None]
    # The middle rate is 120: of the declared breaks those around it, for both quarters.
    assert answer["breaks"] == [70, 100, 150, 200]
    assert [rows[key]["class"] for key in (("A", Q2), ("A", Q3), ("B", Q3))] == [3, 5, 1]


def test_incidents_by_resident_hide_what_is_withheld_and_keep_their_breaks(planner: FlaskClient) -> None:
    answer, rows = told(planner, "what=theft")
    before, after = answer["periods"]
    assert (before, after) == ("2023-01..2023-12", "2024-01..2024-12")
    assert [rows[key]["rate"] for key in (("A", before), ("B", before), ("B", after))] == [10, 10, 11]
    assert answer["areas_left_out"] == 0
    # By the residents of the last count before the end of each year.
    assert (rows["D", before]["base"], rows["D", after]["base"], rows["D", after]["rate"]) == (1000, 2000, 12)
    withheld = {key for key, row in rows.items() if row["told"] == "withheld"}
    assert withheld == {("C", before), ("D", before), ("C", after), ("A", after)}
    assert {(rows[key]["count"], rows[key]["rate"], rows[key]["class"]) for key in withheld} == {(None, None, 0)}
    assert answer["breaks"] == [7, 10, 15, 20]
    # A break belongs to the class above it.
    assert {row["class"] for row in rows.values() if row["told"] == "rate"} == {3}


def test_the_reached_are_told_by_area_before_and_with_a_scenario(planner: FlaskClient) -> None:
    query = "what=coverage&service=police_room&minutes=5"
    post = {"change": "add_post", "service": "police_room", "lon": 112.01, "lat": 27.73}
    saved = planner.post("/api/scenarios", json={"name": "East", "changes": [post]})
    assert saved.status_code == 201, saved.text
    answer, rows = told(planner, f"{query}&scenario=East")
    today, then = answer["periods"]
    assert then == "East"
    assert [rows[code, today]["rate"] for code in "AB"] == [1, 0]
    # The house of 30 of 50 is reached then; of the ten of D no share is told, and C has nobody.
    assert [rows[code, then]["rate"] for code in "AB"] == [1, 0.6]
    assert [rows[code, then]["told"] for code in "CD"] == ["unknown", "few"]
    assert [rows["B", each]["class"] for each in (today, then)] == [1, 4]
    page = planner.get(f"/planner/rates?{query}&scenario=East&lang=en").text
    assert "Before and with the scenario" in page
    # Whichever language, an address names the same column.
    for language in ("en", "zh-CN"):
        piece = planner.get(f"/planner/rates?{query}&scenario=East&when=today&lang={language}").text
        assert 'data-column="0" aria-current="true"' in piece, language


def test_a_period_that_is_not_there_is_no_other_one(planner: FlaskClient) -> None:
    assert "there is no period" in planner.get("/planner/rates?what=hazards&when=2019&lang=en").text
    assert planner.get("/planner/rates/told?what=hazards&when=2019").status_code == 404


@pytest.mark.parametrize("seed", range(3))
def test_breaks_are_declared_ones_and_classes_those_of_numpy(seed: int) -> None:
    rates = np.random.default_rng(seed).gamma(2, 10.0 ** (seed - 1), (30, 5))
    rates[0, 0] = np.nan
    breaks = ladder_of(rates)
    assert breaks in LADDERS
    assert len(breaks) == CLASSES - 1
    assert sorted(breaks) == list(breaks)
    few = rates > np.nanmax(rates) * 0.9
    found = classes_of(rates, breaks, few)
    assert (found[few] == FEW).all()
    assert found[0, 0] == UNKNOWN
    rest = ~few & np.isfinite(rates)
    assert (found[rest] == 1 + sum(rates[rest] >= each for each in breaks)).all()


def test_the_numbers_behind_the_map_can_be_taken_away(planner: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(planner.get("/api/rates/table.csv?what=theft").data.decode("utf-8-sig"))))
    assert len(rows) == 8
    assert {row["count"] for row in rows if row["told"] == "withheld"} == {""}
    book = openpyxl.load_workbook(io.BytesIO(planner.get("/api/rates/table.xlsx?what=theft&lang=en").data))
    heads, *lines = book["Areas by rate"].iter_rows(values_only=True)
    assert heads[:2] == ("Period", "Name")
    assert heads[5:7] == ("Count", "Residents")
    assert ("2024", "Community B", 33) in {(*line[:2], line[5]) for line in lines}
    said = {str(line[0]): str(line[1]) for line in book["About"].iter_rows(values_only=True)}
    assert said["Of what"] == "theft"
    assert "fewer than 10 cases" in said["Too few"]
    chinese = openpyxl.load_workbook(io.BytesIO(planner.get("/api/rates/table.xlsx?what=hazards&lang=zh-CN").data))
    assert chinese.sheetnames == ["各区域比率", "说明"]
    assert [cell.value for cell in chinese["各区域比率"][1]][:4] == ["时段", "名称", "比率", "下限（95%）"]
    assert planner.get("/api/rates/table.pdf?what=theft").status_code == 404


@pytest.mark.parametrize("what", ["hazards", "theft"])
def test_the_command_says_what_the_page_says_and_keeps_its_run(
    town: Settings,
    planner: FlaskClient,
    what: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CSMAP_HOME", str(town.home))
    if town.database_url:
        monkeypatch.setenv("CSMAP_DATABASE_URL", town.database_url)
    answer, rows = told(planner, f"what={what}")
    assert rates.main([what, "--json", "--out", str(tmp_path / "rates.csv")]) == 0
    assert json.loads(capsys.readouterr().out) == answer
    assert (tmp_path / "rates.csv").read_bytes() == planner.get(f"/api/rates/table.csv?what={what}").data
    run = answer["run"]
    assert (
        f"{run['id']} · {run['code']} · <code>{run['sha256'][:12]}" in planner.get(f"/planner/rates?what={what}").text
    )
    again = run_again(town, run["id"])
    assert (again.is_same, again.run.id, again.first.asked.kind) == (True, run["id"], "rates")
    assert rates.main([what]) == 0
    words = capsys.readouterr().out
    highest = max((row for row in rows.values() if row["period"] == answer["periods"][-1]), key=by_rate)
    assert f"Kept as run {run['id']}" in words
    assert words.splitlines()[1].startswith(f"  {highest['name']}: {highest['rate']:g}")
    assert ("withheld, on" in words) == (what == "theft")
    assert runs.main([]) == 0
    assert f"{what}, {answer['periods'][0][:7]}..{answer['periods'][-1][9:]} in 2 periods" in capsys.readouterr().out


def by_rate(row: dict[str, Any]) -> float:
    return row["rate"] or 0


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("what=murders", "nothing is counted as"),
        ("what=hazards&level=planet", "wanted is one of"),
        ("what=hazards&span=week", "wanted is one of"),
        ("what=hazards&span=year", "no year of hazards"),
        ("what=theft&span=quarter", "no quarter of theft"),
        ("what=theft&level=grid", "wanted is one of"),
    ],
)
def test_what_cannot_be_asked_is_said(planner: FlaskClient, query: str, wanted: str) -> None:
    refused = planner.get(f"/api/rates?{query}")
    assert refused.status_code in (400, 404)
    assert wanted in refused.text
    page = planner.get(f"/planner/rates?{query}&lang=en")
    assert page.status_code == 200
    assert wanted in page.text


@pytest.mark.parametrize("path", ["/planner/rates", "/planner/rates/told", "/api/rates", "/api/rates/table.csv"])
@pytest.mark.parametrize("reader", [None, "police:W", "steward"])
def test_only_planners_find_it(client: Client, path: str, reader: str | None) -> None:
    wanted = 303 if reader is None and path.startswith("/planner") else 404
    assert client(reader).get(path).status_code == wanted


def test_the_page_tells_a_period_without_scripts(planner: FlaskClient) -> None:
    page = planner.get(f"/planner/rates?what=hazards&when={Q2}&lang=en").text
    assert "2025 Q2" in page
    told = page.partition('id="told"')[2]
    # The highest first, those without a rate behind; what stands out of chance is told by the picture.
    order = [told.index(f'data-key="{code}" data-bbox') for code in "AB"]
    assert order == sorted(order)
    assert "too few" in told
    assert 'class="limit' in told
    assert "每千户每年" not in page
    assert "每千户每年" in planner.get("/planner/rates?what=hazards&lang=zh-CN").text
