"""Planners ask where hazards gather and what has changed; nobody else finds anything there."""

from __future__ import annotations

import csv
import json
import re
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from geodata.analyses.again import run_again
from geodata.analyses.hotspots.kept import change_as_asked, spots_as_asked
from geodata.analyses.runs import stored_run
from geodata.command import change as change_command
from geodata.command import hotspots as hotspots_command
from geodata.command import runs as runs_command
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput
from geodata.layers.audience import Audience
from geodata.publication import publish
from geodata.queries.features import page
from geodata.queries.reading import Reader, open_reading
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.district import Client
from tests.geodata.queries.staged import put
from tests.geodata.queries.test_runs import load
from tests.signing import client_of
from tests.webmap.street import street

YEARS = "2023-01..2023-12", "2024-01..2024-12"
STEP = 0.012
"""Degrees: communities of the test lie so far apart."""


@pytest.fixture(scope="module")
def town(deployments: Deployments) -> Settings:
    """The street, with four communities whose thefts are counted for two calendar years, and some hazards."""
    settings = street(deployments)
    counts = {"A": (40, 12), "B": (30, 33), "C": (4, 3), "D": (20, 24)}
    areas = [
        {
            "source_id": code,
            "code": code,
            "name": f"Community {code}",
            "kind": "community",
            "geom": _square(112 + STEP * at),
        }
        for at, code in enumerate(counts)
    ]
    put(settings, "area", areas)
    months = [f"{2023 + m // 12}-{m % 12 + 1:02}-01" for m in range(24)]
    put(
        settings,
        "incident_count",
        [
            {
                "source_id": f"{code}{month}",
                "kind": "theft",
                "area_code": code,
                "area_name": f"Community {code}",
                "month": month,
                # All of a year in its first month.
                "incidents": pair[number // 12] if number % 12 == 0 else 0,
            }
            for code, pair in counts.items()
            for number, month in enumerate(months)
        ],
    )
    put(
        settings,
        "compound",
        [
            {
                "source_id": f"c{at}",
                "code": f"C{at}",
                "name": f"Yard {at}",
                "community": "Community A",
                # The first two are large; of the last nobody knows.
                "households": None if at == 23 else 400 if at < 2 else 10,
                "geom": _square(112 + 0.0012 * at, 0.0008),
            }
            for at in range(24)
        ],
    )
    put(
        settings,
        "hazard",
        [
            {
                "source_id": f"h{number}",
                "kind": "gas",
                "found_on": "2025-09-01" if number % 2 else "2025-03-01",
                "compound_name": f"Yard {at}",
                "geom": f"POINT({112 + 0.0012 * at + 0.0004} 27.7304)",
            }
            for number, at in enumerate([0, 0, 0, 1, 1, 1, 1, 7])
        ],
    )
    return settings


def _square(west: float, side: float = 0.01) -> str:
    east, south, north = west + side, 27.73, 27.73 + side
    return f"MULTIPOLYGON((({west} {south},{east} {south},{east} {north},{west} {north},{west} {south})))"


@pytest.fixture
def planner(town: Settings) -> FlaskClient:
    return client_of(town, "planner")


def said(answer: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.data)
    return found


@pytest.mark.parametrize("path", ["/planner/hotspots", "/api/hotspots", "/api/hotspots/map", "/api/change"])
@pytest.mark.parametrize("reader", [None, "police:W", "steward"])
def test_only_planners_find_it(client: Client, path: str, reader: str | None) -> None:
    # Whoever reads as nobody is led from a page to where planners sign in.
    wanted = 303 if reader is None and path.startswith("/planner") else 404
    assert client(reader).get(path).status_code == wanted


def test_the_answers_are_the_commands(planner: FlaskClient, town: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSMAP_HOME", str(town.home))
    monkeypatch.setenv("CSMAP_DATABASE_URL", town.database_url or "")
    for main, arguments, address in (
        (hotspots_command.main, ["open_hazards", "--radius", "200"], "/api/hotspots?what=open_hazards&radius=200"),
        (hotspots_command.main, ["theft"], "/api/hotspots?what=theft"),
        (
            hotspots_command.main,
            ["hazards", "--per", "households"],
            "/api/hotspots?what=hazards&per=households",
        ),
        (change_command.main, ["theft"], "/api/change?what=theft"),
        (
            change_command.main,
            ["hazards", "--after", "2025-07..2025-10"],
            "/api/change?what=hazards&after=2025-07..2025-10",
        ),
    ):
        with redirect_stdout(StringIO()) as printed:
            main([*arguments, "--json"])
        answer = planner.get(address)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert said(answer) == json.loads(printed.getvalue())


ASKED = {
    "/api/hotspots?what=open_hazards&radius=200": "hotspots",
    "/api/hotspots?what=hazards": "hotspots",
    "/api/hotspots?what=hazards&per=households": "hotspots",
    "/api/hotspots?what=theft": "hotspots",
    "/api/change?what=theft": "change",
    "/api/change?what=hazards": "change",
}


def test_a_large_compound_has_many_hazards_and_no_high_rate(planner: FlaskClient) -> None:
    address = "?what=open_hazards&radius=200"
    counts, rates = (said(planner.get(f"/api/hotspots{address}{per}")) for per in ("", "&per=households"))
    assert (counts["per"], rates["per"]) == (None, "households")
    assert {row["name"] for row in counts["spots"] if row["is_hot"]} >= {"Yard 0", "Yard 1"}
    assert (rates["hot"], rates["places"], rates["total"]) == (0, 23, 8)
    first = next(row for row in rates["spots"] if row["name"] == "Yard 0")
    # 7 hazards of 800 households, against 1 of 210.
    assert (first["households"], first["ratio"]) == (400, pytest.approx(7 / 800 * 210, abs=1e-4))
    assert first["low"] < 1 < first["high"]
    assert rates["receipt"]["definition"]["en"].startswith("Hot spots by household")
    page = planner.get(f"/planner/hotspots{address}&per=households&lang=en").text
    assert "Rates by household are compared" in page
    assert '<option value="households" selected>' in page
    assert "比较的是每户比率" in planner.get(f"/planner/hotspots{address}&per=households&lang=zh-CN").text
    assert len(said(planner.get(f"/api/hotspots/map{address}&per=households"))["spots"]["features"]) == 23
    # The form keeps what was chosen where only counts can be told.
    assert "30 → 33" in planner.get("/planner/hotspots?what=theft&per=households&lang=en").text
    for wrong in ("what=theft&per=households", "what=hazards&per=dogs"):
        refused = planner.get(f"/api/hotspots?{wrong}")
        assert refused.status_code == 400
        assert "open_hazards or hazards per households" in said(refused)["detail"]


@pytest.mark.parametrize("address", ASKED)
def test_an_answer_is_a_run_that_comes_to_the_same_bytes(planner: FlaskClient, town: Settings, address: str) -> None:
    first = said(planner.get(address))
    assert said(planner.get(address)) == first
    number = first["run"]["id"]
    assert said(planner.get(f"/api/runs/{number}")) == first
    listed = {row["id"]: row for row in said(planner.get(f"/api/runs?kind={ASKED[address]}"))["runs"]}
    assert listed[number]["sha256"] == first["run"]["sha256"]
    assert listed[number]["question"]["what"] == first["what"]
    again = run_again(town, number)
    assert (again.is_same, again.run.id, again.changed, again.is_other_code) == (True, number, (), False)
    # Worked out anew with no run left, on a later day.
    later = replace(town, as_of=town.today() + timedelta(days=40))
    assert run_again(later, number).is_same
    with engine_for(town, Login.OWNER).begin() as connection:
        connection.execute(text("TRUNCATE analysis.run"))
    anew = said(planner.get(address))
    assert anew["run"]["id"] != number
    assert anew["run"]["sha256"] == first["run"]["sha256"]


@pytest.mark.parametrize("address", ASKED)
def test_a_run_older_than_its_data_says_so(planner: FlaskClient, town: Settings, address: str) -> None:
    first = said(planner.get(address))["run"]
    assert not first["is_outdated"]
    with engine_for(town, Login.LOADER).begin() as connection:
        load(connection, "incident_count" if "theft" in address else "hazard")
    assert said(planner.get(f"/api/runs/{first['id']}"))["run"]["is_outdated"]
    asked_again = said(planner.get(address))["run"]
    assert asked_again["id"] != first["id"]
    assert not asked_again["is_outdated"]


def test_a_question_that_may_not_be_asked_any_more_is_not_repeated(planner: FlaskClient, town: Settings) -> None:
    for address, as_asked in (
        ("/api/hotspots?what=theft", spots_as_asked),
        ("/api/change?what=theft", change_as_asked),
    ):
        question = stored_run(town, said(planner.get(address))["run"]["id"]).asked.question
        as_asked(town, question)
        with pytest.raises(InvalidInput, match="whole calendar years only"):
            as_asked(town, {**question, "day": "2024-12-31"})  # the year wasn't over then, and so not told


def test_the_page_and_the_commands_name_the_run(
    planner: FlaskClient, town: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSMAP_HOME", str(town.home))
    monkeypatch.setenv("CSMAP_DATABASE_URL", town.database_url or "")
    spots, change = (said(planner.get(f"/api/{what}?what=theft"))["run"] for what in ("hotspots", "change"))
    page = planner.get("/planner/hotspots?what=theft&lang=en").text
    for run, main in ((spots, hotspots_command.main), (change, change_command.main)):
        assert f"<dt>Run</dt><dd>{run['id']} · {run['code']} · <code>{run['sha256'][:12]}</code></dd>" in page
        with redirect_stdout(StringIO()) as printed:
            main(["theft"])
            runs_command.main([])
        assert f"Kept as run {run['id']} ({run['sha256'][:12]})" in printed.getvalue()
    assert "theft, 2024-01..2024-12, within 1500 m" in printed.getvalue()
    assert "theft, 2023-01..2023-12 -> 2024-01..2024-12, community" in printed.getvalue()


def test_small_counts_reach_nobody(planner: FlaskClient) -> None:
    found = said(planner.get("/api/change?what=theft"))
    assert (found["before"], found["after"]) == YEARS
    assert found["receipt"]["small_counts"]["zh-CN"].startswith("少于10起")
    # 4 would be the difference to the sum: the next larger one goes with it; of the later year 3 and 12.
    told = {row["name"][-1]: (row["before"], row["after"]) for row in found["areas"]}
    assert told == {"A": (40, None), "B": (30, 33), "C": (None, None), "D": (None, 24)}
    assert (found["total"]["before"], found["total"]["after"]) == (94, 72)
    for address in ("/api/hotspots?what=theft", "/api/hotspots/map?what=theft"):
        rows = said(planner.get(address))["spots"]
        rows = [row["properties"] for row in rows["features"]] if isinstance(rows, dict) else rows
        assert {row["name"][-1]: row["count"] for row in rows} == {"A": None, "B": 33, "C": None, "D": 24}
    page = planner.get("/planner/hotspots?what=theft&lang=en").text
    assert "40 → withheld" in page
    assert "30 → 33" in page
    assert "can&#39;t be told from chance" in page


def test_nothing_is_told_in_percent_on_a_small_base(planner: FlaskClient) -> None:
    few = said(planner.get("/api/change?what=hazards"))["total"]
    assert (few["before"], few["after"], few["change"], few["low"], few["high"]) == (4, 4, None, None, None)
    assert {row["name"][-1]: row["change"] for row in said(planner.get("/api/change?what=theft"))["areas"]}["B"] == 0.1
    compared = [
        planner.get(f"/planner/hotspots?what={what}&lang=en").text.partition('id="compared"')[2]
        for what in ("hazards", "theft")
    ]
    assert "4 → 4" in compared[0]
    assert ["%" in section.partition("</table>")[0] for section in compared] == [False, True]


def test_what_one_outlet_withholds_none_tells(planner: FlaskClient, town: Settings) -> None:
    publish(town)
    with open_reading(town, Reader(Audience.PLANNER)) as reading:
        rows = [row.values for row in page(reading, reading.layer("incident_count")).records]
    published = {(row["year"], row["area_name"]): row["total"] for row in rows}
    told = said(planner.get("/api/change?what=theft"))["areas"]
    assert {(2022 + n, row["name"]): row[at] for row in told for n, at in ((1, "before"), (2, "after"))} == published
    assert {row["name"]: row["count"] for row in said(planner.get("/api/hotspots?what=theft"))["spots"]} == {
        name: total for (year, name), total in published.items() if year == 2024
    }
    rows_told = csv.DictReader(StringIO(planner.get("/api/hotspots/table.csv?what=theft").data.decode("utf-8-sig")))
    assert {row["name"]: float(row["count"]) if row["count"] else None for row in rows_told} == {
        name: total for (year, name), total in published.items() if year == 2024
    }
    book = openpyxl.load_workbook(BytesIO(planner.get("/api/hotspots/table.xlsx?what=theft&lang=en").data))
    assert book.sheetnames == ["Hot spots", "About"]
    heads, *lines = book["Hot spots"].iter_rows(values_only=True)
    assert heads == ("Name", "What was found", "Count", "z", "q (false discovery rate)", "Code")
    # As on the page: the most at first, then by their code alone those of which nothing is told.
    assert [line[:3] for line in lines] == [
        ("Community B", "no more or fewer than chance would have", 33),
        ("Community D", "no more or fewer than chance would have", 24),
        ("Community A", "withheld", None),
        ("Community C", "withheld", None),
    ]
    assert "/api/hotspots/table.csv?what=theft" in planner.get("/planner/hotspots?what=theft&lang=en").text
    # Both years together: A is told in 2023, so that the sum would give its 2024 away.
    both = said(planner.get("/api/hotspots?what=theft&months=2023-01..2024-12"))["spots"]
    assert {row["name"][-1]: row["count"] for row in both} == {"A": None, "B": 63, "C": None, "D": None}


def test_the_map_has_places_and_how_densely_hazards_lie(planner: FlaskClient) -> None:
    drawn = said(planner.get("/api/hotspots/map?what=open_hazards&radius=200"))
    assert len(drawn["spots"]["features"]) == 24
    assert sum(row["properties"]["count"] for row in drawn["spots"]["features"]) == 8
    assert [row["properties"]["step"] for row in drawn["density"]["features"]] == [1, 2, 3, 4]
    assert all("class" not in row["properties"] for row in drawn["spots"]["features"])
    thefts = said(planner.get("/api/hotspots/map?what=theft"))
    assert thefts["density"] is None
    # 24 and 33 are told, a class each; of A and C nothing is.
    classes = {row["properties"]["name"][-1]: row["properties"]["class"] for row in thefts["spots"]["features"]}
    assert classes == {"A": 0, "B": 2, "C": 0, "D": 1}


def test_the_page_says_it_in_both_languages(planner: FlaskClient) -> None:
    english = planner.get("/planner/hotspots?what=open_hazards&radius=200&lang=en").text
    assert "8 in 24 places." in english
    assert "Yard 1" in english
    assert "Counts are compared, not rates: a large compound reads hot" in english
    chinese = planner.get("/planner/hotspots?what=hazards&from=2025-06&to=2025-10&lang=zh-CN").text
    # Of the year before nobody knows: the five months just before don't reach back to the register's first, March.
    assert "隐患从 2025-03 起才有登记" in chinese
    assert "聚集在哪里？" in chinese
    # Unasked, and as the form states what is usual, the halves of what is known are compared.
    for query in ("", "&from=2024-11&to=2025-10"):
        usual = planner.get(f"/planner/hotspots?what=hazards{query}&lang=en").text
        assert "Hazards are known from 2025-03 on, for less than two years" in usual
        assert "2025-03 – 2025-06 against 2025-07 – 2025-10" in usual
    assert "没有“murders”的统计" in planner.get("/planner/hotspots?what=murders&lang=zh-CN").text
    for here in ("", "/rates", "/hotspots"):
        tabs = planner.get(f"/planner{here}?lang=en").text.partition('class="desk-pages')[2].partition("</nav>")[0]
        for other in ("/planner", "/planner/rates", "/planner/hotspots"):
            assert re.search(rf'href="[^"]*{other}["?]', tabs), (here, other)
        assert re.search(rf'href="[^"]*/planner{here}["?][^>]*aria-current="page"', tabs)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?what=murders", "nothing is counted as"),
        ("?what=theft&months=2025-01..2025-10", "whole calendar years only"),
        ("?what=hazards&from=2025-09", "are no months"),
        ("?what=hazards&radius=-3", "wanted are metres"),
        ("?what=hazards&radius=0", "a radius of 0 m"),
        ("?what=theft&level=grid", "wanted is one of"),
        ("?what=hazards&months=2020-01..2020-02", "there are no hazards"),
    ],
)
def test_what_cant_be_asked_is_said(planner: FlaskClient, query: str, words: str) -> None:
    page = planner.get(f"/planner/hotspots{query}&lang=en")
    assert page.status_code == 200
    assert words in page.text
    if "from=" not in query:
        refused = planner.get("/api/hotspots" + query)
        assert refused.status_code == 400
        assert words in said(refused)["detail"]
