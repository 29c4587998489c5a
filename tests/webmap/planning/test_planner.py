"""Planners ask who is within reach; nobody else finds anything there."""

from __future__ import annotations

import json
import re
from contextlib import redirect_stdout
from datetime import datetime
from html import unescape
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import geopandas
import openpyxl
import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from geodata.analyses.coverage import Question
from geodata.analyses.coverage.desk import desk_for
from geodata.analyses.coverage.question import WEIGHTS
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.district import Client
from tests.geodata.queries.staged import put
from tests.geodata.queries.test_runs import load
from tests.signing import client_of
from tests.webmap.street import NAME, WEST, street
from webmap import create_app
from webmap.command import coverage as command
from webmap.planning.question import desk_asked, run_of, told

API = "/api/coverage/police_room"
SHUT = {"change": "close_post", "service": "police_room", "post": "W"}
DAYTIME = "?at=Mo+10:00"
NAMES = {"Mo": "Monday", "Sa": "Saturday", "Su": "Sunday"}


def said(answer: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.data)
    return found


@pytest.fixture(scope="module")
def town(deployments: Deployments) -> Settings:
    return street(deployments)


@pytest.fixture
def planner(town: Settings) -> FlaskClient:
    return client_of(town, "planner")


@pytest.mark.parametrize("path", ["/planner", API, f"{API}/map"])
@pytest.mark.parametrize("reader", [None, "police:W", "steward"])
def test_only_planners_find_it(client: Client, path: str, reader: str | None) -> None:
    if reader or path != "/planner":
        asked = client(reader).get(path, headers={"Accept-Language": "en"})
        assert asked.status_code == client(reader).get(path.replace("police_room", "no_such")).status_code == 404
    assert client(reader).post(f"{API}/what-if", json={"lon": 112, "lat": 27.73}).status_code == 404
    assert "Planning" not in client(reader).get("/?lang=en").text


def test_a_planner_with_no_session_is_led_to_the_page_below_staff(client: Client) -> None:
    asked = client().get("/planner?lang=en&day=Mo")
    assert (asked.status_code, asked.location) == (303, "/staff/planner?lang=en&day=Mo")
    signing = client().get(asked.location)
    assert (signing.status_code, signing.location) == (303, "/sign-in?next=%2Fplanner%3Flang%3Den%26day%3DMo&lang=en")
    assert client().post("/planner/changed").status_code == 404


def test_the_answer_is_the_commands(planner: FlaskClient, town: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = planner.get(f"{API}?at=Mo+10:00&minutes=5&mode=walk&weight=residents")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    # 98 m and 295 m along the street are within 375 m; 886 m, 1280 m and 1674 m aren't.
    assert (said(answer)["covered"], said(answer)["demand_total"]) == (150, 210)
    assert said(answer)["by_cause"]["distance"] == 60
    monkeypatch.setenv("CSMAP_HOME", str(town.home))
    if town.database_url:
        monkeypatch.setenv("CSMAP_DATABASE_URL", town.database_url)
    with redirect_stdout(StringIO()) as printed:
        command.main(["police_room", "--at", "Mon 10:00", "--minutes", "5", "--mode", "walk", "--json"])
    found = said(answer)
    run = found.pop("run")
    assert json.loads(printed.getvalue()) == {**found, "run": run}
    assert run["is_outdated"] is False
    assert len(run["sha256"]) == 64


def test_what_the_answer_depends_on(planner: FlaskClient, town: Settings) -> None:
    # The house at 295 m is within 375 m, and no more within 300 m with the steps to its door.
    found = said(planner.get(f"{API}/sensitivity{DAYTIME}"))
    assert (found["speed_0.8"]["covered"], found["speed_1.2"]["covered"]) == (100, 150)
    assert found["snap_200_m"]["changed_share"] == 0
    assert "is no day" in said(planner.get(f"{API}/sensitivity?roads=soon"))["detail"]
    # The page's piece says the same, with the roads of a day where one is asked for.
    piece = "/planner/sways/police_room"
    told = planner.get(f"{piece}{DAYTIME}&lang=en").text
    assert "today's answer: 150" in told
    assert '<th scope="row">speed × 0.8</th><td>100</td><td>0%</td><td>23.8%</td><td>0%</td><td>23.8%</td>' in told
    assert "200 m to the street at most" in told
    day = datetime.now(ZoneInfo(town.time_zone)).date().isoformat()
    assert '<th scope="row">roads as of ' in planner.get(f"{piece}{DAYTIME}&lang=en&roads={day}").text
    assert "no roads were known" in planner.get(f"{piece}?lang=en&roads=2001-01-01").text
    assert "no roads were known" in said(planner.get(f"{API}/sensitivity?roads=2001-01-01"))["detail"]


def test_an_answer_in_memory_is_kept_as_one_of_its_own_data(town: Settings) -> None:
    with create_app(town).test_request_context(f"{API}{DAYTIME}&minutes=4"):
        desk = desk_asked("police_room", at="Mo 10:00")
        with engine_for(town, Login.LOADER).begin() as connection:
            load(connection, "road")
        run, again = run_of(desk), run_of(desk)
        assert told(run)["is_outdated"]
        assert again.id == run.id
        fresh = run_of(desk_asked("police_room", at="Mo 10:00"))
        assert fresh.id != run.id
        assert not told(fresh)["is_outdated"]


def test_an_answer_in_memory_waits_for_no_other_question(town: Settings) -> None:
    ready, other = Question("police_room", minutes=7), Question("police_room", minutes=8)
    desk, found = desk_for(town, ready), []
    with engine_for(town, Login.OWNER).begin() as connection:
        # Whoever reads posts waits.
        connection.exec_driver_sql("LOCK TABLE live.police_post IN ACCESS EXCLUSIVE MODE")
        laying = Thread(target=lambda: desk_for(town, other))
        laying.start()
        looking = Thread(target=lambda: found.append(desk_for(town, ready)))
        looking.start()
        looking.join(20)
        assert laying.is_alive()
        assert found == [desk]
    laying.join()
    looking.join()


def test_the_answer_is_to_be_had_as_files_with_routes_and_od(planner: FlaskClient, tmp_path: Path) -> None:
    page = planner.get("/planner?day=Mo&time=10:00&minutes=5&lang=en").text
    assert page.count("/report.") >= 3
    query = f"{DAYTIME}&minutes=5&lang=en"
    for ending, begins in (("gpkg", b"SQLite"), ("xlsx", b"PK"), ("html", b"<!doctype html>")):
        answer = planner.get(f"{API}/report.{ending}{query}")
        assert answer.status_code == 200
        assert answer.data[: len(begins)].lower() == begins.lower()
        assert answer.headers["Content-Disposition"] == f"attachment; filename=police_room-2025-10-31.{ending}"
        (tmp_path / f"report.{ending}").write_bytes(answer.data)
    pairs = geopandas.read_file(tmp_path / "report.gpkg", layer="od")
    routes = geopandas.read_file(tmp_path / "report.gpkg", layer="routes")
    assert pairs["post"].tolist() == routes["post"].tolist() == ["W"] * 5
    assert sorted(pairs.loc[pairs["is_covered"], "name"]) == ["House at 112.002", "House at 112.004"]
    # The way from the house at 112.002 goes west along the street to the post at 112.001.
    way = list(routes.set_index("name").geometry["House at 112.002"].coords)
    assert [round(lon, 4) for lon, _ in (way[0], way[-1])] == [112.002, 112.001]
    assert pairs["minutes"].tolist() == routes["minutes"].tolist()
    sheets = openpyxl.load_workbook(tmp_path / "report.xlsx", read_only=True).sheetnames
    assert {"Places and posts (OD)", "Routes"} <= set(sheets)
    assert planner.get(f"{API}/report.exe{query}").status_code == 404


def test_more_minutes_and_closed_posts_are_other_answers(planner: FlaskClient) -> None:
    assert said(planner.get(f"{API}{DAYTIME}&minutes=15"))["covered"] == 180
    night = said(planner.get(f"{API}?at=Mon+22:00&minutes=5"))
    assert (night["covered"], night["by_cause"]["hours"]) == (0, 150)


def test_the_same_question_is_one_run_and_the_same_bytes_when_it_is_gone(planner: FlaskClient, town: Settings) -> None:
    first, again = (said(planner.get(f"{API}{DAYTIME}"))["run"] for _ in range(2))
    assert again == first
    with engine_for(town, Login.OWNER).begin() as connection:
        connection.execute(text("TRUNCATE analysis.run"))
    anew = said(planner.get(f"{API}{DAYTIME}"))["run"]
    assert anew["id"] != first["id"]
    assert anew["sha256"] == first["sha256"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?minutes=0", "limit of 0"),
        ("?minutes=nan", "wanted is a number"),
        ("?minutes=-5", "limit of -5 minutes"),
        ("?mode=rocket", "no mode 'rocket'"),
        ("?at=someday", "no moment"),
        ("?weight=cats", "no weight 'cats'"),
        ("?minute=15", "'minute' can't be asked; wanted are mode, minutes, at,"),
        ("/map?roads=2025-06-30", "'roads' can't be asked"),
        ("?minutes=5&minutes=15", "minutes stands 2 times in the address"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(planner: FlaskClient, query: str, words: str) -> None:
    refused = planner.get(API + query)
    assert refused.status_code == 400
    assert refused.mimetype == "application/problem+json"
    assert words in said(refused)["detail"]
    assert planner.get("/api/coverage/no_such").status_code == 404


def test_what_another_post_brings(planner: FlaskClient) -> None:
    def asked(**body: object) -> dict[str, Any]:
        answer = planner.post(f"{API}/what-if{DAYTIME}", json=body)
        assert answer.headers["Cache-Control"] == "private, no-store"
        return said(answer)

    # Within 375 m of 112.012 are the houses at 112.010 and 112.014.
    more = asked(lon=112.012, lat=27.73)
    assert (more["gained"], more["lost"], more["covered"]) == (50, 0, 200)
    assert more["share"] == round(200 / 210, 6)
    moved = asked(lon=112.012, lat=27.73, in_place_of=0)
    assert (moved["gained"], moved["lost"], moved["covered"]) == (50, 150, 50)
    # To where it stands: nothing changes.
    assert asked(lon=112.001, lat=27.73, in_place_of=0)["covered"] == 150
    far = asked(lon=112.012, lat=27.75)
    assert (far["joined_m"], far["gained"], far["snap_limit_m"]) == (None, 0, 100)
    # 0.02 degrees of latitude.
    assert far["street_m"] == pytest.approx(2217, abs=5)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("[1]", "JSON object"),
        ("{", "JSON object"),
        ("{}", "lon is None"),
        ('{"lon": true, "lat": 1}', "lon is True"),
        ('{"lon": 1e999, "lat": 1}', "no spot"),
        (f'{{"lon": 1{"0" * 400}, "lat": 1}}', "lon is a number of too many digits"),
        ('{"lon": 500, "lat": 1}', "no spot"),
        ('{"lon": 112, "lat": 27.73, "in_place_of": 7}', "no post 7"),
        ('{"lon": 112, "lat": 27.73, "in_place_of": "a"}', "number of a post"),
        ('{"lon": 112, "lat": 27.73, "post": 0}', "'post' can't be asked; wanted are lon, lat, in_place_of, changes"),
    ],
)
def test_a_spot_that_is_none_is_refused(planner: FlaskClient, body: str, words: str) -> None:
    refused = planner.post(f"{API}/what-if{DAYTIME}", data=body, content_type="application/json")
    assert refused.status_code == 400
    assert words in said(refused)["detail"]


def test_the_map_has_every_place_with_its_gap(planner: FlaskClient) -> None:
    drawn = said(planner.get(f"{API}/map{DAYTIME}"))
    places = sorted(drawn["places"]["features"], key=lambda place: place["geometry"]["coordinates"])
    told = [place["properties"] for place in places]
    assert [place["cause"] for place in told] == ["", "", "distance", "distance", "distance"]
    # Beside no community, gaps go by squares of a kilometre: the last house lies in the next one.
    assert [place.get("gap") for place in told] == [None, None, 0, 0, 1]
    assert [post["properties"]["name"] for post in drawn["posts"]["features"]] == ["West"]


def test_the_page_answers_in_words_without_scripts(planner: FlaskClient) -> None:
    page = planner.get("/planner?lang=en&day=Mo&time=10:00")
    assert page.status_code == 200
    assert "<strong>28.6%</strong> not within 5 min" in page.text
    assert (
        "Of 210 residents, 150 get to police posts (stations, rooms and kiosks) within 5 minutes on foot" in page.text
    )
    assert "A model&#39;s estimate" in page.text
    assert '<span class="credits-date">Data as of 31 October 2025</span>' in page.text
    assert "A gap&#39;s minutes are the median of its people" in page.text
    assert "about 12.1 min (12.1–17.3) to West" in page.text
    # Where people are can be chosen; the page's files and its map are of the same question.
    chosen = planner.get("/planner?lang=en&day=Mo&time=10:00&demand=building").text
    assert '<option value="building" selected>' in chosen
    assert len(set(re.findall(r'report\.\w+\?[^"]*demand=building', chosen))) == 4
    assert "no residents are known of any cells" in planner.get("/planner?lang=en&demand=cell").text
    chinese = planner.get("/planner?lang=zh-CN&day=Mo&time=10:00").text
    assert "模型估计，非出警承诺" in chinese
    assert "<strong>28.6%</strong> 在 5 分钟内不可达" in chinese
    assert "居民共 210 人，其中 150 人可在 5 分钟内步行到达" in chinese
    patrol = planner.get("/planner?lang=en&service=patrol").text
    assert (
        "are reached by Patrol response from police posts (stations, rooms and kiosks) within 1 minute by car" in patrol
    )


def test_opened_without_a_question_it_answers_as_all_doors_do_and_now_is_a_click_away(planner: FlaskClient) -> None:
    page = planner.get("/planner?lang=en&minutes=4&service=police_room").text
    assert page.count('<option value="any" selected>') == 1
    answer = said(planner.get(f"{API}?minutes=4"))
    assert f"Of 210 residents, {answer['covered']:g} get to" in page
    assert "on foot (at any time)" in page
    # The deployment's day is a Friday.
    now = unescape(page.split('<p class="now"><a href="')[1].split('"')[0])
    assert {"minutes=4", "day=Fr", "lang=en"} <= {*now.split("?")[1].split("&")}
    then = planner.get(now).text
    assert then.count('<option value="Fr" selected>') == 1
    assert "on foot (Friday " in then
    assert 'class="wide now"' not in then


@pytest.mark.parametrize(
    ("at", "day", "time"),
    [("Mon 09:30", "Mo", "09:30"), ("周六 晚上10点", "Sa", "22:00"), ("Su 8:05", "Su", "08:05")],
)
def test_a_moment_is_kept_however_it_is_written(planner: FlaskClient, at: str, day: str, time: str) -> None:
    page = planner.get("/planner", query_string={"lang": "en", "at": at}).text
    assert f'<option value="{day}" selected>' in page
    assert f'type="time" value="{time}"' in page
    assert f"on foot ({NAMES[day]} {time})" in page


def test_whatever_is_counted_has_a_word(planner: FlaskClient, town: Settings) -> None:
    yard = "MULTIPOLYGON(((112.003 27.7301, 112.0031 27.7301, 112.0031 27.7302, 112.003 27.7302, 112.003 27.7301)))"
    put(town, "compound", [{"source_id": "Y", "code": "Y", "name": "Near", "geom": yard}])
    spot = "POINT(112.00305 27.73015)"
    put(town, "hazard", [{"kind": "gas", "found_on": "2025-10-02", "compound_name": "Near", "geom": spot}])
    page = planner.get("/planner?lang=zh-CN&day=any&weight=hazards").text
    assert '<option value="hazards" selected>隐患</option>' in page
    assert "隐患共 1" in page
    for weight in WEIGHTS:
        assert f'<option value="{weight}"' in page


def test_hostile_names_stay_words(planner: FlaskClient) -> None:
    assert NAME not in planner.get("/planner?lang=en&day=Mo&time=10:00").text
    for hostile in ("<script>", "' OR 1=1", "%00", "9" * 400):
        assert planner.get("/planner", query_string={"time": hostile, "day": "Mo"}).status_code < 500
        assert planner.get("/planner", query_string={"minutes": hostile}).status_code < 500
        assert planner.get("/planner", query_string={"service": hostile, "mode": hostile}).status_code < 500


def test_what_is_missing_is_said_on_the_page(deployments: Deployments) -> None:
    bare = client_of(deployments.make("Bare"), "planner")
    page = bare.get("/planner?lang=en")
    assert page.status_code == 200
    assert "This can't be worked out yet" in page.text
    assert "has no post" in page.text
    # The map of the place stays, and the form that asks again.
    assert '<div id="map"' in page.text
    told = json.loads(page.text.split('id="refused-config">')[1].split("</script>")[0])
    assert all(address.startswith("/staff/style.json") for address in told["styles"].values())
    assert told["subjects"] == []


def test_what_is_wrong_is_said_in_chinese_where_the_page_is(planner: FlaskClient) -> None:
    for query, words in (
        ("weight=cats", "无法识别"),
        ("minutes=-5", "时限为 -5 分钟"),
        ("day=Xx", "无法识别的时刻"),
        ("weight=hazards&period=soon", "无法识别的时段"),
        ("weight=incidents", "没有警情统计"),
    ):
        page = planner.get(f"/planner?lang=zh-CN&{query}")
        assert page.status_code == 200, query
        assert words in page.text, query
        assert '<div id="map"' in page.text, query
    assert 'id="period"' in planner.get("/planner?lang=en&weight=hazards").text


def test_what_narrows_another_weight_is_taken_out_of_the_pages_address(planner: FlaskClient) -> None:
    answer = planner.get("/planner?lang=en&weight=residents&period=2025&kind=theft&minutes=15")
    assert answer.status_code == 302
    assert answer.location == "/staff/planner?lang=en&weight=residents&minutes=15"
    assert planner.get("/planner?lang=en&weight=hazards&kind=theft&period=2025").location.endswith("&period=2025")
    refused = planner.get("/api/coverage/police_room?period=2025")
    assert refused.status_code == 400
    assert said(refused)["detail"] == "a period with residents; it goes with hazards or incidents"


def test_objective_number_and_candidates_of_new_posts_can_be_chosen_and_asked(planner: FlaskClient) -> None:
    page = planner.get("/planner?lang=en").text.split('id="best"')[1].split('id="work-out"')[0]
    asked = {}
    for name in ("objective", "existing", "candidates"):
        chosen = page.split(f'id="site-{name}"')[1].split("</select>")[0]
        asked[name] = [option.split('"')[0] for option in chosen.split('<option value="')[1:]]
    assert asked["objective"] == ["mclp", "cmclp", "p-median", "p-center", "lscp"]
    assert asked["existing"] == ["fixed", "movable", "closable"]
    assert asked["candidates"][0] == "streets"
    assert {"police_post", "service_point"} <= {*asked["candidates"]}
    assert not {"compound", "hazard"} & {*asked["candidates"]}
    assert 'type="number" min="1" max="10"' in page
    for objective in asked["objective"]:
        for candidates in asked["candidates"]:
            room = {"capacity": 4} if objective == "cmclp" else {}
            body = {"add": 10, "objective": objective, "candidates": candidates, **room}
            assert planner.post("/api/site/police_room", json=body).status_code == 202


def test_room_is_no_choice_where_it_is_not_known_whom_a_post_has_room_for(planner: FlaskClient) -> None:
    for query in ("weight=households", "service=fire"):
        assert '<option value="cmclp"' not in planner.get(f"/planner?lang=en&{query}").text


def test_the_legend_draws_posts_as_the_map_does(planner: FlaskClient) -> None:
    page = planner.get("/planner?lang=en&day=Mo&time=03:00").text
    told = json.loads(page.split('id="planner-config">')[1].split("</script>")[0])
    legend = page.split('<ul class="bands"')[1].split("</ul>")[0].split("<li>")
    for words, (fill, edge) in (("post<", told["posts"]["open"]), ("closed then<", told["posts"]["closed"])):
        assert [f'fill="{fill}" stroke="{edge}"' in line for line in legend if words in line] == [True]
    # Where all are open there is none to explain.
    assert "closed then<" not in planner.get("/planner?lang=en&day=Mo&time=10:00").text


def test_the_kind_of_incidents_that_the_form_shows_is_the_one_that_is_counted(
    planner: FlaskClient, town: Settings
) -> None:
    for code, west, east in (("A", 111.99, 112.006), ("B", 112.006, 112.03)):
        ring = f"{west} 27.72, {east} 27.72, {east} 27.74, {west} 27.74, {west} 27.72"
        area = {"source_id": code, "code": code, "name": code, "kind": "community", "geom": f"MULTIPOLYGON((({ring})))"}
        put(town, "area", [area], source=code)
    months = [f"2024-{month:02}-01" for month in range(1, 13)]
    rows = [
        {"area_code": code, "month": month, "kind": kind, "incidents": number}
        for code in "AB"
        for month in months
        for kind, number in (("call", 5), ("theft", 2))
    ]
    put(town, "incident_count", rows)
    page = planner.get("/planner?lang=en&weight=incidents").text
    assert '<option value="call" selected>' in page
    assert "Of 120 incidents (call), " in page
    assert "kind=call" in page.split('id="planner-config">')[1]
    assert "Of 48 incidents (theft), " in planner.get("/planner?lang=en&weight=incidents&kind=theft").text
    # A scenario is about the same kind.
    planner.post("/api/scenarios", json={"name": "S", "changes": [SHUT]})
    changed = planner.get("/planner?lang=en&weight=incidents&scenario=S").text
    assert "no longer are" in changed
    assert "data-problem" not in changed
    planner.delete("/api/scenarios/S")


def test_the_ground_of_a_post_is_told_by_the_bands_of_the_reports(planner: FlaskClient) -> None:
    ground = said(planner.get(f"{API}/reach{DAYTIME}&post=W"))
    assert [ring["properties"]["minutes"] for ring in ground["features"]] == [1, 3, 5]
    # The post stands at 112.001; 5 minutes on foot are 375 m, 0.0038 degrees, and 25 m around the street.
    rings = [shapely.geometry.shape(ring["geometry"]) for ring in ground["features"]]
    assert rings[-1].bounds[2] == pytest.approx(112.001 + (375 + 25) / 98_500, abs=0.0001)
    # A band leaves the shorter ones out.
    assert rings[2].intersection(rings[1]).area == pytest.approx(0, abs=1e-10)
    page = planner.get(f"/planner{DAYTIME}&service=police_room&lang=en").text
    assert [f"to {minutes} min" in page for minutes in (1, 3, 5, 10)] == [True, True, True, False]
    assert said(planner.get(f"{API}/reach?at=Mo+10:00&minutes=4&post=W"))["features"][-1]["properties"]["minutes"] == 4


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("reach?at=Su+10:00&post=W", 400, "closed at"),
        ("route?at=Mo+10:00&lon=112", 400, "lat is ''"),
        ("route?at=Mo+10:00&lon=1e99&lat=2", 400, "lon is '1e99'"),
        ("route?at=Mo+10:00&lon=181&lat=2", 400, "lon is '181'"),
    ],
)
def test_no_ground_and_no_way_is_told_of_what_is_not_there(
    planner: FlaskClient, query: str, status: int, words: str
) -> None:
    refused = planner.get(f"{API}/{query}")
    assert refused.status_code == status
    assert words in said(refused)["detail"]
    assert planner.get(f"{API}/reach{DAYTIME}&post=none").status_code == 404


def test_the_way_of_a_place_leads_to_its_post(planner: FlaskClient) -> None:
    way = said(planner.get(f"{API}/route{DAYTIME}&lon=112.0041&lat=27.7303"))
    told, line = way["properties"], way["geometry"]["coordinates"]
    assert (told["name"], told["post"], told["post_name"]) == ("House at 112.004", "W", "West")
    # 0.003 degrees are 296 m, and some from the door: at 4.5 km/h about 4 minutes.
    assert told["minutes"] == pytest.approx(4, abs=0.3)
    assert told["straight_m"] == pytest.approx(296, abs=12)
    assert line[-1] == pytest.approx([112.001, 27.73], abs=1e-5)
    # Who has no open post has no way, and it is said.
    assert "nobody is counted within 1,000 m" in said(planner.get(f"{API}/route{DAYTIME}&lon=0&lat=0"))["detail"]
    closed = said(planner.get(f"{API}/route?at=Su+10:00&minutes=5&lon=112.0041&lat=27.7303"))
    assert closed["geometry"] is None
    assert closed["properties"]["straight_m"] is None


def test_who_is_reached_is_told_apart_from_who_is_served(planner: FlaskClient, town: Settings) -> None:
    put(town, "police_post", [{**WEST, "capacity": 0}])
    page = planner.get(f"/planner{DAYTIME}&service=police_room&lang=en").text
    assert "Can be reached: 71.4%. Could be served: 0%, as 150 find the posts in reach full." in page
    why, full = page.split("Reached, but not served")
    assert "in reach, but posts are full" not in why.split('id="why"')[1]
    assert "in reach, but posts are full" in full
    put(town, "police_post", [WEST])


def test_what_can_be_opened_is_told_by_how_near_it_is(planner: FlaskClient, town: Settings) -> None:
    yard = "MULTIPOLYGON(((112.003 27.7301, 112.0031 27.7301, 112.0031 27.7302, 112.003 27.7302, 112.003 27.7301)))"
    put(town, "compound", [{"source_id": "Y", "code": "Y", "name": "Near", "geom": yard}])
    gates = [
        {"source_id": key, "kind": "foot", "hours": hours, "compound_name": "Near", "geom": f"POINT({lon} 27.7301)"}
        for key, lon, hours in (("G1", 112.003, "Mo-Fr 08:00-18:00"), ("G2", 112.0031, None))
    ]
    put(town, "gate", gates)
    lane = "MULTILINESTRING((112.02 27.73, 112.02 27.735))"
    put(
        town,
        "road",
        [{"source_id": "way/9", "name": "Lane", "highway": "service", "oneway": "yes", "geom": lane}],
        source="lane",
    )
    near = said(planner.get("/api/changeable?change=open_gate&lon=112.0029&lat=27.7301&lang=en"))["features"]
    assert [gate["properties"]["code"] for gate in near] == ["G1", "G2"]
    assert near[0]["properties"]["words"].startswith("Near · For walkers only · ")
    roads = said(planner.get("/api/changeable?change=open_both_ways&lon=112&lat=27.73&lang=en"))["features"]
    assert [road["properties"]["code"] for road in roads] == ["way/9"]
    assert roads[0]["properties"]["words"].startswith("Lane · service roads · ")
    assert planner.get("/api/changeable?change=close_post&lon=112&lat=27.73").status_code == 400
    # A gate may be opened for some hours of the week only.
    changes = [{"change": "open_gate", "gate": "G1", "hours": "24/7"}, {"change": "open_both_ways", "road": "way/9"}]
    piece = planner.post(f"/planner/changed{DAYTIME}&service=police_room&lang=en", json={"changes": changes}).text
    assert "gate G1 lets everybody in: " in piece
    assert "road way/9 is open both ways" in piece
    assert "data-problem" not in piece


@pytest.mark.parametrize(
    "more", ["service=x", "_scheme=javascript", "_anchor=a&_method=PUT", "utm_source=mail&fbclid=1"]
)
def test_a_piece_of_the_page_passes_on_what_it_knows_alone(planner: FlaskClient, town: Settings, more: str) -> None:
    put(town, "police_post", [{**WEST, "capacity": 2}])
    piece = planner.get(f"/planner/access/police_room{DAYTIME}&lang=en&{more}")
    assert piece.status_code == 200
    drawn = unescape(piece.text.split('data-access-map="')[1].split('"')[0])
    assert drawn == "/staff/api/access/police_room/map?method=e2sfca&at=Mo+10:00&lang=en"
    assert planner.get(drawn).status_code == 200
    put(town, "police_post", [WEST])
