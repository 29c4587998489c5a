"""Planners ask where next: a job, whose run the worker keeps."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pypdf
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from geodata.analyses.runs import stored_run
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.jobs.tasks import TASKS
from geodata.jobs.worker import work
from geodata.queries.runs import keep_run
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.district import Client
from tests.geodata.queries.staged import put
from tests.signing import client_of
from tests.webmap.street import PEOPLE, house, street

EAST, EAST2 = "POINT(112.018 27.73)", "POINT(112.0181 27.73)"
SITE = "/api/site/police_room?at=Mo+10:00&minutes=5"


@pytest.fixture(scope="module")
def town(deployments: Deployments) -> Settings:
    return street(deployments)


@pytest.fixture
def planner(town: Settings) -> FlaskClient:
    return client_of(town, "planner")


def said(answer: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.data)
    return found


def read_pdf(body: bytes) -> str:
    """Return the text of all pages, its lines joined."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(body)).pages).split())


def test_a_siting_is_a_job_and_then_a_run(planner: FlaskClient, town: Settings) -> None:
    asked = planner.post(SITE, json={"add": 1})
    assert asked.status_code == 202
    job = said(asked)
    assert (job["state"], job["run"]) == ("waiting", None)
    work(town, TASKS, is_endless=False)
    done = said(planner.get(job["job"]))
    assert (done["state"], done["share"]) == ("done", 1)
    run = said(planner.get(done["run"]))
    # At the street's corner at 112.01: the house there is within 375 m, the next, 394 m away, isn't.
    assert run["covered_before"] == 150
    assert run["covered_after"] == 150 + run["sites"][0]["gain"]
    assert run["proven"] is True
    listed = said(planner.get("/api/runs?kind=site"))["runs"]
    assert listed[0]["id"] == run["run"]["id"]
    assert (listed[0]["question"]["add"], listed[0]["is_outdated"]) == (1, False)
    assert said(planner.get("/api/runs?kind=grids"))["runs"] == []
    # Asked again of the same data it is the same run.
    again = said(planner.post(SITE, json={"add": 1}))
    work(town, TASKS, is_endless=False)
    assert said(planner.get(again["job"]))["run"] == done["run"]


def test_a_plan_is_a_piece_of_the_page_with_its_curve(planner: FlaskClient, town: Settings) -> None:
    job = said(planner.post(SITE, json={"add": 1}))
    work(town, TASKS, is_endless=False)
    run = said(planner.get(job["job"]))["run"]
    plan, number = said(planner.get(run)), run.rsplit("/", 1)[1]
    page = planner.get(f"/planner/plan/{number}?lang=en").text
    # 150 of 210 are within reach today; the house at 112.010, 30 people, is the only gain.
    assert "With 1 more together 85.7% would be covered; proven: no other choice is better." in page
    curve = page.split("<svg")[1].split("</svg>")[0]
    assert curve.count("<circle") == 2
    assert curve.count("<rect") == 1
    # The last bar stands on the ground that the lines across are drawn for.
    edges = [float(right) for right in re.findall(r'd="M[\d.]+ [\d.]+H([\d.]+)"', curve)]
    begin, wide = map(float, re.findall(r'<rect[^>]* x="([\d.]+)"[^>]* width="([\d.]+)"', curve)[0])
    assert begin + wide <= min(edges)
    rows = [row.split("</tr>")[0] for row in page.split('<th scope="row">')[1:]]
    assert [[cell.split("</td>")[0] for cell in row.split("<td>")[1:]] for row in rows] == [
        ["150", "71.4%", "–", "proven"],
        ["180", "85.7%", "+30", "proven"],
    ]
    assert f'data-lon="{plan["sites"][0]["lon"]}"' in page
    # Its files have the spots and the curve as they were worked out, beside who is reached today.
    files = dict(re.findall(r'<a href="([^"]+report\.(\w+)[^"]*)" download>', page))
    assert sorted(files.values()) == ["gpkg", "html", "pdf", "xlsx"]
    file = next(address for address, ending in files.items() if ending == "xlsx")
    book = openpyxl.load_workbook(BytesIO(planner.get(unescape(file)).data))
    spot = plan["sites"][0]
    assert list(book["Proposed sites"].values)[1][2:] == (30, spot["lon"], spot["lat"])
    assert list(book["By the number of posts"].values)[1:] == [
        (0, 150, 0.7143, None, "proven"),
        (1, 180, 0.8571, 30, "proven"),
    ]
    text = planner.get(f"{run}/report.pdf?lang=en")
    assert "With 1 more: 180 people within reach" in read_pdf(text.data)
    assert "By the number of posts" in read_pdf(text.data)
    assert planner.get(f"{run}/report.exe").status_code == 404
    assert "合计新增 1 个后覆盖 85.7%" in planner.get(f"/planner/plan/{number}?lang=zh-CN").text.replace(" %", "%")


def test_the_curve_of_shortest_ways_is_of_minutes(planner: FlaskClient, town: Settings) -> None:
    job = said(planner.post(SITE, json={"add": 1, "objective": "p-median"}))
    work(town, TASKS, is_endless=False)
    run = said(planner.get(job["job"]))["run"]
    plan, page = said(planner.get(run)), planner.get(f"/planner/plan/{run.rsplit('/', 1)[1]}?lang=en").text
    before, after = (round(plan[name] / plan["demand_total"] / 600, 1) for name in ("value_before", "value"))
    assert [round(step["minutes"], 1) for step in plan["curve"]] == [before, after]
    rows = [row.split("</tr>")[0] for row in page.split('<th scope="row">')[1:]]
    (today, *_), (then, less, reached, proof) = (
        [cell.split("</td>")[0] for cell in row.split("<td>")[1:]] for row in rows
    )
    assert (today, then, reached, proof) == (f"{before}", f"{after}", f"{plan['covered_after']}", "proven")
    assert less.startswith("−")
    assert "Line: minutes; bars: by how many each post more makes them shorter." in page
    book = openpyxl.load_workbook(BytesIO(planner.get(f"{run}/report.xlsx?lang=en").data))
    heads, *steps = book["By the number of posts"].values
    assert (heads[1], [step[1] for step in steps]) == ("Minutes on average", [before, after])


def test_coverage_and_grids_are_jobs_too_and_come_to_the_same(planner: FlaskClient, town: Settings) -> None:
    cover = "/api/coverage/police_room?at=Mo+10:00&minutes=5"
    asked = [planner.post(cover), planner.post("/api/grids", json={"goal_share": 0.4})]
    assert [answer.status_code for answer in asked] == [202, 202]
    listed = said(planner.get("/api/jobs"))["jobs"]
    assert [(job["kind"], job["state"]) for job in listed[:2]] == [("grids", "waiting"), ("coverage", "waiting")]
    work(town, TASKS, is_endless=False)
    covered, balanced = (said(planner.get(said(answer)["job"])) for answer in asked)
    run = said(planner.get(covered["run"]))
    assert run == said(planner.get(cover))
    assert run["covered"] == 150
    # A period is a question's, too: it comes back from the queue as it went in.
    of_a_year = f"{cover}&weight=hazards&period=2025-01..2025-06"
    told = said(planner.post(of_a_year))
    work(town, TASKS, is_endless=False)
    assert said(planner.get(told["job"]))["message"] == said(planner.get(of_a_year))["detail"]
    # The street has no grids: the job says so.
    assert (balanced["state"], balanced["run"]) == ("failed", None)
    assert balanced["message"] == "there are no areas of the level grid: load their outlines first"
    # Pages ask in a language: the addresses that a job names keep it.
    chinese = said(planner.get(f"{balanced['job']}?lang=zh-CN"))
    assert chinese["message"] == "没有这一级（grid）的区域：请先导入边界"
    assert said(planner.get(chinese["job"])) == chinese


@pytest.mark.parametrize(
    "path", ["/api/grids", "/api/site/police_room", "/api/coverage/police_room/what-if", "/api/scenarios"]
)
def test_a_body_that_is_nested_beyond_reason_is_refused(planner: FlaskClient, path: str) -> None:
    body = '{"changes": ' + "[" * 100_000 + "]" * 100_000 + "}"
    assert planner.post(path, data=body, content_type="application/json").status_code == 400


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_pages_of_others_ask_nothing_in_a_planners_name(planner: FlaskClient, origin: str) -> None:
    path = "/api/coverage/police_room"
    assert planner.post(path, headers={"Origin": origin}).status_code == 403
    assert planner.post(path).status_code == 202


def test_a_job_can_be_called_off(planner: FlaskClient, town: Settings) -> None:
    job = said(planner.post(SITE, json={"add": 2}))
    assert said(planner.post(f"{job['job']}/cancel"))["state"] == "cancelled"
    work(town, TASKS, is_endless=False)
    assert said(planner.get(job["job"]))["run"] is None


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        (SITE, {"add": -1}, "-1 posts"),
        (SITE, {"add": 51}, "0 to 50 here"),
        (SITE, {"add": "x"}, "whole number"),
        (SITE, {"objective": "magic"}, "no objective 'magic'"),
        (SITE, {"more": 1}, "'more' can't be asked"),
        (SITE, {"existing": "closable"}, "0 posts to close"),
        (SITE, {"existing": "closable", "close": 1, "add": 2}, "wanted is close without add"),
        (SITE, {"close": 1}, "that goes with closable posts"),
        (SITE, {"close": True}, "whole number"),
        (SITE, {"objective": "cmclp", "capacity": 10**400}, "too many digits"),
        (SITE, [1], "JSON object"),
        (SITE.replace("minutes=5", "minutes=0"), {}, "limit of 0"),
        (f"{SITE}&period=2025", {}, "a period with residents; it goes with hazards or incidents"),
        (f"{SITE}&weight=hazards&kind=theft", {}, "a kind with hazards; it goes with incidents"),
        ("/api/grids", {"level": "block"}, "no level of areas 'block'"),
        ("/api/grids", {"goal_share": "half"}, "wanted is a number"),
        ("/api/grids", {"goal_share": 10**400}, "too many digits"),
        ("/api/grids", {"time_limit_s": 1e9}, "'time_limit_s' can't be asked"),
        ("/api/coverage/police_room?minutes=0", None, "limit of 0"),
        ("/api/coverage/police_room", {"minutes": 15}, "wanted is no body"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_once(planner: FlaskClient, path: str, body: Any, words: str) -> None:
    refused = planner.post(path, json=body)
    assert refused.status_code == 400
    assert words in said(refused)["detail"]


def test_what_is_not_there_is_not_found(planner: FlaskClient) -> None:
    for path in ("/api/jobs/99", "/api/runs/99"):
        assert planner.get(path).status_code == 404
    assert planner.post("/api/site/no_such", json={}).status_code == 404
    assert planner.post("/api/jobs/99/cancel").status_code == 404


@pytest.mark.parametrize("reader", [None, "steward"])
def test_only_planners_find_it(client: Client, reader: str | None) -> None:
    assert client(reader).post(SITE, json={}).status_code == 404
    assert client(reader).get("/api/jobs/1").status_code == 404
    assert client(reader).get("/api/runs/1").status_code == 404
    assert client(reader).get("/api/runs").status_code == 404
    assert client(reader).post("/api/jobs/1/cancel").status_code == 404
    for path in ("/api/grids", "/api/coverage/police_room"):
        assert client(reader).post(path, json={}).status_code == 404
    assert client(reader).get("/api/jobs").status_code == 404


def test_steps_that_time_ran_out_for_are_no_gains(planner: FlaskClient, town: Settings) -> None:
    job = said(planner.post(SITE, json={"add": 1}))
    work(town, TASKS, is_endless=False)
    run = stored_run(town, int(said(planner.get(job["job"]))["run"].rsplit("/", 1)[1]))
    first, last = run.answer["curve"]
    # A way up to the last step as a solver leaves it when its time is over: 2 reach fewer than 1, 3 are proven.
    steps = [
        first,
        {**last, "covered": 180, "gain": 30, "proven": False, "gap": 0.2},
        {**last, "add": 2, "covered": 170, "gain": -10, "proven": False, "gap": 0.2},
        {**last, "add": 3, "covered": 210, "gain": 40, "proven": True},
    ]
    with engine_for(town, Login.ANALYST).begin() as connection:
        asked = replace(run.asked, question={**run.asked.question, "time_limit_s": 0.001})
        kept = keep_run(connection, asked, {**run.answer, "curve": steps}, run.asked_at)
    page = planner.get(f"/planner/plan/{kept.id}?lang=en").text
    rows = [row.split("</tr>")[0] for row in page.split('<th scope="row">')[1:]]
    assert [row.split("<td>")[3].split("</td>")[0] for row in rows] == ["–", "about +30", "not known", "about +40"]
    bars = [bar.split("/>")[0] for bar in page.split("<rect")[1:]]
    assert [(' class="rise unsure"' in bar, ' height="0.0"' in bar) for bar in bars] == [
        (True, False),
        (True, True),
        (True, False),
    ]


def test_a_post_that_closes_is_named_and_what_is_lost_is_drawn(
    planner: FlaskClient, town: Settings, tmp_path: Path
) -> None:
    put(town, "police_post", [{"source_id": "E", "name": "East", "kind": "room", "hours": "24/7", "geom": EAST}])
    job = said(planner.post(SITE, json={"existing": "closable", "close": 1}))
    work(town, TASKS, is_endless=False)
    run = said(planner.get(job["job"]))["run"]
    plan = said(planner.get(run))
    # East reaches only the last house, 10 people: without it the 150 of the west stay.
    assert plan["closed_posts"] == [{"code": "E", "name": "East", "called": "East", "lon": 112.018, "lat": 27.73}]
    assert [(step["add"], step["covered"], step["gain"]) for step in plan["curve"]] == [(0, 160, 0), (-1, 150, -10)]
    page = planner.get(f"/planner/plan/{run.rsplit('/', 1)[1]}?lang=en").text
    assert "With 1 fewer 71.4% would still be covered" in page
    assert 'data-close="E"' in page
    assert '<span class="gap-name">East</span>' in page
    # In files, too, it is called by its name; the GeoPackage has where it is.
    (path := tmp_path / "a.gpkg").write_bytes(planner.get(f"{run}/report.gpkg?lang=en").data)
    told = pyogrio.read_info(path, layer="sites")["layer_metadata"]["DESCRIPTION"]
    assert "Without East, 150 people would be" in told
    closing = pyogrio.read_dataframe(path, layer="sites")
    assert closing[["what", "code", "name"]].to_numpy().tolist() == [["closes", "E", "East"]]
    assert pyogrio.read_dataframe(path, layer="curve")[["add", "covered"]].to_numpy().tolist() == [[0, 160], [-1, 150]]
    assert "Without East, 150 people would be" in read_pdf(planner.get(f"{run}/report.pdf?lang=en").data)
    # Told beside people or posts of another day it would be wrong: who has newer data asks anew.
    put(town, "police_post", [{"source_id": "E", "name": "East", "kind": "room", "hours": "24/7", "geom": EAST2}])
    assert "older than its data" in said(planner.get(f"{run}/report.pdf?lang=en"))["detail"]
    assert "report.pdf" not in planner.get(f"/planner/plan/{run.rsplit('/', 1)[1]}?lang=en").text
    refused = planner.post(SITE, json={"existing": "closable", "close": 2})
    work(town, TASKS, is_endless=False)
    assert said(planner.get(said(refused)["job"]))["message"] == "2 posts to close; there are 2, and one has to stay"


def test_balanced_grids_are_a_piece_of_the_page_beside_todays(planner: FlaskClient, town: Settings) -> None:
    halves = ((111.99, 112.003), (112.003, 112.03))
    rings = [f"{west} 27.72, {east} 27.72, {east} 27.74, {west} 27.74, {west} 27.72" for west, east in halves]
    areas = [
        {"source_id": code, "code": code, "name": f"Grid {code}", "kind": "grid", "geom": f"MULTIPOLYGON((({ring})))"}
        for code, ring in zip("AB", rings, strict=True)
    ]
    put(town, "area", areas)
    homes = [{**house(lon, people), "households": str(people)} for lon, people in {**PEOPLE, 112.016: 400}.items()]
    put(town, "building", homes)
    job = said(planner.post("/api/grids", json={}))
    work(town, TASKS, is_endless=False)
    done = said(planner.get(job["job"]))
    assert done["state"] == "done", done["message"]
    told = said(planner.get(done["run"]))
    assert [row["code"] for row in told["table"]] == ["A", "B"]
    assert [shape["type"] for shape in told["outlines"]] == ["Polygon", "Polygon"]
    page = planner.get(f"/planner/grids/{done['run'].rsplit('/', 1)[1]}?lang=en").text
    assert "Spread of workload " in page
    assert "of 610 households change grid" in page
    # What is one block can't be shaped: both spreads are told, and why.
    assert "The spread is the work of the busiest grid less that of the idlest" in page
    assert "1 compound or block alone has more work than a grid should" in page
    assert "What a plan can shape are the other grids: their spread is" in page
    # All houses of the eastern grid stand in one block.
    assert '<th scope="row">a block without a name</th><td>Grid B</td><td>510</td>' in page
    drawn = json.loads(page.split("data-grids>")[1].split("</script>")[0])
    assert [feature["properties"]["code"] for feature in drawn["today"]["features"]] == ["A", "B"]
    assert [feature["properties"]["code"] for feature in drawn["then"]["features"]] == ["A", "B"]
    assert "older than its data" not in page
    # Other grids since: those of today aren't what the plan began with, and aren't drawn as if they were.
    put(town, "area", [{**areas[0], "geom": areas[0]["geom"].replace("111.99", "111.98")}, areas[1]])
    page = planner.get(f"/planner/grids/{done['run'].rsplit('/', 1)[1]}?lang=en").text
    assert "older than its data" in page
    assert "grids today" not in page
    drawn = json.loads(page.split("data-grids>")[1].split("</script>")[0])
    assert [len(drawn[when]["features"]) for when in ("today", "then")] == [0, 2]
    # A siting is no balancing.
    assert planner.get(f"/planner/plan/{done['run'].rsplit('/', 1)[1]}").status_code == 404
