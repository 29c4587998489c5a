"""Planners save what they try, and compare it: by HTTP and by the command, with the same answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from io import BytesIO, StringIO
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

import geopandas
import openpyxl
import pyogrio
import pypdf
import pytest
from flask.testing import FlaskClient

from geodata.analyses.scenarios import save
from geodata.command import access
from geodata.errors import InvalidInput, NotFound
from geodata.settings import Settings
from tests.district import Client
from tests.webmap.planning.test_planner import API, DAYTIME, planner, said, town
from webmap.briefing.inlining import is_built
from webmap.command import coverage, scenario
from webmap.planning.words import CHANGE_COLOUR, SHUT_COLOUR

__all__ = ["planner", "town"]

SCENARIOS = "/api/scenarios"
EAST: Mapping[str, Any] = {"change": "add_post", "service": "police_room", "lon": 112.012, "lat": 27.73}
SHUT: Mapping[str, Any] = {"change": "close_post", "service": "police_room", "post": "W"}


def commanded(*words: str, command: ModuleType = scenario) -> str:
    with redirect_stdout(StringIO()) as printed:
        command.main(list(words))
    return printed.getvalue()


@pytest.mark.parametrize("reader", [None, "police:W", "steward"])
def test_only_planners_keep_scenarios(client: Client, reader: str | None) -> None:
    asked = client(reader)
    assert asked.get(SCENARIOS).status_code == asked.get(f"{SCENARIOS}/East").status_code == 404
    assert asked.post(SCENARIOS, json={"name": "East", "changes": [EAST]}).status_code == 404
    assert asked.delete(f"{SCENARIOS}/East").status_code == asked.patch(f"{SCENARIOS}/East").status_code == 404
    assert asked.post(f"{API}/changed", json={"changes": [EAST]}).status_code == 404


def test_of_two_that_save_one_name_at_once_one_is_refused(town: Settings, planner: FlaskClient) -> None:
    others = [[EAST], [SHUT], [EAST, SHUT], [SHUT, EAST]]
    assert said(planner.get(SCENARIOS)) == {"scenarios": []}

    def saved(changes: list[Mapping[str, Any]]) -> int:
        try:
            save(town, "Race", changes)
        except InvalidInput:
            return 0
        return 1

    with ThreadPoolExecutor(4) as together:
        assert sum(together.map(saved, others)) == 1
    assert planner.delete(f"{SCENARIOS}/Race").status_code == 204


def test_what_is_tried_is_told_before_it_is_saved(planner: FlaskClient) -> None:
    answer = said(planner.post(f"{API}/changed{DAYTIME}", json={"changes": [EAST, SHUT]}))
    # Within 375 m of 112.012 are the houses at 112.010 and 112.014; those at 112.002 and 112.004 had the other post.
    assert (answer["gained"], answer["lost"], answer["covered_before"], answer["covered_after"]) == (50, 150, 150, 50)
    changed = {place["properties"]["change"]: 0 for place in answer["map"]["places"]["features"]}
    assert changed.keys() == {"gained", "lost"}
    posts = [post["properties"] for post in answer["map"]["posts"]["features"]]
    assert [(post["is_new"], post["is_gone"]) for post in posts] == [(True, False), (False, True)]
    assert (posts[1]["code"], posts[1]["is_open"]) == ("W", False)
    elsewhere = {**EAST, "change": "move_post", "post": "W"}
    drawn = said(planner.post(f"{API}/changed{DAYTIME}", json={"changes": [elsewhere]}))["map"]["posts"]["features"]
    spots = [(post["geometry"]["coordinates"], post["properties"]["is_gone"]) for post in drawn]
    assert spots == [([112.012, 27.73], False), ([112.001, 27.73], True)]
    assert said(planner.get(SCENARIOS)) == {"scenarios": []}


def test_scenarios_are_kept_and_compared(
    planner: FlaskClient, town: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSMAP_HOME", str(town.home))
    if town.database_url:
        monkeypatch.setenv("CSMAP_DATABASE_URL", town.database_url)
    saved = planner.post(SCENARIOS, json={"name": "东站", "changes": [EAST]})
    assert (saved.status_code, said(saved)["count"], said(saved)["is_outdated"]) == (201, 1, False)
    assert planner.post(SCENARIOS, json={"name": "东站", "changes": [SHUT]}).status_code == 400
    assert said(planner.get(f"{SCENARIOS}/东站"))["changes"] == [EAST]
    replaced = planner.post(SCENARIOS, json={"name": "东站", "changes": [EAST], "replace": True})
    assert replaced.status_code == 201
    file = tmp_path / "changes.json"
    file.write_text(json.dumps([EAST, SHUT]), "utf-8")
    assert "2 changes" in commanded("save", "Both", str(file))
    assert [each["name"] for each in said(planner.get(SCENARIOS))["scenarios"]] == ["Both", "东站"]
    assert said(planner.get(f"{SCENARIOS}/Both"))["changes"] == [EAST, SHUT]

    question = f"{DAYTIME}&minutes=5&mode=walk"
    answer = said(planner.get(f"{API}/compare{question}&after=Both"))
    assert (answer["gained"], answer["lost"]) == (50, 150)
    assert answer["run"]["is_outdated"] is False
    words = ["compare", "police_room", "Both", "--at", "Mon 10:00", "--minutes", "5", "--mode", "walk"]
    printed = json.loads(commanded(*words, "--json"))
    assert printed == answer
    said_in_words = commanded(*words)
    assert "50 gained, 150 lost" in said_in_words
    assert "now: too far" in said_in_words
    assert planner.get(f"{API}/compare{question}").status_code == 400
    # Against each other: what closing the post brings besides.
    other = said(planner.get(f"{API}/compare{question}&before=东站&after=Both"))
    assert (other["gained"], other["lost"]) == (0, 150)
    drawn = said(planner.get(f"{API}/compare/map{question}&before=东站&after=Both"))
    assert len(drawn["places"]["features"]) == 2

    assert said(planner.patch(f"{SCENARIOS}/Both", json={"name": "West"}))["name"] == "West"
    assert planner.get(f"{SCENARIOS}/Both").status_code == 404
    assert said(planner.get(f"{API}/compare{question}&after=Both"))["detail"] == "no scenario 'Both'"
    assert planner.delete(f"{SCENARIOS}/West").status_code == 204
    assert planner.delete(f"{SCENARIOS}/West").status_code == 404
    assert "forgotten" in commanded("forget", "东站")
    assert commanded("list") == "no scenario is saved\n"
    with pytest.raises(NotFound):
        commanded(*words)
    with pytest.raises(InvalidInput, match="no JSON"):
        commanded("save", "x", __file__)
    (nested := town.home / "nested.json").write_text("[" * 100_000)
    with pytest.raises(InvalidInput, match="nested beyond reason"):
        commanded("save", "x", str(nested))


def test_every_question_is_answered_for_a_scenario(
    planner: FlaskClient, town: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSMAP_HOME", str(town.home))
    if town.database_url:
        monkeypatch.setenv("CSMAP_DATABASE_URL", town.database_url)
    name = "东 & “西”?"
    planner.post(SCENARIOS, json={"name": name, "changes": [{**EAST, "capacity": 7}, SHUT]})
    asked = f"{DAYTIME}&minutes=5&mode=walk&scenario={quote(name)}"
    answer = said(planner.get(f"{API}{asked}"))
    assert (answer["covered"], answer["demand_total"], len(answer["changes"])) == (50, 210, 2)
    words = ["police_room", "--at", "Mon 10:00", "--minutes", "5", "--mode", "walk", "--scenario", name]
    assert json.loads(commanded(*words, "--json", command=coverage)) == answer
    assert "as if 2 changes had been made" in commanded(*words, command=coverage)
    measured = said(planner.get(f"/api/access/police_room{asked}"))
    assert (measured["supply"], measured["without"]) == (7, 160)
    assert json.loads(commanded(*words, "--json", command=access)) == measured
    spots = said(planner.get(f"/api/access/police_room/map{asked}"))["features"]
    assert sum(spot["properties"]["class"] > 0 for spot in spots) == 2
    assert sum(spot["properties"]["people"] for spot in spots) == answer["demand_total"]
    ground = said(planner.get(f"{API}/reach{asked}&post=%2B1"))
    assert [ring["properties"]["minutes"] for ring in ground["features"]] == [1, 3, 5]
    assert planner.get(f"{API}/reach{asked}&post=W").status_code == 404
    way = said(planner.get(f"{API}/route{asked}&lon=112.014&lat=27.73"))["properties"]
    assert (way["post"], way["minutes"]) == ("+1", 2.9)
    assert "With the changes of “东" in planner.get(f"/planner/access/police_room{asked}&lang=en").text
    job = said(planner.post(f"/api/grids?scenario={quote(name)}", json={}))
    assert planner.post(job["cancel"]).status_code == 200
    for path in ("/api/grids", f"/api/site/police_room{DAYTIME}"):
        gone = planner.post(f"{path}{'&' if '?' in path else '?'}scenario=none", json={})
        assert (gone.status_code, said(gone)["detail"]) == (400, "no scenario 'none'")
    # A file says that it isn't of things as they are.
    book = openpyxl.load_workbook(BytesIO(planner.get(f"{API}/report.xlsx{asked}&lang=en").data))
    cells = {str(cell) for row in book.worksheets[0].values for cell in row}
    assert "as if 2 changes had been made; not as things are" in cells
    assert "按方案中的 2 项改动计算，并非现状" in planner.get(f"{API}/report.html{asked}&lang=zh-CN").text
    # What is compared or tried states its own changes.
    assert planner.get(f"{API}/compare{asked}&after={quote(name)}").status_code == 400
    planner.delete(f"{SCENARIOS}/{quote(name)}")
    for path in (API, f"{API}/map", f"{API}/reach", f"{API}/report.xlsx", "/api/access/police_room"):
        assert said(planner.get(f"{path}{asked}"))["detail"] == f"no scenario {name!r}"
    # The page answers without it, and says so at its top.
    banner = planner.get(f"/planner{asked}&lang=en").text.split('id="banner"')[1].split("</div>")[0]
    assert "no scenario" in banner


def test_every_file_has_the_changes_that_it_supposes(planner: FlaskClient, tmp_path: Path) -> None:
    changes: list[dict[str, Any]] = [
        {**EAST, "name": "<b>=1+1", "hours": "Mo-Fr 09:00-17:00", "capacity": 3},
        dict(SHUT),
        {"change": "add_crossing", "from": [112.0, 27.73], "to": [112.014, 27.73], "one_way": True},
        {"change": "add_barrier", "geometry": {"type": "Polygon", "coordinates": [SMALL]}},
        {"change": "add_barrier", "geometry": {"type": "Point", "coordinates": [112.003, 27.73]}},
        {"change": "open_both_ways", "road": "way/1"},
        {"change": "set_speed", "mode": "car", "road_class": "residential", "kmh": 20},
    ]
    assert planner.post(SCENARIOS, json={"name": "Files", "changes": changes}).status_code == 201
    asked = f"{DAYTIME}&minutes=5&mode=walk&lang=en"

    def file(ending: str, scenario: str = "&scenario=Files") -> bytes:
        answer = planner.get(f"{API}/report.{ending}{asked}{scenario}")
        assert answer.status_code == 200, answer.text
        return bytes(answer.data)

    (path := tmp_path / "a.gpkg").write_bytes(file("gpkg"))
    frame = geopandas.read_file(path, layer="changes")
    assert frame["change"].tolist() == [each["change"] for each in changes]
    assert frame["words"][1] == "West is closed"
    assert frame["is_counted"].tolist() == [True] * 6 + [False]
    kinds = ["Point", "Point", "LineString", "Polygon", "Point", "MultiLineString"]
    assert frame.geometry.geom_type.dropna().tolist() == kinds
    for layer in ("coverage", "changes"):
        said_of_file = pyogrio.read_info(path, layer=layer)["layer_metadata"]["SCENARIO"]
        assert "as if 6 changes had been made; not as things are; a new post" in said_of_file
    rows = list(openpyxl.load_workbook(BytesIO(file("xlsx")))["Changes supposed"].values)
    assert len(rows) == 8
    assert rows[1][1:7] == (f"a new post (<b>=1+1): {ROOM}", "add_post", None, 112.012, 27.73, True)
    assert (rows[2][3], rows[7][6]) == ("W", False)
    assert str(rows[3][7]) == "LINESTRING (112 27.73, 112.014 27.73)"
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(file("pdf"))).pages)
    legend = [
        "Post that is new, moved or changed",
        "Post that is closed or stands elsewhere",
        "New crossing",
        "Barrier",
    ]
    for words in (*legend, "Road open both ways", "Road closed at a spot", "West is closed", "27.73000, 112.01200"):
        assert words in text
    # What each has and which way it goes is said, not only that there is one.
    assert rows[3][1] == "a new crossing: one way, as it is drawn"
    if is_built():
        html = file("html").decode()
        for words in legend:
            assert f"<span>{words}</span>" in html
        assert 'id="change-7"' in html
        assert f"a new post (&lt;b&gt;=1+1): {ROOM}" in html
        # Lines and areas of the script, which knows rows by their numbers alone.
        assert all(look in html for look in (f'"color": "{CHANGE_COLOUR}"', f'"color": "{SHUT_COLOUR}"'))
        assert "<b>=1" not in html
    planner.delete(f"{SCENARIOS}/Files")
    # Of things as they are none of it is told.
    (path := tmp_path / "b.gpkg").write_bytes(file("gpkg", ""))
    assert "changes" not in {name for name, _ in pyogrio.list_layers(path)}
    assert "SCENARIO" not in pyogrio.read_info(path, layer="coverage")["layer_metadata"]
    assert "Changes supposed" not in openpyxl.load_workbook(BytesIO(file("xlsx", ""))).sheetnames


ROOM = "Mon–Fri 09:00–17:00, 3 staff or desks"
SMALL = [[112.005, 27.7295], [112.006, 27.7295], [112.006, 27.7305], [112.005, 27.7305], [112.005, 27.7295]]
WALL = [[112.003, 27.7], [112.003, 27.8]]
AREA = [[111.9, 27.6], [112.1, 27.6], [112.1, 27.9], [111.9, 27.9], [111.9, 27.6]]
TRIED: list[tuple[dict[str, Any], int, int]] = [
    ({"change": "add_crossing", "from": [112.0, 27.73], "to": [112.014, 27.73], "one_way": True}, 0, 0),
    ({"change": "set_speed", "mode": "walk", "road_class": "residential", "kmh": 45}, 60, 0),
    ({"change": "add_barrier", "geometry": {"type": "LineString", "coordinates": WALL}}, 0, 50),
    # All streets are closed, and then none of them: the second lies on the other side of the globe.
    ({"change": "add_barrier", "geometry": {"type": "Polygon", "coordinates": [AREA]}}, 0, 150),
    ({"change": "add_barrier", "geometry": {"type": "Point", "coordinates": [-68.0, -27.73]}}, 0, 0),
    ({"change": "add_post", "service": "police_room", "lon": 0.0, "lat": 89.99}, 0, 0),
]  # fmt: skip


@pytest.mark.parametrize(("change", "gained", "lost"), TRIED, ids=[str(change)[11:40] for change, *_ in TRIED])
def test_every_change_can_be_tried_before_it_is_saved(
    planner: FlaskClient, change: dict[str, Any], gained: int, lost: int
) -> None:
    tried = planner.post(f"{API}/changed", json={"changes": [change]})
    assert tried.status_code == 200, tried.text
    found = said(tried)
    assert (found["gained"], found["lost"]) == (gained, lost)
    spot = {"lon": 112.0, "lat": 27.73, "changes": [change]}
    assert planner.post(f"{API}/what-if", json=spot).status_code == 200


AWAY = {"change": "move_post", "service": "police_room", "post": "W", "lon": -68.0, "lat": -27.73}
GLOBE = [[-179, -89], [179, -89], [179, 89], [-179, 89], [-179, -89]]
WORLD = {"change": "add_barrier", "geometry": {"type": "Polygon", "coordinates": [GLOBE]}}
SLOW = {"change": "set_speed", "mode": "walk", "road_class": "residential", "kmh": 3}


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        (SCENARIOS, {"name": "x"}, "changes, name"),
        (SCENARIOS, {"name": "x", "changes": []}, "changes nothing"),
        (SCENARIOS, {"name": "/", "changes": [EAST]}, "name"),
        (SCENARIOS, {"name": "x", "changes": [{**SHUT, "post": "Z"}]}, "'Z', which isn't there"),
        (SCENARIOS, {"name": "x", "changes": [{"change": "open_both_ways", "road": "way/9"}]}, "road 'way/9', which"),
        (f"{API}/changed", {"changes": [{"change": "fly"}]}, "'fly'"),
        (f"{API}/changed", {}, "list of at most"),
        (f"{API}/changed", {"changes": [], "more": 1}, "'more' can't be asked; wanted is changes"),
        (f"{API}/changed", {"changes": [{**SLOW, "mode": ["walk"]}]}, "mode = ['walk']; wanted is one of walk"),
        (f"{API}/changed", {"changes": [{**SLOW, "road_class": {}}]}, "road_class = {}; wanted is one of"),
        (f"{API}/changed", {"changes": [{**SLOW, "kmh": 10**400}]}, "wanted is a number"),
        (
            f"{API}/changed",
            {"changes": [SLOW, {**EAST, "service": "spa"}]},
            "change 2: no service 'spa'; there are clinic",
        ),
        (SCENARIOS, {"name": "Spa", "changes": [{**EAST, "service": "spa"}]}, "change 1: no service 'spa'"),
        (f"{API}/changed", {"changes": [WORLD]}, "at most 5 degrees across"),
        (f"{API}/changed", {"changes": [AWAY]}, "none of the 1 posts of police_room is within 100 m of a street"),
        (f"{API}/what-if", {"lon": 112, "lat": 27.73, "changes": [{**EAST, "lon": -(10**400)}]}, "wanted is a number"),
    ],
)
def test_what_cannot_be_changed_is_refused_in_the_readers_language(
    planner: FlaskClient, path: str, body: Mapping[str, Any], words: str
) -> None:
    refused = planner.post(path, json=body)
    assert refused.status_code == 400
    assert words in said(refused)["detail"]
    if body.get("changes"):
        assert any(sign >= "\u4e00" for sign in said(planner.post(f"{path}?lang=zh-CN", json=body))["detail"])


def test_the_page_tells_a_scenario_without_scripts(planner: FlaskClient) -> None:
    question = "day=Mo&time=10:00&minutes=5&lang="
    planner.post(SCENARIOS, json={"name": "A & <b>", "changes": [EAST, SHUT]})
    planner.post(SCENARIOS, json={"name": "East", "changes": [EAST]})
    page = planner.get(f"/planner?{question}en&scenario=A+%26+%3Cb%3E").text
    assert "Scenario: A &amp; &lt;b&gt;" in page
    assert "West is closed" in page
    assert ">+50</strong>" in page
    assert ">−150</strong>" in page
    # Above all that is told of today: 160 of 210 aren't reached then, and 60 are missed now.
    top = page.split('id="banner"')[1].split("<form")[0]
    assert "With “A &amp; &lt;b&gt;”: 76.2% not within 5 min, today 28.6%." in top
    assert "post that is closed or stands elsewhere" in page
    assert 'id="share-today" hidden>' in page
    # All sections are the scenario's: 50 of 210 are reached, by the post that is new; forms are about what is there.
    assert "Everything on this page is told with these changes" in top
    assert "With the changes of “A &amp; &lt;b&gt;”" in page
    assert "<strong>76.2%</strong> not within 5 min" in page
    assert '<option value="+1">+1</option>' in page
    assert '<option value="W"' in page.split('id="change-post"')[1].split("</select>")[0]
    assert page.count("scenario=A+%26+%3Cb%3E") > 4
    plain = planner.get(f"/planner?{question}en").text
    # What stands beneath the map is the same with a scenario and without one.
    assert (
        page.split('<p class="credits">')[1].split("</p>")[0] == plain.split('<p class="credits">')[1].split("</p>")[0]
    )
    assert plain.split('id="banner" role="status">')[1].startswith("</div>")
    assert 'id="share-today" hidden>' in plain
    against = planner.get(f"/planner?{question}zh-CN&scenario=A+%26+%3Cb%3E&against=East").text
    assert ">+0</strong>" in against
    assert ">−150</strong> 失去覆盖" in against
    assert "没有名为“none”的方案" in planner.get(f"/planner?{question}zh-CN&scenario=none").text
    for name in ("A & <b>", "East"):
        planner.delete(f"{SCENARIOS}/{name}")
    piece = planner.post("/planner/changed?service=police_room&at=Mo+10:00&lang=en", json={"changes": [EAST]})
    assert (piece.status_code, "+50" in piece.text) == (200, True)
    assert "With what is tried here: 4.8% not within 5 min, today 28.6%." in piece.text
    planner.post(SCENARIOS, json={"name": "East", "changes": [EAST]})
    tried = "/planner/changed?service=police_room&at=Mo+10:00&lang=en&scenario=East"
    assert "Everything on this page is told with these" in planner.post(tried, json={"changes": [EAST]}).text
    other = planner.post(tried, json={"changes": [EAST, SHUT]}).text
    assert "All else on this page is told with “East” as it is saved." in other
    planner.delete(f"{SCENARIOS}/East")
    # One that has been deleted while its page is open is told as such; whatever is drawn has its line in the legend.
    assert '<p class="advice">no scenario &#39;East&#39;</p>' in planner.post(tried, json={"changes": [EAST]}).text
    chinese = tried.replace("lang=en", "lang=zh-CN")
    assert ">没有名为“East”的方案" in planner.post(chinese, json={"changes": [EAST]}).text
    wall = {"change": "add_barrier", "geometry": {"type": "LineString", "coordinates": WALL}}
    assert planner.post(tried.replace("&scenario=East", ""), json={"changes": [wall]}).text.count("a barrier along") > 2
    wrong = planner.post("/planner/changed?service=police_room&lang=zh-CN", json={"changes": [{"change": "fly"}]})
    assert (wrong.status_code, "无法识别" in wrong.text) == (200, True)
